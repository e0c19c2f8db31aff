"""Tries a table of health checks with rows: whether it holds what a check records, and no other status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cfguard.d1.backends import open_database
from cfguard.d1.database import Database, Failure
from cfguard.d1.schema import Schema
from cfguard.d1.seeding import invented_row, quote
from cfguard.pattern import lazy

#: What a health check records, and what it may conclude (the project's data model, "Health Check Schema").
COLUMNS = ("check_type", "status", "timestamp", "details", "response_time")
STATUSES = ("healthy", "unhealthy", "degraded")
_NO_STATUS = "no-such-status"
_NAME = lazy(r"_?health_?checks?(?:_(?:results?|logs?|history))?\Z")


def health_tables(schema: Schema) -> Iterator[tuple[str, str]]:
    """The tables of health checks by their names, each with its SQL."""
    for (kind, key), (name, sql) in schema.objects.items():
        if kind == "table" and _NAME.match(key):
            yield name, sql


def shortcomings(name: str, sql: str) -> list[str]:
    """What a table of health checks lacks, a phrase for each; nothing where it cannot be tried."""
    database = open_database()
    try:
        database.query("PRAGMA foreign_keys=OFF")
        database.query(sql)
        columns = {row[1].lower() for row in database.query(f"PRAGMA table_xinfo({quote(name)})")}
        missing = [column for column in COLUMNS if column not in columns]
        told = [f"lacks {', '.join(f'`{column}`' for column in missing)}"] if missing else []
        if "status" in columns:
            told += _statuses(database, name)
    except Failure:
        return []
    finally:
        database.close()
    return told


def _statuses(database: Database, name: str) -> Iterator[str]:
    row = invented_row(database, name)
    refused = [status for status in STATUSES if not _takes(database, name, row, status)]
    if len(refused) == len(STATUSES):
        return  # something else about the invented row is wrong
    if refused:
        yield f"refuses the status {', '.join(f'`{status}`' for status in refused)}"
    if _takes(database, name, row, _NO_STATUS):
        yield "takes any `status`"


def _takes(database: Database, name: str, row: Mapping[str, Any], status: str) -> bool:
    filled = {column: status if column.lower() == "status" else value for column, value in row.items()}
    names = ", ".join(map(quote, filled))
    marks = ", ".join("?" for _ in filled)
    database.query("BEGIN")
    try:
        database.query(f"INSERT INTO {quote(name)} ({names}) VALUES ({marks})", *filled.values())  # noqa: S608
    except Failure:
        return False
    finally:
        if database.in_transaction:
            database.query("ROLLBACK")
    return True
