"""What D1 refuses by a name in the statement, where SQLite's authorizer cannot see it."""

from __future__ import annotations

from cfguard.d1.database import Database, Failure
from cfguard.syntax.sql import Statement, tokenize

_SUFFIXES = {
    "fts5": ("data", "idx", "content", "docsize", "config"),
    "rtree": ("rowid", "node", "parent"),
    "rtree_i32": ("rowid", "node", "parent"),
}
_WRITES = ("INSERT", "REPLACE", "UPDATE", "DELETE", "DROP TABLE", "ALTER TABLE")


def refused_by_name(database: Database, sql: str, statement: Statement) -> str:
    """Why a statement is refused for what it names; empty where it is not."""
    if statement.verb == "CREATE TRIGGER" and _is_temporary(sql, statement.target):
        return "not authorized"
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


def _is_temporary(sql: str, name: str) -> bool:
    """Whether a trigger is made as ``temp.name``, of which the authorizer hears only the table's schema."""
    words = (token for token in tokenize(sql) if token.significant)
    before: list[str] = []
    for token in words:
        if token.plain == name and len(before) > 1 and before[-1] == ".":
            return before[-2].lower() == "temp"
        before.append(token.plain)
        if len(before) > 9:  # behind CREATE TRIGGER IF NOT EXISTS schema.name
            return False
    return False
