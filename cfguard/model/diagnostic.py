"""Diagnostics of parsers and facts as entities, so that a rule is all it takes to report them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cfguard.model.entity import Entity, Place, field
from cfguard.secrets.masking import mask_text
from cfguard.sensitive import Sensitive
from cfguard.syntax.node import Diagnostic, Document, Node, format_path
from cfguard.text import Source, Span

if TYPE_CHECKING:
    from cfguard.finding import Severity


class DiagnosticEntity(Entity):
    """Something that a parser or another fact has to say about one place of a file."""

    expression_type = "diagnostic"

    def __init__(
        self,
        document: Document,
        diagnostic: Diagnostic,
        *,
        worker: str | None = None,
        environment: str | None = None,
        upstream: str | None = None,
        severity: Severity | None = None,
        related: tuple[tuple[Document, Span, str], ...] = (),
        certain: bool = True,
    ) -> None:
        super().__init__(document, document.root)
        self.diagnostic = diagnostic
        #: The tool that says the same about this file, where that depends on the file; empty for none after all.
        self.upstream = upstream
        #: How grave this one is, where that differs from the rule's own severity.
        self.severity = severity
        self._document, self._worker, self._environment = document, worker, environment
        self._elsewhere, self._is_certain = related, certain

    def related_places(self) -> Iterator[tuple[Document, Span, str]]:
        """Further places that explain it, each with the file it is in and words for it."""
        for span, words in self.diagnostic.related:
            yield self._document, span, words
        yield from self._elsewhere

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._worker, self._environment

    @field
    def code(self) -> str:
        """The kind of diagnostic, as in `each = "syntax.<code>"`."""
        return self.diagnostic.code

    @field
    def message(self) -> str:
        """What it says, as one sentence."""
        return self.diagnostic.message

    @field
    def help(self) -> str:
        """What to do about it; may be empty."""
        return self.diagnostic.help

    @field
    def certain(self) -> bool:
        """Whether the fact could judge; where not, `message` says why it cannot tell."""
        return self._is_certain

    @field
    def cure(self) -> str:
        """What would put it right: `erase`, `remove`, `rename`, `replace` or `guess`; empty where nobody knows."""
        return self.diagnostic.cure.kind if self.diagnostic.cure is not None else ""

    @field
    def cure_key(self) -> str:
        """Where the value belongs, for the cure `rename`; else empty."""
        return format_path(self.diagnostic.cure.key) if self.diagnostic.cure is not None else ""

    @field
    def cure_value(self) -> object:
        """What is meant, for the cures `replace` and `guess`; shown as `••••` wherever it may be a credential."""
        value = self.diagnostic.cure.value if self.diagnostic.cure is not None else None
        return Sensitive(value) if isinstance(value, str) and mask_text(value) != value else value

    @field
    def path(self) -> str:
        """The file."""
        return self._document.path

    @field
    def format(self) -> str:
        """The file's format: `toml`, `jsonc` or `dotenv`."""
        return self._document.format

    @field
    def key(self) -> str:
        """The path inside the document; may be empty."""
        return format_path(self.diagnostic.key)

    def place(self, at: str) -> Place:
        return Place(self._document.path, self.diagnostic.span, self.diagnostic.key)


class FileDiagnosticEntity(DiagnosticEntity):
    """Something that is said of a whole file, which need not be there any more."""

    def __init__(self, path: str, diagnostic: Diagnostic) -> None:
        super().__init__(Document(Source(path, ""), "text", Node("table", Span(0, 0))), diagnostic)

    def place(self, at: str) -> Place:
        return Place(self.path, None, self.diagnostic.key)
