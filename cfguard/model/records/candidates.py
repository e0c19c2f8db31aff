"""Which files may hold records, told by name, place, settings and a look at their first bytes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from cfguard.model.records.kinds import KINDS, MARKS, SCHEMA_NAMES, Kind, kind_by_name
from cfguard.model.records.sources import RecordFiles
from cfguard.named_tuple import NamedTuple

#: Bytes that must name one of the published schemas, in a file that has no name of a record.
_SCHEMA_WITHIN = 1_024
#: Bytes in which a file by name must hold a word of a record.
_MARK_WITHIN = 65_536
#: Files without a name of a record that are looked into; with more of them, settings have to name the records.
MOST_LOOKS = 1_000
_NEVER = frozenset(
    {"pyproject.toml", "cfguard.toml", "Cargo.toml", "composer.json", "biome.json", "turbo.json"}
)


class Candidate(NamedTuple):
    """A file to parse: ``kind`` is what its name or the settings say, ``certain`` whether settings do."""

    path: str
    kind: Kind | None
    certain: bool


def candidates(files: RecordFiles) -> Iterator[Candidate]:
    """Every file that is worth parsing, once, by path within each group."""
    named = [file.path for file in files.named]
    chosen: set[str] = set()
    for path, kind in _by_settings(files, [*named, *files.data]):
        if path not in chosen:
            chosen.add(path)
            yield Candidate(path, KINDS[kind], certain=True)
    for path in named:
        if path not in chosen:
            head = files.head(path, _MARK_WITHIN)
            if any(mark in head for mark in MARKS):
                yield Candidate(path, kind_by_name(path), certain=False)
    for path in _worth_a_look(files.data):
        head = files.head(path, _SCHEMA_WITHIN) if path not in chosen else b""
        if b"schema.json" in head and any(name in head for name in SCHEMA_NAMES):
            yield Candidate(path, None, certain=False)


def _worth_a_look(paths: tuple[str, ...]) -> list[str]:
    """The files that may name a schema: other tools' own files are left out, and so are very many."""
    found = []
    for path in paths:
        name = path.rpartition("/")[2]
        if name.endswith((".json", ".jsonl", ".ndjson", ".toml")) and not (
            name in _NEVER or name.startswith((".", "tsconfig", "jsconfig")) or name.endswith(".schema.json")
        ):
            found.append(path)
    return found if len(found) <= MOST_LOOKS else []


def _by_settings(files: RecordFiles, listed: list[str]) -> Iterator[tuple[str, str]]:
    """The files that the settings name, with the kind of their records; git may ignore those named in full."""
    if not files.patterns:
        return
    from cfguard.globs import compile_globs

    prefix = f"{files.folder}/" if files.folder else ""
    for kind, patterns in files.patterns.items():
        covers = compile_globs(patterns, folder=files.folder)
        ignored = [path for pattern in patterns for path in _beside(files, prefix, pattern)]
        for path in sorted({*listed, *ignored}):
            if covers(path):
                yield path, kind


def _beside(files: RecordFiles, prefix: str, pattern: str) -> Iterator[str]:
    """What lies in the folder of a pattern that has no wildcard before its last part."""
    folder = posixpath.normpath(prefix + posixpath.dirname(pattern.lstrip("/")))
    if "/" not in pattern.strip("/") or any(mark in folder for mark in "*?[") or folder.startswith(".."):
        return
    for entry in files.listing(folder, 0):
        if entry.kind == "file":
            yield f"{folder}/{entry.path}"
