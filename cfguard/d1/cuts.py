"""Finds the statements that a splitter of wrangler cuts apart."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator

from cfguard.syntax.sql import Splitter, Statement, cut, split, tokenize
from cfguard.text import Span


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


def open_comment(text: str) -> Span | None:
    """The comment that the text never closes: what wrangler appends to remember the file becomes part of it."""
    if text.rfind("/*") <= text.rfind("*/"):
        return None
    last = deque(tokenize(text), maxlen=1)
    token = last[0] if last else None
    if token is None or token.kind != "comment" or not token.text.startswith("/*"):
        return None
    return Span(token.start, token.start + 2)
