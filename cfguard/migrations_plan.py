"""What applying the migrations does, file by file: for people before they run wrangler, and for CI."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from cfguard.d1.replay import Step
from cfguard.d1.words import is_about_data, words_for
from cfguard.model.database import Migration, MigrationFolder
from cfguard.model.migration_replay import FolderReplay
from cfguard.model.project import Project
from cfguard.named_tuple import NamedTuple
from cfguard.secrets.masking import mask_text

State = Literal["applies", "refused", "not reached", "cannot tell"]
Undo = Literal["proved", "fails", "incomplete", "fails with rows", "loses rows", "not tried", "missing"]


class Database(NamedTuple):
    """A database that a folder builds: the config, the environment (empty for the top level) and the binding."""

    config: str
    environment: str
    binding: str


class PlannedMigration(NamedTuple):
    """One file: what becomes of it, what it does to the schema, whose rows it endangers, and what undoes it.

    ``reason`` says why it is refused or cannot be judged. ``effects`` are phrases such as ``added table
    users``. ``at_risk`` names tables that lose rows. ``rollback`` is a path, empty where there is none.
    """

    name: str
    path: str
    state: State
    reason: str
    effects: tuple[str, ...]
    at_risk: tuple[str, ...]
    rollback: str
    undo: Undo


class Plan(NamedTuple):
    """The migrations of one folder in wrangler's order.

    ``schema`` is the SQL of what they lead to. ``rollbacks_applied`` are rollbacks among them, which
    wrangler takes for migrations and which the plan leaves aside.
    """

    folder: str
    pattern: str
    table: str
    databases: tuple[Database, ...]
    migrations: tuple[PlannedMigration, ...]
    schema: tuple[str, ...]
    rollbacks_applied: tuple[str, ...]


def plans(project: Project) -> tuple[Plan, ...]:
    """The plan of every folder of migrations."""
    return tuple(_plan(played) for played in project.migration_replays)


def _plan(played: FolderReplay) -> Plan:
    folder, replay = played.folder, played.replay
    objects = replay.schema.objects.values()
    return Plan(
        folder.path,
        folder.pattern,
        folder.table,
        tuple(_databases(folder)),
        tuple(_planned(each, step) for each, step in zip(folder.migrations, replay.steps, strict=True)),
        tuple(mask_text(sql) for _, sql in objects),
        tuple(folder.pairs.forward),
    )


def _databases(folder: MigrationFolder) -> Iterator[Database]:
    for binding in folder.bindings:
        worker, environment = binding.belongs_to()
        yield Database(worker or "", environment or "", binding.name or "")


def _planned(migration: Migration, step: Step) -> PlannedMigration:
    state, reason = _state(step)
    return PlannedMigration(
        migration.name,
        migration.path,
        state,
        mask_text(reason),
        tuple(f"{effect.done} {effect.kind} {effect.name}" for effect in step.effects),
        tuple(dict.fromkeys(_at_risk(step))),
        migration.rollback or "",
        _undo(migration, step),
    )


def _state(step: Step) -> tuple[State, str]:
    if not step.started:
        return "not reached", ""
    if step.refusal is None:
        return "applies", ""
    if step.refusal.unverified:
        return "cannot tell", step.refusal.unverified
    return "refused", words_for(step.refusal).reason


def _at_risk(step: Step) -> Iterable[str]:
    yield from (loss.child for loss in step.losses)
    yield from (
        each.name for each in step.effects if each.done == "dropped" and each.kind in ("table", "column")
    )


def _undo(migration: Migration, step: Step) -> Undo:
    if migration.rollback is None:
        return "missing"
    if not step.rollback_tried or (step.rollback_refusal is not None and step.rollback_refusal.unverified):
        return "not tried"
    if step.rollback_refusal is not None:
        return "fails"
    if step.rollback_differences:
        return "incomplete"
    if step.rollback_with_rows is not None and is_about_data(step.rollback_with_rows):
        return "fails with rows"
    loses = step.rollback_losses or any(each.by_rollback for each in step.unkept)
    return "loses rows" if loses else "proved"
