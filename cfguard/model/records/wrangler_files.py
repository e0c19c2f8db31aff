"""Reads what wrangler writes about deployments and migrations as records.

The forms are those of wrangler 4.164.0, read in its source and in its output on 2026-11-23: the entries of
``WRANGLER_OUTPUT_FILE_PATH``, ``deployments list --json``, ``versions list --json``, ``d1 execute --json`` of the
table of migrations, ``d1 export`` of it, and the text of ``d1 migrations list``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from cfguard.model.entity import text_of
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Document, Node
from cfguard.text import Span

if TYPE_CHECKING:
    from cfguard.model.records.entities import Keys
    from cfguard.syntax.sql.tokens import Token

#: The entries of an output file; newer versions of wrangler may add some.
_ENTRIES = frozenset(
    """wrangler-session deploy version-upload version-deploy pages-deploy pages-deploy-detailed preview autoconfig
    command-failed""".split()
)
_UPLOADED: Keys = {
    "deployment_id": ("version_id",),
    "worker_version": ("version_id",),
    "environment": ("wrangler_environment",),
}
_LISTED: Keys = {
    "deployment_id": ("id",),
    "worker_version": ("versions", 0, "version_id"),
    "timestamp": ("created_on",),
}
_VERSION: Keys = {
    "deployment_id": ("id",),
    "worker_version": ("id",),
    "timestamp": ("metadata", "created_on"),
}
_TABLE_LINE = lazy(r"^[│|][ \t]*+(?P<name>[^│|\r\n]*\.sql)[ \t]*+[│|]", re.MULTILINE)
_NOTHING_PENDING = "No migrations to apply!"
_PENDING = "igrations to be applied"
MOST_ROWS = 20_000


class WranglerDeployment(NamedTuple):
    """A deployment or version that wrangler speaks of; ``status`` None where it may have been active or not."""

    node: Node
    keys: Keys
    status: str | None


class WranglerFile(NamedTuple):
    """What a file of wrangler's holds.

    ``applied`` are the rows of a table of migrations, ``table`` its name where the file says it. ``pending``
    are the names that were still to be applied, each with its place; None where the file does not list them.
    """

    deployments: tuple[WranglerDeployment, ...] = ()
    applied: tuple[Node, ...] | None = None
    table: str | None = None
    pending: tuple[Node, ...] | None = None


def read_wrangler_file(document: Document) -> WranglerFile | None:
    """What a file of wrangler's holds; None for any other."""
    reader = _READERS.get(document.format)
    return reader(document) if reader is not None else None


def _json(document: Document) -> WranglerFile | None:
    root = document.root
    items = root.items if root.kind == "array" else [root]
    tables = [item for item in items if item.kind == "table"]
    if any(_is_entry(item) for item in tables):
        return WranglerFile(deployments=tuple(_of_output(tables)))
    if not tables or len(tables) != len(items) or root.kind != "array":
        return None
    if all(_is_deployment(item) for item in tables):
        listed = [WranglerDeployment(item, _LISTED, "active") for item in tables]
        return WranglerFile(deployments=tuple(listed))
    if all(_is_version(item) for item in tables):
        return WranglerFile(deployments=tuple(WranglerDeployment(item, _VERSION, None) for item in tables))
    results = [item.members["results"] for item in tables if "results" in item.members]
    rows = [row for result in results for row in result.items]
    if len(results) == len(tables) and rows and all(_is_applied(row) for row in rows):
        return WranglerFile(applied=tuple(rows[:MOST_ROWS]))
    return None


def _is_entry(item: Node) -> bool:
    version = item.get("version")
    known = text_of(item.get("type")) in _ENTRIES
    return known and version is not None and version.kind == "integer" and item.get("timestamp") is not None


def _is_deployment(item: Node) -> bool:
    versions = item.get("versions")
    listed = versions is not None and versions.kind == "array"
    return text_of(item.get("id")) is not None and listed and text_of(item.get("created_on")) is not None


