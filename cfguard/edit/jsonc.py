"""Changes to JSON and JSONC that keep comments, order and layout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cfguard.edit.brackets import Bracketed, insert, remove, unit_of
from cfguard.edit.text import Edit, NotEditable, indent_at, newline_of
from cfguard.syntax.node import Document, Node, Path, format_path
from cfguard.text import Span


class Verbatim(str):
    """Text of the file that is a value as it stands, with its comments."""

    __slots__ = ()


def set_value(document: Document, key: Path, value: object) -> list[Edit]:
    """Replace a value, or add a member; raises :class:`NotEditable`."""
    node = document.root.get(*key)
    if node is not None and key:
        indent = indent_at(document.source, node.pair_span.start)
        holder = _bracketed(document, node.parent, node.parent.kind) if node.parent is not None else None
        return [Edit(node.span, encode(value, document, indent, spread=holder is None or holder.is_spread))]
    return list(_add_member(document, key, value))


def append_value(document: Document, key: Path, value: object) -> list[Edit]:
    """Add an item to a list, or add the list; raises :class:`NotEditable`."""
    node = document.root.get(*key)
    if node is None:
        return list(_add_member(document, key, [value]))
    brackets = _bracketed(document, node, "array")
    return list(insert(brackets, encode(value, document, brackets.entry_indent, spread=brackets.is_spread)))


def remove_value(document: Document, key: Path) -> list[Edit]:
    """Take a member or an item away; raises :class:`NotEditable`."""
    node = document.root.get(*key)
    if node is None or node.parent is None:
        raise NotEditable(f"there is no `{format_path(key)}` to take away")
    brackets = _bracketed(document, node.parent, node.parent.kind)
    return list(remove(brackets, brackets.entries.index(node.pair_span)))


def rename_key(document: Document, key: Path, name: str) -> list[Edit]:
    """Give a member another name in its place."""
    node = document.root.get(*key)
    if node is None or node.key_span is None:
        raise NotEditable(f"there is no `{format_path(key)}` to rename")
    return [Edit(node.key_span, json.dumps(name, ensure_ascii=False))]


def verbatim(document: Document, key: Path) -> object:
    """The text of a value with its comments, ready to stand elsewhere in the same file."""
    node = document.root.get(*key)
    if node is None:
        raise NotEditable(f"there is no `{format_path(key)}` to move")
    lines = document.source.slice(node.span).split("\n")
    indent = indent_at(document.source, node.span.start)
    return Verbatim("\n".join([lines[0], *(line.removeprefix(indent) for line in lines[1:])]))


def encode(value: object, document: Document, indent: str, *, spread: bool) -> str:
    """A value as JSON, its further lines indented; spread, tables get lines and lists of simple values do not."""
    if not spread and not _holds_verbatim(value):
        return json.dumps(value, ensure_ascii=False)
    newline = newline_of(document.source.text)
    return newline.join(_lines(value, unit_of(document))).replace(newline, newline + indent)


def _holds_verbatim(value: object) -> bool:
    while isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    return isinstance(value, Verbatim)


def _lines(value: Any, unit: str) -> list[str]:
    if isinstance(value, Verbatim):
        return [line.removesuffix("\r") for line in str(value).split("\n")]
    if isinstance(value, dict) and value:
        entries = [
            (f"{json.dumps(str(key), ensure_ascii=False)}: ", _lines(item, unit))
            for key, item in value.items()
        ]
        opening, closing = "{", "}"
    elif isinstance(value, list) and any(isinstance(item, dict | list | Verbatim) for item in value):
        entries = [("", _lines(item, unit)) for item in value]
        opening, closing = "[", "]"
    else:
        return [json.dumps(value, ensure_ascii=False)]
    found = [opening]
    for number, (head, lines) in enumerate(entries):
        comma = "," if number < len(entries) - 1 else ""
        inner = [head + lines[0], *lines[1:]]
        inner[-1] += comma
        found += [unit + line if line else line for line in inner]
    return [*found, closing]


def _add_member(document: Document, key: Path, value: object) -> Iterator[Edit]:
    known = next(length for length in range(len(key), -1, -1) if document.root.get(*key[:length]) is not None)
    if known == len(key) or any(isinstance(step, int) for step in key[known:]):
        raise NotEditable(f"`{format_path(key)}` has no room for a value")
    parent = document.root.get(*key[:known])
    assert parent is not None  # noqa: S101 - the loop has just found it
    for step in reversed(key[known + 1 :]):
        value = {step: value}
    brackets = _bracketed(document, parent, "table")
    spread = (
        brackets.is_spread if brackets.entries else "\n" in document.source.text or parent is document.root
    )
    written = encode(value, document, brackets.entry_indent, spread=spread)
    entry = f"{json.dumps(key[known], ensure_ascii=False)}: {written}"
    yield from insert(brackets, entry, spread_when_empty=spread)


def _bracketed(document: Document, node: Node, kind: str) -> Bracketed:
    if node.kind != kind:
        raise NotEditable(f"`{format_path(node.path)}` is not a {'list' if kind == 'array' else 'table'}")
    entries = tuple(sorted(child.pair_span for child in node.children()))
    span = _whole_value(document) if node.key is None and node.parent is None else node.span
    return Bracketed(document, span.start, span.end - 1, entries)


def _whole_value(document: Document) -> Span:
    """The brackets of the outermost value, whose node spans the whole text."""
    text = document.source.text
    hidden = [comment.span for comment in document.comments]
    start, end = 0, len(text)
    for span in hidden:
        if not text[start : span.start].strip():
            start = max(start, span.end)
    for span in reversed(hidden):
        if not text[span.end : end].strip():
            end = min(end, span.start)
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    if text[start : start + 1] not in ("{", "["):
        raise NotEditable("the file holds no table")
    return Span(start, end)
