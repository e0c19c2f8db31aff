-- In a folder of its own: wrangler applies every .sql file of migrations/ itself.
DROP TABLE users;
