"""What D1 refuses by a name in the statement, where SQLite's authorizer cannot see it."""

from __future__ import annotations

from cfguard.d1.database import Database, Failure
from cfguard.syntax.sql import Statement, Token, tokenize

_SUFFIXES = {
    "fts5": ("data", "idx", "content", "docsize", "config"),
    "rtree": ("rowid", "node", "parent"),
    "rtree_i32": ("rowid", "node", "parent"),
}
_WRITES = ("INSERT", "REPLACE", "UPDATE", "DELETE", "DROP TABLE", "ALTER TABLE")


def refused_by_name(database: Database, statement: Statement) -> str:
    """Why a statement is refused for what it names; empty where it is not."""
    judged = database.profile.any_case_reserved and statement.new_name
    if judged and database.authorizer.is_reserved(statement.new_name):
        return f"names that begin with `_cf_` are Cloudflare's own: `{statement.new_name}`"
    if statement.verb in _WRITES and "_" in statement.target and _is_shadow(database, statement.target):
        done = "dropped" if statement.verb == "DROP TABLE" else "modified"
        return f"table {statement.target} may not be {done}: it belongs to a virtual table"
    return ""


def _is_shadow(database: Database, name: str) -> bool:
    owner, _, suffix = name.rpartition("_")
    try:
        rows = database.query(
            "SELECT sql FROM sqlite_master WHERE type='table' AND lower(name)=lower(?)", owner
        )
    except Failure:
        return False
    if not rows or not rows[0][0]:
        return False
    tokens = [token for token in tokenize(rows[0][0]) if token.significant]
    for at, token in enumerate(tokens[:-1]):
        if token.is_word("USING"):
            return suffix.lower() in _SUFFIXES.get(tokens[at + 1].plain.lower(), ())
    return False


def without_update_limit(sql: str, statement: Statement) -> str:
    """An UPDATE or DELETE without its ORDER BY and LIMIT, which not every SQLite is built to read."""
    if statement.verb not in ("UPDATE", "DELETE"):
        return sql
    depth, cut_at = 0, None
    previous: Token | None = None
    for token in tokenize(sql):
        if not token.significant:
            continue
        depth += (token.text == "(") - (token.text == ")")
        if (
            depth == 0
            and cut_at is None
            and (
                token.is_word("LIMIT")
                or (token.is_word("BY") and previous is not None and previous.is_word("ORDER"))
            )
        ):
            cut_at = previous.start if token.is_word("BY") and previous is not None else token.start
        previous = token
    return sql if cut_at is None else sql[:cut_at]
