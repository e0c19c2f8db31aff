"""Keys that stand below a TOML header by mistake: what follows `[vars]` is a variable, whatever it was meant to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from cfguard.syntax.node import Cure, Diagnostic, Document, Node

if TYPE_CHECKING:
    from cfguard.wrangler.table import Schema, Table

#: Tables whose keys are free, so that wrangler takes any key in them without a word.
_FREE = ("vars", "define")
_KINDS: Mapping[str, str] = {
    "table": "object",
    "array": "array",
    "string": "string",
    "integer": "number",
    "float": "number",
    "boolean": "boolean",
}


def swallowed_keys(document: Document) -> tuple[Diagnostic, ...]:
    """The keys of a config that belong above the header they stand below; only TOML swallows.

    A key is meant for the top level (or its environment) if it is known there, has the type it takes there,
    and is not set there. Among variables it must also stand out: other variables are not in lower case.
    """
    if document.format != "toml" or document.root.kind != "table":
        return ()
    from cfguard.wrangler.table import load

    table = load()
    found: list[Diagnostic] = []
    for scope in _scopes(document.root):
        levels = (scope, document.root)
        for key in _FREE:
            free = scope.members.get(key)
            if free is not None and free.kind == "table" and _has_header(document, free):
                found += _among_variables(table, free, levels)
        for array in _arrays(scope):
            for entry in array.items:
                if entry.kind == "table" and _has_header(document, entry):
                    known = _known_in_entry(table, array)
                    found += _in_entry(table, entry, known, levels)
    return tuple(found)


def _scopes(root: Node) -> Iterator[Node]:
    yield root
    environments = root.members.get("env")
    for node in environments.members.values() if environments is not None else ():
        if node.kind == "table":
            yield node


def _arrays(scope: Node) -> Iterator[Node]:
    """The arrays of tables of a scope, those one table down (`queues.consumers`) included."""
    for key, node in scope.members.items():
        if key in (*_FREE, "env"):
            continue
        if node.kind == "array":
            yield node
        elif node.kind == "table":
            yield from (child for child in node.members.values() if child.kind == "array")


def _has_header(document: Document, node: Node) -> bool:
    return document.source.text.startswith("[", node.span.start)


def _among_variables(table: Table, free: Node, levels: tuple[Node, Node]) -> Iterator[Diagnostic]:
    meant = {key: node for key, node in free.members.items() if _is_meant(table, str(key), node, levels)}
    others = [str(key) for key in free.members if key not in meant]
    if any(name == name.lower() and name.upper() != name for name in others):
        return
    for key, node in meant.items():
        if others or "_" in str(key):
            yield _diagnostic(node, free, "is a variable there")


def _in_entry(
    table: Table, entry: Node, known: frozenset[str], levels: tuple[Node, Node]
) -> Iterator[Diagnostic]:
    for key, node in entry.members.items():
        if str(key) not in known and _is_meant(table, str(key), node, levels):
            yield _diagnostic(node, entry, "is part of that entry")


def _is_meant(table: Table, key: str, node: Node, levels: tuple[Node, Node]) -> bool:
    if key not in table.sections or key == "env" or any(key in level.members for level in levels):
        return False
    schema = table.resolve(table.sections[key])
    return _takes(table, schema, node)


def _takes(table: Table, schema: Schema, node: Node) -> bool:
    if "anyOf" in schema:
        return any(_takes(table, table.resolve(each), node) for each in schema["anyOf"])
    types = schema.get("type", "object")
    kind = _KINDS.get(node.kind)
    return kind in ([types] if isinstance(types, str) else types)


def _known_in_entry(table: Table, array: Node) -> frozenset[str]:
    """The keys that entries of an array have by wrangler's table, or what cannot be known: all of them."""
    path = [str(step) for step in array.path]
    schema: Schema = table.root
    for step in path[2:] if path[0] == "env" else path:
        properties = table.resolve(schema).get("properties", {})
        if step not in properties:
            return frozenset(table.sections)
        schema = properties[step]
    items = table.resolve(schema).get("items")
    properties = table.resolve(items).get("properties") if items is not None else None
    return frozenset(properties) if properties else frozenset(table.sections)


def _diagnostic(node: Node, owner: Node, becomes: str) -> Diagnostic:
    path = owner.path
    steps = path[2:] if path[:1] == ("env",) else path
    names = ".".join(str(step) for step in (*path[: len(path) - len(steps)], *steps) if isinstance(step, str))
    header = f"[[{names}]]" if owner.parent is not None and owner.parent.kind == "array" else f"[{names}]"
    message = f"`{node.key}` stands below `{header}` and {becomes}: wrangler never reads it as a setting"
    scope = path[:2] if path[:1] == ("env",) else ()
    cure = Cure("rename", key=(*scope, str(node.key)))
    return Diagnostic("key", message, node.key_span or node.span, node.path, cure=cure)
