"""The JSON Schemas of contract tests: valid by their draft, and what they refer to is there, inside the project."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import unquote

from cfguard.json_schema import faults_of, is_draft
from cfguard.model.entity import blame, text_of
from cfguard.model.records.entities import ContractTest
from cfguard.model.records.kinds import too_deep
from cfguard.model.records.said import Said
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Diagnostic, Document, Node, format_path

CODE = "contract-schema-invalid"
#: Files of schemas that are followed, and values of one schema that are looked at.
MOST_FILES = 200
MOST_VALUES = 4_000
_SCHEME = lazy(r"[A-Za-z][A-Za-z0-9+.-]+:")
#: Keywords whose values are data, in which `$ref` means nothing.
_DATA = frozenset({"enum", "const", "default", "example", "examples"})
_ANCHORS = ("$anchor", "$dynamicAnchor", "$recursiveAnchor")
_READABLE = (".json", ".jsonc", ".toml")


class _Schema(NamedTuple):
    """A schema to look at: a value of a definition, or the whole of a file."""

    document: Document
    node: Node


class _Names(NamedTuple):
    """What parts of a schema are called, apart from their place: anchors, and addresses of their own."""

    anchors: frozenset[str]
    addresses: frozenset[str]


def _names_in(schema: Node) -> _Names:
    anchors: set[str] = set()
    addresses: set[str] = set()
    for node in schema.walk():
        anchors.update(filter(None, (text_of(node.get(name)) for name in _ANCHORS)))
        for own in filter(None, (text_of(node.get("$id")), text_of(node.get("id")))):
            address, _, anchor = own.partition("#")
            anchors.add(anchor)
            addresses.add(address)
    return _Names(frozenset(anchors), frozenset(addresses))


class SchemaFiles:
    """Reads the files that schemas refer to, each once; they join ``documents``, so that reports can show them."""

    def __init__(self, load: Callable[[str], Document | None], documents: dict[str, Document]) -> None:
        self._load, self._documents = load, documents
        self._left = MOST_FILES
        self._names: dict[Node, _Names] = {}

    def finds(self, schema: Node, fragment: str) -> bool:
        """Whether a fragment leads somewhere in a schema: a pointer, or the name of an anchor."""
        if fragment and not fragment.startswith("/"):
            return fragment in self.names(schema).anchors
        return not fragment or _points(schema, fragment)

    def names(self, schema: Node) -> _Names:
        """The names in a schema, looked for once."""
        if schema not in self._names:
            self._names[schema] = _names_in(schema)
        return self._names[schema]

    def read(self, path: str) -> Document | None:
        """A file below the root; None where there is none that can be read."""
        if path in self._documents:
            return self._documents[path]
        document = self._load(path) if self._left > 0 else None
        self._left -= 1
        if document is not None:
            self._documents[path] = document
        return document


def about_schemas(tests: Sequence[ContractTest], files: SchemaFiles) -> Iterator[Said]:
    """What is wrong with the schemas of all definitions and with those that they refer to."""
    seen: set[tuple[str, object]] = set()
    for test in tests:
        if not test.is_whole():
            continue
        for name in ("request_schema", "response_schema"):
            node = test.value(name)
            if node is not None:
                yield from _Follower(files, test.belongs_to()[0], seen).follow(
                    _Schema(test.source_document, node)
                )


class _Follower:
    """Looks at a schema and then at everything that it leads to; ``seen`` ends circles."""

    def __init__(self, files: SchemaFiles, worker: str | None, seen: set[tuple[str, object]]) -> None:
        self._files, self._worker, self._seen = files, worker, seen
        self._pending: list[_Schema] = []

    def follow(self, schema: _Schema) -> Iterator[Said]:
        if schema.node.kind == "string":
            yield from self._reference(schema, schema.node, str(schema.node.value))
        else:
            self._pending.append(schema)
        while self._pending:
            each = self._pending.pop()
            place = (each.document.path, each.node.path)
            if place not in self._seen:
                self._seen.add(place)
                yield from self._look_at(each)

    def _look_at(self, schema: _Schema) -> Iterator[Said]:
        document, node = schema
        if node.kind not in ("table", "boolean") or (document.recovered and document.format != "jsonl"):
            return
        where = format_path(node.path) or document.path
        if too_deep(node) or sum(1 for _ in node.walk()) > MOST_VALUES:
            yield self._unknown(
                schema, f"cannot tell whether `{where}` is a valid JSON Schema: it is too large"
            )
            return
        draft = node.get("$schema")
        named = text_of(draft)
        if draft is not None and (named is None or not is_draft(named)):
            shown = f"`{named}`" if named is not None else "its `$schema`"
            yield self._unknown(
                schema,
                f"cannot tell whether `{where}` is a valid JSON Schema: {shown} is no draft that is known here",
            )
        else:
            for fault in faults_of(node.plain()):
                target = node.get(*fault.path) or node
                yield self._said(document, target, f"`{format_path(target.path)}` {fault.message}")
        for reference in _references(node):
            yield from self._reference(schema, reference, str(reference.value))

    def _reference(self, schema: _Schema, node: Node, text: str) -> Iterator[Said]:
        """One `$ref`, or the path that stands for a whole schema."""
        address, _, fragment = text.partition("#")
        if (_SCHEME.match(address) or address.startswith("//")) and not address.startswith("file:"):
            yield from self._remote(schema, node, address)
            return
        if not address:
            finds = self._files.finds
            if not finds(schema.node, fragment) and not finds(schema.document.root, fragment):
                yield self._said(schema.document, node, f"`{text}` leads to nothing in this schema")
            return
        path = posixpath.normpath(posixpath.join(posixpath.dirname(schema.document.path), unquote(address)))
        if address.startswith(("file:", "/")) or path.startswith(".."):
            yield self._said(
                schema.document, node, f"`{text}` leads out of the project; a file inside was expected"
            )
            return
        yield from self._file(schema, node, path, fragment)

    def _file(self, schema: _Schema, node: Node, path: str, fragment: str) -> Iterator[Said]:
        if not path.endswith(_READABLE):
            return
        found = self._files.read(path)
        if found is None:
            if not _has_address(schema.node):
                yield self._said(
                    schema.document, node, f"there is no `{path}`; a file with a JSON Schema was expected"
                )
        elif fragment and not found.recovered and not self._files.finds(found.root, fragment):
            yield self._said(schema.document, node, f"`{path}` has nothing at `#{fragment}`")
        else:
            self._pending.append(_Schema(found, found.root))

    def _remote(self, schema: _Schema, node: Node, address: str) -> Iterator[Said]:
        if not is_draft(address) and address not in self._files.names(schema.node).addresses:
            yield self._unknown(
                schema._replace(node=node),
                f"cannot tell what `{address}` holds: schemas are looked up in the project alone",
            )

    def _said(self, document: Document, node: Node, message: str) -> Said:
        return Said(document, Diagnostic(CODE, message, blame(node), node.path), self._worker)

    def _unknown(self, schema: _Schema, message: str) -> Said:
        return self._said(schema.document, schema.node, message)._replace(certain=False)


def _references(schema: Node) -> Iterator[Node]:
    """Every `$ref` and its kin that is a keyword, not a piece of data."""
    pending = [schema]
    while pending:
        node = pending.pop()
        is_names = node.key in ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
        for key, child in node.members.items():
            if key in ("$ref", "$dynamicRef") and child.kind == "string" and not is_names:
                yield child
            elif key not in _DATA or is_names:
                pending.append(child)
        pending.extend(node.items)


def _points(schema: Node, pointer: str) -> bool:
    """Whether a JSON pointer leads somewhere."""
    node: Node | None = schema
    for step in unquote(pointer[1:]).split("/"):
        plain = step.replace("~1", "/").replace("~0", "~")
        if node is None:
            break
        is_index = node.kind == "array" and plain.isascii() and plain.isdigit() and len(plain) < 7
        node = node.get(int(plain) if is_index else plain)
    return node is not None


def _has_address(schema: Node) -> bool:
    """Whether a schema has an address of its own, against which its references count."""
    own = text_of(schema.get("$id")) or text_of(schema.get("id")) or ""
    return _SCHEME.match(own) is not None
