"""Literals that source puts together again (``"sk_" + "live_…"``), read as the one text that they make."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.secrets.pattern import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

_SEAM = r"(?P<quote>[\"'`])\s{0,80}\+\s{0,80}[\"'`]"
_ENTRY_SEAM = r"[\"'`]\s{0,80},\s{0,80}[\"'`]"
_JOIN = r"\.join\(\s{0,8}(?:\"\"|''|``)"
_OPENING = ("=", "(", "[", ":", "return")
_LINES = 24
_CHARACTERS = 4_000


class Joined(NamedTuple):
    """A statement over some lines with the seams between its literals taken out.

    ``first`` is the index of its first line; :meth:`place` leads from an offset back to a line and a column.
    """

    text: str
    first: int
    seams: tuple[tuple[int, int], ...]
    starts: tuple[int, ...]

    def place(self, offset: int) -> tuple[int, int]:
        """The index of the line and the column of an offset of the text."""
        at = offset
        for cut, length in self.seams:
            if cut > offset:
                break
            at += length
        line = bisect_right(self.starts, at) - 1
        return self.first + line, at - self.starts[line]


def joined(lines: Sequence[str], index: int) -> Joined | None:
    """The statement around a line if it puts literals together, None for any other."""
    first, last = _stretch(lines, index)
    part = lines[first : last + 1]
    text = "\n".join(part)
    if len(text) > _CHARACTERS:
        return None
    pattern = _ENTRY_SEAM if compiled(_JOIN).search(text) else _SEAM
    seams: list[tuple[int, int]] = []
    pieces: list[str] = []
    at = removed = 0
    for seam in compiled(pattern).finditer(text):
        pieces.append(text[at : seam.start()])
        seams.append((seam.start() - removed, seam.end() - seam.start()))
        removed += seam.end() - seam.start()
        at = seam.end()
    if not seams:
        return None
    starts = [0]
    for line in part[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return Joined("".join([*pieces, text[at:]]), first, tuple(seams), tuple(starts))


def _stretch(lines: Sequence[str], index: int) -> tuple[int, int]:
    """The first and the last line of the statement that holds a line."""
    first = last = index
    while first > 0 and index - first < _LINES and _goes_on(lines[first - 1], lines[first]):
        first -= 1
    while last + 1 < len(lines) and last - index < _LINES and _goes_on(lines[last], lines[last + 1]):
        last += 1
    return first, last


def _goes_on(line: str, following: str) -> bool:
    """Whether a statement goes on behind a line: an operator at the seam, or a line that opens a list of literals."""
    end, begin = line.rstrip(), following.lstrip()
    if end.endswith("+") or begin.startswith("+"):
        return True
    if not begin.startswith(('"', "'", "`")):
        return begin.startswith(("].join(", "] .join("))
    return end.endswith(_OPENING) or end.endswith(('",', "',", "`,"))
