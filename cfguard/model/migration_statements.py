"""Statements of migrations that do less than they seem to, without being refused."""

from __future__ import annotations

from collections.abc import Iterator

from cfguard.model.database import Migration
from cfguard.model.migration_names import Said
from cfguard.pattern import lazy
from cfguard.syntax.node import Diagnostic, Node, Path
from cfguard.text import Span

_OFF = lazy(r"PRAGMA\s+(?:main\s*\.\s*)?foreign_keys\s*(?:=|\()\s*['\"]?(?:off|0+|false|no)\b", 2)
_BEGIN = "BEGIN TRANSACTION;"


def about_statements(migration: Migration) -> Iterator[Said]:
    """A switch that D1 does not turn, and a transaction that only a local database does not see."""
    document = migration.source_document
    for span, key in ineffective_pragmas(migration):
        message = (
            "D1 leaves foreign keys on: a migration is one transaction, in which this PRAGMA has no effect"
        )
        yield Said(document, Diagnostic("pragma-ineffective", message, span, key))
    text = document.source.text
    if text.count("BEGIN TRANSACTION") == 1 and _BEGIN in text:
        for node in _statements(migration, "BEGIN"):
            message = "wrangler takes this transaction out for a local database only; a remote one refuses it"
            yield Said(document, Diagnostic("transaction-local-only", message, node.part("key"), node.path))


def ineffective_pragmas(migration: Migration) -> Iterator[tuple[Span, Path]]:
    """The statements that mean to switch foreign keys off."""
    text = migration.source_document.source.text
    for node in _statements(migration, "PRAGMA"):
        if _OFF.match(text, node.span.start):
            yield node.span, node.path


def _statements(migration: Migration, verb: str) -> Iterator[Node]:
    document, section = migration.source_document, migration.section
    end = section.marker.start if section is not None else len(document.source.text)
    for key, node in document.root.members.items():
        if str(key).startswith(verb) and node.span.start < end:
            yield node
