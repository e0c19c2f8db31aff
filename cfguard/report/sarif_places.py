"""Places as SARIF says them: relative percent-encoded URIs and regions in UTF-16 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.text import Position, Span

if TYPE_CHECKING:
    from cfguard.syntax.node import Document

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=@/")


def location(
    path: str,
    span: Span | None,
    start: Position | None,
    end: Position | None,
    document: Document | None,
) -> dict[str, object]:
    """A SARIF location; places without a document fall back on positions, whole files on line 1."""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(path), "uriBaseId": "%SRCROOT%"},
            "region": _region(span, start, end, document),
        }
    }


def uri(path: str) -> str:
    """A relative path as a URI reference: no ``./``, no scheme, everything unusual percent-encoded.

    ``:`` is encoded as well, because a first part with one reads as a scheme (RFC 3986, 4.2).
    """
    encoded = path.removeprefix("./").lstrip("/").encode("utf-8", "replace")
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in encoded)


def region_line(start: Position | None) -> int:
    """The line that a region starts on; the first for a whole file."""
    return start.line if start is not None else 1


def _region(
    span: Span | None, start: Position | None, end: Position | None, document: Document | None
) -> dict[str, int]:
    """The first line of what is meant: GitHub shows an alert in a change only if all its lines changed."""
    line = region_line(start)
    if document is None:
        column = start.column if start is not None else 1
        last = end.column if start is not None and end is not None and end.line == line else column
        return _shape(line, column, last)
    source = document.source
    if span is None:
        whole = source.line_span(line)
        column = start.column if start is not None else 1
        return _shape(line, column, source.utf16_column(whole.end))
    position = source.position(span.start)
    last = min(max(span.end, span.start), max(source.line_span(position.line).end, span.start))
    return _shape(position.line, source.utf16_column(span.start), source.utf16_column(last))


def _shape(line: int, column: int, end: int) -> dict[str, int]:
    return {"startLine": line, "startColumn": column, "endLine": line, "endColumn": max(column, end)}
