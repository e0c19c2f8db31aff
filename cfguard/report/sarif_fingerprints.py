"""The fingerprints of a result: GitHub's hash of the line, and an identity of our own that outlives edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.report.fingerprint import line_hashes
from cfguard.report.identity import identity
from cfguard.report.sarif_places import region_line
from cfguard.secrets.masking import MASK, sensitive_spans

if TYPE_CHECKING:
    from cfguard.finding import Finding, Report
    from cfguard.syntax.node import Document

_BYTE_ORDER_MARK = "\ufeff"


class Fingerprints:
    """GitHub's line hashes and our own identity; a file is hashed once, in its masked form."""

    __slots__ = ("_documents", "_hashes")

    def __init__(self, report: Report) -> None:
        self._documents = report.documents
        self._hashes: dict[str, list[str]] = {}

    def of(self, finding: Finding) -> dict[str, str]:
        """The fingerprints of a finding by name; without its document there is no line to hash."""
        found: dict[str, str] = {}
        document = self._documents.get(finding.path)
        if document is not None:
            found["primaryLocationLineHash"] = self._line_hash(document, region_line(finding.start))
        found["cfguardIdentity/v1"] = identity(finding)
        return found

    def _line_hash(self, document: Document, line: int) -> str:
        hashes = self._hashes.get(document.path)
        if hashes is None:
            hashes = self._hashes[document.path] = line_hashes(_masked(document))
        return hashes[min(line, len(hashes)) - 1]


def _masked(document: Document) -> str:
    """The text of a file as GitHub would read it, with every sensitive stretch replaced, lines where they were.

    GitHub counts the byte order mark as a character of the first line.
    """
    source = document.source
    at, parts = 0, [_BYTE_ORDER_MARK] if source.bom else []
    for span in sensitive_spans(document):
        lines = source.position(span.end).line - source.position(span.start).line
        parts += [source.text[at : span.start], MASK, "\n" * lines]
        at = span.end
    return "".join([*parts, source.text[at:]])
