"""Finds the statements that a splitter of wrangler cuts apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from cfguard.syntax.sql import Splitter, Statement, cut, split


def torn_statements(text: str, splitter: Splitter) -> Iterator[Statement]:
    """The statements of a text that reach D1 in more than one piece."""
    found = cut(text, splitter)
    if found.several_transactions is not None or len(found.pieces) < 2:
        return
    whole = list(split(text))
    starts = [statement.span.start for statement in whole]
    told: set[int] = set()
    for piece in found.pieces:
        first = piece.origin(len(piece.text) - len(piece.text.lstrip()))
        index = bisect_right(starts, first) - 1
        if index < 0 or index in told:
            continue
        statement = whole[index]
        if statement.span.start < first < statement.span.end:
            told.add(index)
            yield statement
