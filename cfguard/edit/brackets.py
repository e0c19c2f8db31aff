"""Inserting into and removing from what stands between brackets with commas: JSON's and TOML's alike."""

from __future__ import annotations

from collections.abc import Iterator

from cfguard.edit.text import Edit, indent_at, line_around, newline_of, with_line_end
from cfguard.named_tuple import NamedTuple
from cfguard.syntax.node import Document
from cfguard.text import Span

_BLANK = " \t\r\n"
_DEFAULT_UNIT = "  "


class Bracketed(NamedTuple):
    """A list or table in brackets: where they stand, and the spans of what is between, in order."""

    document: Document
    open: int
    close: int
    entries: tuple[Span, ...]

    @property
    def is_spread(self) -> bool:
        """Whether its entries stand on lines of their own."""
        source = self.document.source
        first = self.entries[0].start if self.entries else self.close
        return source.position(self.open).line != source.position(first).line

    @property
    def entry_indent(self) -> str:
        """The white space before an entry that gets a line of its own."""
        source = self.document.source
        if self.entries and self.is_spread:
            return indent_at(source, self.entries[-1].start)
        return indent_at(source, self.open) + unit_of(self.document)


def unit_of(document: Document) -> str:
    """One step of indentation: what the first indented line of the file has."""
    for line in document.source.text.split("\n")[:200]:
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        if indent and line.strip():
            return "\t" if indent.startswith("\t") else indent[:8]
    return _DEFAULT_UNIT


def insert(brackets: Bracketed, entry: str, *, spread_when_empty: bool = False) -> Iterator[Edit]:
    """Add an entry at the end, in the way that the others are written (comma behind the last or not)."""
    document = brackets.document
    newline, indent = newline_of(document.source.text), brackets.entry_indent
    if not brackets.entries:
        yield _into_empty(brackets, entry, spread=spread_when_empty)
        return
    last = brackets.entries[-1].end
    comma = next_token(document, last)
    has_comma = document.source.text[comma : comma + 1] == ","
    after = comma + 1 if has_comma else last
    tail = "," if has_comma else ""
    if not brackets.is_spread:
        yield Edit(Span(after, after), f" {entry}{tail}" if has_comma else f", {entry}")
        return
    line_end = _line_end_after_comments(document, after)
    if line_end is None:
        yield Edit(Span(after, after), f"{'' if has_comma else ','}{newline}{indent}{entry}{tail}")
        return
    if not has_comma:
        yield Edit(Span(last, last), ",")
    yield Edit(Span(line_end, line_end), f"{newline}{indent}{entry}{tail}")


def _into_empty(brackets: Bracketed, entry: str, *, spread: bool) -> Edit:
    source = brackets.document.source
    newline, inside = newline_of(source.text), Span(brackets.open + 1, brackets.close)
    is_blank = not source.slice(inside).strip()
    has_lines = "\n" in source.slice(inside) or "\r" in source.slice(inside)
    if is_blank and not (spread or has_lines):
        padding = " " if source.text[brackets.open] == "{" else ""
        return Edit(inside, f"{padding}{entry}{padding}")
    first = f"{newline}{brackets.entry_indent}{entry}"
    if is_blank:
        return Edit(inside, f"{first}{newline}{indent_at(source, brackets.open)}")
    # Comments stay where they are, behind the new entry; one on the line of the bracket keeps its own line.
    return Edit(Span(inside.start, inside.start), first if has_lines else f" {entry}")


def remove(brackets: Bracketed, index: int) -> Iterator[Edit]:
    """Take an entry away with its comma, and with its line where it has one of its own."""
    document = brackets.document
    text, entry = document.source.text, brackets.entries[index]
    comma = next_token(document, entry.end)
    has_comma = text[comma : comma + 1] == ","
    if len(brackets.entries) == 1 and _is_alone(brackets, comma + has_comma):
        yield Edit(Span(brackets.open + 1, brackets.close), "")
        return
    if not has_comma and index:
        before = next_token(document, brackets.entries[index - 1].end)
        yield Edit(Span(before, before + 1), "")
    end = comma + 1 if has_comma else entry.end
    lines = _own_lines(document, Span(entry.start, end))
    if lines is not None:
        yield Edit(lines, "")
        return
    start = entry.start
    if has_comma:
        while text[end : end + 1] in (" ", "\t"):
            end += 1
    elif index:
        while text[start - 1] in " \t":
            start -= 1
    yield Edit(Span(start, end), "")


def _is_alone(brackets: Bracketed, end: int) -> bool:
    """Whether nothing but an entry stands between the brackets, all on one line."""
    text = brackets.document.source.text
    before, after = text[brackets.open + 1 : brackets.entries[0].start], text[end : brackets.close]
    return not (before + after).strip(" \t")


def _own_lines(document: Document, span: Span) -> Span | None:
    """The lines that a span fills, with a comment that follows it there; None where it shares them."""
    source = document.source
    first = line_around(source, span.start)
    if source.text[first.start : span.start].strip():
        return None
    end = _line_end_after_comments(document, span.end)
    if end is None or (end > line_around(source, span.end).end):
        return None
    return Span(first.start, with_line_end(source.text, end))


def next_token(document: Document, offset: int) -> int:
    """The offset of the next character that is neither blank nor in a comment."""
    text, ends = document.source.text, {comment.span.start: comment.span.end for comment in document.comments}
    while offset < len(text):
        if offset in ends:
            offset = ends[offset]
        elif text[offset] in _BLANK:
            offset += 1
        else:
            break
    return offset


def _line_end_after_comments(document: Document, offset: int) -> int | None:
    """The end of the line behind the comments that follow an offset; None where more than comments follows."""
    text, ends = document.source.text, {comment.span.start: comment.span.end for comment in document.comments}
    while offset < len(text) and text[offset] not in "\r\n":
        if offset in ends:
            offset = ends[offset]
        elif text[offset] in " \t":
            offset += 1
        else:
            return None
    return offset
