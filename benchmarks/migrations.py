"""How long playing a long folder of migrations through takes, against SQLite running the same scripts once.

    python -m benchmarks.migrations [MIGRATIONS] [RUNS]

Every migration has a rollback. The yardstick is ``sqlite3.executescript`` over all migrations and then all
rollbacks in reverse, on one database, with nothing judged. Prints milliseconds of CPU and ratios, and what a run of
``cfguard check`` costs that finds the result remembered.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Callable
from time import process_time

from cfguard.d1.remember import remembered_replay
from cfguard.d1.replay import Migration, replay


def folder(count: int) -> list[Migration]:
    """Tables, columns, indexes, triggers, rebuilds and rows by turns, every fifth a new table."""
    found = []
    for number in range(count):
        table, turn = f"t{number // 5}", number % 5
        up, down = {
            0: (
                f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, made TEXT DEFAULT CURRENT_DATE);",
                f"DROP TABLE {table};",
            ),
            1: (f"ALTER TABLE {table} ADD COLUMN age INTEGER;", f"ALTER TABLE {table} DROP COLUMN age;"),
            2: (f"CREATE INDEX {table}_age ON {table} (age);", f"DROP INDEX {table}_age;"),
            3: (
                f"CREATE TRIGGER {table}_t AFTER INSERT ON {table} BEGIN UPDATE {table} SET age = 1; END;",
                f"DROP TRIGGER {table}_t;",
            ),
            4: (
                f"INSERT INTO {table} (name) VALUES ('a'), ('b');",
                f"DELETE FROM {table} WHERE name IN ('a', 'b');",
            ),
        }[turn]
        found.append(Migration(f"{number:04}.sql", up, down))
    return found


def plain(migrations: list[Migration]) -> None:
    """The same scripts on SQLite, forwards and back."""
    connection = sqlite3.connect(":memory:")
    for migration in migrations:
        connection.executescript(migration.text)
    for migration in reversed(migrations):
        connection.executescript(migration.rollback or "")
    connection.close()


def main(arguments: list[str]) -> int:
    """Measure and print."""
    count = int(arguments[0]) if arguments else 500
    runs = int(arguments[1]) if arguments[1:] else 5
    migrations = folder(count)
    with tempfile.TemporaryDirectory() as cache:
        os.environ["CFGUARD_CACHE_DIR"] = cache
        remembered_replay(migrations)
        kinds: dict[str, Callable[[], object]] = {
            "sqlite3, the scripts alone": lambda: plain(migrations),
            "replay, empty tables": lambda: replay(migrations, with_rows=False, backend="sqlite3"),
            "replay, with rows as well": lambda: replay(migrations, backend="sqlite3"),
            "the same on apsw": lambda: replay(migrations),
            "remembered": lambda: remembered_replay(migrations),
        }
        seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(runs):
            for kind, run in kinds.items():
                start = process_time()
                run()
                seconds[kind].append(process_time() - start)
    first = seconds["sqlite3, the scripts alone"]
    for kind, taken in seconds.items():
        least, median = min(taken), statistics.median(taken)
        ratio = median / statistics.median(first)
        print(f"{kind:28} {least * 1000:8.1f} ms least {median * 1000:8.1f} ms median   {ratio:5.1f}x")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
