PRAGMA foreign_keys=OFF;
CREATE TABLE accounts_new (id INTEGER PRIMARY KEY, email TEXT NOT NULL);
INSERT INTO accounts_new SELECT id, email FROM accounts;
DROP TABLE accounts;
ALTER TABLE accounts_new RENAME TO accounts;
PRAGMA foreign_keys=ON;
