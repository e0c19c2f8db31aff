"""Finds the statements that a splitter of wrangler cuts apart."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from itertools import islice

from cfguard.syntax.sql import Splitter, Statement, bounds, cut, statement_in, tokenize
from cfguard.syntax.sql.statement import MOST
from cfguard.text import Span

#: Characters up to which wrangler's old splitter, which reads one at a time, is followed.
MOST_SCANNED = 1_000_000


def torn_statements(text: str, splitter: Splitter) -> Iterator[Statement]:
    """The statements of a text that reach D1 in more than one piece; very long texts are not asked for the old one."""
    if not _may_be_torn(text, splitter):
        return
    found = cut(text, splitter)
    if found.several_transactions is not None or len(found.pieces) < 2:
        return
    whole = list(islice(bounds(text), MOST))
    starts = [span.start for span, _ in whole]
    told: set[int] = set()
    for piece in found.pieces:
        first = piece.origin(len(piece.text) - len(piece.text.lstrip()))
        index = bisect_right(starts, first) - 1
        if index < 0 or index in told:
            continue
        span, terminated = whole[index]
        if span.start < first < span.end:
            told.add(index)
            yield statement_in(text, span, terminated=terminated)


def _may_be_torn(text: str, splitter: Splitter) -> bool:
    """Whether there is anything that the splitters of wrangler and SQLite see in different ways."""
    if splitter == "complete":
        return True
    upper = text.upper() if len(text) <= MOST_SCANNED else ""
    return "BEGIN" in upper or "CASE" in upper or "$" in upper or "[" in upper


def open_comment(text: str) -> Span | None:
    """The comment that the text never closes: what wrangler appends to remember the file becomes part of it."""
    if text.rfind("/*") <= text.rfind("*/"):
        return None
    last = deque(tokenize(text), maxlen=1)
    token = last[0] if last else None
    if token is None or token.kind != "comment" or not token.text.startswith("/*"):
        return None
    return Span(token.start, token.start + 2)
