"""Puts a few invented rows into every table, because an empty database hides what fails with data."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from cfguard.d1.database import Database, Failure
from cfguard.named_tuple import NamedTuple
from cfguard.syntax.sql import tokenize

#: Rows a table gets: two alike but for what must be unique, and one with NULL wherever that is allowed.
ROWS = 3
#: Far from the numbers that people write into migrations.
_FIRST_NUMBER = 900_000_001


class Column(NamedTuple):
    """A column as PRAGMA table_xinfo tells of it."""

    name: str
    type: str
    required: bool
    key: bool


class Reference(NamedTuple):
    """A foreign key: columns of this table and those of the parent that they refer to."""

    parent: str
    columns: tuple[str, ...]
    parent_columns: tuple[str, ...]


def quote(name: str) -> str:
    """A name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def tables_of(database: Database, names: Collection[str] | None = None) -> tuple[str, ...]:
    """The ordinary tables of a database in the order of their creation; of these names (in lower case) only."""
    if names is not None and not names:
        return ()
    rows = database.query("SELECT name, sql FROM sqlite_master WHERE type='table' ORDER BY rowid")
    virtual = [name for name, sql in rows if sql and sql[:40].upper().split()[:2] == ["CREATE", "VIRTUAL"]]
    return tuple(
        name
        for name, _ in rows
        if (names is None or name.lower() in names)
        and not name.startswith(("sqlite_", "_cf_"))
        and name not in virtual
        and not any(name.startswith(f"{owner}_") for owner in virtual)
    )


def references_of(database: Database, table: str) -> tuple[Reference, ...]:
    """The foreign keys of a table; a parent's columns default to its primary key."""
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for row in database.query(f"PRAGMA foreign_key_list({quote(table)})"):
        groups.setdefault(row[0], []).append(row)
    found = []
    for rows in groups.values():
        parent = rows[0][2]
        named = tuple(row[4] for row in rows)
        if any(name is None for name in named):
            named = tuple(column.name for column in _columns(database, parent) if column.key)
        found.append(Reference(parent, tuple(row[3] for row in rows), named))
    return tuple(found)


def seed(
    database: Database,
    leave_out: str,
    filled: set[str],
    late: Callable[[], bool],
    *,
    distinct: bool = False,
) -> None:
    """Fill every empty table except ``leave_out``, until it is ``late``; one that takes no invented row stays empty.

    With ``distinct`` no column repeats a value, also where it may. ``filled`` are the tables, in lower case, that
    need no look; those that were looked at join them.
    """
    filled.add(leave_out.lower())
    names = [name for name in tables_of(database) if name.lower() not in filled]
    empty = [name for name in names if not database.query(f"SELECT 1 FROM {quote(name)} LIMIT 1")]  # noqa: S608
    for name in _parents_first(database, empty):
        if late():
            return
        _fill(database, name, distinct=distinct)
    filled.update(name.lower() for name in names)


def _parents_first(database: Database, names: list[str]) -> list[str]:
    """Tables behind those that they refer to; in a circle the one that was made first goes first."""
    if len(names) < 2:
        return names
    known = {name.lower(): name for name in names}
    parents = {
        name: [key for each in references_of(database, name) if (key := each.parent.lower()) in known]
        for name in names
    }
    ordered: dict[str, None] = {}
    begun: set[str] = set()
    for first in names:
        pending = [first]
        while pending:  # a stack of our own: a file decides how long a chain is
            name = pending[-1]
            waiting = (
                [] if name in begun else [known[key] for key in parents[name] if known[key] not in begun]
            )
            begun.add(name)
            if waiting:
                pending += waiting
            else:
                ordered.setdefault(pending.pop())
    return list(ordered)


def _fill(database: Database, table: str, *, distinct: bool) -> None:
    columns = _columns(database, table)
    unique = _unique_columns(database, table)
    references = references_of(database, table)
    allowed = _listed_values(database, table)
    for number in range(ROWS):
        row = {
            column.name: _value(column, number, unique=distinct or column.name in unique, allowed=allowed)
            for column in columns
        }
        for reference in references:
            row.update(_parent_values(database, reference, number))
        _insert(database, table, row)


