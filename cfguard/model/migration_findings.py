"""What there is to say about folders of migrations: by their names, and by playing them through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cfguard.d1.cuts import open_comment, torn_statements
from cfguard.d1.near import near_limits
from cfguard.d1.newer import STOPPED
from cfguard.d1.replay import Step
from cfguard.d1.schema import differences
from cfguard.d1.script import TOO_MANY
from cfguard.d1.words import condition_for, is_about_data, words_for
from cfguard.model.database import Migration, MigrationFolder
from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.entity import field
from cfguard.model.migration_names import Related, Said, about_names
from cfguard.model.migration_replay import FolderReplay, key_at, listed, span_in
from cfguard.model.migration_rollbacks import about_rollbacks, applied_forward
from cfguard.model.migration_schema import about_schema
from cfguard.model.migration_statements import about_statements, ineffective_pragmas
from cfguard.model.worker import Binding
from cfguard.prose import abridged
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
        super().__init__(
            said.document,
            diagnostic,
            worker=worker,
            environment=environment,
            upstream=said.upstream,
            severity=said.severity,
        )
        self._related, self._certain = said.related, said.certain

    def related_places(self) -> Iterator[Related]:
        yield from self._related

    @field
    def certain(self) -> bool:
        """Whether the fact could judge; where not, `message` says why it cannot tell."""
        return self._certain


def findings_of(played: Sequence[FolderReplay]) -> Iterator[DiagnosticEntity]:
    """Everything there is to say, once for each environment that a folder serves."""
    for each in played:
        said = [*about_names(each.folder), *_about_replay(each)]
        for binding in each.folder.bindings:
            worker, environment = binding.belongs_to()
            yield from (MigrationDiagnostic(one, worker, environment) for one in said)
    yield from _drift({id(each.folder): each for each in played})


def _drift(replays: Mapping[int, FolderReplay]) -> Iterator[DiagnosticEntity]:
    """Bindings of one name whose folders lead to different schemas in development and production."""
    stages: dict[tuple[str | None, str], dict[str, tuple[Binding, MigrationFolder]]] = {}
    for played in replays.values():
        for binding in played.folder.bindings:
            key = (binding.belongs_to()[0], binding.name or "")
            stages.setdefault(key, {}).setdefault(binding.environment.stage, (binding, played.folder))
    for (worker, _), found in stages.items():
        if "development" not in found or "production" not in found:
            continue
        (_, mine), (binding, theirs) = found["development"], found["production"]
        one, other = replays[id(mine)], replays[id(theirs)]
        if mine is theirs or not (one.conclusive and other.conclusive) or binding.document is None:
            continue
        told = list(differences(one.replay.schema, other.replay.schema))
        if told:
            message = f"Production's schema is not that of development: {abridged(told)}"
            place = binding.place("migrations_dir")
            diagnostic = Diagnostic("schema-drift", message, place.span, place.key)
            yield MigrationDiagnostic(Said(binding.document, diagnostic), worker, binding.environment.name)


def _about_replay(played: FolderReplay) -> Iterator[Said]:
    """What the replay shows, file by file."""
    if not played.folder.whole:
        return
    yield from applied_forward(played)
    for migration in played.migrations:
        yield from _torn(played, migration)
        yield from _near(played, migration)
        yield from about_statements(migration)
    for migration, step in zip(played.migrations, played.replay.steps, strict=True):
        yield from _refused(played, migration, step)
        yield from _with_rows(played, migration, step)
        yield from _losses(played, migration, step)
        yield from about_rollbacks(played, migration, step)
    yield from about_schema(played)


def _torn(played: FolderReplay, migration: Migration) -> Iterator[Said]:
    """Statements that wrangler cuts apart: the project's own, or older ones where its version is not known."""
    document, text = migration.source_document, migration.forward_text
    known = played.folder.tools.splitter
    unclosed = open_comment(text)
    if unclosed is not None:
        message = "this comment is never closed and swallows the line by which wrangler remembers the file"
        span = span_in(document, unclosed)
        yield Said(document, Diagnostic("split-wrongly", message, span, help="Close it with `*/`"))
    found = {statement.span.start: (statement, False) for statement in torn_statements(text, "complete")}
    if known != "complete":
        for statement in torn_statements(text, "scanner"):
            found.setdefault(statement.span.start, (statement, True))
    for statement, older in found.values():
        who = "wrangler before 4.125" if older else "wrangler"
        diagnostic = Diagnostic(
            "split-wrongly",
            f"{who} cuts `{statement.head}` in two, and D1 refuses the halves",
            span_in(document, statement.target_span or statement.span),
            key_at(document, statement.span),
            _MEND if older else "Save the file without a byte order mark",
        )
        # Where no lockfile tells, the wrangler may be one that cuts rightly.
        yield Said(document, diagnostic, severity="warning" if older and known is None else None)