def _is_version(item: Node) -> bool:
    created = text_of(item.get("metadata", "created_on"))
    return text_of(item.get("id")) is not None and item.get("number") is not None and created is not None


def _is_applied(row: Node) -> bool:
    return text_of(row.get("name")) is not None and text_of(row.get("applied_at")) is not None


def _of_output(entries: list[Node]) -> Iterator[WranglerDeployment]:
    for entry in entries:
        kind = text_of(entry.get("type"))
        # `wrangler deploy --dry-run` writes an entry without a version.
        if kind == "deploy" and text_of(entry.get("version_id")) is not None:
            yield WranglerDeployment(entry, _UPLOADED, "active")
        elif kind == "version-upload" and text_of(entry.get("version_id")) is not None:
            yield WranglerDeployment(entry, _UPLOADED, None)
        elif kind == "version-deploy":
            yield WranglerDeployment(entry, {}, "active")


def _sql(document: Document) -> WranglerFile | None:
    """The rows that a dump puts into a table with a name and a time for each migration."""
    from cfguard.syntax.sql.tokens import tokenize

    rows: list[Node] = []
    table = None
    for statement in document.root.members.values():
        text = document.source.text
        if text[statement.span.start : statement.span.start + 6].upper() != "INSERT":
            continue
        tokens = [each for each in tokenize(text, *statement.span) if each.significant]
        name, columns, at = _head(tokens)
        if "name" not in columns or "applied_at" not in columns:
            continue
        table = table or name
        if name == table:
            rows += _rows(statement, tokens[at:], columns)
    return WranglerFile(applied=tuple(rows[:MOST_ROWS]), table=table) if table is not None else None


#: The columns that wrangler makes, for dumps that do not name them.
_COLUMNS = ["id", "name", "applied_at"]


def _head(tokens: list[Token]) -> tuple[str, list[str], int]:
    """The table of an INSERT, its columns, and where its values begin."""
    at = next((index for index, token in enumerate(tokens) if token.is_word("VALUES")), None)
    into = next((index for index, token in enumerate(tokens[:at]) if token.is_word("INTO")), None)
    if at is None or into is None or into + 1 >= at:
        return "", [], 0
    name = tokens[into + 1].plain
    columns = [token.plain for token in tokens[into + 2 : at] if token.kind in ("word", "name")]
    if not columns and "migration" in name:
        columns = _COLUMNS
    return name, columns, at + 1


def _rows(statement: Node, tokens: list[Token], columns: list[str]) -> Iterator[Node]:
    """The rows of a VALUES clause of plain literals, as tables with places; any other row is left out."""
    row: list[Token] = []
    for token in tokens:
        if token.text == "(":
            row = [token]
        elif token.text == ")" and row:
            values = row[1::2]
            if len(values) == len(columns) and all(each.text == "," for each in row[2::2]):
                yield _row(statement, Span(row[0].start, token.end), dict(zip(columns, values, strict=True)))
            row = []
        elif row:
            row.append(token)


def _row(statement: Node, span: Span, values: Mapping[str, Token]) -> Node:
    node = Node("table", span, key=statement.key, parent=statement.parent)
    for column, token in values.items():
        child = Node("string", Span(token.start, token.end), token.plain, key=column, parent=node)
        node.members[column] = child
    return node


def _text(document: Document) -> WranglerFile | None:
    text = document.source.text
    if _NOTHING_PENDING in text:
        return WranglerFile(pending=())
    start = text.find(_PENDING)
    if start < 0:
        return None
    # Below it `apply` draws the table again with what became of each: only the list counts.
    end = text.find("About to apply", start)
    matches = _TABLE_LINE.finditer(text, start, end if end >= 0 else len(text))
    return WranglerFile(pending=tuple(_name(document, match) for match in matches))


def _name(document: Document, match: re.Match[str]) -> Node:
    return Node("string", Span(*match.span("name")), match["name"], key="name", parent=document.root)


_READERS: Mapping[str, Callable[[Document], WranglerFile | None]] = {
    "jsonc": _json,
    "jsonl": _json,
    "sql": _sql,
    "text": _text,
}
