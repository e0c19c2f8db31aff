"""What a replay shows of rollbacks: whether they run, what they bring back, and where wrangler would run them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfguard.d1.kept_rows import Unkept
from cfguard.d1.replay import Step
from cfguard.d1.words import condition_for, is_about_data, words_for
from cfguard.model.database import Migration
from cfguard.model.migration_names import Said
from cfguard.model.migration_replay import (
    FolderReplay,
    first_statement,
    key_at,
    listed,
    span_in,
)
from cfguard.prose import abridged
from cfguard.syntax.node import Diagnostic, Document
from cfguard.text import Span


def about_rollbacks(played: FolderReplay, migration: Migration, step: Step) -> Iterator[Said]:
    """What undoing one migration does: fails, leaves another schema, or loses rows."""
    name = played.folder.pairs.rollbacks.get(migration.name)
    document = played.folder.document_of(name) if name is not None else migration.source_document
    if document is None or not step.rollback_tried:
        return
    section = migration.section if name is None else None
    shift = section.start if section is not None else 0
    refusal = step.rollback_refusal
    if refusal is not None and refusal.unverified:
        message = f"cannot tell whether this rollback works: {refusal.unverified}"
        yield Said(document, Diagnostic("rollback-fails", message, None), certain=False)
    elif refusal is not None:
        message = f"this rollback of `{migration.name}` fails: {words_for(refusal).reason}"
        yield _at(document, "rollback-fails", message, refusal.span, shift)
    elif step.rollback_differences:
        yield _incomplete(played, migration, step, document, shift)
    else:
        yield from _with_rows(played, migration, step, document, shift)


def _at(document: Document, code: str, message: str, span: Span, shift: int) -> Said:
    place = Span(span.start + shift, span.end + shift)
    return Said(document, Diagnostic(code, message, span_in(document, place), key_at(document, place)))


def _incomplete(
    played: FolderReplay, migration: Migration, step: Step, document: Document, shift: int
) -> Said:
    told = step.rollback_differences
    message = f"this rollback of `{migration.name}` does not bring the schema back: {abridged(told)}"
    span, key = first_statement(document, shift)
    names = [part for each in told[:3] for part in each.split("`")[1::2]]
    related = [place for name in names[:3] for place in played.related(name) if place[0] is not document]
    return Said(document, Diagnostic("rollback-incomplete", message, span, key), tuple(related))


def _with_rows(
    played: FolderReplay, migration: Migration, step: Step, document: Document, shift: int
) -> Iterator[Said]:
    """What a rollback that is right on an empty database does to rows."""
    refusal = step.rollback_with_rows
    if refusal is not None:
        if is_about_data(refusal):
            message = (
                f"this rollback of `{migration.name}` passes on an empty database and fails when "
                f"{condition_for(refusal)}"
            )
            yield _at(document, "rollback-fails", message, refusal.span, shift)
        return
    for span in dict.fromkeys(loss.span for loss in step.rollback_losses):
        losses = [loss for loss in step.rollback_losses if loss.span == span]
        children = list(dict.fromkeys(loss.child for loss in losses))
        message = (
            f"this rollback of `{migration.name}` drops `{losses[0].parent}` and with it rows or references of "
            f"{listed(children)}"
        )
        said = _at(document, "rollback-loses-data", message, span, shift)
        yield said._replace(related=tuple(place for child in children[:3] for place in played.related(child)))
    told = {loss.child for loss in step.rollback_losses}
    unkept = [each for each in step.unkept if each.table not in told]
    mine = [each for each in unkept if each.by_rollback]
    place, key = first_statement(document, shift)
    if mine:
        message = f"this rollback of `{migration.name}` loses {_named(mine)}, which the migration keeps"
        yield Said(document, Diagnostic("rollback-loses-data", message, place, key))
    elif unkept:
        message = f"this rollback of `{migration.name}` brings {_named(unkept)} back empty"
        yield Said(document, Diagnostic("rollback-loses-data", message, place, key), severity="info")


def _named(unkept: Sequence[Unkept]) -> str:
    return listed([f"{each.table}.{each.column}" if each.column else each.table for each in unkept])


def applied_forward(played: FolderReplay) -> Iterator[Said]:
    """Rollbacks that wrangler would apply, and what a database is left with."""
    folder = played.folder
    sections = [migration for migration in played.migrations if migration.section is not None]
    if not played.holds_rollbacks:
        return
    effect = _effect(played)
    for name, up in folder.pairs.forward.items():
        document = folder.document_of(name)
        if document is None:
            continue
        message = f"wrangler applies this rollback as a migration{_when(folder.applied, name, up)}{effect}"
        span, key = first_statement(document)
        diagnostic = Diagnostic("rollback-applied-forward", message, span, key)
        yield Said(document, diagnostic, upstream="d1" if played.refused == name else None)
    for migration in sections:
        message = f"wrangler runs the whole file, this section for rolling back included{effect}"
        marker = migration.section.marker if migration.section is not None else None
        diagnostic = Diagnostic("rollback-applied-forward", message, marker)
        upstream = "d1" if played.refused == migration.name else None
        yield Said(migration.source_document, diagnostic, upstream=upstream)


def _effect(played: FolderReplay) -> str:
    """What applying everything does that applying the migrations proper does not, as an ending."""
    if played.refused is not None:
        return f"; D1 then refuses `{played.refused}`"
    objects, raw = played.replay.schema.objects, played.raw
    lost = [objects[key][0] for key in objects if key[0] == "table" and key not in raw.schema.objects]
    if lost and not any(True for _ in raw.schema.tables()):
        return "; in the end no table is left"
    return f"; in the end {listed(lost)} {'is' if len(lost) == 1 else 'are'} gone" if lost else ""


def _when(applied: Sequence[str], name: str, up: str | None) -> str:
    if up is None or up not in applied:
        return ""
    before = applied.index(name) < applied.index(up)
    return f", {'before' if before else 'after'} `{up}`"
