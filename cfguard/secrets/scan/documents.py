"""Files with leaks as documents, so that reports show and mask them like any other file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.secrets.detect import judge
from cfguard.secrets.scan.confirmed import name_before
from cfguard.secrets.scan.files import read_file
from cfguard.syntax import decode
from cfguard.syntax.node import Comment, Document, Node
from cfguard.text import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cfguard.secrets.scan.confirmed import Confirmed
    from cfguard.secrets.scan.files import Scanned

_COMMENT = lazy(r"(?://|#|--|/\*|<!--|;|%)[^\r\n]{0,200}?cfguard:[^\r\n]*")


_SCHEME = lazy(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s/@]{0,512}\Z")


class Leak(NamedTuple):
    """A live credential in a text: its place, what it is, and the name before it (maybe empty)."""

    span: Span
    kind: str
    name: str


class LeakyDocument(NamedTuple):
    """A file that holds credentials, as a document of format ``text``."""

    document: Document
    leaks: tuple[Leak, ...]


def leaky_documents(root: str, scanned: Iterable[Scanned]) -> Iterator[LeakyDocument]:
    """The files below a root in which a scan found something, in the order given."""
    for path, _, hits in scanned:
        read = read_file(root, path) if hits else None
        if read is not None:
            yield leaky_document(decode(path, read[1])[0], hits)


def leaky_document(source: Source, hits: Iterable[Confirmed]) -> LeakyDocument:
    """A text with what was found in it; a hit behind the end of the text (it was changed) is left out."""
    return LeakyDocument(
        *_document(source, [leak for hit in hits if (leak := _leak(source, hit)) is not None])
    )


def together(first: LeakyDocument, second: LeakyDocument) -> LeakyDocument:
    """One file with the leaks of two scans, so that both are masked wherever it is shown."""
    return LeakyDocument(*_document(first.document.source, [*first.leaks, *second.leaks]))


def _document(source: Source, leaks: list[Leak]) -> tuple[Document, tuple[Leak, ...]]:
    root = Node("table", Span(0, len(source.text)))
    for number, leak in enumerate(leaks):
        # Under a credential's name, because that is what masking looks at.
        node = Node("string", leak.span, source.slice(leak.span), key=f"secret_{number}", parent=root)
        root.members[f"secret_{number}"] = node
    comments = tuple(Comment(Span(*match.span())) for match in _COMMENT.finditer(source.text))
    return Document(source, "text", root, comments=comments), tuple(leaks)


def _leak(source: Source, hit: Confirmed) -> Leak | None:
    line = source.line_span(hit.line)
    shift = 1 if source.bom and hit.line == 1 else 0  # the scanner counts the byte order mark
    span = Span(line.start + hit.start - shift, line.start + hit.end - shift)
    if not line.start <= span.start < span.end <= line.end:
        return None
    text = source.slice(line)
    at = span.start - line.start
    scheme = _SCHEME.search(text, 0, at) if hit.kind == "password in a URL" else None
    name = name_before(text, scheme.start() if scheme is not None else at)
    return Leak(span, hit.kind, "" if name and judge("secret", name) is not None else name)
