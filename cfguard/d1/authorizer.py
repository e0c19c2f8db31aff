"""Says what a script may do, as workerd's authorizer does: the names are SQLite's, the verdicts D1's."""

from __future__ import annotations

import re
import sqlite3

from cfguard.d1.profile import Argument, Profile
from cfguard.pattern import lazy

ALLOWED, DENIED = sqlite3.SQLITE_OK, sqlite3.SQLITE_DENY

#: sqlite3.SQLITE_SAVEPOINT has no name in Python's module.
_SAVEPOINT = 32
_NAMED = frozenset(
    {
        sqlite3.SQLITE_CREATE_TABLE,
        sqlite3.SQLITE_CREATE_VIEW,
        sqlite3.SQLITE_CREATE_INDEX,
        sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_CREATE_VTABLE,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_VIEW,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_DROP_TRIGGER,
        sqlite3.SQLITE_DROP_VTABLE,
        sqlite3.SQLITE_INSERT,
        sqlite3.SQLITE_UPDATE,
        sqlite3.SQLITE_DELETE,
    }
)
#: What `CREATE TABLE temp.x` asks for; SQLite itself touches the temporary schema while it alters tables.
_CREATED = frozenset(
    {
        sqlite3.SQLITE_CREATE_TABLE,
        sqlite3.SQLITE_CREATE_VIEW,
        sqlite3.SQLITE_CREATE_INDEX,
        sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_CREATE_VTABLE,
    }
)
_TEMPORARY = frozenset(
    {
        sqlite3.SQLITE_CREATE_TEMP_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_VIEW,
        sqlite3.SQLITE_CREATE_TEMP_INDEX,
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER,
        sqlite3.SQLITE_DROP_TEMP_TABLE,
        sqlite3.SQLITE_DROP_TEMP_VIEW,
        sqlite3.SQLITE_DROP_TEMP_INDEX,
        sqlite3.SQLITE_DROP_TEMP_TRIGGER,
        sqlite3.SQLITE_ATTACH,
        sqlite3.SQLITE_DETACH,
        sqlite3.SQLITE_TRANSACTION,
        _SAVEPOINT,
    }
)
#: Virtual tables that some builds of SQLite bring along and workerd's does not.
_ABSENT_TABLES = frozenset(
    "dbstat sqlite_dbpage sqlite_stmt bytecode tables_used completion generate_series carray fsdir".split()
)
_TRANSACTIONS = (
    "each file runs in a transaction of its own, and statements about transactions are not allowed"
)
# A number that begins with a digit is a switch as well, whatever follows it.
_SWITCH = lazy(r"(?:true|false|on|off|yes|no|[0-9]{1,9}(?:[^0-9].*)?)\Z", re.IGNORECASE)
_NUMBER = lazy(r"[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)\Z")
_NAME = lazy(r"[A-Za-z_\u0080-\U0010ffff][\w$\u0080-\U0010ffff]*\Z")


class Authorizer:
    """The callback that SQLite asks while it compiles a statement of a script.

    ``trusted`` switches it off for our own statements. ``refusal`` keeps the words for the last action
    that was denied, where they say more than SQLite's own.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self.trusted = True
        self.refusal = ""

    def __call__(
        self, action: int, first: str | None, second: str | None, schema: str | None, trigger: str | None
    ) -> int:
        """Whether an action is allowed; the arguments are those of sqlite3_set_authorizer."""
        if self.trusted or self._allows(action, first or "", second, schema):
            return ALLOWED
        return DENIED

    def _allows(self, action: int, first: str, second: str | None, schema: str | None) -> bool:
        if action == sqlite3.SQLITE_READ:
            return first.lower() not in _ABSENT_TABLES and not self.is_reserved(first)
        if action == sqlite3.SQLITE_FUNCTION:
            return (second or "").lower() in self._profile.functions
        if action in _TEMPORARY:
            if action in (sqlite3.SQLITE_TRANSACTION, _SAVEPOINT):
                self.refusal = _TRANSACTIONS
            return False
        if action == sqlite3.SQLITE_PRAGMA:
            return schema != "temp" and self.allows_pragma(first, second)
        if action in _CREATED and schema == "temp":
            return False
        if action in _NAMED:
            return self._allows_named(action, first, second)
        if action == sqlite3.SQLITE_ALTER_TABLE:
            return not self.is_reserved(second or "")
        return True

    def _allows_named(self, action: int, first: str, second: str | None) -> bool:
        if action == sqlite3.SQLITE_CREATE_VTABLE:
            return not self.is_reserved(first) and (second or "").lower() in self._profile.modules
        return not self.is_reserved(first)

    def is_reserved(self, name: str) -> bool:
        """Whether a name is Cloudflare's own (``_cf_…``)."""
        return (name.lower() if self._profile.any_case_reserved else name).startswith("_cf_")

    def allows_pragma(self, name: str, argument: str | None) -> bool:
        """Whether a pragma may be used with an argument."""
        kind = self._profile.pragmas.get(name.lower() if self._profile.any_case_pragmas else name)
        return kind is not None and self._fits(kind, argument)

    def _fits(self, kind: Argument, argument: str | None) -> bool:
        if kind == "anything":
            return True
        if argument is None:
            return kind != "name"
        if kind == "switch":
            return _SWITCH.match(argument) is not None
        if kind in ("number?", "any") and _NUMBER.match(argument):
            return True
        return kind in ("name", "name?", "any") and not self.is_reserved(argument)
