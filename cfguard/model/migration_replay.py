"""A folder of migrations played through, and where in its files the things lie that a replay speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from cfguard.d1.remember import remembered_replay
from cfguard.d1.replay import Replay
from cfguard.model.database import MigrationFolder
from cfguard.model.migration_names import Related
from cfguard.model.migration_texts import shift_of
from cfguard.syntax.node import Document, Node, Path
from cfguard.text import Span


class FolderReplay:
    """One folder played through."""

    def __init__(self, folder: MigrationFolder) -> None:
        self.folder = folder
        self.migrations = folder.migrations

    @cached_property
    def replay(self) -> Replay:
        """What happens when its migrations are applied, rollbacks among them left out."""
        return remembered_replay(self.folder.played, table=self.folder.table)

    @property
    def conclusive(self) -> bool:
        """Whether the schema at the end is known: all files read and applied."""
        return self.folder.whole and self.replay.complete

    def made(self, name: str) -> tuple[Document, Span] | None:
        """The file in which an object was made, and the place of its name there."""
        made = self.replay.created.get(name.strip("\"`'[]").lower())
        if made is None or made.migration >= len(self.migrations):
            return None
        document = self.migrations[made.migration].source_document
        return document, span_in(document, made.span)

    def statement_at(self, index: int, span: Span | None) -> Node:
        """The statement of a migration around a place of the text that was played, else the whole file."""
        document = self.migrations[index].source_document
        key = key_at(document, span) if span is not None else ()
        return document.root.get(*key) or document.root

    def related(self, name: str) -> Iterator[Related]:
        """Where an object was made, as a further place of a finding."""
        found = self.made(name)
        if found is not None:
            yield (*found, f"`{name}` is made here")


def span_in(document: Document, span: Span) -> Span:
    """A span of the text that was played, as a span of the file."""
    shift, size = shift_of(document), len(document.source.text)
    start = min(max(span.start - shift, 0), size)
    return Span(start, min(max(span.end - shift, start), size))


def key_at(document: Document, span: Span) -> Path:
    """The key of the statement around a place of the text that was played."""
    start = max(span.start - shift_of(document), 0)
    for node in document.root.members.values():
        if node.span.start <= start < node.span.end:
            return node.path
    return ()


def first_statement(document: Document, start: int = 0) -> tuple[Span | None, Path]:
    """The first word and the key of the first statement that begins at or behind an offset."""
    for node in document.root.members.values():
        if node.span.start >= start:
            return node.part("key"), node.path
    return None, ()


def listed(names: Sequence[str]) -> str:
    """Up to three names in back-ticks, and how many more there are."""
    shown = ", ".join(f"`{name}`" for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
