"""Tells apart what D1 refuses from what only the SQLite of this machine is too old to read."""

from __future__ import annotations

import re

from cfguard.d1.database import Database, Failure
from cfguard.pattern import lazy
from cfguard.syntax.sql import tokenize

#: The reason why nothing is known about a statement that our own bounds ended.
STOPPED = "it takes more time or memory than a check allows"

_SEPARATED = lazy(r"(?:[0-9]+(?:_[0-9]+)+|0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)+)\Z")
_WHERE = "D1 runs SQLite {wanted} and this machine has {found}"

_AGGREGATES = "avg|count|group_concat|json_group_array|json_group_object|max|min|string_agg|sum|total"
#: Since when, its name, what SQLite says without it, and what a statement with it looks like.
#: From SQLite's release notes, read 2026-11-22.
_FEATURES: tuple[tuple[tuple[int, int], str, str, re.Pattern[str]], ...] = tuple(
    (since, name, complaint, lazy(pattern, re.IGNORECASE | re.DOTALL))
    for since, name, complaint, pattern in (
        ((3, 42), "JSON5", "malformed JSON", r"\A\s*(?:[\[{+.0-9]|Infinity|NaN)"),
        ((3, 42), "the modifier `subsec`", "NOT NULL constraint failed", r"\bsubsec(?:ond)?\b"),
        ((3, 43), "contentless_delete", "unrecognized option", r"\bcontentless_delete\b"),
        ((3, 44), "ORDER BY in an aggregate", "syntax error", rf"\b(?:{_AGGREGATES})\s*\([^()]*\bORDER\b"),
        ((3, 44), "string_agg", "no such function", r"\bstring_agg\s*\("),
        ((3, 45), "jsonb", "no such function", r"\bjsonb_group_(?:array|object)\s*\("),
        ((3, 47), "an expression in RAISE", "syntax error", r"\bRAISE\s*\(\s*\w+\s*,[^;]*"),
        ((3, 47), "contentless_unindexed", "unrecognized option", r"\bcontentless_unindexed\b"),
        ((3, 47), "locale", "unrecognized option", r"\blocale\b"),
        ((3, 48), "iif of that many values", "arguments to function iif", r"\biif\s*\("),
    )
)


def newer_feature(sql: str, failure: Failure, database: Database) -> str:
    """Why a failure says nothing about D1; empty where it does."""
    if failure.stopped:
        return STOPPED
    if database.version >= database.profile.sqlite:
        return ""
    wanted, found = (".".join(map(str, each[:2])) for each in (database.profile.sqlite, database.version))
    where = _WHERE.format(wanted=wanted, found=found)
    if "parser stack overflow" in failure.message:
        return f"the statement is nested too deeply for it: {where}"
    if failure.message.startswith("NOT NULL constraint failed: "):
        sql += _definition(database, failure.message.partition(": ")[2].rpartition(".")[0])
    for since, name, complaint, pattern in _FEATURES:
        newer = database.version < since <= database.profile.sqlite
        if newer and complaint in failure.message and _concerns(pattern, sql, failure.offset):
            return f"{name} needs a newer SQLite: {where}"
    return ""


def _concerns(pattern: re.Pattern[str], sql: str, offset: int | None) -> bool:
    """Whether a feature stands in a statement, at the place of the failure where that is known."""
    if pattern.pattern.startswith(r"\A"):  # about what a string holds
        return any(token.kind == "string" and pattern.match(token.plain) for token in tokenize(sql))
    return any(offset is None or match.start() <= offset < match.end() for match in pattern.finditer(sql))


def without_digit_separators(sql: str) -> str:
    """A statement whose numbers lack the `_` that SQLite reads since 3.46; every other offset stays."""
    if "_" not in sql:
        return sql
    parts: list[str] = []
    for token in tokenize(sql):
        text = token.text
        if token.kind == "number" and _SEPARATED.match(text):
            text = text.replace("_", "").ljust(len(text))
        parts.append(text)
    return "".join(parts)


def _definition(database: Database, table: str) -> str:
    try:
        rows = database.query(
            "SELECT sql FROM sqlite_master WHERE type='table' AND lower(name)=lower(?)", table
        )
    except Failure:
        return ""
    return f" {rows[0][0]}" if rows else ""