def invented_row(database: Database, table: str) -> dict[str, Any]:
    """A row for a table, every column filled; references to other tables are not looked up."""
    allowed = _listed_values(database, table)
    return {
        column.name: _value(column, 0, unique=False, allowed=allowed) for column in _columns(database, table)
    }


def _columns(database: Database, table: str) -> tuple[Column, ...]:
    rows = database.query(f"PRAGMA table_xinfo({quote(table)})")
    return tuple(Column(row[1], row[2].upper(), bool(row[3]), bool(row[5])) for row in rows if row[6] == 0)


def _unique_columns(database: Database, table: str) -> set[str]:
    found = {column.name for column in _columns(database, table) if column.key}
    for row in database.query(f"PRAGMA index_list({quote(table)})"):
        if row[2]:
            found.update(each[2] for each in database.query(f"PRAGMA index_info({quote(row[1])})") if each[2])
    return found


def _value(column: Column, number: int, *, unique: bool, allowed: Mapping[str, list[Any]]) -> Any:
    if number == ROWS - 1 and not column.required and not column.key:
        return None
    listed = allowed.get(column.name.lower())
    if listed:
        return listed[number % len(listed)] if unique else listed[0]
    step = number if unique else 0
    name, type_name = column.name.lower(), column.type
    if "INT" in type_name or "NUM" in type_name or "DEC" in type_name:
        return _FIRST_NUMBER + step
    if "BOOL" in type_name:
        return step % 2
    if any(part in type_name for part in ("REAL", "FLOA", "DOUB")):
        return 1.5 + step
    if "DATE" in type_name or "TIME" in type_name or name.endswith(("_at", "_date")):
        return f"2026-01-{step + 1:02} 00:00:00"
    if "JSON" in type_name or name.endswith("json"):
        return f'{{"n":{step}}}'
    if "BLOB" in type_name:
        return bytes((step + 1,))
    return f"{name}-{step}"


def _listed_values(database: Database, table: str) -> dict[str, list[Any]]:
    """What ``column IN ('a', 'b')`` in the table's own text lets a column hold."""
    rows = database.query("SELECT sql FROM sqlite_master WHERE type='table' AND name=?", table)
    tokens = [token for token in tokenize(rows[0][0] or "") if token.significant]
    found: dict[str, list[Any]] = {}
    for at, token in enumerate(tokens[:-2]):
        if (
            token.kind not in ("word", "name")
            or not tokens[at + 1].is_word("IN")
            or tokens[at + 2].text != "("
        ):
            continue
        values: list[Any] = []
        for item in tokens[at + 3 :]:
            if item.text == ")":
                break
            if item.kind == "string":
                values.append(item.plain)
            elif item.kind == "number" and re.fullmatch(r"[0-9]{1,18}", item.text):
                values.append(int(item.text))
        found.setdefault(token.plain.lower(), values)
    return found


def _parent_values(database: Database, reference: Reference, number: int) -> dict[str, Any]:
    if len(reference.columns) != len(reference.parent_columns):
        return {}
    wanted = ", ".join(quote(name) for name in reference.parent_columns)
    try:
        rows = database.query(f"SELECT {wanted} FROM {quote(reference.parent)} LIMIT {ROWS}")  # noqa: S608
    except Failure:
        return {}
    if not rows:
        return {}
    return dict(zip(reference.columns, rows[number % len(rows)], strict=True))


def _insert(database: Database, table: str, row: Mapping[str, Any]) -> None:
    """Insert a row, if need be past the table's CHECKs, whose meaning nobody can invent values for."""
    names = ", ".join(quote(name) for name in row)
    marks = ", ".join("?" for _ in row)
    sql = (
        f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})"  # noqa: S608
        if row
        else f"INSERT INTO {quote(table)} DEFAULT VALUES"
    )
    for relaxed in _relaxations(database):
        try:
            database.query(sql, *row.values())
        except Failure:
            if relaxed:
                return
        else:
            return


def _relaxations(database: Database) -> Iterator[bool]:
    yield False
    database.query("PRAGMA ignore_check_constraints=ON")
    try:
        yield True
    finally:
        database.query("PRAGMA ignore_check_constraints=OFF")
