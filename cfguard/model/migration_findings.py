"""What there is to say about folders of migrations: by their names, and by playing them through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cfguard.d1.cuts import open_comment, torn_statements
from cfguard.d1.health import health_tables, shortcomings
from cfguard.d1.near import near_limits
from cfguard.d1.profile import NEWEST
from cfguard.d1.remember import remembered_replay
from cfguard.d1.replay import Migration as Played
from cfguard.d1.replay import Replay, Step
from cfguard.d1.schema import differences
from cfguard.d1.words import condition_for, is_about_data, words_for
from cfguard.model.database import Migration, MigrationFolder
from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.entity import field
from cfguard.model.migration_names import Related, Said, about_names
from cfguard.model.worker import Binding
from cfguard.syntax.node import Diagnostic, Document
from cfguard.text import Span

#: Characters of a message; only hostile names make it longer.
_LONGEST = 500
_MEND = (
    "Put `CASE … END` inside a trigger into brackets, write `END` in capitals on a line of its own, "
    "or use wrangler 4.125 or newer"
)


class MigrationDiagnostic(DiagnosticEntity):
    """What a replay has to say; further places may lie in other files."""

    def __init__(self, said: Said, worker: str | None, environment: str | None) -> None:
        # Names in SQL may hold anything, line ends too; a message is one line.
        message = " ".join(said.diagnostic.message.split())[:_LONGEST]
        diagnostic = said.diagnostic._replace(message=message)
        super().__init__(said.document, diagnostic, worker=worker, environment=environment)
        self._related, self._certain = said.related, said.certain

    def related_places(self) -> Iterator[Related]:
        yield from self._related

    @field
    def certain(self) -> bool:
        """Whether the fact could judge; where not, `message` says why it cannot tell."""
        return self._certain


def findings_of(folders: Sequence[MigrationFolder]) -> Iterator[DiagnosticEntity]:
    """Everything there is to say, once for each environment that a folder serves."""
    replays: dict[int, FolderReplay] = {}
    for folder in folders:
        replays[id(folder)] = FolderReplay(folder)
        said = [*about_names(folder), *replays[id(folder)].said()]
        for binding in folder.bindings:
            worker, environment = binding.belongs_to()
            yield from (MigrationDiagnostic(each, worker, environment) for each in said)
    yield from _drift(folders, replays)


def _drift(
    folders: Sequence[MigrationFolder], replays: Mapping[int, FolderReplay]
) -> Iterator[DiagnosticEntity]:
    """Bindings of one name whose folders lead to different schemas in development and production."""
    stages: dict[tuple[str | None, str], dict[str, tuple[Binding, MigrationFolder]]] = {}
    for folder in folders:
        for binding in folder.bindings:
            key = (binding.belongs_to()[0], binding.name or "")
            stages.setdefault(key, {}).setdefault(binding.environment.stage, (binding, folder))
    for (worker, _), found in stages.items():
        if "development" not in found or "production" not in found:
            continue
        (_, mine), (binding, theirs) = found["development"], found["production"]
        one, other = replays[id(mine)], replays[id(theirs)]
        if mine is theirs or not (one.conclusive and other.conclusive) or binding.document is None:
            continue
        told = list(differences(one.replay.schema, other.replay.schema))
        if told:
            more = f" and {len(told) - 3} more" if len(told) > 3 else ""
            message = f"Production's schema is not that of development: {', '.join(told[:3])}{more}"
            place = binding.place("migrations_dir")
            diagnostic = Diagnostic("schema-drift", message, place.span, place.key)
            yield MigrationDiagnostic(Said(binding.document, diagnostic), worker, binding.environment.name)


class FolderReplay:
    """One folder played through, and what that shows."""

    def __init__(self, folder: MigrationFolder) -> None:
        self._folder = folder
        self._migrations = folder.migrations
        played = tuple(self._played(migration) for migration in self._migrations)
        self.replay: Replay = remembered_replay(played, table=folder.table)

    @property
    def conclusive(self) -> bool:
        """Whether the schema at the end is known: all files read and applied."""
        return self._folder.whole and self.replay.complete

    def _played(self, migration: Migration) -> Played:
        return Played(migration.name, forward_text(migration), self.undo_text(migration))

    def undo_text(self, migration: Migration) -> str | None:
        """The SQL that undoes a migration, from a file or a section of its own; None where nothing does."""
        name = self._folder.pairs.rollbacks.get(migration.name)
        document = self._folder.document_of(name) if name is not None else None
        if document is not None:
            return _text(document)
        section = migration.section
        return (
            _text(migration.source_document)[section.start + _shift(migration.source_document) :]
            if section
            else None
        )

    def said(self) -> Iterator[Said]:
        """What the replay shows, file by file."""
        if not self._folder.whole:
            return
        yield from self._applied_forward()
        for migration in self._migrations:
            yield from self._torn(migration)
            yield from self._near(migration)
        for migration, step in zip(self._migrations, self.replay.steps, strict=True):
            yield from self._refused(migration, step)
            yield from self._with_rows(migration, step)
            yield from self._losses(migration, step)
            yield from self._rollback(migration, step)
        yield from self._health()

    def _health(self) -> Iterator[Said]:
        """What tables of health checks lack, where they are made."""
        for name, sql in health_tables(self.replay.schema) if self.conclusive else ():
            told = shortcomings(name, sql)
            made = self.replay.created.get(name.lower())
            if told and made is not None:
                document = self._migrations[made.migration].source_document
                message = f"`{name}` {' and '.join(told)}"
                key = _key(document, made.span)
                yield Said(document, Diagnostic("health-table", message, _span(document, made.span), key))

    def _torn(self, migration: Migration) -> Iterator[Said]:
        """Statements that wrangler cuts apart: the project's own, or older ones where its version is not known."""
        document, text = migration.source_document, forward_text(migration)
        known = self._folder.tools.splitter
        unclosed = open_comment(text)
        if unclosed is not None:
            message = (
                "this comment is never closed and swallows the line by which wrangler remembers the file"
            )
            yield Said(
                document,
                Diagnostic("split-wrongly", message, _span(document, unclosed), help="Close it with `*/`"),
            )
        found = {statement.span.start: (statement, False) for statement in torn_statements(text, "complete")}
        if known != "complete":
            for statement in torn_statements(text, "scanner"):
                found.setdefault(statement.span.start, (statement, True))
        for statement, older in found.values():
            who = "wrangler before 4.125" if older else "wrangler"
            advice = _MEND if older else "Save the file without a byte order mark"
            span = statement.target_span or statement.span
            yield Said(
                document,
                Diagnostic(
                    "split-wrongly",
                    f"{who} cuts `{statement.head}` in two, and D1 refuses the halves",
                    _span(document, span),
                    _key(document, statement.span),
                    advice,
                ),
            )

    def _near(self, migration: Migration) -> Iterator[Said]:
        document = migration.source_document
        for near in near_limits(document.source.text, NEWEST):
            node = document.root.get(*_key(document, near.statement.span))
            span = node.part("key") if node is not None else None
            key = node.path if node is not None else ()
            yield Said(document, Diagnostic("limit-near", near.message, span, key, near.help))

    def _refused(self, migration: Migration, step: Step) -> Iterator[Said]:
        refusal = step.refusal
        if refusal is None:
            return
        document, text = migration.source_document, forward_text(migration)
        if refusal.unverified:
            message = f"cannot tell whether D1 takes it and what follows: {refusal.unverified}"
            yield Said(document, Diagnostic("rejected", message, None), certain=False)
        elif refusal.span.start >= len(text):
            yield _unfinished(document)
        else:
            reason, advice = words_for(refusal)
            yield Said(
                document,
                Diagnostic(
                    "rejected",
                    f"D1 refuses this: {reason}",
                    _span(document, refusal.span),
                    _key(document, refusal.span),
                    advice,
                ),
                tuple(self._made(text[refusal.span.start : refusal.span.end], migration)),
            )

    def _with_rows(self, migration: Migration, step: Step) -> Iterator[Said]:
        refusal = step.with_rows
        if refusal is None or not is_about_data(refusal):
            return
        document, statement = migration.source_document, refusal.statement
        span = statement.target_span or refusal.span if statement is not None else refusal.span
        reason, advice = words_for(refusal)
        message = f"this passes on an empty database and fails when {condition_for(refusal)}"
        if statement is not None and statement.verb == "ALTER TABLE":
            message += f": {reason}"
        yield Said(
            document,
            Diagnostic("fails-with-rows", message, _span(document, span), _key(document, span), advice),
            tuple(self._made(statement.target if statement is not None else "", migration)),
        )

    def _losses(self, migration: Migration, step: Step) -> Iterator[Said]:
        document = migration.source_document
        for span in dict.fromkeys(loss.span for loss in step.losses):
            losses = [loss for loss in step.losses if loss.span == span]
            deleted = dict.fromkeys(loss.child for loss in losses if loss.deleted)
            cut = dict.fromkeys(loss.child for loss in losses if not loss.deleted)
            parts = []
            if deleted:
                parts.append(f"deletes the rows of {_listed(list(deleted))} (`ON DELETE CASCADE`)")
            if cut:
                parts.append(f"empties the references of {_listed(list(cut))} (`ON DELETE SET NULL`)")
            message = f"dropping `{losses[0].parent}` {' and '.join(parts)}"
            related = [place for child in [*deleted, *cut][:5] for place in self._made(child, migration)]
            yield Said(
                document,
                Diagnostic("deletes-children", message, _span(document, span), _key(document, span)),
                tuple(related),
            )

    def _rollback(self, migration: Migration, step: Step) -> Iterator[Said]:
        name = self._folder.pairs.rollbacks.get(migration.name)
        document = self._folder.document_of(name) if name is not None else migration.source_document
        if document is None or not step.rollback_tried:
            return
        shift = 0
        if name is None and migration.section is not None:
            shift = migration.section.start
        refusal = step.rollback_refusal
        if refusal is not None and refusal.unverified:
            message = f"cannot tell whether this rollback works: {refusal.unverified}"
            yield Said(document, Diagnostic("rollback-fails", message, None), certain=False)
        elif refusal is not None:
            span = Span(refusal.span.start + shift, refusal.span.end + shift)
            message = f"this rollback of `{migration.name}` fails: {words_for(refusal).reason}"
            yield Said(
                document, Diagnostic("rollback-fails", message, _span(document, span), _key(document, span))
            )
        elif step.rollback_differences:
            yield self._incomplete(migration, step, document, shift)

    def _incomplete(self, migration: Migration, step: Step, document: Document, shift: int) -> Said:
        told = step.rollback_differences
        more = f" and {len(told) - 3} more" if len(told) > 3 else ""
        message = (
            f"this rollback of `{migration.name}` does not bring the schema back: {', '.join(told[:3])}{more}"
        )
        nodes = [node for node in document.root.members.values() if node.span.start >= shift]
        span = nodes[0].part("key") if nodes else None
        key = nodes[0].path if nodes else ()
        names = [part for each in told[:3] for part in each.split("`")[1::2]]
        related = [
            place for name in names[:3] for place in self._made(name, migration) if place[0] is not document
        ]
        return Said(document, Diagnostic("rollback-incomplete", message, span, key), tuple(related))

    def _applied_forward(self) -> Iterator[Said]:
        """Rollbacks that wrangler would apply, and what a database is left with."""
        folder = self._folder
        sections = [migration for migration in self._migrations if migration.section is not None]
        if not folder.pairs.forward and not sections:
            return
        documents = [
            document for name in folder.applied if (document := folder.document_of(name)) is not None
        ]
        raw = remembered_replay(
            tuple(Played(name, _text(each)) for name, each in zip(folder.applied, documents, strict=True)),
            table=folder.table,
            with_rows=False,
        )
        effect = self._effect(raw)
        for name, up in folder.pairs.forward.items():
            document = documents[folder.applied.index(name)]
            message = (
                f"wrangler applies this rollback as a migration{_when(folder.applied, name, up)}{effect}"
            )
            nodes = list(document.root.members.values())
            yield Said(
                document,
                Diagnostic(
                    "rollback-applied-forward",
                    message,
                    nodes[0].part("key") if nodes else None,
                    nodes[0].path if nodes else (),
                ),
            )
        for migration in sections:
            document = migration.source_document
            message = f"wrangler runs the whole file, this section for rolling back included{effect}"
            marker = migration.section.marker if migration.section is not None else None
            yield Said(document, Diagnostic("rollback-applied-forward", message, marker))

    def _effect(self, raw: Replay) -> str:
        """What applying everything does that applying the migrations proper does not, as an ending."""
        refused = [
            (name, step) for name, step in zip(self._folder.applied, raw.steps, strict=True) if step.refusal
        ]
        if refused:
            return f"; D1 then refuses `{refused[0][0]}`"
        objects = self.replay.schema.objects
        lost = [objects[key][0] for key in objects if key[0] == "table" and key not in raw.schema.objects]
        if lost and not any(True for _ in raw.schema.tables()):
            return "; in the end no table is left"
        return f"; in the end {_listed(lost)} {'is' if len(lost) == 1 else 'are'} gone" if lost else ""

    def _made(self, name: str, before: Migration) -> Iterator[Related]:
        """Where an object was made."""
        made = self.replay.created.get(name.strip("\"`'[]").lower())
        if made is not None and made.migration < len(self._migrations):
            origin = self._migrations[made.migration].source_document
            yield origin, _exact(origin, made.span), f"`{name}` is made here"


