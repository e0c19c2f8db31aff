"""What must hold of every tree, whatever the format: its places slice back to its values."""

from __future__ import annotations

import itertools

from cfguard.syntax.node import Document, Node
from cfguard.text import Source


def shown(document: Document) -> list[tuple[str, str, str]]:
    """Each diagnostic as ``line:column``, the text it blames, and its message."""
    rows = []
    for diagnostic in document.diagnostics:
        assert diagnostic.span is not None
        place = document.source.position(diagnostic.span.start)
        rows.append(
            (f"{place.line}:{place.column}", document.source.slice(diagnostic.span), diagnostic.message)
        )
    return rows


def comments(document: Document) -> list[str]:
    return [document.source.slice(comment.span) for comment in document.comments]


def check_places(document: Document) -> None:
    """Spans lie in the text, pairs hold their keys and values, siblings stand apart."""
    length = len(document.source.text)
    for node in document.root.walk():
        for span in (node.span, node.pair_span, node.key_span or node.span):
            assert 0 <= span.start <= span.end <= length, node
        if node.key_span is not None and not is_header(node, document.source):
            assert node.pair_span.start <= node.key_span.start, node
            assert node.pair_span.end >= node.span.end, node
        _check_siblings(node, document)
    for diagnostic in document.diagnostics:
        for span in (diagnostic.span, *(place for place, _ in diagnostic.related)):
            assert span is not None
            assert 0 <= span.start <= span.end <= length, diagnostic


def is_header(node: Node, source: Source) -> bool:
    """Whether a TOML header (or a part of one, or of a dotted key) stands for the node."""
    if node.kind not in ("table", "array"):
        return False
    headed = source.slice(node.span)[:1] == "[" and node.span == node.pair_span
    return headed or node.key_span == node.span


def _check_siblings(node: Node, document: Document) -> None:
    source = document.source
    bracketed = source.slice(node.span)[:1] in ("[", "{") and not is_header(node, source)
    spans = sorted(child.span for child in node.children())
    for before, after in itertools.pairwise(spans):
        assert before.end <= after.start, (node, before, after)
    if bracketed and node.parent is not None:
        for span in spans:
            assert node.span.start < span.start, node
            assert span.end < node.span.end or document.recovered, node


def nested(document: Document) -> int:
    """How deep the tree goes, without recursion."""
    depths = {id(document.root): 0}
    for node in document.root.walk():
        for child in node.children():
            depths[id(child)] = depths[id(node)] + 1
    return max(depths.values())
