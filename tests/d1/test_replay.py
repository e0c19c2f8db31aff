"""Replays: what applies, what comes back, what is lost, and that a memory of them is the same."""

from __future__ import annotations

import pytest

from cfguard.d1.remember import remembered_replay
from cfguard.d1.replay import Migration, Replay, replay

USERS = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT);"
REBUILD = (
    "CREATE TABLE n (id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT);"
    "INSERT INTO n SELECT * FROM users; DROP TABLE users; ALTER TABLE n RENAME TO users;"
)
BACKENDS = ["sqlite3", ""]


def posts(action: str) -> str:
    return f"CREATE TABLE posts (id INTEGER PRIMARY KEY, uid INTEGER REFERENCES users(id) {action});"


def play(*texts: str | tuple[str, str], backend: str = "") -> Replay:
    migrations = [
        Migration(f"{number:04}.sql", *((text, None) if isinstance(text, str) else text))
        for number, text in enumerate(texts, 1)
    ]
    return replay(migrations, backend=backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_later_migrations_are_not_tried(backend: str) -> None:
    found = play(USERS, "SELECT nope FROM users;", posts(""), backend=backend)
    assert [step.started for step in found.steps] == [True, True, False]
    assert found.steps[1].refusal is not None
    assert not found.complete
    assert list(found.schema.tables()) == ["users"]


def test_the_last_semicolon_is_wranglers_business() -> None:
    step = play(USERS[:-1]).steps[0]
    assert step.refusal is not None
    assert step.refusal.span.start > len(USERS) - 1


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("up", "down", "told"),
    [
        (posts(""), "DROP TABLE posts;", ()),
        ("ALTER TABLE users ADD COLUMN age INT;", "ALTER TABLE users DROP COLUMN age;", ()),
        ("ALTER TABLE users DROP COLUMN name;", 'alter table "users" add column `NAME` text;', ()),
        ("ALTER TABLE users DROP COLUMN email;", "ALTER TABLE users ADD COLUMN email TEXT NOT NULL DEFAULT '';",
         ("`users.email` is not the same",)),
        ("ALTER TABLE users RENAME TO people;", "ALTER TABLE people RENAME TO users;", ()),
        (posts(""), "SELECT 1;", ("table `posts` is left",)),
        ("CREATE INDEX i ON users (email);", "DROP INDEX i; CREATE INDEX i ON users (name);",
         ("index `i` is left",)),
        ("DROP TABLE users;", "CREATE TABLE users (id INT PRIMARY KEY, email TEXT NOT NULL, name TEXT);",
         ("`users.id` is not the same",)),
        ("DROP TABLE users;", "CREATE TABLE users (name TEXT, id INTEGER PRIMARY KEY, email TEXT NOT NULL);", ()),
        ("DROP TABLE users;", "CREATE TABLE users (name TEXT, id INTEGER, email TEXT NOT NULL, PRIMARY KEY (id));", ()),
    ],
)  # fmt: skip
def test_rollbacks_are_held_against_the_schema_before(
    up: str, down: str, told: tuple[str, ...], backend: str
) -> None:
    step = play(USERS, (up, down), backend=backend).steps[1]
    assert step.rollback_tried
    assert step.rollback_refusal is None
    assert step.rollback_differences == told


def test_a_rollback_leaves_the_replay_where_it_was() -> None:
    found = play((USERS, "DROP TABLE users;"), posts(""))
    assert found.complete
    assert set(found.schema.tables()) == {"users", "posts"}


@pytest.mark.parametrize("pragma", ["", "PRAGMA foreign_keys=OFF;", "PRAGMA defer_foreign_keys=ON;"])
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("action", "deleted", "rejected"),
    [
        ("ON DELETE CASCADE", True, False),
        ("ON DELETE SET NULL", False, False),
        ("ON DELETE RESTRICT", None, True),
        ("", None, True),
    ],
)
def test_rebuilds_and_children(
    action: str, deleted: bool | None, rejected: bool, pragma: str, backend: str
) -> None:
    step = play(USERS, posts(action), pragma + REBUILD, backend=backend).steps[2]
    assert (step.with_rows is not None) == rejected
    assert [(loss.child, loss.deleted, loss.after) for loss in step.losses] == (
        [] if deleted is None else [("posts", deleted, 0)]
    )


