"""Counts the child rows that vanish when a migration drops their parent."""

from __future__ import annotations

from cfguard.d1.database import Database
from cfguard.d1.seeding import Reference, quote, references_of, tables_of
from cfguard.named_tuple import NamedTuple
from cfguard.syntax.sql import Statement
from cfguard.text import Span


class Loss(NamedTuple):
    """Rows of ``child`` that dropping ``parent`` deletes, or whose reference it sets to NULL.

    ``before`` and ``after`` count rows, or rows with a reference. ``span`` is the name of the parent in
    the statement.
    """

    parent: str
    child: str
    deleted: bool
    before: int
    after: int
    span: Span


class Losses:
    """Watches the statements of one migration."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open: list[tuple[str, Reference, int, int]] = []
        self._found: list[tuple[Loss, Reference]] = []

    def before(self, statement: Statement) -> None:
        """Count the children of a table that is about to be dropped."""
        self._open = []
        if statement.verb != "DROP TABLE":
            return
        target = statement.target.lower()
        links = [
            (child, reference)
            for child in tables_of(self._database)
            if child.lower() != target
            for reference in references_of(self._database, child)
        ]
        parents, reached = {target}, True
        while reached:  # a child whose rows go takes its own children along
            reached = False
            for child, reference in links:
                if reference.parent.lower() in parents and child.lower() not in parents:
                    parents.add(child.lower())
                    reached = True
        self._open = [
            (child, reference, *self._count(child, reference))
            for child, reference in links
            if reference.parent.lower() in parents
        ]

    def after(self, statement: Statement) -> None:
        """Count again once the table is gone."""
        for child, reference, rows, linked in self._open:
            rows_now, linked_now = self._count(child, reference)
            span = statement.target_span or statement.span
            if rows_now < rows:
                self._found.append((Loss(statement.target, child, True, rows, rows_now, span), reference))
            elif linked_now < linked:
                self._found.append(
                    (Loss(statement.target, child, False, linked, linked_now, span), reference)
                )
        self._open = []

    def at_end(self) -> tuple[Loss, ...]:
        """What is still lost when the migration is through: a child that was refilled or dropped is not."""
        if not self._found:
            return ()
        tables = {name.lower() for name in tables_of(self._database)}
        lost = []
        for loss, reference in self._found:
            if loss.child.lower() not in tables:
                continue
            columns = {
                row[1].lower() for row in self._database.query(f"PRAGMA table_xinfo({quote(loss.child)})")
            }
            if not columns.issuperset(name.lower() for name in reference.columns):
                continue
            rows, linked = self._count(loss.child, reference)
            if (rows if loss.deleted else linked) < loss.before:
                lost.append(loss)
        return tuple(lost)

    def _count(self, child: str, reference: Reference) -> tuple[int, int]:
        linked = " AND ".join(f"{quote(name)} IS NOT NULL" for name in reference.columns)
        row = self._database.query(
            f"SELECT count(*), count(CASE WHEN {linked} THEN 1 END) FROM {quote(child)}"  # noqa: S608
        )[0]
        return row[0], row[1]
