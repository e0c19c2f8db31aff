DROP TABLE labels;
CREATE TABLE labels (account_id INTEGER REFERENCES accounts (id), name STRING);
