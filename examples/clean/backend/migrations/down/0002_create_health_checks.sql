DROP INDEX health_checks_by_time;
DROP TABLE health_checks;
