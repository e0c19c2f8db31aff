CREATE TABLE totals (account_id INTEGER PRIMARY KEY, amount INTEGER);
CREATE TRIGGER keep_totals AFTER INSERT ON entries BEGIN
    UPDATE totals SET amount =CASE WHEN amount IS NULL THEN NEW.amount ELSE amount + NEW.amount END;
END;
CREATE INDEX entries_by_account ON entries (account_id);
