"""What the schema at the end of a folder lacks: tables of health checks, and what will bite later."""

from __future__ import annotations

from collections.abc import Iterator

from cfguard.d1.health import health_tables, shortcomings
from cfguard.d1.smells import Smell
from cfguard.model.migration_names import Said
from cfguard.model.migration_replay import FolderReplay, key_at, span_in
from cfguard.syntax.node import Diagnostic, Document
from cfguard.syntax.sql import Statement, tokenize
from cfguard.text import Span


def about_schema(played: FolderReplay) -> Iterator[Said]:
    """What there is to say about the tables, where they are made."""
    if not played.conclusive:
        return
    for name, sql in health_tables(played.replay.schema):
        told = shortcomings(name, sql)
        made = played.made(name)
        if told and made is not None:
            document, span = made
            message = f"`{name}` {' and '.join(told)}"
            key = key_at(document, span)
            yield Said(document, Diagnostic("health-table", message, span, key))
    for smell in played.replay.smells:
        place = _place(played, smell)
        if place is not None:
            document, span = place
            yield Said(document, Diagnostic(smell.code, smell.message, span, key_at(document, span)))


def _place(played: FolderReplay, smell: Smell) -> tuple[Document, Span] | None:
    """The column or index that is meant, else the name of the table where it is made."""
    if smell.code == "index-duplicate":
        return played.made(smell.name) or played.made(smell.table)
    for migration, statement in played.shaping.get(smell.table.lower(), ()) if smell.name else ():
        found = _column(migration.forward_text, statement, smell.name.lower())
        if found is not None:
            return migration.source_document, span_in(migration.source_document, found)
    return played.made(smell.table)


def _column(text: str, statement: Statement, name: str) -> Span | None:
    """Where a statement about a table names a column first."""
    if statement.target_span is None:
        return None
    for token in tokenize(text, statement.target_span.end, statement.span.end):
        if token.kind in ("word", "name") and token.plain.lower() == name:
            return Span(token.start, token.end)
    return None
