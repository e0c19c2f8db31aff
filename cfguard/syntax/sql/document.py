"""A SQL file as a document: its statements as nodes, its comments for ignores."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from cfguard.pattern import lazy
from cfguard.syntax.node import Comment, Document, Node
from cfguard.syntax.sql.statement import MOST, Statement, split
from cfguard.syntax.sql.tokens import tokenize
from cfguard.text import Source, Span

# All that can hide a comment, or look like one: much faster than tokens in a file that fills tables.
_HIDING = lazy(
    r"""(?P<comment>--[^\n]*+|/\*.*?(?:\*/|\Z))|'[^']*+'?|"[^"]*+"?|`[^`]*+`?|\[[^\]]*+\]?""", re.DOTALL
)
#: Characters of a first word that are looked at; a quote that is never closed would run through the whole file.
_LONGEST_WORD = 1_000


def parse(source: Source) -> Document:
    """Parse a SQL file; whether SQLite takes a statement is not asked here.

    Statements are the members of the root, keyed by their heads (``CREATE TABLE users``; a second one
    with the same head is ``CREATE TABLE users (2)``), each spanning its tokens without the semicolon; those
    past :data:`~cfguard.syntax.sql.statement.MOST` are left out.
    """
    root = Node("table", Span(0, len(source.text)))
    for key, statement in keyed(statements(source.text)):
        root.members[key] = Node(
            "statement", statement.span, key=key, key_span=_first_word(source.text, statement)
        )
        root.members[key].parent = root
    return Document(source, "sql", root, comments=tuple(map(Comment, comment_spans(source.text))))


def comment_spans(text: str) -> Iterator[Span]:
    """Where the comments of a text stand, without the line ends of those that end with one."""
    if "--" not in text and "/*" not in text:
        return
    for match in _HIDING.finditer(text):
        if match.lastgroup == "comment":
            yield Span(*match.span())


def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a file as SQLite sees them, up to a bound."""
    return tuple(islice(split(text), MOST))


def keyed(found: tuple[Statement, ...]) -> list[tuple[str, Statement]]:
    """Statements with the keys that identify them in reports."""
    counts: dict[str, int] = {}
    keys: list[tuple[str, Statement]] = []
    for statement in found:
        head = statement.head
        counts[head] = counts.get(head, 0) + 1
        keys.append((head if counts[head] == 1 else f"{head} ({counts[head]})", statement))
    return keys


def _first_word(text: str, statement: Statement) -> Span:
    start, end = statement.span
    token = next(tokenize(text, start, min(end, start + _LONGEST_WORD)))
    return Span(token.start, token.end)
