INSERT INTO accounts (email) VALUES ('ann@example.com');
