"""Writes ``UPDATE … LIMIT`` and ``DELETE … LIMIT`` for a SQLite that is not built to read them, as D1's is."""

from __future__ import annotations

from cfguard.d1.database import Database, Failure
from cfguard.d1.seeding import quote
from cfguard.named_tuple import NamedTuple
from cfguard.syntax.sql import Statement, Token, tokenize

_CLAUSES = ("SET", "FROM", "WHERE", "RETURNING", "ORDER", "LIMIT")


class _Clause(NamedTuple):
    """A clause outside brackets: its first word, and where that begins and ends."""

    word: str
    start: int
    end: int


def with_limit_inside(sql: str, statement: Statement, database: Database) -> str:
    """A statement that does the same by a subquery; every offset before its LIMIT stays the same.

    What has no LIMIT comes back as it is.
    """
    if statement.verb not in ("UPDATE", "DELETE"):
        return sql
    clauses = _clauses(sql, statement.verb)
    at = {clause.word: clause for clause in reversed(clauses)}
    last = at.get("ORDER") or at.get("LIMIT")
    if last is None or "LIMIT" not in at:
        return sql
    head, chosen = sql[: last.start], sql[last.start :]
    if statement.verb == "UPDATE" and ("FROM" in at or "SET" not in at):
        return head
    where, returning = at.get("WHERE"), at.get("RETURNING")
    filter_end = returning.start if returning is not None else len(head)
    condition = head[where.end : filter_end] if where is not None else ""
    source = _source(sql, statement.verb, at, where.start if where is not None else filter_end)
    key = _key(database, statement.target)
    inner = f"{key} IN (SELECT {key.strip('()')} FROM {source}"  # noqa: S608 - runs in memory, behind the authorizer
    if where is None:
        return f"{head[:filter_end]} WHERE {inner} {chosen}\n){head[filter_end:]}"
    opened = f"{head[: where.end]}({condition.removeprefix(' ')}\n)"
    return f"{opened} AND {inner} WHERE {condition}\n {chosen}\n){head[filter_end:]}"


def _clauses(sql: str, verb: str) -> list[_Clause]:
    """The clauses of the statement itself, behind its common table expressions."""
    found: list[_Clause] = []
    depth, begun = 0, False
    previous: Token | None = None
    for token in tokenize(sql):
        if not token.significant:
            continue
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and token.kind == "word":
            begun = begun or token.is_word(verb)
            if begun and token.is_word(*_CLAUSES):
                found.append(_Clause(token.text.upper(), token.start, token.end))
        previous = token
    if previous is not None and previous.is_word("LIMIT"):
        return []  # SQLite's own complaint about what is missing
    return found


def _source(sql: str, verb: str, at: dict[str, _Clause], end: int) -> str:
    """The table with its alias, as a FROM clause takes it."""
    if verb == "DELETE":
        return sql[at["FROM"].end : end] if "FROM" in at else ""
    words = [token for token in tokenize(sql[: at["SET"].start]) if token.significant]
    first = next(place for place, token in enumerate(words) if token.is_word("UPDATE")) + 1
    first += 2 if words[first].is_word("OR") else 0
    return sql[words[first].start : at["SET"].start]


def _key(database: Database, table: str) -> str:
    try:
        database.query(f"SELECT rowid FROM {quote(table)} LIMIT 0")  # noqa: S608
    except Failure:
        try:
            rows = database.query(f"PRAGMA table_info({quote(table)})")
        except Failure:
            return "rowid"
        keys = [quote(row[1]) for row in sorted(rows, key=lambda row: row[5]) if row[5]]
        return f"({', '.join(keys)})" if keys else "rowid"
    return "rowid"
