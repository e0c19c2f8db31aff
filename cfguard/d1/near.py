"""Statements that still pass and are close to a limit of D1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from cfguard.d1.profile import OLDEST, Profile
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.sql import Statement, bounds, statement_in, tokenize
from cfguard.syntax.sql.statement import MOST

#: What developers.cloudflare.com/d1/platform/limits says of values in a call (read 2026-11-22); runtimes take more.
DOCUMENTED_ARGUMENTS = 32
#: The part of a limit from which on it is worth a word.
SHARE = 0.8
#: A statement of fewer characters, and with few commas, is near no limit.
_SHORT = 10_000
_CALLED = lazy(r"\b(\w++)(?>(?:\s|/\*.*?\*/|--[^\n]*\n)*)\(", re.DOTALL)


class Near(NamedTuple):
    """A statement near a limit, in words: what it has, and what the limit is about."""

    statement: Statement
    message: str
    help: str


def near_limits(text: str, profile: Profile) -> Iterator[Near]:
    """What in a text is near the limits of a profile."""
    limits = profile.limits
    if len(text) < SHARE * limits.columns:
        return
    for span, terminated in islice(bounds(text), MOST):
        sql = text[span.start : span.end]
        if len(sql) < _SHORT and sql.count(",") < DOCUMENTED_ARGUMENTS:
            continue
        statement = statement_in(text, span, terminated=terminated)
        size = len(sql.encode(errors="surrogatepass"))
        if SHARE * limits.statement < size <= limits.statement:
            message = f"this statement has {size:,} bytes; D1 takes {limits.statement:,} at most"
            yield Near(statement, message, "Write it as several statements")
        if statement.verb == "CREATE TABLE":
            columns = _columns(sql)
            if SHARE * limits.columns < columns <= limits.columns:
                message = (
                    f"`{statement.target}` has about {columns} columns; D1 takes {limits.columns} at most"
                )
                yield Near(statement, message, "Move what belongs together into a table of its own")
        elif statement.verb in ("INSERT", "REPLACE"):
            yield from _rows(statement, sql)
        if sql.count(",") >= DOCUMENTED_ARGUMENTS and _may_call(sql, profile):
            yield from _calls(statement, sql, profile)


def _may_call(sql: str, profile: Profile) -> bool:
    """Whether the name of a function stands before a bracket: long lists of plain rows are read quickly."""
    return any(match[1].lower() in profile.functions for match in _CALLED.finditer(sql))


def _calls(statement: Statement, sql: str, profile: Profile) -> Iterator[Near]:
    """The first call with more values than Cloudflare's pages promise to take."""
    calls: list[tuple[str, int]] = []
    before = ""
    for token in tokenize(sql):
        if not token.significant:
            continue
        if token.text == "(":
            calls.append((before if before in profile.functions else "", 0))
        elif token.text == "," and calls:
            calls[-1] = (calls[-1][0], calls[-1][1] + 1)
        elif token.text == ")" and calls:
            name, commas = calls.pop()
            if name and DOCUMENTED_ARGUMENTS <= commas < profile.limits.arguments:
                message = (
                    f"this call of `{name}` has {commas + 1} values; Cloudflare promises {DOCUMENTED_ARGUMENTS}, "
                    f"and a local D1 takes {profile.limits.arguments}"
                )
                yield Near(statement, message, "Put calls into each other, or write several statements")
                return
        before = token.text.lower() if token.kind == "word" else ""


def _rows(statement: Statement, sql: str) -> Iterator[Near]:
    """An INSERT so long that runtimes before November 2026 call it out of memory."""
    most = OLDEST.limits.operations or 0
    if (
        2 * (sql.count(",") + 1) <= SHARE * most
    ):  # a row has a value at least, and all but the last have a comma
        return
    rows, values = _values(sql)
    operations = rows * (values + 1)
    if operations > SHARE * most:
        state = "refuse it" if operations > most else f"take about {most // (values + 1):,} at most"
        message = (
            f"this INSERT has {rows:,} rows of {values} values; D1 runtimes before November 2026 {state}"
        )
        yield Near(statement, message, "Insert the rows by several statements")


def _values(sql: str) -> tuple[int, int]:
    """How many rows a VALUES list has, and how many values its first row."""
    depth = rows = values = 0
    inside = False
    for token in tokenize(sql):
        if token.is_word("VALUES") and depth == 0:
            inside = True
        elif not inside:
            depth += (token.text == "(") - (token.text == ")")
        elif token.text == "(":
            depth += 1
            rows += depth == 1
        elif token.text == ")":
            depth -= 1
        elif token.text == "," and depth == 1 and rows == 1:
            values += 1
    return rows, values + 1 if rows else 0


def _columns(sql: str) -> int:
    """How many parts the brackets of a CREATE TABLE hold; constraints count as well."""
    depth = parts = 0
    for token in tokenize(sql):
        if token.text == "(":
            depth += 1
            parts = max(parts, 1)
        elif token.text == ")":
            depth -= 1
        elif token.text == "," and depth == 1:
            parts += 1
    return parts
