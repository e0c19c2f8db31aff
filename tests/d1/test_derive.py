"""Rollbacks that migrations give themselves: written where they can be proved, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.d1.derive import derived_rollbacks
from cfguard.d1.replay import Migration, replay
from cfguard.model.migration_texts import rollback_name

USERS = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);"


def derived(*texts: str) -> tuple[str | None, ...]:
    return derived_rollbacks([Migration(f"{number}.sql", text) for number, text in enumerate(texts, 1)])


@pytest.mark.parametrize(
    ("up", "lines"),
    [
        ("CREATE TABLE a (x); CREATE INDEX i ON a (x);", ['DROP TABLE "a";']),
        ("CREATE TABLE a (x); CREATE TABLE b (y REFERENCES a (x));", ['DROP TABLE "b";', 'DROP TABLE "a";']),
        ("CREATE VIRTUAL TABLE f USING fts5(a);", ['DROP TABLE "f";']),
        ("ALTER TABLE users ADD COLUMN age INT; CREATE INDEX i ON users (age);",
         ['DROP INDEX "i";', 'ALTER TABLE "users" DROP COLUMN "age";']),
        ("CREATE VIEW v AS SELECT 1; CREATE TRIGGER t AFTER INSERT ON users BEGIN SELECT 1; END;",
         ['DROP TRIGGER "t";', 'DROP VIEW "v";']),
        ('CREATE TABLE "odd ""name" (x);', ['DROP TABLE "odd ""name";']),
        ("CREATE TABLE a (x); INSERT INTO a VALUES (1);", ['DROP TABLE "a";']),
    ],
)  # fmt: skip
def test_what_undoes_a_migration(up: str, lines: list[str]) -> None:
    text = derived(USERS, up)[1]
    assert text is not None
    assert text.splitlines() == ["-- Undoes 2.sql", *lines]


@pytest.mark.parametrize(
    "up",
    [
        "DROP TABLE users;",
        "ALTER TABLE users RENAME TO people;",
        "ALTER TABLE users DROP COLUMN name;",
        "UPDATE users SET name = 'x';",
        "CREATE TABLE a (x); INSERT INTO users (name) VALUES ('x');",
        "SELECT 1;",
        "SELEC 1;",
    ],
)
def test_what_nothing_undoes_is_left_to_people(up: str) -> None:
    assert derived(USERS, up, "CREATE TABLE z (a);")[1] is None


_UPS = st.lists(
    st.sampled_from(
        [
            "CREATE TABLE IF NOT EXISTS a (x INT, y TEXT);",
            "ALTER TABLE users ADD COLUMN c1 TEXT;",
            "ALTER TABLE users ADD COLUMN c2 INT DEFAULT 3;",
            "CREATE INDEX IF NOT EXISTS i ON users (name);",
            "DROP INDEX IF EXISTS i;",
            "CREATE VIEW IF NOT EXISTS v AS SELECT id FROM users;",
            "DROP VIEW IF EXISTS v;",
            "CREATE TRIGGER IF NOT EXISTS t AFTER INSERT ON users BEGIN SELECT 1; END;",
            "INSERT INTO users (name) VALUES ('x');",
        ]
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


@settings(max_examples=25, deadline=None)
@given(st.lists(_UPS, min_size=1, max_size=3))
def test_every_derived_rollback_is_proved(ups: list[list[str]]) -> None:
    texts = [USERS, *("\n".join(up) for up in ups)]
    migrations = [
        Migration(f"{number}.sql", text, undo)
        for number, (text, undo) in enumerate(zip(texts, derived(*texts), strict=True), 1)
    ]
    for migration, step in zip(migrations, replay(migrations).steps, strict=True):
        if migration.rollback is not None:
            assert step.rollback_refusal is None
            assert step.rollback_differences == ()
            assert step.rollback_with_rows is None


@pytest.mark.parametrize(
    ("known", "applied", "wanted"),
    [
        ({}, (), "down/0002_b.sql"),
        ({"0001_a.sql": "rollback/0001_a.sql"}, (), "rollback/0002_b.sql"),
        ({"0001_a.sql": "/db/down/0001_a.down.sql"}, (), "/db/down/0002_b.down.sql"),
        ({"0001_a.sql": "0001_a_down.sql"}, ("0001_a_down.sql",), "down/0002_b.sql"),
    ],
)
def test_the_place_is_that_of_the_others(
    known: dict[str, str], applied: tuple[str, ...], wanted: str
) -> None:
    assert rollback_name("0002_b.sql", known, applied) == wanted


def test_a_folder_for_each_migration_names_it() -> None:
    assert rollback_name("20250101_a/migration.sql", {}, ()) == "down/20250101_a.sql"
    known = {"20250101_a/migration.sql": "20250101_a/down.sql"}
    assert rollback_name("20250102_b/migration.sql", known, ()) == "20250102_b/down.sql"
