"""What a schema lets happen later, read from the database that a replay leaves."""

from __future__ import annotations

import pytest

from cfguard.d1.replay import Migration, replay

PARENT = "CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE);"


def codes(text: str) -> list[tuple[str, str]]:
    return [(smell.code, smell.name) for smell in replay([Migration("1.sql", text)]).smells]


@pytest.mark.parametrize(
    "type_name",
    ["STRING", "string", "ENUM", "POINT", "INTERVAL", "FLOATING POINT", "MIXED", "EMAIL"],
)
def test_types_that_are_not_what_they_seem(type_name: str) -> None:
    assert codes(f"CREATE TABLE t (id INTEGER PRIMARY KEY, a {type_name});") == [("affinity-surprising", "a")]


@pytest.mark.parametrize(
    "type_name",
    [
        "TEXT", "", "INT", "UNSIGNED BIG INT", "VARCHAR(255)", "NATIVE CHARACTER(70)", "BLOB", "DOUBLE PRECISION",
        "NUMERIC", "DECIMAL(10,5)", "BOOLEAN", "DATE", "DATETIME", "TIMESTAMPTZ", "JSON", "BIGSERIAL", "TINYINT(1)",
    ],
)  # fmt: skip
def test_types_that_are_what_they_seem(type_name: str) -> None:
    assert codes(f"CREATE TABLE t (id INTEGER PRIMARY KEY, a {type_name});") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (PARENT + "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (id));", [("foreign-key-unindexed", "p")]),
        (PARENT + "CREATE TABLE c (id INTEGER PRIMARY KEY, p UNIQUE REFERENCES p (code));", []),
        (PARENT + "CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES p (id));", []),
        (PARENT + "CREATE TABLE c (a, p REFERENCES p (id), PRIMARY KEY (a, p));", [("foreign-key-unindexed", "p")]),
        ("CREATE TABLE t (a); CREATE TABLE s (a TEXT) STRICT;", [("no-primary-key", ""), ("no-primary-key", "")]),
        ("CREATE TABLE t (a); CREATE UNIQUE INDEX i ON t (a);", []),
        ("CREATE TABLE t (a PRIMARY KEY); CREATE INDEX z ON t (a);", [("index-duplicate", "z")]),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE INDEX z ON t (a); CREATE UNIQUE INDEX b ON t (a);",
         [("index-duplicate", "z")]),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE INDEX z ON t (a); CREATE INDEX b ON t (a);",
         [("index-duplicate", "b")]),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE INDEX z ON t (a); CREATE INDEX b ON t (a COLLATE NOCASE);",
         []),
        ("CREATE TABLE _own (a STRING); CREATE VIRTUAL TABLE f USING fts5(a);", []),
    ],
)  # fmt: skip
def test_keys_and_indexes(text: str, found: list[tuple[str, str]]) -> None:
    assert codes(text) == found
