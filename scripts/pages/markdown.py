"""Pieces of Markdown that several pages need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator


def cell(text: str) -> str:
    """A text on one line, as the cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def first_paragraph(text: str | None) -> str:
    """The first paragraph of a docstring, as the cell of a table."""
    return cell((text or "").split("\n\n")[0])


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table; the cells may hold any text."""
    columns = list(head)
    yield f"| {' | '.join(columns)} |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield f"| {' | '.join(cell(each) for each in row)} |"


def fenced(language: str, text: str) -> Iterator[str]:
    """A block of code; its fence is longer than any fence inside."""
    longest = max((len(found) for found in re.findall("`{3,}", text)), default=2)
    fence = "`" * max(3, longest + 1)
    yield fence + language
    yield from text.removesuffix("\n").split("\n")
    yield fence
