"""TOML 1.1 as wrangler reads it: tomli's values, our positions, and every independent error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomli

from cfguard.syntax.node import Diagnostic, Document, Node
from cfguard.syntax.toml_scanner import Scanner
from cfguard.text import Source, Span

if TYPE_CHECKING:
    from cfguard.syntax.toml_recovery import Recovery


def parse(source: Source) -> Document:
    """The document of a TOML text; what wrangler's parser would refuse is a ``syntax-error``.

    Duplicate keys are syntax errors in TOML. Integers beyond 2^53-1 are refused by wrangler
    (smol-toml 1.9: no lossless representation), though TOML allows them.
    """
    try:
        data = tomli.loads(source.text)
    except (ValueError, RecursionError):  # ValueError also where int() refuses thousands of digits
        return _recovered(source)
    scanner, root = _scan(source, source.text, data)
    diagnostics = tuple(_lossy_integer(node) for node in scanner.lossy)
    return Document(source, "toml", root, comments=tuple(scanner.comments), diagnostics=diagnostics)


def _recovered(source: Source) -> Document:
    """The document of a broken text; what this takes is imported for broken files alone."""
    from cfguard.syntax.toml_errors import explain
    from cfguard.syntax.toml_recovery import all_comments, recover

    recovery: Recovery = recover(source.text)
    scanner, root = _scan(source, recovery.text, recovery.data)
    diagnostics = [explain(source, fault, root) for fault in recovery.faults]
    diagnostics += [_lossy_integer(node) for node in scanner.lossy]
    diagnostics.sort(key=lambda diagnostic: diagnostic.span or Span(0, 0))
    comments = all_comments(source.text)
    return Document(source, "toml", root, comments=comments, diagnostics=tuple(diagnostics), recovered=True)


def _scan(source: Source, text: str, data: dict[str, Any]) -> tuple[Scanner, Node]:
    scanner = Scanner(text, data)
    root = scanner.scan()
    root.span = root.pair_span = Span(0, len(source.text))
    return scanner, root


def _lossy_integer(node: Node) -> Diagnostic:
    message = "the integer is beyond ±9007199254740991, the largest that Wrangler reads without loss"
    return Diagnostic("syntax-error", message, node.span, node.path, help="Write it as a string")
