-- What the health endpoint measured.
CREATE TABLE health_checks (
  id INTEGER PRIMARY KEY,
  check_type TEXT NOT NULL CHECK (check_type IN ('database', 'application')),
  status TEXT NOT NULL CHECK (status IN ('healthy', 'unhealthy', 'degraded')),
  timestamp TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  details TEXT,
  response_time INTEGER NOT NULL CHECK (response_time >= 0)
);
CREATE INDEX health_checks_by_time ON health_checks (timestamp);
