"""What replays count: rows that rollbacks do not bring back, rows written, and limits of UPDATE and DELETE."""

from __future__ import annotations

import pytest

from cfguard.d1.backends import open_database
from cfguard.d1.replay import Migration, Step, replay
from cfguard.d1.script import Script, judge, run_transaction

USERS = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT UNIQUE);"
BACKENDS = ["sqlite3", ""]


def step(up: str, down: str | None = None, *, before: str = USERS, backend: str = "") -> Step:
    migrations = [Migration("1.sql", before), Migration("2.sql", up, down)]
    return replay(migrations, backend=backend).steps[1]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("up", "down", "unkept"),
    [
        ("ALTER TABLE users ADD COLUMN age INT;", "ALTER TABLE users DROP COLUMN age;", []),
        ("ALTER TABLE users DROP COLUMN name;", "ALTER TABLE users ADD COLUMN name TEXT;",
         [("users", "name", False)]),
        ("ALTER TABLE users RENAME TO people;", "ALTER TABLE people RENAME TO users;", []),
        ("ALTER TABLE users ADD COLUMN age INT;", f"DROP TABLE users; {USERS}", [("users", "", True)]),
        ("DROP TABLE users;", USERS, [("users", "", False)]),
        ("CREATE TABLE k AS SELECT * FROM users; DROP TABLE users;",
         f"{USERS} INSERT INTO users SELECT * FROM k; DROP TABLE k;", []),
        ("CREATE INDEX i ON users (name);", "DROP INDEX i; UPDATE users SET name = NULL;",
         [("users", "name", True)]),
        ("DELETE FROM users;", "SELECT 1;", []),
    ],
)  # fmt: skip
def test_rollbacks_are_held_against_the_rows_before(
    up: str, down: str, unkept: list[tuple[str, str, bool]], backend: str
) -> None:
    found = step(up, down, backend=backend)
    assert found.rollback_refusal is None
    assert found.rollback_differences == ()
    assert [tuple(each) for each in found.unkept] == unkept


def test_a_rollback_that_rebuilds_a_parent_takes_children_along() -> None:
    before = USERS + "CREATE TABLE posts (id INTEGER PRIMARY KEY, u REFERENCES users(id) ON DELETE CASCADE);"
    down = (
        "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, email TEXT UNIQUE); INSERT INTO n SELECT id, name, "
        "email FROM users; DROP TABLE users; ALTER TABLE n RENAME TO users;"
    )
    found = step("ALTER TABLE users ADD COLUMN age INT;", down, before=before)
    assert [loss.child for loss in found.rollback_losses] == ["posts"]


def test_a_rollback_may_fail_with_rows_alone() -> None:
    before = "CREATE TABLE users (id INTEGER PRIMARY KEY, age INT NOT NULL);"
    found = step(
        "ALTER TABLE users DROP COLUMN age;", "ALTER TABLE users ADD COLUMN age INT NOT NULL;", before=before
    )
    assert found.rollback_refusal is None
    assert found.rollback_differences == ()
    assert found.rollback_with_rows is not None


def test_children_of_children_are_counted() -> None:
    before = (
        USERS
        + "CREATE TABLE posts (id INTEGER PRIMARY KEY, u NOT NULL REFERENCES users(id) ON DELETE CASCADE);"
        + "CREATE TABLE likes (id INTEGER PRIMARY KEY, p NOT NULL REFERENCES posts(id) ON DELETE CASCADE);"
    )
    found = step("DROP TABLE users; " + USERS, before=before)
    assert {loss.child for loss in found.losses} == {"posts", "likes"}


@pytest.mark.parametrize(
    ("up", "written"),
    [
        ("SELECT 1;", 0),
        ("CREATE TABLE other (a);", 0),
        ("INSERT INTO users (name) VALUES ('a'), ('b');", 4),
        ("CREATE INDEX i ON users (name); INSERT INTO users (name) VALUES ('a');", 3),
        ("CREATE TABLE other (a); INSERT INTO other VALUES (1), (2), (3);", 3),
    ],
)
def test_rows_written_include_entries_of_indexes(up: str, written: int) -> None:
    assert step(up).written == written


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("sql", "left"),
    [
        ("DELETE FROM t ORDER BY a DESC LIMIT 1", [1, 2]),
        ("DELETE FROM t WHERE a > 1 OR a < 0 ORDER BY a LIMIT 1", [1, 3]),
        ("DELETE FROM t WHERE a IN (SELECT a FROM t LIMIT 2)", [3]),
        ("UPDATE t SET a = a + 10 WHERE a < 9 RETURNING a LIMIT 1 OFFSET 1", [1, 3, 12]),
        ("UPDATE OR REPLACE t AS x SET a = 7 WHERE x.a = 1 LIMIT 5", [2, 3, 7]),
        ("DELETE FROM w LIMIT 0", [1, 2, 3]),
        ("DELETE FROM t LIMIT", None),
        ("DELETE FROM w ORDER BY rowid LIMIT 1", None),
    ],
)
def test_limits_of_updates_and_deletes_count(sql: str, left: list[int] | None, backend: str) -> None:
    database = open_database(backend=backend)
    setup = "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3); CREATE TABLE w (k PRIMARY KEY) WITHOUT ROWID;"
    assert run_transaction(database, Script(setup)) is None
    refusal = run_transaction(database, Script(sql))
    assert (refusal is not None) == (left is None)
    if left is not None:
        assert [row[0] for row in database.query("SELECT a FROM t ORDER BY a")] == left
    database.close()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("sql", "accepted"),
    [
        ("PRAGMA foreign_keys = 10", True),
        ("PRAGMA foreign_keys = 1.5", True),
        ("PRAGMA foreign_keys = -1", False),
        ("PRAGMA foreign_keys = full", False),
        ("PRAGMA recursive_triggers = 2147483648", False),
        ("PRAGMA table_list(_cf_x)", True),
        ("PRAGMA table_info(_cf_x)", False),
        ("DROP TABLE IF EXISTS _cf_METADATA", False),
        ("SELECT * FROM _cf_METADATA", False),
        ("WITH _cf_x AS (SELECT 1 AS a) SELECT a FROM _cf_x", True),
        ("CREATE TABLE t (a); CREATE TRIGGER temp.x AFTER INSERT ON t BEGIN SELECT 1; END;", False),
        ("CREATE TABLE t (a); CREATE TRIGGER main.x AFTER INSERT ON t BEGIN SELECT 1; END;", True),
    ],
)
def test_verdicts_that_were_asked_of_a_real_runtime(sql: str, accepted: bool, backend: str) -> None:
    verdict = judge(sql, backend=backend)
    assert verdict.accepted == accepted
