CREATE TABLE customers_new (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT ''
);
INSERT INTO customers_new (id, email) SELECT id, email FROM customers;
DROP TABLE customers;
ALTER TABLE customers_new RENAME TO customers;
