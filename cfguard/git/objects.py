"""The contents of blobs by their ids, in portions, so that memory stays bounded however many are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cfguard.git.process import Git

#: Bytes of blobs that one git process hands over.
_PORTION = 32 * 1024 * 1024
#: Ids that one git process is asked about.
_ASKED = 50_000


def contents(git: Git, blobs: Iterable[str], limit: int) -> Iterator[tuple[str, bytes]]:
    """Each blob once with its bytes; what is no blob here, or above ``limit`` bytes, is left out.

    Raises GitFailure.
    """
    wanted = list(dict.fromkeys(blobs))
    for first in range(0, len(wanted), _ASKED):
        feed = "".join(f"{blob}\n" for blob in wanted[first : first + _ASKED]).encode("ascii")
        yield from _of_size(git, git.run("cat-file", "--batch-check", feed=feed), limit)


class AllBlobs:
    """Every blob of a repository, unreachable ones included, in the order of the packs.

    Raises GitFailure, also while it is gone through.
    """

    def __init__(self, git: Git) -> None:
        self._git = git
        self._described = git.run("cat-file", "--batch-all-objects", "--batch-check", "--unordered")

    def __len__(self) -> int:
        return self._described.count(b" blob ")

    def contents(self, limit: int, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
        """Those of at most ``limit`` bytes whose ids are wanted, each with its bytes."""
        return _of_size(self._git, self._described, limit, wanted)


def lines(output: bytes) -> Iterator[bytes]:
    """The lines of an output one by one: a list of them takes several times its memory."""
    start = 0
    while start < len(output):
        end = output.find(b"\n", start)
        end = len(output) if end < 0 else end
        yield output[start:end]
        start = end + 1


def _of_size(
    git: Git, described: bytes, limit: int, wanted: Callable[[str], bool] | None = None
) -> Iterator[tuple[str, bytes]]:
    portion: list[bytes] = []
    size = 0
    for line in lines(described):
        fields = line.split()
        if len(fields) != 3 or fields[1] != b"blob" or int(fields[2]) > limit:
            continue
        if wanted is not None and not wanted(fields[0].decode("ascii")):
            continue
        portion.append(fields[0])
        size += int(fields[2])
        if size > _PORTION:
            yield from _handed_over(git, portion)
            portion, size = [], 0
    yield from _handed_over(git, portion)


def _handed_over(git: Git, blobs: list[bytes]) -> Iterator[tuple[str, bytes]]:
    if blobs:
        output = git.run("cat-file", "--batch", feed=b"\n".join(blobs) + b"\n")
        yield from ((id, content) for id, kind, content in records(output) if kind == "blob")


def records(output: bytes) -> Iterator[tuple[str, str, bytes]]:
    """The id, kind and contents of each object that ``cat-file --batch`` found."""
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        fields = output[at:end].decode("ascii", "replace").split()
        at = end + 1
        if len(fields) != 3:  # "<id> missing"
            continue
        size = int(fields[2])
        yield fields[0], fields[1], output[at : at + size]
        at += size + 1
