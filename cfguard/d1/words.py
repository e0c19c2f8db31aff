"""Says in plain words why D1 refuses a statement, and what to write instead."""

from __future__ import annotations

import re

from cfguard.d1.script import Refusal
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.sql import Statement

_FUNCTION = lazy(r"(?:not authorized to use function|no such function): (.+)\Z", re.DOTALL)
_NOT_NULL = lazy(r"NOT NULL constraint failed: (.+)\Z", re.DOTALL)
_UNIQUE = lazy(r"UNIQUE constraint failed: (.+)\Z", re.DOTALL)
#: What people write instead of functions that D1 lacks.
_INSTEAD = {
    "now": "`CURRENT_TIMESTAMP` or `datetime('now')`",
    "getdate": "`CURRENT_TIMESTAMP`",
    "uuid": "`lower(hex(randomblob(16)))`",
    "gen_random_uuid": "`lower(hex(randomblob(16)))`",
    "ceiling": "`ceil`",
    "power": "`pow`",
    "log10": "`log`, which is to base 10",
    "nvl": "`ifnull`",
    "isnull": "`ifnull`",
    "len": "`length`",
    "if": "`iif`",
}


class Words(NamedTuple):
    """A reason, to stand behind "because" or a colon, and advice that may be empty."""

    reason: str
    advice: str = ""


def words_for(refusal: Refusal) -> Words:
    """Why a statement is refused, in one clause."""
    message, statement = refusal.message, refusal.statement
    if message == "not authorized" and statement is not None:
        return _not_allowed(statement)
    if match := _FUNCTION.match(message):
        instead = _INSTEAD.get(match[1].lower())
        return Words(f"D1 has no function `{match[1]}`", f"Write {instead}" if instead else "")
    if "too many terms in compound SELECT" in message:
        return Words(
            "a compound SELECT may have 5 terms at most", "Write several statements, or one VALUES list"
        )
    if message.startswith("LIKE or GLOB pattern too complex"):
        return Words("a LIKE or GLOB pattern may have 50 bytes at most")
    if message == "Cannot add a NOT NULL column with default value NULL":
        return Words(
            "a NOT NULL column that is added needs a default", "Give it a DEFAULT that is a constant"
        )
    if message == "Cannot add a column with non-constant default":
        return Words(
            "a column that is added needs a constant default",
            "Add it without the default, fill it with UPDATE, or rebuild the table",
        )
    if message == "cannot VACUUM from within a transaction":
        return Words(
            "D1 runs every file in a transaction, where VACUUM is impossible", "Remove the statement"
        )
    if "transaction" in message and statement is not None and not statement.target:
        return Words(message, "Remove the statement: each file takes effect whole or not at all anyway")
    return Words(_plain(message))


def _not_allowed(statement: Statement) -> Words:
    verb, target = statement.verb, statement.target
    if verb == "PRAGMA":
        return Words(f"D1 does not allow this use of `PRAGMA {target}`", "Remove the statement")
    if verb in ("ATTACH", "DETACH"):
        return Words("D1 knows no other database than its own", "Remove the statement")
    if target.lower().startswith("_cf_"):
        return Words("names that begin with `_cf_` are Cloudflare's own", "Choose another name")
    if verb.startswith("CREATE"):
        return Words(
            "D1 has no temporary objects and no virtual tables but FTS5 and R*Tree",
            "Create an ordinary table",
        )
    return Words("D1 does not allow it")


_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (r'near "(.+)": syntax error\Z', "syntax error at `{0}`"),
        (r"no such (table|column|index|view|trigger): (.+)\Z", "there is no {0} `{1}`"),
        (r"(table|index|view|trigger) (\S+) already exists\Z", "there is a {0} `{1}` already"),
        (r"duplicate column name: (.+)\Z", "there is a column `{0}` already"),
        (r"unrecognized token: .*\Z", "it holds characters that SQL does not know"),
        (r"incomplete input\Z", "the statement is not complete"),
        (r"(NOT NULL|UNIQUE|CHECK) constraint failed: (.+)\Z", "the {0} constraint of `{1}` fails"),
        (r"FOREIGN KEY constraint failed(.*)\Z", "a foreign key fails{0}"),
    )
)


def _plain(message: str) -> str:
    """SQLite's own words, put as ours where they are common, and never long."""
    line = " ".join(message.split())
    for pattern, words in _PHRASES:
        if match := pattern.match(line):
            line = words.format(*match.groups())
            break
    return line if len(line) <= 160 else line[:159] + "…"


def condition_for(refusal: Refusal) -> str:
    """When a statement that passes on an empty database fails: a clause behind "fails when"."""
    message, statement = refusal.message, refusal.statement
    table = statement.target if statement is not None else ""
    if match := _UNIQUE.match(message):
        columns = [name.strip() for name in match[1].split(",")]
        owner = columns[0].rpartition(".")[0]
        names = ", ".join(f"`{name.rpartition('.')[2]}`" for name in columns)
        return f"two rows of `{owner}` have the same {names}" if owner else "two rows are alike"
    if match := _NOT_NULL.match(message):
        return f"a row holds NULL that `{match[1]}` does not take"
    if "FOREIGN KEY constraint failed" in message:
        return f"rows of other tables refer to `{table}`" if table else "rows refer to what is dropped"
    return f"`{table}` has rows" if table else "the tables have rows"


def is_about_data(refusal: Refusal) -> bool:
    """Whether a failure with invented rows says something about real ones.

    Statements about the schema do, and so does a copy from one table into another whose constraints are
    stricter. What invented values do to CHECKs, to fixed values and to updates does not.
    """
    statement = refusal.statement
    if statement is None or refusal.unverified:
        return False
    if statement.verb in ("ALTER TABLE", "DROP TABLE", "CREATE INDEX") or refusal.message.endswith(
        "transaction ends"
    ):
        return "CHECK constraint failed" not in refusal.message
    if statement.verb not in ("INSERT", "REPLACE"):
        return False
    return bool(_NOT_NULL.match(refusal.message)) or refusal.message.startswith("cannot store")
