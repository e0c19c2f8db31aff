"""JSON Lines: a value on each line, so that a program can append to a history without reading it."""

from __future__ import annotations

from collections.abc import Iterator

from cfguard.pattern import lazy
from cfguard.syntax.jsonc import MAX_ERRORS, parse_part
from cfguard.syntax.node import Comment, Diagnostic, Document, Node
from cfguard.text import Source, Span

_LINE = lazy(r"[^\n]+")


def parse(source: Source) -> Document:
    """The document of a text in JSON Lines: an array with an item for each line that holds something.

    A line that cannot be read is a ``syntax-error`` and stands as ``null`` among the items: the others count
    as they are. Blank lines are skipped; a line may be a comment alone, as ``cfguard: ignore`` needs it.
    """
    root = Node("array", Span(0, len(source.text)))
    comments: list[Comment] = []
    diagnostics: list[Diagnostic] = []
    recovered = False
    for line in _lines(source.text):
        document = parse_part(source, line)
        comments += document.comments
        if document.recovered and _is_comment(source.text, line, document):
            continue
        recovered = recovered or document.recovered
        item = Node("null", line) if document.recovered else document.root
        item.key, item.parent = len(root.items), root
        root.items.append(item)
        for found in document.diagnostics:
            if len(diagnostics) < MAX_ERRORS:
                diagnostics.append(found._replace(key=(len(root.items) - 1, *found.key)))
    return Document(
        source,
        "jsonl",
        root,
        comments=tuple(comments),
        diagnostics=tuple(diagnostics),
        recovered=recovered,
    )


def _lines(text: str) -> Iterator[Span]:
    for match in _LINE.finditer(text):
        if not match[0].isspace():
            yield Span(*match.span())


def _is_comment(text: str, line: Span, document: Document) -> bool:
    """Whether nothing but a comment stands on a line."""
    comments = document.comments
    return (
        len(comments) == 1 and text[line.start : line.end].strip() == text[slice(*comments[0].span)].strip()
    )
