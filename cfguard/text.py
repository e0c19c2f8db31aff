"""Characters, offsets and lines: the coordinates every other layer speaks in."""

from __future__ import annotations

import re
from bisect import bisect_right

from cfguard.named_tuple import NamedTuple

_LINE_END = re.compile(r"\r\n|\n|\r")


class Span(NamedTuple):
    """A half-open range of offsets into a source's text, in code points.

    An empty span (``start == end``) is legal: it names an insertion point.
    """

    start: int
    end: int


class Position(NamedTuple):
    """A place as a person reads it: line and column, both from 1, in code points."""

    line: int
    column: int


class Source:
    """The decoded text of one file, so that offsets mean the same thing in every layer.

    ``text`` keeps the file's own line ends and lacks its byte order mark (``bom`` says whether
    there was one), so that text and bytes convert into each other without loss.
    ``path`` is relative to the root of the run, with ``/``.
    """

    __slots__ = ("_starts", "bom", "path", "text")

    def __init__(self, path: str, text: str, *, bom: bool = False) -> None:
        self.path = path
        self.text = text
        self.bom = bom
        self._starts: list[int] | None = None

    def encoded(self) -> bytes:
        """The bytes of the file again, where it was UTF-8."""
        return ("\ufeff" + self.text if self.bom else self.text).encode("utf-8", "replace")

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        return self._starts

    def position(self, offset: int) -> Position:
        """Line and column of an offset; offsets past the end give the place after the last character."""
        starts = self._line_starts()
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def offset(self, position: Position) -> int:
        """The offset of a position, clamped to its line: the inverse of :meth:`position`."""
        start, end = self.line_span(position.line)
        return min(start + max(position.column, 1) - 1, end)

    def utf16_column(self, offset: int) -> int:
        """The column of an offset in UTF-16 code units, from 1, as editors and SARIF count."""
        line = self.position(offset).line
        before = self.text[self._line_starts()[line - 1] : offset]
        return len(before) + sum(character > "\uffff" for character in before) + 1

    def line_span(self, line: int) -> Span:
        """The span of a line (from 1) without its line end; a line past the last is empty, at the end."""
        starts = self._line_starts()
        if line < 1 or line > len(starts):
            return Span(len(self.text), len(self.text))
        start = starts[line - 1]
        end = starts[line] if line < len(starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)

    @property
    def line_count(self) -> int:
        """How many lines there are; the empty text has one."""
        return len(self._line_starts())

    def slice(self, span: Span) -> str:
        """The text under a span."""
        return self.text[span.start : span.end]
