"""What the checks say, collected so that one cause is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cfguard.named_tuple import NamedTuple
from cfguard.syntax.node import Cure, Path
from cfguard.text import Span
from cfguard.wrangler.javascript import string

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cfguard.syntax.node import Document, Node, Part

Code = Literal[
    "invalid",
    "unexpected-field",
    "deprecated-field",
    "binding-not-inherited",
    "custom-domain-inherited",
    "experimental-field",
    "ignored-value",
    "lifecycle-missing",
    "suspicious-field",
]


class WranglerDiagnostic(NamedTuple):
    """One thing that wrangler refuses (``error``) or warns of (``warning``), at its place in the file.

    ``code`` is ``invalid`` for every error. ``span`` is the key of what should not be there, the value of
    what is wrong, and the header or key of the nearest container of what is missing. ``key`` is the path
    of the field that is meant, whether it exists or not. ``environment`` is None for the top level.
    ``related`` are further places in the same file with their words.
    """

    code: Code
    severity: Literal["error", "warning"]
    message: str
    help: str
    span: Span
    key: Path
    environment: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    cure: Cure | None = None


def place(document: Document, node: Node) -> Span:
    """The short span that stands for a container: its header, else its key, else where it opens."""
    text = document.source.text
    header = node.kind == "table" and text.startswith("[", node.span.start)
    if node.key_span is not None and not header:
        return node.key_span
    start = node.span.start
    line_end = document.source.line_span(document.source.position(start).line).end
    if node.parent is None:
        first = next(node.children(), None)
        return first.part("key") if first is not None else Span(start, min(node.span.end, line_end))
    if node.span.end <= line_end:
        return node.span
    return Span(start, start + 1)


class Findings:
    """The diagnostics of one document; what the top level causes is not repeated for its environments.

    ``environment`` names the environment being looked at; ``complete`` says whether the tree holds all of
    the file, so that a missing key may be called missing. ``errors`` counts errors, repeated ones too.
    """

    __slots__ = ("_rows", "_seen", "complete", "document", "environment", "errors")

    def __init__(self, document: Document) -> None:
        self.document = document
        self.environment: str | None = None
        self.complete = not document.recovered
        self._rows: list[WranglerDiagnostic] = []
        self._seen: set[tuple[Code, Span, Path, str | None]] = set()
        self.errors = 0

    def add(
        self,
        code: Code,
        message: str,
        span: Span,
        key: Path,
        *,
        help: str = "",
        related: tuple[tuple[Span, str], ...] = (),
        cure: Cure | None = None,
    ) -> None:
        """Keep one diagnostic; ``invalid`` is an error, every other code a warning."""
        self.errors += code == "invalid"
        if {(code, span, key, None), (code, span, key, self.environment)} & self._seen:
            return
        self._seen.add((code, span, key, self.environment))
        severity: Literal["error", "warning"] = "error" if code == "invalid" else "warning"
        self._rows.append(
            WranglerDiagnostic(code, severity, message, help, span, key, self.environment, related, cure)
        )

    def at(
        self,
        node: Node,
        message: str,
        *,
        code: Code = "invalid",
        part: Part = "value",
        help: str = "",
        related: tuple[tuple[Span, str], ...] = (),
        cure: Cure | None = None,
    ) -> None:
        """Blame a part of a node that exists; a value of several lines is shown by its key or header."""
        span = node.part(part)
        if part == "value" and (node.parent is None or not self._on_one_line(span)):
            span = place(self.document, node)
        self.add(code, message, span, node.path, help=help, related=related, cure=cure)

    def _on_one_line(self, span: Span) -> bool:
        return "\n" not in self.document.source.slice(span)

    def missing(
        self,
        container: Node,
        key: str,
        message: str,
        *,
        code: Code = "invalid",
        help: str = "",
        related: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        """Blame the container of a key that is not there, unless the file could not be read whole."""
        if self.complete:
            span = place(self.document, container)
            self.add(code, message, span, (*container.path, key), help=help, related=related)

    def unique(self, entries: Iterable[Node], key: str, told: Callable[[str], str]) -> None:
        """Blame each entry whose string under ``key`` an earlier entry has, with ``told`` of that string."""
        seen: dict[str, Node] = {}
        for entry in entries:
            node = entry.members.get(key)
            value = string(node)
            if node is None or value is None:
                continue
            first = seen.setdefault(value, node)
            if first is not node:
                self.at(node, told(value), related=((first.span, "the first one"),))

    def sorted(self) -> tuple[WranglerDiagnostic, ...]:
        """All diagnostics in the order of the file."""
        return tuple(sorted(self._rows, key=lambda row: (row.span, row.code, row.message)))
