-- People who signed in, one row for each account at the provider.
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  twitter_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
