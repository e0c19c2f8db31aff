BEGIN TRANSACTION;
CREATE TABLE labels (account_id INTEGER REFERENCES accounts (id), name STRING);
CREATE INDEX entries_again ON entries (account_id);
COMMIT;
