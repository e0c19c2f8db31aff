"""What the index holds in place of the work tree's files: the next commit has it, whatever they say now.

For credentials that are staged or committed, and no longer in the file, git is asked only about files whose
contents are not those of the index, and what it said of a blob without credentials is kept, so that an
ordinary run asks nothing at all.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cfguard import cache
from cfguard.discover import interesting, parsed_format
from cfguard.git.objects import contents
from cfguard.named_tuple import NamedTuple
from cfguard.secrets.contents import credentials_in
from cfguard.secrets.scan.files import EDITION, read_file
from cfguard.secrets.scan.scope import MAX_BYTES, is_skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cfguard.discover import Discovery
    from cfguard.git import Repository
    from cfguard.secrets.contents import Held

_KIND = "staged"


class StagedLeak(NamedTuple):
    """A credential that the index holds at a path: its line there, and whether the work tree has a file."""

    path: str
    line: int
    name: str
    kind: str
    exists: bool


def as_staged(discovery: Discovery) -> Discovery:
    """The run as the next commit will have it: the files of the index, with the contents that it has of them.

    Env files that git ignores stay, because wrangler reads them all the same. What lies in a folder, and
    whether a path exists, is still asked of the work tree. Raises GitFailure.
    """
    repository = discovery.repository
    if repository is None:
        return discovery
    tracked = {path: entry for path, entry in repository.files().items() if not entry.sparse}
    new = set(repository.untracked())
    files = {file for file in discovery.files if file.path not in new}
    files |= interesting(tracked, discovery.scopes)[0]
    plain = (
        file.path
        for file in files
        if file.path in tracked and not (tracked[file.path].submodule or tracked[file.path].symlink)
    )
    staged = repository.blobs(differing(repository, plain), MAX_BYTES)
    return discovery._replace(files=tuple(sorted(files)), staged=staged)


def differing(repository: Repository, paths: Iterable[str]) -> list[str]:
    """The tracked paths whose files are not what the index holds, or are gone, or too large to tell."""
    entries = repository.files()
    found: list[str] = []
    for path in paths:
        content = _work_tree(repository, path) if not entries[path].sparse else None
        if not entries[path].sparse and (content is None or repository.differs(path, content)):
            found.append(path)
    return found


def staged_leaks(
    repository: Repository, paths: Iterable[str], seen: Mapping[str, str]
) -> tuple[StagedLeak, ...]:
    """The credentials in the index entries of paths that the files there do not hold, by path and line.

    ``seen`` gives the SHA-1 blob ids of the files whose contents are known. What a sparse checkout leaves
    out is not looked at. Raises GitFailure.
    """
    entries = repository.files()
    asked = {
        path: entries[path].blob
        for path in paths
        if seen.get(path) != entries[path].blob and not entries[path].sparse and not _is_skipped(path)
    }
    if not asked:
        return ()
    key = cache.digest(_KIND, EDITION, os.path.realpath(repository.root))
    notes = _Notes(cache.read(_KIND, key))
    unknown = {
        path: blob
        for path, blob in asked.items()
        if not (notes.holds(blob, path) or notes.holds(blob, seen.get(path)))
    }
    leaks = tuple(_look(repository, unknown, seen, notes))
    if notes.changed:
        cache.write(_KIND, key, sorted(notes.kept))
    return tuple(sorted(leaks))


class _Notes:
    """What needs no second look: a blob without credentials at a path, a file that differs in form alone."""

    def __init__(self, before: object) -> None:
        self._before = (
            {each for each in before if isinstance(each, str)} if isinstance(before, list) else set()
        )
        self.kept: set[str] = set()

    def holds(self, blob: str, other: str | None) -> bool:
        note = f"{blob} {other}"
        if note in self._before:
            self.kept.add(note)
        return note in self.kept

    def add(self, blob: str, other: str) -> None:
        self.kept.add(f"{blob} {other}")

    @property
    def changed(self) -> bool:
        return self.kept != self._before


def _look(
    repository: Repository, unknown: Mapping[str, str], seen: Mapping[str, str], notes: _Notes
) -> Iterator[StagedLeak]:
    by_blob: dict[str, list[str]] = {}
    for path, blob in unknown.items():
        content = _work_tree(repository, path)
        if content is None or repository.differs(path, content):
            by_blob.setdefault(blob, []).append(path)
        elif path in seen:
            notes.add(blob, seen[path])
    for blob, content in contents(repository.git, by_blob, MAX_BYTES) if by_blob else ():
        for path in by_blob[blob]:
            held = tuple(credentials_in(path, content, parsed_format(path)))
            if not held:
                notes.add(blob, path)
            yield from _gone(repository, path, held)


def _gone(repository: Repository, path: str, held: Iterable[Held]) -> Iterator[StagedLeak]:
    """What the file of the work tree does not hold: one for each value."""
    content = _work_tree(repository, path)
    here = "" if content is None else content.decode("utf-8", "replace")
    exists = os.path.lexists(os.path.join(repository.root, path))
    told: set[str] = set()
    for each in held:
        if each.value not in told and each.value not in here:
            told.add(each.value)
            yield StagedLeak(path, each.line, each.name, each.kind, exists)


def _work_tree(repository: Repository, path: str) -> bytes | None:
    found = read_file(repository.root, path)
    return None if found is None else found[1]


def _is_skipped(path: str) -> bool:
    return parsed_format(path) is None and is_skipped(path)
