DROP TRIGGER keep_totals; DROP INDEX entries_by_account;