def _near(played: FolderReplay, migration: Migration) -> Iterator[Said]:
    document = migration.source_document
    for near in near_limits(document.source.text, played.folder.tools.profile):
        node = document.root.get(*key_at(document, near.statement.span))
        span = node.part("key") if node is not None else None
        key = node.path if node is not None else ()
        yield Said(document, Diagnostic("limit-near", near.message, span, key, near.help))


def _refused(played: FolderReplay, migration: Migration, step: Step) -> Iterator[Said]:
    refusal = step.refusal
    if refusal is None:
        return
    document, text = migration.source_document, migration.forward_text
    if refusal.unverified in (STOPPED, TOO_MANY):
        message = f"this was stopped, and nothing behind it was tried: {refusal.unverified}"
        span, key = span_in(document, refusal.span), key_at(document, refusal.span)
        yield Said(document, Diagnostic("unbounded", message, span if refusal.statement else None, key))
    elif refusal.unverified:
        message = f"cannot tell whether D1 takes it and what follows: {refusal.unverified}"
        yield Said(document, Diagnostic("rejected", message, None), certain=False)
    elif refusal.span.start >= len(text):
        yield _unfinished(document)
    else:
        reason, advice = words_for(refusal)
        span, key = span_in(document, refusal.span), key_at(document, refusal.span)
        diagnostic = Diagnostic("rejected", f"D1 refuses this: {reason}", span, key, advice)
        blamed = text[refusal.span.start : refusal.span.end]
        # Among rollbacks that wrangler applies as well, D1 may never come to this, or take it.
        upstream = None if played.refused == migration.name else ""
        yield Said(document, diagnostic, tuple(played.related(blamed)), upstream=upstream)


def _with_rows(played: FolderReplay, migration: Migration, step: Step) -> Iterator[Said]:
    refusal = step.with_rows
    if refusal is None or not is_about_data(refusal):
        return
    document, statement = migration.source_document, refusal.statement
    span = statement.target_span or refusal.span if statement is not None else refusal.span
    reason, advice = words_for(refusal)
    message = f"this passes on an empty database and fails when {condition_for(refusal)}"
    if statement is not None and statement.verb == "ALTER TABLE":
        message += f": {reason}"
    diagnostic = Diagnostic(
        "fails-with-rows", message, span_in(document, span), key_at(document, span), advice
    )
    yield Said(document, diagnostic, tuple(played.related(statement.target if statement is not None else "")))


def _losses(played: FolderReplay, migration: Migration, step: Step) -> Iterator[Said]:
    document = migration.source_document
    pragmas = tuple(
        (document, span, "this has no effect in D1") for span, _ in ineffective_pragmas(migration)
    )
    for span in dict.fromkeys(loss.span for loss in step.losses):
        losses = [loss for loss in step.losses if loss.span == span]
        deleted = dict.fromkeys(loss.child for loss in losses if loss.deleted)
        cut = dict.fromkeys(loss.child for loss in losses if not loss.deleted)
        parts = []
        if deleted:
            parts.append(f"deletes the rows of {listed(list(deleted))} (`ON DELETE CASCADE`)")
        if cut:
            parts.append(f"empties the references of {listed(list(cut))} (`ON DELETE SET NULL`)")
        message = f"dropping `{losses[0].parent}` {' and '.join(parts)}"
        diagnostic = Diagnostic("deletes-children", message, span_in(document, span), key_at(document, span))
        made = [place for child in [*deleted, *cut][:5] for place in played.related(child)]
        yield Said(document, diagnostic, (*made, *pragmas))


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