def test_children_that_are_put_back_are_not_lost() -> None:
    aside = "CREATE TABLE kept AS SELECT * FROM posts; DROP TABLE posts;"
    back = posts("ON DELETE CASCADE") + "INSERT INTO posts SELECT * FROM kept; DROP TABLE kept;"
    step = play(USERS, posts("ON DELETE CASCADE"), aside + REBUILD + back).steps[2]
    assert step.with_rows is None
    assert step.losses == ()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "text",
    [
        "ALTER TABLE users ADD COLUMN a TEXT NOT NULL;",
        "ALTER TABLE users ADD COLUMN a TEXT DEFAULT CURRENT_TIMESTAMP;",
        "ALTER TABLE users ADD COLUMN a INTEGER DEFAULT 7 REFERENCES users(id);",
        "CREATE UNIQUE INDEX u ON users (email);",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO n SELECT id, name FROM users;",
    ],
)
def test_rows_show_what_an_empty_database_hides(text: str, backend: str) -> None:
    step = play(USERS, text, backend=backend).steps[1]
    assert step.refusal is None
    assert step.with_rows is not None


@pytest.mark.parametrize(
    "table",
    [
        "CREATE TABLE t (a TEXT CHECK (a IN ('x', 'y')) NOT NULL, b INT UNIQUE NOT NULL);",
        "CREATE TABLE t (a TEXT NOT NULL CHECK (length(a) = 2), PRIMARY KEY (a)) STRICT, WITHOUT ROWID;",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, up INT NOT NULL REFERENCES t(id));",
        "CREATE TABLE t (a INT, b INT AS (a * 2) STORED);",
        'CREATE TABLE "odd ""name" ("a b" TEXT);',
        "CREATE VIRTUAL TABLE f USING fts5(a);",
        "CREATE TABLE a (id INT PRIMARY KEY, b INT REFERENCES b(id));"
        "CREATE TABLE b (id INT PRIMARY KEY, a INT REFERENCES a(id));",
    ],
)
def test_any_table_can_be_seeded(table: str) -> None:
    found = play(table, "CREATE TABLE other (id INT);", "DROP TABLE other;")
    assert all(step.with_rows is None for step in found.steps)


def test_a_remembered_replay_is_the_replay(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("CFGUARD_CACHE_DIR", str(tmp_path))
    migrations = [
        Migration("1.sql", USERS + posts("ON DELETE CASCADE"), "DROP TABLE users;"),
        Migration("2.sql", REBUILD),
        Migration("3.sql", "ALTER TABLE users ADD COLUMN a TEXT NOT NULL;"),
        Migration("4.sql", "SELEC 1;"),
    ]
    played = remembered_replay(migrations)
    monkeypatch.setattr("cfguard.d1.remember.replay", None)
    assert remembered_replay(migrations) == played


@pytest.mark.parametrize("kept", ["{}", "[]", '{"steps": 1, "schema": [], "created": {}}', "nonsense"])
def test_a_spoilt_memory_is_not_believed(
    kept: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    import os

    monkeypatch.setenv("CFGUARD_CACHE_DIR", str(tmp_path))
    migrations = [Migration("1.sql", USERS)]
    played = remembered_replay(migrations)
    folder = os.path.join(str(tmp_path), "d1-replay")
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(kept)
    assert remembered_replay(migrations) == played


def test_names_and_places_need_no_database() -> None:
    import subprocess
    import sys

    code = (
        "import sys, cfguard.api; print([name for name in sys.modules if 'sqlite' in name or 'apsw' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
