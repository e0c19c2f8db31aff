"""Replacing pieces of a text without touching the rest."""

from __future__ import annotations

from collections.abc import Iterable

from cfguard.named_tuple import NamedTuple
from cfguard.text import Source, Span


class Edit(NamedTuple):
    """A span of the old text and what stands there afterwards; an empty span inserts."""

    span: Span
    text: str


class NotEditable(Exception):
    """The file is not written in a way that allows the change; ``str`` says why, for people."""


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; insertions at one place keep their order.

    Raises ValueError where two edits overlap, which would make the result depend on their order.
    """
    parts: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        if edit.span.start < done:
            raise ValueError(f"edits overlap at {edit.span.start}")
        parts += (text[done : edit.span.start], edit.text)
        done = edit.span.end
    return "".join([*parts, text[done:]])


def newline_of(text: str) -> str:
    """The line end that a file uses: that of its first line."""
    end = text.find("\n")
    if end < 0:
        return "\r" if "\r" in text else "\n"
    return "\r\n" if text[end - 1 : end] == "\r" else "\n"


def line_around(source: Source, offset: int) -> Span:
    """The line that holds an offset, without its line end."""
    return source.line_span(source.position(offset).line)


def indent_at(source: Source, offset: int) -> str:
    """The white space that begins the line of an offset."""
    line = source.slice(line_around(source, offset))
    return line[: len(line) - len(line.lstrip(" \t"))]


def with_line_end(text: str, end: int) -> int:
    """The offset behind the line end that stands at ``end``; ``end`` itself where none does."""
    if text.startswith("\r\n", end):
        return end + 2
    return end + 1 if text[end : end + 1] in ("\n", "\r") else end


def whole_lines(source: Source, span: Span) -> Span | None:
    """A span widened to the lines it fills with their ends; None where something else stands on them."""
    first, last = line_around(source, span.start), line_around(source, max(span.start, span.end - 1))
    before, after = source.text[first.start : span.start], source.text[span.end : last.end]
    if before.strip() or after.strip():
        return None
    return Span(first.start, with_line_end(source.text, last.end))


def after_line(source: Source, offset: int, lines: Iterable[str]) -> Edit:
    """Insert lines below the line of an offset, in the file's own line ends."""
    newline = newline_of(source.text)
    end = line_around(source, offset).end
    return Edit(Span(end, end), "".join(newline + line for line in lines))


def before_line(source: Source, offset: int, lines: Iterable[str]) -> Edit:
    """Insert lines above the line of an offset, in the file's own line ends."""
    newline = newline_of(source.text)
    start = line_around(source, offset).start
    return Edit(Span(start, start), "".join(line + newline for line in lines))


def at_end(source: Source, lines: Iterable[str]) -> Edit:
    """Add lines at the end of a text; a last line without an end gets one first."""
    newline, text = newline_of(source.text), source.text
    opening = newline if text and not text.endswith(("\n", "\r")) else ""
    return Edit(Span(len(text), len(text)), opening + "".join(line + newline for line in lines))
