"""Credentials that were ever committed: taking a line out of a file does not take it out of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.git.history import History
from cfguard.history.first_look import held_in, suspects
from cfguard.named_tuple import NamedTuple
from cfguard.secrets.scan.scope import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from cfguard.git import Repository
    from cfguard.git.history import Origin
    from cfguard.history.first_look import Progress


class PastLeak(NamedTuple):
    """A live credential in what was committed: the path, line, name and kind, and the first commit that has it.

    ``time`` is the commit's, in seconds since 1970. ``present`` says that the index still holds the value,
    ``reachable`` that the index, a branch, a tag or the stash leads to it; where not even the reflog does, ``commit``
    and ``path`` are empty. ``versions`` counts the contents of files that have held it.
    """

    path: str
    line: int
    name: str
    kind: str
    commit: str
    time: int
    present: bool
    reachable: bool
    versions: int


class Past(NamedTuple):
    """What was found by path and line, how many contents were looked at, and what a reader should know."""

    leaks: tuple[PastLeak, ...]
    blobs: int
    remarks: tuple[str, ...]


class _Hit(NamedTuple):
    """A credential in a blob; ``secret`` is a keyed hash of its value, so that no value is kept."""

    blob: str
    path: str
    line: int
    name: str
    kind: str
    secret: bytes


def past_leaks(repository: Repository, progress: Progress = lambda done, total: None) -> Past:
    """The credentials in everything ever committed, one for each value; raises GitFailure.

    ``progress`` hears now and then how many blobs of how many have been looked at.
    """
    history = History(repository)
    present: dict[str, list[str]] = {}
    for path, entry in repository.files().items():
        present.setdefault(entry.blob, []).append(path)
    blobs = history.blobs()
    found = suspects(history, blobs, repository.root, progress)
    origins = history.origins(set(found))
    paths = {blob: _paths(origins[blob].path, present.get(blob, ())) for blob in found}
    if history.borrows:  # what leads nowhere here is another repository's
        paths = {blob: known for blob, known in paths.items() if known != ("",)}
    leaks = _leaks(history, _hits(history, paths), origins, present)
    return Past(tuple(sorted(leaks)), len(blobs), tuple(_remarks(history)))


def shown_day(seconds: int) -> str:
    """The day of a commit in UTC, as people write it; empty where it is not known."""
    from time import gmtime, strftime

    return strftime("%Y-%m-%d", gmtime(seconds)) if seconds else ""


def _paths(origin: str, present: Iterable[str]) -> tuple[str, ...]:
    """The paths that a blob is known to have had; the empty one where there is none."""
    return tuple(dict.fromkeys([*([origin] if origin else []), *present])) or ("",)


def _hits(history: History, paths: Mapping[str, Iterable[str]]) -> list[_Hit]:
    """What counts in blobs under one of the names that they had."""
    from hashlib import blake2b
    from os import urandom

    key = urandom(32)
    found: list[_Hit] = []
    for blob, content in history.contents(paths, MAX_BYTES):
        path, held = next(
            ((path, held) for path in paths[blob] if (held := tuple(held_in(path, content)))), ("", ())
        )
        for each in held:
            secret = blake2b(each.value.encode("utf-8", "surrogatepass"), key=key, digest_size=16).digest()
            found.append(_Hit(blob, path, each.line, each.name, each.kind, secret))
    return found


def _leaks(
    history: History, hits: Iterable[_Hit], origins: Mapping[str, Origin], present: Container[str]
) -> Iterator[PastLeak]:
    """One leak for each value, at the oldest commit that has it."""
    by_secret: dict[bytes, list[_Hit]] = {}
    for hit in hits:
        by_secret.setdefault(hit.secret, []).append(hit)
    order = {blob: rank for rank, blob in enumerate(origins)}
    oldest = [min(group, key=lambda hit: (order[hit.blob], hit.line)) for group in by_secret.values()]
    times = history.times(commit for hit in oldest if (commit := origins[hit.blob].commit))
    for first, group in zip(oldest, by_secret.values(), strict=True):
        commit = origins[first.blob].commit
        yield PastLeak(
            first.path,
            first.line,
            first.name,
            first.kind,
            commit,
            times.get(commit, 0),
            present=any(hit.blob in present for hit in group),
            reachable=any(origins[hit.blob].reachable or hit.blob in present for hit in group),
            versions=len({hit.blob for hit in group}),
        )


def _remarks(history: History) -> Iterator[str]:
    if history.is_shallow:
        yield "this clone is shallow: older commits are not here, and were not looked at"
