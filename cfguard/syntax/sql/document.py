"""A SQL file as a document: its statements as nodes, its comments for ignores."""

from __future__ import annotations

from itertools import islice

from cfguard.syntax.node import Comment, Document, Node
from cfguard.syntax.sql.statement import MOST, Statement, split
from cfguard.syntax.sql.tokens import tokenize
from cfguard.text import Source, Span


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
    text = source.text
    comments = tuple(
        Comment(
            Span(
                token.start, token.end - token.text.endswith("\n") if text[token.start] == "-" else token.end
            )
        )
        for token in (tokenize(text) if "--" in text or "/*" in text else ())
        if token.kind == "comment"
    )
    return Document(source, "sql", root, comments=comments)


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
    token = next(tokenize(text, statement.span.start, statement.span.end))
    return Span(token.start, token.end)
