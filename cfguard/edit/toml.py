"""Changes to TOML that keep comments, order, quoting and layout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from cfguard.edit.brackets import Bracketed, insert, remove
from cfguard.edit.text import (
    Edit,
    NotEditable,
    after_line,
    at_end,
    before_line,
    indent_at,
    line_around,
    whole_lines,
)
from cfguard.pattern import lazy
from cfguard.syntax.node import Document, Node, Path, format_path
from cfguard.syntax.toml_scanner import read_key
from cfguard.text import Span

_BARE = lazy(r"[A-Za-z0-9_-]+\Z")


def set_value(document: Document, key: Path, value: object) -> list[Edit]:
    """Replace a value, or add a pair where its table has its pairs; raises :class:`NotEditable`."""
    node = document.root.get(*key)
    if node is None:
        return [*_add(document, key, value)]
    if not _is_pair(node):
        raise NotEditable(f"`{format_path(key)}` is written as a section of its own")
    is_literal = document.source.text[node.span.start] == "'" and isinstance(value, str)
    return [Edit(node.span, _literal(value) if is_literal else encode(value))]


def append_value(document: Document, key: Path, value: object) -> list[Edit]:
    """Add an item to a list, or a section to a list of sections; raises :class:`NotEditable`."""
    node = document.root.get(*key)
    if node is None:
        return [*_add(document, key, [value])]
    if node.kind != "array":
        raise NotEditable(f"`{format_path(key)}` is not a list")
    if _is_pair(node):
        entries = tuple(item.span for item in node.items)
        return [*insert(Bracketed(document, node.span.start, node.span.end - 1, entries), encode(value))]
    if not isinstance(value, dict):
        raise NotEditable(f"`{format_path(key)}` is a list of sections")
    header = f"[[{'.'.join(encode_key(str(step)) for step in key)}]]"
    pairs = [f"{encode_key(name)} = {encode(item)}" for name, item in value.items()]
    return [after_line(document.source, _last_offset(node), ["", header, *pairs])]


def remove_value(document: Document, key: Path) -> list[Edit]:
    """Take a pair, an item or whole sections away; raises :class:`NotEditable`."""
    node = document.root.get(*key)
    if node is None or node.parent is None:
        raise NotEditable(f"there is no `{format_path(key)}` to take away")
    bracketed = _enclosing(document, node)
    if bracketed is not None:
        return [*remove(bracketed, bracketed.entries.index(node.pair_span))]
    statements = dict.fromkeys(_statements(document, node))
    if document.source.slice(node.span).startswith("[[") and isinstance(node.key, int):
        # `[[x]]` holds the tables below it by its place, so nothing of it can stay behind.
        statements = dict.fromkeys([*statements, node.span])
    return [_without_statement(document, span) for span in statements]


def rename_key(document: Document, key: Path, name: str) -> list[Edit]:
    """Give a pair or sections another name wherever it is written out; raises :class:`NotEditable`."""
    node = document.root.get(*key)
    if node is None or node.key_span is None:
        raise NotEditable(f"there is no `{format_path(key)}` to rename")
    depth = sum(isinstance(step, str) for step in key) - 1
    if _is_pair(node) and node.pair_span.start == node.key_span.start:
        return [Edit(node.key_span, encode_key(name))]
    headers = [each.span for each in node.walk() if _is_header(document, each)]
    if not headers or len(headers) + _pairs_below_headers(document, node) < len(
        [*_statements(document, node)]
    ):
        raise NotEditable(f"`{format_path(key)}` is written in several places")
    spans = {_header_part(document, span, depth) for span in headers}
    return [Edit(span, encode_key(name)) for span in sorted(spans)]


def encode_key(name: str) -> str:
    """A key as TOML, quoted where it must be."""
    return name if _BARE.match(name) else encode(name)


def encode(value: Any) -> str:
    """A value as TOML on one line; raises :class:`NotEditable` for what TOML does not have."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # TOML's basic strings take JSON's escapes, and want one more.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(encode, value))}]"
    if isinstance(value, dict):
        inner = ", ".join(f"{encode_key(str(key))} = {encode(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    raise NotEditable("TOML has no null")


def _literal(value: object) -> str:
    text = str(value)
    return f"'{text}'" if text.isprintable() and "'" not in text else encode(text)


def _add(document: Document, key: Path, value: object) -> Iterator[Edit]:
    known = next(length for length in range(len(key), -1, -1) if document.root.get(*key[:length]) is not None)
    owner = document.root.get(*key[:known])
    rest = [str(step) for step in key[known:] if isinstance(step, str)]
    if owner is None or owner.kind != "table" or len(rest) != len(key) - known:
        raise NotEditable(f"`{format_path(key)}` has no room for a value")
    if _is_inline(document, owner) or _enclosing(document, owner) is not None:
        yield from _add_inline(document, owner, rest, value)
        return
    pair = f"{'.'.join(map(encode_key, rest))} = {encode(value)}"
    if len(rest) > 1 and not any(isinstance(step, int) for step in key):
        header = f"[{'.'.join(encode_key(str(step)) for step in key[:-1])}]"
        space = [""] if document.source.text.strip() else []
        yield at_end(document.source, [*space, header, f"{encode_key(rest[-1])} = {encode(value)}"])
        return
    yield _add_pair(document, owner, rest, pair, value)


def _add_inline(document: Document, owner: Node, rest: list[str], value: object) -> Iterator[Edit]:
    """Add to ``{ … }``, or to a dotted table that is written inside one."""
    while not _is_inline(document, owner):
        rest = [str(owner.key), *rest]
        assert owner.parent is not None  # noqa: S101 - a dotted table in an inline one is below it
        owner = owner.parent
    entries = tuple(sorted(node.pair_span for node in _leaves(document, owner)))
    brackets = Bracketed(document, owner.span.start, owner.span.end - 1, entries)
    yield from insert(brackets, f"{'.'.join(map(encode_key, rest))} = {encode(value)}")


def _add_pair(document: Document, owner: Node, rest: list[str], pair: str, value: object) -> Edit:
    source = document.source
    pairs = sorted(leaf.pair_span for leaf in _leaves(document, owner))
    if owner.parent is None:
        if pairs:
            return after_line(source, pairs[-1].end, [pair])
        first = min((node.span.start for node in owner.walk() if _is_header(document, node)), default=None)
        return (
            at_end(source, [pair])
            if first is None
            else before_line(source, _above(document, first), [pair, ""])
        )
    if _is_header(document, owner):
        at = pairs[-1] if pairs else owner.span
        return after_line(source, at.end, [indent_at(source, at.start) + pair])
    below = [node.span.start for node in owner.walk() if _is_header(document, node)]
    if below:  # implied by the headers below it: it gets one of its own, above theirs
        header = f"[{'.'.join(encode_key(str(step)) for step in owner.path)}]"
        return before_line(source, _above(document, min(below)), [header, pair, ""])
    return _add_dotted(document, owner, rest, pairs, value)


def _add_dotted(document: Document, owner: Node, rest: list[str], pairs: list[Span], value: object) -> Edit:
    """Add to a table that dotted keys make, below the last of them."""
    steps: list[str] = []
    node: Node | None = owner
    while node is not None and node.parent is not None and not _is_header(document, node):
        steps.insert(0, str(node.key))
        node = node.parent
    dotted = ".".join(map(encode_key, [*steps, *rest]))
    indent = indent_at(document.source, pairs[-1].start)
    return after_line(document.source, pairs[-1].end, [f"{indent}{dotted} = {encode(value)}"])


def _above(document: Document, header: int) -> int:
    """The offset of a header, or of the comments right above it, which speak of it."""
    source = document.source
    comments = {source.position(comment.span.start).line for comment in document.comments}
    line = source.position(header).line
    while line - 1 in comments and source.slice(source.line_span(line - 1)).lstrip().startswith("#"):
        line -= 1
    return source.line_span(line).start


def _is_header(document: Document, node: Node) -> bool:
    """Whether a table, or an entry of a list of tables, has a header line of its own."""
    return node.kind == "table" and node.parent is not None and document.source.text[node.span.start] == "["


def _is_inline(document: Document, node: Node) -> bool:
    return node.kind == "table" and node.parent is not None and document.source.text[node.span.start] == "{"


def _is_pair(node: Node) -> bool:
    """Whether a node is written as a value, behind ``=`` or in the brackets of one."""
    while node.key_span is None:
        if node.parent is None:
            return False
        node = node.parent
    return node.pair_span not in (node.span, node.key_span)


def _leaves(document: Document, table: Node) -> Iterator[Node]:
    """The pairs that are written in a table's own section, those of dotted keys included."""
    pending = list(table.members.values())
    while pending:
        node = pending.pop()
        if node.kind == "table" and not (_is_header(document, node) or _is_inline(document, node)):
            pending.extend(node.members.values())
        elif not (_is_header(document, node) or (node.kind == "array" and not _is_pair(node))):
            yield node


def _statements(document: Document, node: Node) -> Iterator[Span]:
    """The statements that a node is written in: its pair, or the headers and pairs of its sections."""
    pending = [node]
    while pending:
        each = pending.pop()
        if each.kind == "table" and not _is_inline(document, each):
            if _is_header(document, each):
                yield each.span
            pending.extend(each.members.values())
        elif each.kind == "array" and not _is_pair(each):
            pending.extend(each.items)
        else:
            yield each.pair_span


def _pairs_below_headers(document: Document, node: Node) -> int:
    """How many statements of a node stand in its own sections, where no header repeats its name."""
    return sum(len([*_leaves(document, each)]) for each in node.walk() if _is_header(document, each))


def _without_statement(document: Document, span: Span) -> Edit:
    source = document.source
    line = line_around(source, max(span.start, span.end - 1))
    comment = next((each.span for each in document.comments if span.end <= each.span.start <= line.end), None)
    lines = whole_lines(source, Span(span.start, comment.end) if comment is not None else span)
    if lines is None:
        raise NotEditable("something else stands on the same line")
    if source.slice(span).startswith("["):
        lines = _with_blank_line(document, lines)
    return Edit(lines, "")


def _with_blank_line(document: Document, lines: Span) -> Span:
    """A header's line with the empty line above it, which set its section apart."""
    source = document.source
    above = source.position(lines.start).line - 1
    if above >= 1 and not source.slice(source.line_span(above)).strip():
        return Span(source.line_span(above).start, lines.end)
    return lines


def _enclosing(document: Document, node: Node) -> Bracketed | None:
    """The brackets that a node is an entry of; None where it is a statement or a section."""
    holder = node.parent
    while holder is not None and holder.kind == "table" and not _is_header(document, holder):
        if _is_inline(document, holder):
            entries = tuple(sorted(leaf.pair_span for leaf in _leaves(document, holder)))
            return Bracketed(document, holder.span.start, holder.span.end - 1, entries)
        holder = holder.parent
    if holder is not None and holder.kind == "array" and _is_pair(holder):
        entries = tuple(item.span for item in holder.items)
        return Bracketed(document, holder.span.start, holder.span.end - 1, entries)
    return None


def _last_offset(node: Node) -> int:
    return max(each.pair_span.end for each in node.walk())


def _header_part(document: Document, span: Span, depth: int) -> Span:
    text = document.source.text
    brackets = 2 if text.startswith("[[", span.start) else 1
    parts, _ = read_key(text, span.start + brackets)
    return parts[depth][1]
