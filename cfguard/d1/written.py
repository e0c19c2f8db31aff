"""Counts what D1 bills as rows written: rows, and an entry in each index of their table."""

from __future__ import annotations

from cfguard.d1.database import Database, Failure
from cfguard.d1.seeding import quote
from cfguard.syntax.sql import Statement

_WRITES = ("INSERT", "REPLACE", "UPDATE", "DELETE")


class Written:
    """Watches the statements of one migration; ``rows`` is what they have written so far.

    ``heaviest`` is the statement that wrote the most. What goes into ``leave_out`` does not count.
    """

    def __init__(self, database: Database, leave_out: str) -> None:
        self._database, self._leave_out = database, leave_out.lower()
        self._known = self._total()
        self._most = 0
        self.rows = 0
        self.heaviest: Statement | None = None

    def after(self, statement: Statement) -> None:
        """Count what a statement wrote."""
        if statement.verb not in _WRITES or statement.target.lower() == self._leave_out:
            return
        total = self._total()
        changed, self._known = total - self._known, total
        if changed:
            changed *= 1 + self._indexes(statement.target)
            self.rows += changed
            if changed > self._most:
                self._most, self.heaviest = changed, statement

    def _total(self) -> int:
        found: int = self._database.query("SELECT total_changes()")[0][0]
        return found

    def _indexes(self, table: str) -> int:
        try:
            return len(self._database.query(f"PRAGMA index_list({quote(table)})"))
        except Failure:
            return 0
