"""Writes the record of secrets: which of them are new, changed or as before, and never a value."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from cfguard.model.recorded_secret import RECORD, secrets_of
from cfguard.named_tuple import NamedTuple
from cfguard.rotation import (
    Held,
    KeyRefused,
    NoRecord,
    key_path,
    make_key,
    read_key,
    read_record,
    updated,
    write_record,
)

if TYPE_CHECKING:
    from cfguard.model.project import Project
    from cfguard.rotation import Entry, Key


class RecordRefused(Exception):
    """The record cannot be written; the message says why."""


class Recording(NamedTuple):
    """What a recording did: the text of the record and where it belongs, and how many secrets are what.

    ``key_made`` is the path of a key that was made for it, None where there was one.
    """

    path: str
    text: str
    new: int
    changed: int
    same: int
    key_made: str | None


def record(project: Project, root: str, today: date) -> Recording:
    """The record of a project's secrets as of today; makes a key if there is none, and writes nothing else.

    Raises :class:`RecordRefused`.
    """
    before = _before(root)
    held = {
        (each.folder, each.environment, each.name): each
        for each in (
            Held(variable.path.rpartition("/")[0], environment, variable.name, variable.text)
            for environment, variable in secrets_of(project.env_files)
        )
    }
    path = os.path.join(root, RECORD)
    if not held:
        return Recording(path, "", 0, 0, 0, None)
    key, made = _key(root, key_path())
    after = updated(before, held.values(), key, today)
    known = {(*entry.identity, entry.key): entry for entry in before}
    own = [entry for entry in after if entry.key == key.id and entry.identity in held]
    new = sum((*entry.identity, entry.key) not in known for entry in own)
    same = sum(known.get((*entry.identity, entry.key)) == entry for entry in own)
    return Recording(path, write_record(after), new, len(own) - new - same, same, made)


def _key(root: str, path: str) -> tuple[Key, str | None]:
    try:
        key = read_key(root, path)
        return (key, None) if key is not None else (make_key(root, path), path)
    except KeyRefused as error:
        raise RecordRefused(f"the key `{path}` cannot be used: {error}") from None


def _before(root: str) -> tuple[Entry, ...]:
    from cfguard.reading import Unreadable, exists, read_bytes

    if not exists(root, RECORD):
        return ()
    try:
        return read_record(read_bytes(root, RECORD).decode("utf-8", "replace"))
    except NoRecord:
        raise RecordRefused(f"`{RECORD}` is no record of cfguard; move it away first") from None
    except Unreadable as error:
        raise RecordRefused(f"`{RECORD}`: {error.told.message}") from None
