"""Keeps the result of a replay outside the repository, so that an unchanged folder is played once."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache as once
from typing import Any

from cfguard import cache
from cfguard.d1.backends import local_version
from cfguard.d1.kept_rows import Unkept
from cfguard.d1.losses import Loss
from cfguard.d1.newer import STOPPED
from cfguard.d1.profile import NEWEST, Profile
from cfguard.d1.replay import DEFAULT_TABLE, Created, Migration, Replay, Step, replay
from cfguard.d1.schema import Effect, Schema
from cfguard.d1.script import Refusal
from cfguard.d1.smells import Smell
from cfguard.syntax.sql import Splitter, Statement
from cfguard.text import Span

_KIND = "d1-replay"


def remembered_replay(
    migrations: Sequence[Migration],
    *,
    table: str = DEFAULT_TABLE,
    splitter: Splitter = "complete",
    profile: Profile = NEWEST,
    with_rows: bool = True,
    may_keep: Callable[[str], bool] = lambda text: True,
) -> Replay:
    """The replay of a folder: from the cache where the same files were played by the same SQLite before.

    ``may_keep`` is asked whether a text, the schema with its default values and what SQLite said of parts
    of the files, may be written into the cache.
    """
    version = ".".join(map(str, local_version()))
    parts = [edition(), profile.identity, version, table, splitter, str(with_rows)]
    for migration in migrations:
        parts += [migration.name, migration.text, migration.rollback or "", str(migration.rollback is None)]
    key = cache.digest(*parts)
    kept = _decode(cache.read(_KIND, key), len(migrations))
    if kept is not None:
        return kept
    found = replay(migrations, table=table, splitter=splitter, profile=profile, with_rows=with_rows)
    if not _was_stopped(found):
        encoded = _encode(found)
        if may_keep(_texts(encoded)):
            cache.write(_KIND, key, encoded)
    return found


def _texts(encoded: object) -> str:
    import json

    return json.dumps(encoded, ensure_ascii=False)


@once
def edition() -> str:
    """What tells this code from an edited copy of the same version, so that a change of it acts at once."""
    here = os.path.dirname(os.path.abspath(__file__))
    folders = (here, os.path.join(os.path.dirname(here), "syntax", "sql"))
    stamps = [
        f"{entry.name}:{entry.stat().st_mtime_ns}"
        for folder in folders
        for entry in os.scandir(folder)
        if entry.name.endswith(".py")
    ]
    return " ".join(sorted(stamps))


def _was_stopped(found: Replay) -> bool:
    refusals = [
        each for step in found.steps for each in (step.refusal, step.with_rows, step.rollback_refusal)
    ]
    return found.timed_out or any(each is not None and each.unverified == STOPPED for each in refusals)


def _encode(found: Replay) -> object:
    return {
        "steps": [list(step) for step in found.steps],
        "schema": [[*key, *value] for key, value in found.schema.objects.items()],
        "created": {name: list(made) for name, made in found.created.items()},
        "smells": [list(each) for each in found.smells],
    }


def _decode(value: Any, count: int) -> Replay | None:
    """The replay that was kept; None for anything of another shape."""
    try:
        steps = tuple(_step(each) for each in value["steps"])
        objects = {(str(kind), str(key)): (str(name), str(sql)) for kind, key, name, sql in value["schema"]}
        created = {
            str(name): Created(int(index), _span(span)) for name, (index, span) in value["created"].items()
        }
        told = tuple(Smell(*(str(part) for part in each)) for each in value["smells"])
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
    return Replay(steps, Schema(objects), created, smells=told) if len(steps) == count else None


def _step(value: Any) -> Step:
    started, refusal, with_rows, losses, undone, differences, tried, effects, *rest = value
    undone_with_rows, undoing_losses, kept, written, writer = rest
    return Step(
        bool(started),
        _refusal(refusal),
        _refusal(with_rows),
        _losses(losses),
        _refusal(undone),
        tuple(str(each) for each in differences),
        bool(tried),
        tuple(Effect(str(done), str(kind), str(name)) for done, kind, name in effects),
        _refusal(undone_with_rows),
        _losses(undoing_losses),
        tuple(Unkept(str(table), str(column), bool(by_rollback)) for table, column, by_rollback in kept),
        int(written),
        None if writer is None else _span(writer),
    )


def _losses(value: Any) -> tuple[Loss, ...]:
    return tuple(
        Loss(str(parent), str(child), bool(deleted), int(before), int(after), _span(span))
        for parent, child, deleted, before, after, span in value
    )


def _refusal(value: Any) -> Refusal | None:
    if value is None:
        return None
    message, span, statement, unverified = value
    return Refusal(str(message), _span(span), _statement(statement), str(unverified))


def _statement(value: Any) -> Statement | None:
    if value is None:
        return None
    span, terminated, verb, target, target_span, new_name = value
    place = _span(target_span) if target_span is not None else None
    return Statement(_span(span), bool(terminated), str(verb), str(target), place, str(new_name))


def _span(value: Any) -> Span:
    start, end = value
    return Span(int(start), int(end))
