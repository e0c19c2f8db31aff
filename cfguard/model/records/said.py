"""What passes between the reading of records and those who judge them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cfguard.model.records.entities import Record
    from cfguard.model.records.kinds import Kind
    from cfguard.model.records.wrangler_files import WranglerFile
    from cfguard.model.worker import Worker
    from cfguard.syntax.node import Diagnostic, Document, Node
    from cfguard.text import Span

Related = tuple["Document", "Span", str]


class RecordFile(NamedTuple):
    """A parsed file with its records in their order; ``kind`` None and ``wrangler`` for wrangler's own."""

    document: Document
    kind: Kind | None
    wrangler: WranglerFile | None
    worker: Worker | None
    records: tuple[Record, ...]


class Said(NamedTuple):
    """A diagnostic with the file that it is about, the Worker it names, and further places in any file.

    ``certain`` is false where the diagnostic says what cannot be told.
    """

    document: Document
    diagnostic: Diagnostic
    worker: str | None = None
    related: tuple[Related, ...] = ()
    certain: bool = True


def said_of(
    record: Record, code: str, message: str, at: Node | None = None, related: tuple[Related, ...] = ()
) -> Said:
    """A word about a record, at one of its values or, where that is absent, at the record."""
    from cfguard.model.entity import blame
    from cfguard.syntax.node import Diagnostic

    node = at if at is not None else record.source_node
    diagnostic = Diagnostic(code, message, blame(node), node.path)
    return Said(record.source_document, diagnostic, record.belongs_to()[0], related)
