"""Where every key and value of a TOML text stands: the positions that tomli does not give."""

from __future__ import annotations

import re
from typing import Any

import tomli

from cfguard.pattern import lazy
from cfguard.syntax.node import Comment, Kind, Node
from cfguard.text import Span

SCALAR = (
    r'"""(?>[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*)"{3,5}'
    r"|'''(?>[^']*(?:'(?!'')[^']*)*)'{3,5}"
    r'|"(?>[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*)"'
    r"|'[^'\r\n]*+'"
    r"|\d{4}-\d\d-\d\d[ ]\d[^\s,\]}#]*+"
    r"|[^\s,\[\]{}#=\"']++"
)
_BARE = r"[A-Za-z0-9_-]++"
_KEY_PART = lazy(rf"[ \t]*({_BARE}|\"(?>[^\"\\\r\n]*(?:\\.[^\"\\\r\n]*)*)\"|'[^'\r\n]*+')[ \t]*")
# What tomli has accepted has no comma between statements and none behind `=`, so one pattern serves two places.
_PAIR = lazy(rf"[ \t\r\n,]*(?:(#[^\r\n]*)|({_BARE})[ \t]*=[ \t]*({SCALAR})|)")
_ITEM = lazy(rf"[ \t\r\n,]*(?:(#[^\r\n]*)|({SCALAR})|)")
_KINDS: dict[type, Kind] = {str: "string", bool: "boolean", int: "integer", float: "float"}

SAFE_INTEGER = 2**53 - 1  # Number.MAX_SAFE_INTEGER
_INT64 = 2**63
KeyPart = tuple[str, Span]
_Data = Any  # tomli's value: dict, list or scalar, in step with the node it belongs to


