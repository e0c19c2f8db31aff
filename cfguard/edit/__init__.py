"""Changes files at a path, keeps everything else of them, and proves afterwards that it did just that."""

from __future__ import annotations

import math
from typing import Any

from cfguard.edit.intent import intended, revealed, without_empty
from cfguard.edit.text import Edit, NotEditable, apply_edits, at_end, whole_lines
from cfguard.fix import AddLine, AppendValue, Change, EraseText, MoveValue, RemoveValue, SetValue, WriteFile
from cfguard.syntax import parse
from cfguard.syntax.node import Document, format_path
from cfguard.text import Source

__all__ = ["BrokenEdit", "NotEditable", "apply_change", "new_text"]

#: Faults in front of which nothing is changed: what the file means is in doubt already.
_DOUBTS = frozenset({"syntax-error", "duplicate-key"})


class BrokenEdit(Exception):
    """An edit that did not give the values that were meant: a bug of cfguard, and nothing is written."""


def apply_change(document: Document, change: Change) -> Document:
    """The document after a change.

    Raises :class:`NotEditable` where the file leaves no room for it, and :class:`BrokenEdit` where the text that
    came out does not hold exactly the values that were meant.
    """
    if isinstance(change, WriteFile | AddLine):
        raise TypeError("a file that is not a document is changed by new_text")
    if document.recovered or (
        document.format != "dotenv" and any(each.code in _DOUBTS for each in document.diagnostics)
    ):
        raise NotEditable("the file has errors that come first")
    try:
        if isinstance(change, EraseText):
            return _erased(document, change)
        if not change.key or (isinstance(change, MoveValue) and not change.to):
            raise NotEditable("the whole file is not changed at once")
        meant = intended(document.root.plain(), change)
        for step in _steps(document, change):
            document = _after(document, _edits(document, step))
    except RecursionError:
        raise NotEditable("the file nests too deeply") from None
    result = document.root.plain()
    if isinstance(change, RemoveValue | MoveValue):
        result, meant = without_empty(result, change.key), without_empty(meant, change.key)
    if document.recovered or not _same(result, meant):
        raise BrokenEdit(f"changing `{format_path(change.key)}` would have changed something else, too")
    return document


def new_text(source: Source | None, change: WriteFile | AddLine) -> str:
    """The text of a file after a change that asks for no parser; ``source`` None: it is not there yet."""
    if isinstance(change, WriteFile):
        if source is not None:
            raise NotEditable(f"`{change.file}` is there already")
        return change.text
    if source is None:
        return f"{change.line}\n"
    if change.line in source.text.splitlines():
        raise NotEditable(f"`{change.file}` has the line already")
    return apply_edits(source.text, [at_end(source, [change.line])])


def _steps(document: Document, change: Change) -> list[Change]:
    """A change as those that a format knows: a move to another table is a copy and a removal."""
    if not isinstance(change, MoveValue) or change.key[:-1] == change.to[:-1]:
        return [change]
    node = document.root.get(*change.key)
    if node is None:
        raise NotEditable(f"there is no `{format_path(change.key)}` to move")
    value: object = node.plain()
    if document.format == "jsonc":
        from cfguard.edit import jsonc

        value = jsonc.verbatim(document, change.key)
    return [SetValue(change.file, change.to, value), RemoveValue(change.file, change.key)]


def _edits(document: Document, change: Change) -> list[Edit]:
    from cfguard.edit import dotenv, jsonc, toml

    formats: dict[str, Any] = {"toml": toml, "jsonc": jsonc, "dotenv": dotenv}
    format = formats.get(document.format)
    if format is None:
        raise NotEditable(f"files of this kind ({document.format}) are not changed at a path")
    edits: list[Edit]
    if isinstance(change, SetValue):
        edits = format.set_value(document, change.key, revealed(change.value))
    elif isinstance(change, RemoveValue):
        edits = format.remove_value(document, change.key)
    elif isinstance(change, AppendValue) and format is not dotenv:
        edits = format.append_value(document, change.key, revealed(change.value))
    elif isinstance(change, MoveValue):
        edits = format.rename_key(document, change.key, str(change.to[-1]))
    else:
        raise NotEditable("an env file has no lists")
    return edits


def _after(document: Document, edits: list[Edit]) -> Document:
    source = document.source
    return parse(Source(source.path, apply_edits(source.text, edits), bom=source.bom), document.format)


def _erased(document: Document, change: EraseText) -> Document:
    """The document without a piece of text, with its lines where it fills them."""
    source = document.source
    if source.slice(change.span) != change.was:
        raise NotEditable("another fix has moved what this one takes away")
    lines = whole_lines(source, change.span)
    span = lines if lines is not None else change.span
    if lines is None:
        start = span.start
        while start and source.text[start - 1] in " \t":
            start -= 1
        if span.end == len(source.text) or source.text[span.end] in "\r\n":
            span = span._replace(start=start)
    after = _after(document, [Edit(span, "")])
    if len(after.diagnostics) > len(document.diagnostics) or not _same(
        after.root.plain(), document.root.plain()
    ):
        raise BrokenEdit("taking away what no reader reads would have changed a value")
    return after


def _same(one: Any, other: Any) -> bool:
    """Equal as data: of the same types, and not-a-number equal to itself."""
    pending = [(one, other)]
    while pending:
        left, right = pending.pop()
        if type(left) is not type(right):
            return False
        if isinstance(left, dict):
            if left.keys() != right.keys():
                return False
            pending += [(left[key], right[key]) for key in left]
        elif isinstance(left, list):
            if len(left) != len(right):
                return False
            pending += zip(left, right, strict=True)
        elif left != right and not (isinstance(left, float) and math.isnan(left) and math.isnan(right)):
            return False
    return True