def forward_text(migration: Migration) -> str:
    """The text of a migration without the section that is meant for rolling back."""
    text, section = _text(migration.source_document), migration.section
    return text if section is None else text[: section.marker.start + _shift(migration.source_document)]


def _text(document: Document) -> str:
    """The text as wrangler reads it: the byte order mark, which it keeps, included."""
    return ("\ufeff" if document.source.bom else "") + document.source.text


def _shift(document: Document) -> int:
    return int(document.source.bom)


def _exact(document: Document, span: Span) -> Span:
    shift = _shift(document)
    return Span(max(span.start - shift, 0), max(span.end - shift, 0))


def _span(document: Document, span: Span) -> Span:
    exact = _exact(document, span)
    return Span(exact.start, min(exact.end, len(document.source.text)))


def _key(document: Document, span: Span) -> tuple[str | int, ...]:
    """The key of the statement around a place."""
    start = _exact(document, span).start
    for node in document.root.members.values():
        if node.span.start <= start < node.span.end:
            return node.path
    return ()


def _unfinished(document: Document) -> Said:
    nodes = list(document.root.members.values())
    last = nodes[-1] if nodes else None
    end = last.span.end if last is not None else 0
    return Said(
        document,
        Diagnostic(
            "rejected",
            "the last statement lacks its `;`, so D1 reads wrangler's own INSERT, which follows, as a part of it",
            Span(max(end - 1, 0), end),
            last.path if last is not None else (),
            "End the file with `;`",
        ),
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _when(applied: Sequence[str], name: str, up: str | None) -> str:
    if up is None or up not in applied:
        return ""
    before = applied.index(name) < applied.index(up)
    return f", {'before' if before else 'after'} `{up}`"
