"""What the schema at the end of a folder lacks: tables of health checks, and what will bite later."""

from __future__ import annotations

from collections.abc import Iterator

from cfguard.d1.health import health_tables, shortcomings
from cfguard.d1.smells import Smell
from cfguard.model.database import Migration
from cfguard.model.migration_names import Said
from cfguard.model.migration_replay import FolderReplay, key_at, span_in
from cfguard.syntax.node import Diagnostic, Document
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
    for migration in reversed(played.migrations) if smell.name else ():
        found = _column(migration, smell)
        if found is not None:
            return migration.source_document, span_in(migration.source_document, found)
    return played.made(smell.table)


def _column(migration: Migration, smell: Smell) -> Span | None:
    """Where a statement about the table names the column first."""
    from cfguard.syntax.sql import split, tokenize

    text = migration.forward_text
    if smell.name.lower() not in text.lower():
        return None
    for statement in split(text):
        makes = statement.verb in ("CREATE TABLE", "ALTER TABLE")
        if not makes or statement.target.lower() != smell.table.lower() or statement.target_span is None:
            continue
        for token in tokenize(text, statement.target_span.end, statement.span.end):
            if token.kind in ("word", "name") and token.plain.lower() == smell.name.lower():
                return Span(token.start, token.end)
    return None
