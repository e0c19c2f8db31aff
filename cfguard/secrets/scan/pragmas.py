"""The comments by which detect-secrets lets a value be: they count for every detector of ours, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cfguard.syntax.node import Document
    from cfguard.text import Span


def is_allowlisted(path: str, line: str, previous: str) -> bool:
    """Whether ``pragma: allowlist secret`` on a line, or ``… nextline secret`` on the one above, allows it."""
    if "pragma" not in line and "pragma" not in previous:
        return False
    from cfguard.secrets.scan.library import filters

    return filters().allowlisted(path, line.rstrip(), previous.rstrip())


def allows(document: Document, span: Span) -> bool:
    """Whether a pragma in a document allows the value at a span, by the line that the value begins on."""
    source = document.source
    if "pragma" not in source.text:
        return False
    line = source.position(span.start).line
    previous = source.slice(source.line_span(line - 1)) if line > 1 else ""
    return is_allowlisted(document.path, source.slice(source.line_span(line)), previous)
