"""Puts the project of a run together: the files that count are read, and what a rule may ask for later is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.finding import Note, Problem
from cfguard.model.project import Project
from cfguard.model.records import RecordFiles
from cfguard.model.stages import Stages
from cfguard.named_tuple import NamedTuple
from cfguard.reading import (
    MAX_LOCKFILE_BYTES,
    MAX_REFERRED_BYTES,
    Library,
    Unreadable,
    has_code,
    list_folder,
    path_kind,
    read_bytes,
    read_document,
    read_documents,
    read_head,
)
from cfguard.scanning import Scanning

if TYPE_CHECKING:
    from collections.abc import Callable

    from cfguard.discover import Discovery, Entry, Located
    from cfguard.reading import Progress
    from cfguard.rotation import Key
    from cfguard.settings import Settings
    from cfguard.syntax.node import Document

#: What every run reads; other files are read when a rule asks for them.
READ_AT_ONCE = ("wrangler", "devcontainer", "env")


class Gathered(NamedTuple):
    """The project of a run, the files that were read at once, and what could not be had later on."""

    project: Project
    library: Library
    late: list[Unreadable]

    def problems(self) -> tuple[Problem, ...]:
        """Why the job could not be done whole."""
        later = (error.told for error in self.late if isinstance(error.told, Problem))
        return (*self.library.problems, *dict.fromkeys(later))

    def notes(self) -> tuple[Note, ...]:
        """What a reader should know of the files."""
        later = (error.told for error in self.late if isinstance(error.told, Note))
        return (*self.library.notes, *dict.fromkeys(later))


def gather(
    discovery: Discovery,
    settings: Settings,
    *,
    history: bool = False,
    key_file: str | None = None,
    progress: Progress | None = None,
) -> Gathered:
    """Read what counts and build the project.

    ``history`` is for :class:`~cfguard.scanning.Scanning`; ``key_file`` is the key of recorded secrets, None for
    this user's own.
    """
    is_excluded = _exclusion(settings)
    files = tuple(file for file in discovery.files if not is_excluded(file.path))
    at_once = [file for file in files if file.role in READ_AT_ONCE]
    library = read_documents(discovery.root, at_once, discovery.staged, progress)
    late: list[Unreadable] = []
    scanning = Scanning(discovery, library.documents, is_excluded, late, history=history)
    project = _project(discovery, files, settings, library, scanning, late, key_file)
    return Gathered(project, library, late)


def _exclusion(settings: Settings) -> Callable[[str], bool]:
    """Whether the settings exclude a path; their patterns are relative to their folder."""
    if not settings.exclude:
        return lambda path: False
    from cfguard.globs import compile_globs

    excluded = compile_globs(settings.exclude)
    prefix = f"{settings.folder}/" if settings.folder else ""
    return lambda path: path.startswith(prefix) and excluded(path[len(prefix) :])


def _project(
    discovery: Discovery,
    files: tuple[Located, ...],
    settings: Settings,
    library: Library,
    scanning: Scanning,
    late: list[Unreadable],
    key_file: str | None,
) -> Project:
    """The project; what it cannot read of the files that it asks for itself joins ``late``."""
    root = discovery.root
    is_excluded = scanning.is_excluded

    def load(file: Located) -> Document | None:
        try:
            return read_document(root, file, discovery.staged)
        except Unreadable as error:
            if file.role in ("migration", "record"):
                late.append(error)
            return None

    def listing(path: str, depth: int) -> tuple[Entry, ...]:
        prefix = f"{path}/" if path else ""
        return tuple(
            entry for entry in list_folder(root, path, depth) if not is_excluded(prefix + entry.path)
        )

    lockfiles = {file.path for file in files if file.role == "lockfile"}

    def read_text(path: str) -> str | None:
        return _text(root, path, MAX_LOCKFILE_BYTES) if path in lockfiles else None

    def read_file(path: str) -> str | None:
        return _text(root, path, MAX_REFERRED_BYTES) if path_kind(root, path) == "file" else None

    return Project(
        files,
        library.documents,
        stages=Stages(settings.stages),
        repository=discovery.repository,
        load=load,
        read_text=read_text,
        path_kind=lambda path: path_kind(root, path),
        listing=listing,
        read_file=read_file,
        scan=scanning.files,
        elsewhere=scanning.elsewhere,
        has_code=lambda folder: has_code(root, folder),
        plan=settings.plan or "",
        d1_runtime=settings.d1_runtime,
        read_key=lambda: _read_key(root, key_file),
        records=_record_files(discovery, files, settings, is_excluded)._replace(load=load, listing=listing),
    )


def _record_files(
    discovery: Discovery,
    files: tuple[Located, ...],
    settings: Settings,
    is_excluded: Callable[[str], bool],
) -> RecordFiles:
    """The files that may hold records, still without a way to parse them."""
    root = discovery.root
    return RecordFiles(
        tuple(file for file in files if file.role == "record"),
        tuple(path for path in discovery.data if not is_excluded(path)),
        settings.records,
        settings.folder,
        head=lambda path, size: read_head(root, path, size),
        path_kind=lambda path: path_kind(root, path),
    )


def _read_key(root: str, path: str | None) -> Key | None:
    from cfguard.rotation import key_path, read_key

    return read_key(root, path or key_path())


def _text(root: str, path: str, limit: int) -> str | None:
    try:
        return read_bytes(root, path, limit).decode("utf-8", "replace")
    except Unreadable:
        return None
