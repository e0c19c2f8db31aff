"""A folder of migrations played through, and where in its files the things lie that a replay speaks of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from cfguard.d1.remember import remembered_replay
from cfguard.d1.replay import Migration as Played
from cfguard.d1.replay import Replay
from cfguard.model.database import Migration, MigrationFolder
from cfguard.model.migration_names import Related
from cfguard.model.migration_texts import shift_of, text_of
from cfguard.prose import abridged
from cfguard.secrets.masking import is_harmless
from cfguard.syntax.node import Document, Node, Path
from cfguard.syntax.sql import Statement
from cfguard.text import Span


class FolderReplay:
    """One folder played through."""

    def __init__(self, folder: MigrationFolder) -> None:
        self.folder = folder
        self.migrations = folder.migrations

    @cached_property
    def replay(self) -> Replay:
        """What happens when its migrations are applied, rollbacks among them left out."""
        folder = self.folder
        return remembered_replay(
            folder.played, table=folder.table, profile=folder.tools.profile, may_keep=is_harmless
        )

    @cached_property
    def raw(self) -> Replay:
        """What happens when wrangler applies everything that lies in the folder, rollbacks included; all files read."""
        folder = self.folder
        documents = [each for name in folder.applied if (each := folder.document_of(name)) is not None]
        texts = zip(folder.applied, map(text_of, documents), strict=True)
        return remembered_replay(
            tuple(Played(*each) for each in texts),
            table=folder.table,
            profile=folder.tools.profile,
            with_rows=False,
            may_keep=is_harmless,
        )

    @property
    def holds_rollbacks(self) -> bool:
        """Whether wrangler would apply a rollback: a file among the migrations, or a section of one."""
        return bool(self.folder.pairs.forward) or any(each.section is not None for each in self.migrations)

    @cached_property
    def refused(self) -> str | None:
        """The name of the file that D1 refuses when wrangler applies the folder as it lies."""
        names, replay = (
            (self.folder.applied, self.raw)
            if self.holds_rollbacks
            else ([each.name for each in self.migrations], self.replay)
        )
        found = (name for name, step in zip(names, replay.steps, strict=True) if step.refusal is not None)
        return next(found, None)

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

    @cached_property
    def shaping(self) -> Mapping[str, tuple[tuple[Migration, Statement], ...]]:
        """The statements that make or alter each table (by its name in lower case), the last ones first."""
        from cfguard.syntax.sql import split

        found: dict[str, list[tuple[Migration, Statement]]] = {}
        for migration in self.migrations:
            for statement in split(migration.forward_text):
                if statement.verb in ("CREATE TABLE", "ALTER TABLE"):
                    found.setdefault(statement.target.lower(), []).append((migration, statement))
        return {name: tuple(reversed(statements)) for name, statements in found.items()}

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
    nodes = _statements(document)
    at = bisect_right(nodes, start, key=lambda node: node.span.start) - 1
    return nodes[at].path if at >= 0 and start < nodes[at].span.end else ()


@lru_cache(maxsize=64)
def _statements(document: Document) -> tuple[Node, ...]:
    return tuple(document.root.members.values())


def first_statement(document: Document, start: int = 0) -> tuple[Span | None, Path]:
    """The first word and the key of the first statement that begins at or behind an offset."""
    for node in document.root.members.values():
        if node.span.start >= start:
            return node.part("key"), node.path
    return None, ()


def listed(names: Sequence[str]) -> str:
    """Up to three names in back-ticks, and how many more there are."""
    return abridged(names, shown="`{}`".format)
