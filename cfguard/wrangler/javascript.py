"""Values as wrangler's JavaScript sees them, where that differs from Python or from the file's format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cfguard.syntax.node import Node

JavaScriptKind = Literal["object", "array", "string", "number", "boolean", "null"]

_KINDS: dict[str, JavaScriptKind] = {
    "table": "object",
    "array": "array",
    "string": "string",
    "integer": "number",
    "float": "number",
    "boolean": "boolean",
    "null": "null",
    # wrangler's TOML parser makes Date objects, which pass for objects without keys.
    "date": "object",
}

# Names that every JavaScript object already has: wrangler looks names up in a plain object and crashes.
PROTOTYPE_NAMES = frozenset(
    (
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
    )
)


def kind_of(node: Node) -> JavaScriptKind:
    """The kind of a value after wrangler has parsed the file."""
    return _KINDS[node.kind]


def is_falsy(node: Node) -> bool:
    """Whether ``!value`` holds: null, false, 0, NaN and the empty string."""
    if node.kind in ("table", "array", "date"):
        return False
    return not node.value or node.value != node.value


def is_integer(value: object) -> bool:
    """``Number.isInteger``: 1.0 is one, infinity is not."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def string(node: Node | None) -> str | None:
    """The text of a node that is a string, else None."""
    return node.value if node is not None and isinstance(node.value, str) and node.kind == "string" else None


def number(node: Node | None) -> int | float | None:
    """The value of a node that is a number, else None."""
    if node is None or isinstance(node.value, bool) or not isinstance(node.value, int | float):
        return None
    return node.value


def present(node: Node | None) -> Node | None:
    """``value ?? undefined``: null counts as absent."""
    return None if node is None or node.kind == "null" else node
