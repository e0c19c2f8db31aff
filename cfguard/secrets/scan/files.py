"""Scans the files of a work tree, each content once: what was found is kept by content, without any value.

A file is not even read when size, times and inode are those of the last scan, unless it was changed within
two seconds of it (the times could then hide a second change; git calls such a file "racily clean"). Else
its git blob id decides. Where much is new, a second process takes half of it.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from typing import TYPE_CHECKING

from cfguard import cache
from cfguard.named_tuple import NamedTuple
from cfguard.secrets.scan.confirmed import Confirmed
from cfguard.secrets.scan.scope import (
    MAX_BYTES,
    is_skipped,
    without_long_lines,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_KIND = "scan"
#: Counts changes of what is found; results of another number are not used, by any cache about credentials.
EDITION = "2"
_RACY = 2_000_000_000
#: New bytes from which a second process pays: it costs 20 ms, and a megabyte takes 50 to 100.
_TWO_PROCESSES = 4_000_000
_SNIFFED = 8_000
#: Bytes above which a file is not searched for mere suspicions: what made it would take seconds.
_SUSPECTED = 200_000
#: Bytes up to which INI and YAML files are rewritten as detect-secrets does; half a second at the worst.
_REWRITTEN = 32_000

Stamp = tuple[int, int, int, int]


class Scanned(NamedTuple):
    """What was found in one file; ``blob`` is the git blob id (SHA-1) of the contents."""

    path: str
    blob: str
    hits: tuple[Confirmed, ...]


class _Kept(NamedTuple):
    """A cached result: when the file was last seen as what, and what it holds."""

    stamp: Stamp
    blob: str
    hits: tuple[Confirmed, ...]


def scan_files(
    root: str, paths: Iterable[str], *, every: bool = False, use_cache: bool = True
) -> tuple[Scanned, ...]:
    """Scan files below a root, in the order given, those left out that cannot be read or are not scanned.

    With ``every`` the hits are all that detect-secrets reports, without it the live credentials.
    """
    began = time.time_ns()
    key = cache.digest(_KIND, EDITION, os.path.realpath(root), *(["every"] if every else []))
    known = _load(cache.read(_KIND, key)) if use_cache else {}
    results: dict[str, _Kept] = {}
    new: list[tuple[str, int]] = []
    inside = _Inside(root)
    order = [path for path in paths if not is_skipped(path)]
    for path in order:
        stamp = _stamp(root, path)
        if stamp is None or stamp[0] > MAX_BYTES:
            continue
        before = known.get(path)
        if before is not None and before.stamp == stamp:
            results[path] = before
        elif inside.holds(path):
            new.append((path, stamp[0]))
    for path, stamp, blob, hits in _scan_new(root, new, known, every):
        results[path] = _Kept(stamp if began - max(stamp[1:3]) > _RACY else (-1, 0, 0, 0), blob, hits)
    if use_cache and (new or known.keys() - results.keys()):
        cache.write(_KIND, key, _dump(results))
    return tuple(Scanned(path, results[path].blob, results[path].hits) for path in order if path in results)


_New = tuple[str, Stamp, str, tuple[Confirmed, ...]]


def _scan_new(
    root: str, new: Sequence[tuple[str, int]], known: Mapping[str, _Kept], every: bool
) -> Iterator[_New]:
    mine, theirs = _halves(new)
    if not theirs:
        yield from _scan_some(root, mine, known, every)
        return
    from multiprocessing import get_context

    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    worker = context.Process(target=_send_some, args=(sender, root, theirs, known, every), daemon=True)
    worker.start()
    sender.close()
    yield from [*_scan_some(root, mine, known, every)]
    try:
        rows = receiver.recv()
    except EOFError:  # the process died: its half is scanned here
        rows = None
    worker.join()
    yield from (
        [_revived(row) for row in rows] if rows is not None else _scan_some(root, theirs, known, every)
    )


def _send_some(
    sender: object, root: str, paths: Sequence[str], known: Mapping[str, _Kept], every: bool
) -> None:
    sender.send([*_scan_some(root, paths, known, every)])  # type: ignore[attr-defined]


def _revived(row: _New) -> _New:
    path, stamp, blob, hits = row
    return path, stamp, blob, tuple(Confirmed(*hit) for hit in hits)


def _halves(new: Sequence[tuple[str, int]]) -> tuple[list[str], list[str]]:
    """The files for this process and for a second one; none for that where it does not pay or cannot be."""
    if sum(size for _, size in new) < _TWO_PROCESSES or not may_fork():
        return [path for path, _ in new], []
    halves: tuple[list[str], list[str]] = ([], [])
    sizes = [0, 0]
    for path, size in sorted(new, key=lambda each: -each[1]):
        smaller = int(sizes[1] < sizes[0])
        halves[smaller].append(path)
        sizes[smaller] += size
    return halves


def may_fork() -> bool:
    """Whether a copy of this process is safe: POSIX but not macOS, a second core, and no other thread."""
    from _thread import _count  # threads beside the main one

    return hasattr(os, "fork") and sys.platform != "darwin" and (os.cpu_count() or 1) > 1 and _count() == 0


def _scan_some(root: str, paths: Iterable[str], known: Mapping[str, _Kept], every: bool) -> Iterator[_New]:
    scan = suspicions if every else scan_content
    by_content = {(os.path.basename(path), each.blob): each.hits for path, each in known.items()}
    for path in paths:
        read = read_file(root, path)
        if read is None:
            continue
        stamp, content = read
        blob = blob_id(content)
        hits = by_content.get((os.path.basename(path), blob))
        yield path, stamp, blob, hits if hits is not None else scan(path, content)


def scan_content(path: str, content: bytes) -> tuple[Confirmed, ...]:
    """The live credentials in the contents of one file; none in what is binary or not UTF-8."""
    if not _is_text(content):
        return ()
    from cfguard.secrets.scan.confirm import confirm

    return tuple(confirm(path, content))


def suspicions(path: str, content: bytes) -> tuple[Confirmed, ...]:
    """All that detect-secrets reports of the contents of one file, without the lines that are minified."""
    if len(content) > _SUSPECTED or not _is_text(content):
        return ()
    from cfguard.secrets.scan.text import find, normalised

    content = without_long_lines(normalised(content))
    texts = content.decode().split("\n")
    hits: dict[tuple[int, int], Confirmed] = {}
    for found in find(path, content, rewrite_up_to=_REWRITTEN):
        line = texts[min(found.line, len(texts)) - 1]
        at = line.find(found.secret)
        start, end = (at, at + len(found.secret)) if at >= 0 else (0, len(line))
        hits.setdefault((found.line, start), Confirmed(found.line, start, end, found.kind, "suspicion"))
    return tuple(hits.values())


def _is_text(content: bytes) -> bool:
    if b"\0" in content[:_SNIFFED]:
        return False
    if not content.isascii():
        try:
            content.decode()
        except UnicodeDecodeError:
            return False
    return True


def blob_id(content: bytes) -> str:
    """The id that git gives to contents (in a repository with SHA-1)."""
    from hashlib import sha1

    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def blob_ids(texts: Mapping[str, bytes]) -> dict[str, str]:
    """The same for the contents of a few small files, by path."""
    try:  # a fifth of hashlib's speed, and loaded in a fifth of its time
        from _sha1 import sha1  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha1
    return {
        path: sha1(b"blob %d\0" % len(text) + text, usedforsecurity=False).hexdigest()
        for path, text in texts.items()
    }


def read_file(root: str, path: str) -> tuple[Stamp, bytes] | None:
    """The stamp and contents of a regular file, None for links, pipes and what cannot be read."""
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        descriptor = os.open(os.path.join(root, path), flags)
        with os.fdopen(descriptor, "rb") as opened:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return None
            content = opened.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return None
    return (_stamp_of(status), content) if len(content) <= MAX_BYTES else None


def _stamp(root: str, path: str) -> Stamp | None:
    try:
        status = os.lstat(os.path.join(root, path))
    except (OSError, ValueError):
        return None
    return _stamp_of(status) if stat.S_ISREG(status.st_mode) else None


def _stamp_of(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


class _Inside:
    """Whether the folder of a path lies below the root, links followed."""

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)
        self._known: dict[str, bool] = {}

    def holds(self, path: str) -> bool:
        folder = os.path.dirname(path)
        if folder not in self._known:
            real = os.path.realpath(os.path.join(self._root, folder))
            self._known[folder] = real == self._root or real.startswith(self._root.rstrip(os.sep) + os.sep)
        return self._known[folder]


def _dump(results: Mapping[str, _Kept]) -> object:
    return {path: [*each.stamp, each.blob, *map(list, each.hits)] for path, each in results.items()}


def _load(value: object) -> dict[str, _Kept]:
    """Cached results of the right shape; anything else is as good as absent."""
    known: dict[str, _Kept] = {}
    for path, row in value.items() if isinstance(value, dict) else ():
        if not (
            isinstance(path, str) and isinstance(row, list) and len(row) >= 5 and isinstance(row[4], str)
        ):
            continue
        size, modified, changed, inode, blob, *hits = row
        numbers = (size, modified, changed, inode)
        if all(isinstance(each, int) for each in numbers) and all(map(_is_hit, hits)):
            known[path] = _Kept(numbers, blob, tuple(Confirmed(*hit) for hit in hits))
    return known


def _is_hit(hit: object) -> bool:
    return (
        isinstance(hit, list)
        and len(hit) == len(Confirmed._fields)
        and all(isinstance(each, int) and each >= 0 for each in hit[:3])
        and isinstance(hit[3], str)
        and hit[4] in ("provider", "name", "suspicion")
    )
