DROP TABLE entries; DROP TABLE account;
