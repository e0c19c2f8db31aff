"""Counts rows and values around a migration and its rollback, to see what does not come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cfguard.d1.database import Database, Failure
from cfguard.d1.script import Script
from cfguard.d1.seeding import quote, tables_of
from cfguard.named_tuple import NamedTuple

#: The rows of a table, and how many of them hold a value in each column (by its name in lower case).
Counts = tuple[int, Mapping[str, int]]


class Unkept(NamedTuple):
    """Rows of ``table``, or the values of one of its columns, that a rollback does not bring back.

    ``column`` is empty where rows are meant. ``by_rollback`` says that the migration had kept them, so
    that the rollback itself loses them.
    """

    table: str
    column: str
    by_rollback: bool


def touched_by(*scripts: Script) -> frozenset[str]:
    """The names, in lower case, that statements of scripts are about."""
    statements = (statement for script in scripts for _, found in script.steps for statement in found)
    return frozenset(statement.target.lower() for statement in statements if statement.target)


def count_rows(database: Database, names: frozenset[str]) -> dict[str, Counts]:
    """What the tables of these names hold, those left out that are not there."""
    found: dict[str, Counts] = {}
    for table in tables_of(database, names):
        columns = [row[1] for row in database.query(f"PRAGMA table_xinfo({quote(table)})")]
        wanted = ", ".join(["count(*)", *(f"count({quote(column)})" for column in columns)])
        try:
            row = database.query(f"SELECT {wanted} FROM {quote(table)}")[0]  # noqa: S608
        except Failure:
            continue
        found[table] = (row[0], dict(zip((name.lower() for name in columns), row[1:], strict=True)))
    return found


def unkept(
    before: Mapping[str, Counts], between: Mapping[str, Counts], after: Mapping[str, Counts]
) -> Iterator[Unkept]:
    """What was there before a migration, and is not after it and its rollback; ``between`` lies the migration."""
    for table, (rows, values) in before.items():
        if table not in after:
            continue
        rows_between, values_between = between.get(table, (0, {}))
        rows_after, values_after = after[table]
        if rows_after < rows:
            kept = rows_between >= rows
            if kept or table not in between:
                yield Unkept(table, "", kept)
            continue
        for column, count in values.items():
            if values_after.get(column, count) < count:
                kept = values_between.get(column, 0) >= count
                if kept or column not in values_between:
                    yield Unkept(table, column, kept)
