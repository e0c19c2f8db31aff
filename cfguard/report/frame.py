"""Code frames: the lines in question with marks exactly under what is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.report.shown import cells, crop, shown_line, words
from cfguard.text import Span

if TYPE_CHECKING:
    from cfguard.syntax.node import Document


class Mark(NamedTuple):
    """What to mark in a file: ``symbol`` is drawn under it, ``label`` written behind it."""

    span: Span
    symbol: str
    label: str


class FrameLine(NamedTuple):
    """A line of a frame: ``number`` is that of the file's line, empty for lines that hold marks."""

    number: str
    text: str
    symbol: str


def frame(document: Document, marks: Sequence[Mark], width: int) -> list[FrameLine]:
    """The lines that hold the marks, in order, each followed by its marks; without marks the first line.

    A mark over several lines is drawn under its first line, to the end of it.
    """
    source = document.source
    if not marks:
        line = crop(shown_line(document, 1, Span(0, 0)), width)
        return [FrameLine("1", line.text, "")] if line.text.strip() else []
    by_line: dict[int, list[Mark]] = {}
    for mark in marks:
        by_line.setdefault(source.position(mark.span.start).line, []).append(mark)
    lines: list[FrameLine] = []
    previous = 0
    for number in sorted(by_line):
        if previous and number > previous + 1:
            lines.append(FrameLine("...", "", ""))
        previous = number
        lines.extend(_marked(document, number, by_line[number], width))
    return lines


def _marked(document: Document, number: int, marks: Sequence[Mark], width: int) -> list[FrameLine]:
    whole = document.source.line_span(number)
    lines: list[FrameLine] = []
    for mark in marks:
        span = Span(mark.span.start, min(max(mark.span.end, mark.span.start), whole.end))
        line = crop(shown_line(document, number, span), width)
        if not lines or lines[-1].text != line.text:
            shown = FrameLine(str(number), line.text.rstrip(), "")
            if shown not in lines:
                lines.append(shown)
        pad = " " * cells(line.text[: line.start])
        drawn = mark.symbol * max(1, cells(line.text[line.start : line.end]))
        label = f" {words(mark.label)}" if mark.label else ""
        lines.append(FrameLine("", f"{pad}{drawn}{label}", mark.symbol))
    return lines
