"""Where records come from, and what they are held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cfguard.discover import Entry, Located
    from cfguard.model.database import MigrationFolder
    from cfguard.model.worker import Worker
    from cfguard.syntax.node import Document


class RecordFiles(NamedTuple):
    """The files that may hold records, and how to read them.

    ``named`` have the name or place of a record; of ``data`` only the format fits. ``patterns`` are those of
    the settings by kind, relative to ``folder``. ``head`` gives the first bytes of a file, ``load`` parses it,
    ``listing`` says what lies in a folder, and ``path_kind`` what lies at a path below the root.
    """

    named: tuple[Located, ...] = ()
    data: tuple[str, ...] = ()
    patterns: Mapping[str, tuple[str, ...]] = {}
    folder: str = ""
    head: Callable[[str, int], bytes] = lambda path, size: b""
    load: Callable[[Located], Document | None] = lambda file: None
    listing: Callable[[str, int], tuple[Entry, ...]] = lambda path, depth: ()
    path_kind: Callable[[str], str | None] = lambda path: None


class Surrounding(NamedTuple):
    """What records are held against: the Workers, and the folders of migrations once somebody asks."""

    workers: tuple[Worker, ...]
    migration_folders: Callable[[], tuple[MigrationFolder, ...]]
