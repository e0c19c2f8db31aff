"""The only way from a file or a message to a report: masked, free of control characters, measured."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy

if TYPE_CHECKING:
    from cfguard.finding import Problem
    from cfguard.syntax.node import Document
    from cfguard.text import Position, Span

#: What makes a block of the text that begins with it: a heading, a list, a quotation.
_BLOCK = lazy(r"\A(\s{0,3}|\s{0,3}\d{1,9}(?=[.)]))([#+=>-]|(?<=\d)[.)])")
_COMMAND = lazy(r"(##\w{0,20})\[")
_LEADING = lazy(r"^([^\S\n]*):(?=:)", re.MULTILINE)


def masked(text: str) -> str:
    """Words without the credentials in them; control characters stay.

    Here and below masking is imported when there is something to mask: a clean run has nothing to say, and
    a hook should not wait for the tables of credential shapes.
    """
    from cfguard.secrets.masking import mask_text

    return mask_text(text)


def words(text: str) -> str:
    """A message, a key or a path as it may be printed: one line without secrets or control characters."""
    from cfguard.secrets.masking import escape_controls, mask_text

    return escape_controls(mask_text(text))


def path_of(path: str) -> str:
    """A path as it may begin a line: with ``./`` before a ``:``, because ``::`` would be a workflow command."""
    shown = words(path)
    return f"./{shown}" if shown.lstrip().startswith(":") else shown


def place_of(path: str, start: Position | None) -> str:
    """``path:line:column`` as editors and terminals understand it; a whole file is its first character."""
    line, column = start if start is not None else (1, 1)
    return f"{path_of(path)}:{line}:{column}"


def place_of_problem(problem: Problem) -> str:
    """Where a problem is, as far as it is known: a place, a file, or nothing."""
    if problem.path is None:
        return ""
    return words(problem.path) if problem.start is None else place_of(problem.path, problem.start)


def as_markdown(text: str) -> str:
    """Words as Markdown shows them unchanged, in a table as well: no HTML, links, emphasis, headings or lists."""
    shown = words(text).replace("&", "&amp;").replace("<", "&lt;")
    shown = "".join(f"\\{character}" if character in "|`*_[]~$\\" else character for character in shown)
    return _BLOCK.sub(r"\1\\\2", shown, count=1)


def disarm(text: str) -> str:
    """Text that no CI runner obeys: runners look for ``##[command]`` anywhere in a line.

    The bracket becomes one of the same width, so that carets stay where they are.
    """
    return _COMMAND.sub(r"\1⟦", text) if "##" in text else text


def disarm_lines(text: str) -> str:
    """The same for text whose lines may begin with words of a project: GitHub obeys lines that begin with ``::``."""
    return _LEADING.sub(r"\1∶", disarm(text))


def cells(text: str) -> int:
    """How many cells of a terminal a text takes: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(character) in ("Mn", "Me", "Cf") else 1 + (east_asian_width(character) in "WF")
        for character in text
    )


class Line(NamedTuple):
    """A line of a file as it is shown, and which part of it is meant, in code points of ``text``."""

    text: str
    start: int
    end: int


def shown_line(document: Document, number: int, span: Span) -> Line:
    """A line (from 1) and the part of it that a span covers; a span may reach over the line's ends."""
    from cfguard.secrets.masking import masked_line

    shown = masked_line(document, number, span)
    return Line(shown.text, *shown.caret(span))


def crop(line: Line, width: int) -> Line:
    """A line cut to a number of cells around the part that is meant, with ``…`` where something is cut."""
    width = max(width, 20)
    if len(line.text) <= width // 2 or cells(line.text) <= width:
        return line
    first = 0
    if cells(line.text[: line.end]) > width - 1:
        first = max(0, line.start - width // 4)
    room = width - 2
    last = first
    while last < len(line.text) and room > 0:
        room -= cells(line.text[last])
        last += 1
    if room < 0:
        last -= 1
    left = "…" if first else ""
    right = "…" if last < len(line.text) else ""
    shift = len(left) - first
    end = min(max(line.end, line.start), last) + shift
    return Line(left + line.text[first:last] + right, line.start + shift, max(end, line.start + shift))