class Scanner:
    """Walks a text that tomli has accepted, beside tomli's own values, and builds the tree.

    It decides nothing: what is a key, a value or a comment follows from tomli's verdict, and every
    scalar is tomli's. Iterative throughout, so that nesting costs no stack.
    """

    def __init__(self, text: str, data: dict[str, Any]) -> None:
        self.text = text
        self.comments: list[Comment] = []
        self.lossy: list[Node] = []
        self.root = Node("table", Span(0, len(text)))
        self._at = 0
        self._data = data
        self._table = self.root
        self._table_data: _Data = data

    def scan(self) -> Node:
        """The root of the tree; ``comments`` and ``lossy`` (integers no double can hold) are filled."""
        match_statement = _PAIR.match
        text, end = self.text, len(self.text)
        while self._at < end:
            match = match_statement(text, self._at)
            assert match is not None  # noqa: S101 - the pattern accepts the empty text
            self._at = match.end()
            group = match.lastindex
            if group == 3:
                self._pair(match, self._table, self._table_data)
            elif group == 1:
                self.comments.append(Comment(Span(*match.span(1))))
            elif self._at < end:
                self._long_statement()
        return self.root

    def _long_statement(self) -> None:
        """A header, or a pair whose key has several or quoted parts or whose value has brackets."""
        if self.text.startswith("[[", self._at):
            self._header(2)
        elif self.text[self._at] == "[":
            self._header(1)
        else:
            opened = self._long_pair(self._table, self._table_data)
            if opened is not None:
                self._container(opened)

    def _pair(self, match: re.Match[str], owner: Node, data: _Data) -> None:
        key = match[2]
        start, key_end = match.span(2)
        node = self._scalar(match.span(3), data[key], key, owner)
        node.key_span = Span(start, key_end)
        node.pair_span = Span(start, node.span.end)
        owner.members[key] = node

    def _scalar(self, span: tuple[int, int], value: _Data, key: str | int, owner: Node) -> Node:
        kind = _KINDS.get(type(value), "date")
        node = Node(kind, Span(*span), value, key=key, parent=owner)
        if kind == "integer" and not -SAFE_INTEGER <= value <= SAFE_INTEGER:
            node.value = as_number(value)
            self.lossy.append(node)
        return node

    def _long_pair(self, owner: Node, data: _Data) -> tuple[Node, _Data] | None:
        """A pair with a long key or a bracketed value; gives the container that it opens, if any."""
        parts = self._key()
        for part in parts[:-1]:
            owner = self._implied(owner, part)
            data = data[part[0]]
        self._at += 1  # the equals sign
        match = _ITEM.match(self.text, self._at)
        assert match is not None  # noqa: S101 - the pattern accepts the empty text
        key, key_span = parts[-1]
        value = data[key]
        node = self._value(match, value, key, owner)
        node.key_span = key_span
        node.pair_span = Span(parts[0][1].start, node.span.end)
        owner.members[key] = node
        return None if match.lastindex else (node, value)

    def _value(self, match: re.Match[str], value: _Data, key: str | int, owner: Node) -> Node:
        """A scalar where the pattern found one, else a container, of which the opening bracket is read."""
        self._at = match.end()
        if match.lastindex is not None:
            return self._scalar(match.span(match.lastindex), value, key, owner)
        kind: Kind = "array" if self.text[self._at] == "[" else "table"
        self._at += 1
        return Node(kind, Span(self._at - 1, self._at), key=key, parent=owner)

    def _container(self, opened: tuple[Node, _Data]) -> None:
        """Everything up to the bracket that closes the container just opened."""
        stack = [opened]
        while stack:
            node, data = stack[-1]
            pattern = _ITEM if node.kind == "array" else _PAIR
            match = pattern.match(self.text, self._at)
            assert match is not None  # noqa: S101 - the pattern accepts the empty text
            self._at = match.end()
            if match.lastindex == 1:
                self.comments.append(Comment(Span(*match.span(1))))
            elif match.lastindex is None and self.text[self._at] in "]}":
                self._at += 1
                node.span = Span(node.span.start, self._at)
                node.pair_span = Span(node.pair_span.start, self._at)
                stack.pop()
            elif node.kind == "array":
                value = data[len(node.items)]
                child = self._value(match, value, len(node.items), node)
                node.items.append(child)
                if match.lastindex is None:
                    stack.append((child, value))
            elif match.lastindex is not None:
                self._pair(match, node, data)
            elif (inner := self._long_pair(node, data)) is not None:
                stack.append(inner)

    def _header(self, brackets: int) -> None:
        start = self._at
        self._at += brackets
        parts = self._key()
        self._at += brackets
        header = Span(start, self._at)
        owner, data = self.root, self._data
        for part in parts[:-1]:
            owner, data = _last(self._implied(owner, part), data[part[0]])
        key, key_span = parts[-1]
        data = data[key]
        node = owner.members.get(key)
        if node is None:
            kind: Kind = "table" if brackets == 1 else "array"
            node = Node(kind, header, key=key, key_span=key_span, parent=owner)
            owner.members[key] = node
        elif brackets == 1:
            node.span = node.pair_span = header
            node.key_span = key_span
        if brackets == 2:
            data = data[len(node.items)]
            element = Node("table", header, key=len(node.items), parent=node)
            node.items.append(element)
            node = element
        self._table, self._table_data = node, data

    def _implied(self, owner: Node, part: KeyPart) -> Node:
        key, span = part
        node = owner.members.get(key)
        if node is None:
            node = Node("table", span, key=key, key_span=span, parent=owner)
            owner.members[key] = node
        return node

    def _key(self) -> list[KeyPart]:
        parts, self._at = read_key(self.text, self._at)
        return parts


def as_number(value: int) -> int | float:
    """An integer as the rest of the program can bear it: exact in 64 bits, else the double JavaScript sees.

    Larger ones overflow ``float()`` and, past 4300 digits, cannot even be printed.
    """
    if -_INT64 <= value < _INT64:
        return value
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _last(node: Node, data: _Data) -> tuple[Node, _Data]:
    """The table that a header goes on with below an array of tables: its latest element."""
    if node.kind != "array":
        return node, data
    return node.items[-1], data[len(node.items) - 1]


def read_key(text: str, at: int) -> tuple[list[KeyPart], int]:
    """The parts of a dotted key and the offset behind it; what is no key gives no parts."""
    parts: list[KeyPart] = []
    while (match := _KEY_PART.match(text, at)) is not None:
        parts.append((_unquoted(match[1]), Span(*match.span(1))))
        at = match.end()
        if not text.startswith(".", at):
            break
        at += 1
    return parts, at


def _unquoted(raw: str) -> str:
    if raw[0] == "'":
        return raw[1:-1]
    if raw[0] != '"':
        return raw
    if "\\" not in raw:
        return raw[1:-1]
    try:
        return str(tomli.loads(f"key = {raw}")["key"])
    except tomli.TOMLDecodeError:
        return raw[1:-1]
