"""What a schema lets happen later: rows without a name, scans, numbers made of text, indexes kept twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cfguard.d1.database import Database, Failure
from cfguard.d1.seeding import quote, references_of, tables_of
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy

#: Types without a numeric word in SQLite's rules that are meant to be numbers, dates or whatever comes.
_NUMERIC = lazy(
    r"(?:NUMERIC|NUMBER|DECIMAL|DEC|MONEY|CURRENCY|SMALLMONEY|BOOL|BOOLEAN|BIT|YEAR|DATE|DATETIME|TIME|TIMESTAMP\w*"
    r"|\w*SERIAL\d?|FIXED|JSON|JSONB|ANY)\b",
    re.IGNORECASE,
)
#: Words of other meaning that hold the letters INT, by which SQLite knows an integer.
_NO_INTEGER = lazy(r"[A-Z]*POINT|INTERVAL|[A-Z]*PRINT|[A-Z]*HINT|INTERNET|INTL", re.IGNORECASE)
_INTEGER = lazy(r"INT", re.IGNORECASE)
_OTHER = lazy(r"CHAR|CLOB|TEXT|BLOB|REAL|FLOA|DOUB", re.IGNORECASE)


class Smell(NamedTuple):
    """One thing: its code, the table, what in it is meant (a column or an index; may be empty), and words."""

    code: str
    table: str
    name: str
    message: str


class _Index(NamedTuple):
    name: str
    unique: bool
    origin: str
    partial: bool
    columns: tuple[str, ...]
    shape: tuple[tuple[str, int, str], ...]


def smells(database: Database, leave_out: str, late: Callable[[], bool]) -> Iterator[Smell]:
    """What there is to say about every ordinary table but ``leave_out``, until it is ``late``."""
    for table in tables_of(database):
        if late():
            return
        if table.lower() == leave_out.lower() or table.startswith("_"):
            continue
        try:
            columns = database.query(f"PRAGMA table_xinfo({quote(table)})")
            indexes = list(_indexes(database, table))
        except Failure:
            continue
        keys = tuple(row[1].lower() for row in sorted(columns, key=lambda row: row[5]) if row[5])
        if not keys and not any(index.unique for index in indexes):
            yield Smell("no-primary-key", table, "", f"`{table}` has no primary key and nothing unique")
        strict = database.query("SELECT strict FROM pragma_table_list WHERE name = ?", table)
        if not strict or not strict[0][0]:
            yield from _types(table, [(row[1], row[2]) for row in columns])
        yield from _scans(database, table, keys, indexes)
        yield from _twice(table, keys, indexes)


def _indexes(database: Database, table: str) -> Iterator[_Index]:
    for _, name, unique, origin, partial in database.query(f"PRAGMA index_list({quote(table)})"):
        parts = [row for row in database.query(f"PRAGMA index_xinfo({quote(name)})") if row[5]]
        columns = tuple((row[2] or "").lower() for row in parts)
        shape = tuple((column, row[3], row[4]) for column, row in zip(columns, parts, strict=True))
        yield _Index(name, bool(unique), origin, bool(partial), columns, shape)


def _types(table: str, columns: list[tuple[str, str]]) -> Iterator[Smell]:
    """Columns whose type SQLite takes for another one than people do."""
    for name, type_name in columns:
        taken = _taken_for(type_name)
        if taken:
            column = f"the type `{type_name}` of `{table}.{name}`"
            message = f"SQLite takes {column} for {taken}, which makes a number of `007`"
            yield Smell("affinity-surprising", table, name, message)


def _taken_for(type_name: str) -> str:
    words = _NO_INTEGER.sub("", type_name)
    if not type_name or (_INTEGER.search(type_name) and _INTEGER.search(words)):
        return ""
    if _INTEGER.search(type_name):
        return "INTEGER"
    return "" if _OTHER.search(type_name) or _NUMERIC.match(type_name.strip()) else "NUMERIC"


def _scans(database: Database, table: str, keys: tuple[str, ...], indexes: list[_Index]) -> Iterator[Smell]:
    """Foreign keys that no index begins with: each change of a parent's row reads the whole table."""
    for reference in references_of(database, table):
        wanted = {column.lower() for column in reference.columns}
        starts = [index.columns[: len(wanted)] for index in indexes] + [keys[: len(wanted)]]
        if not any(set(start) == wanted for start in starts):
            names = ", ".join(f"`{table}.{column}`" for column in reference.columns)
            effect = f"each row that goes from `{reference.parent}` costs a look at all of `{table}`"
            message = f"no index begins with {names}, so {effect}"
            yield Smell("foreign-key-unindexed", table, reference.columns[0], message)


def _twice(table: str, keys: tuple[str, ...], indexes: list[_Index]) -> Iterator[Smell]:
    """Indexes of people's own that hold what another one holds already."""
    best: dict[tuple[object, ...], _Index] = {}
    for index in indexes:  # the newest first, so that of equals the oldest stays
        known = best.get(index.shape)
        if not index.partial and (known is None or _rank(index) >= _rank(known)):
            best[index.shape] = index
    for index in indexes:
        if index.origin != "c" or index.partial or "" in index.columns:
            continue
        twin = best[index.shape]
        if twin is not index:
            kept = "a UNIQUE or PRIMARY KEY constraint" if twin.origin != "c" else f"`{twin.name}`"
        elif len(index.columns) == 1 and index.columns == keys and not _has_key_index(indexes):
            kept = "its INTEGER PRIMARY KEY"
        else:
            continue
        message = f"the index `{index.name}` of `{table}` holds what {kept} holds already"
        yield Smell("index-duplicate", table, index.name, message)


def _rank(index: _Index) -> tuple[bool, bool]:
    """Which of two alike is to be kept: that of a constraint, else the unique one."""
    return index.origin != "c", index.unique


def _has_key_index(indexes: list[_Index]) -> bool:
    return any(index.origin == "pk" for index in indexes)
