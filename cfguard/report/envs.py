"""The environment matrix as text that fits a terminal, as Markdown, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from cfguard.matrix import Cell, Column, Matrix
from cfguard.report.layout import indented
from cfguard.report.shown import as_markdown, disarm_lines
from cfguard.secrets.masking import escape_controls

FORMATS = ("text", "markdown", "json")
_MARKS = {"own": "", "inherited": "↑ ", "default": "· ", "missing": ""}
_LEGEND = "↑ inherited   · by default   – missing   ≡ the same resource in two environments"
_DIM, _RED, _BOLD, _RESET = "\x1b[2m", "\x1b[31m", "\x1b[1m", "\x1b[0m"
_NARROWEST = 18


def render(matrices: Iterable[Matrix], format: str, *, color: bool = False, width: int = 100) -> str:
    """The matrices in one of :data:`FORMATS`; raises KeyError for another name.

    ``width`` is that of the terminal, in columns; more environments than fit are told in further blocks.
    """
    found = tuple(matrices)
    if format == "json":
        return _json(found)
    if format == "markdown":
        return disarm_lines("\n".join(line for matrix in found for line in _markdown(matrix)))
    if format != "text":
        raise KeyError(format)
    lines = [line for matrix in found for line in _text(matrix, color, width)]
    return disarm_lines("\n".join([*lines, _paint(_LEGEND, _DIM, color)]) + "\n") if lines else ""


def _text(matrix: Matrix, color: bool, width: int) -> Iterator[str]:
    title = f"{matrix.worker or 'Worker without a name'}  ({matrix.path})"
    yield _paint(escape_controls(title), _BOLD, color)
    label = min(max((len(row.name) for row in matrix.rows), default=4) + 4, 30)
    fitting = max(1, (width - label) // (_NARROWEST + 2))
    for first in range(0, len(matrix.columns), fitting):
        columns = matrix.columns[first : first + fitting]
        widths = _widths(matrix, first, columns, width - label)
        yield ""
        heads = [_head(column) for column in columns]
        yield from _lines("", heads, [_BOLD] * len(heads), label, widths, color)
        group = ""
        for row in matrix.rows:
            if row.group != group:
                group = row.group
                yield _paint(group, _DIM, color)
            cells = row.cells[first : first + fitting]
            name = escape_controls(row.name)
            yield from _lines(
                name, [_shown(c) for c in cells], [_style(c) for c in cells], label, widths, color
            )
    yield ""


def _widths(matrix: Matrix, first: int, columns: tuple[Column, ...], room: int) -> list[int]:
    """What each column needs, cut down evenly where the sum is more than there is."""
    needed = []
    for offset, column in enumerate(columns):
        cells = [row.cells[first + offset] for row in matrix.rows]
        needed.append(max([len(_head(column)), *(len(_shown(cell)) for cell in cells)]))
    share = room // len(columns) - 2
    spare = sum(max(share - need, 0) for need in needed)
    wide = [need for need in needed if need > share]
    extra = spare // len(wide) if wide else 0
    return [min(need, share + extra) for need in needed]


def _lines(
    name: str, texts: list[str], styles: list[str], label: int, widths: list[int], color: bool
) -> Iterator[str]:
    """One row of the table, in as many lines as its longest cell needs."""
    wrapped = [_wrap(text, max(width, 4)) for text, width in zip(texts, widths, strict=True)]
    if len(name) > label - 3:
        yield f"  {name}"
        name = ""
    for index in range(max(len(lines) for lines in wrapped)):
        parts = []
        for lines, style, width in zip(wrapped, styles, widths, strict=True):
            text = lines[index] if index < len(lines) else ""
            parts.append(_paint(f"{text:<{width}}", style, color))
        head = f"  {name if index == 0 else '':<{label - 2}}"
        yield (head + "  ".join(parts)).rstrip()


def _wrap(text: str, width: int) -> list[str]:
    """The lines of a cell: lists break between items, and only an item that is too long itself is cut."""
    *items, last = text.split(", ")
    lines = [""]
    for item in [*(f"{each}," for each in items), last]:
        joined = f"{lines[-1]} {item}" if lines[-1] else item
        if len(joined) <= width:
            lines[-1] = joined
        else:
            pieces = textwrap.wrap(item, width, break_on_hyphens=False) or [""]
            lines[len(lines) - (not lines[-1]) :] = pieces
    return lines


def _head(column: Column) -> str:
    name = escape_controls(column.name or "(top level)")
    return f"{name} [{column.stage}]" if column.stage and column.stage != column.name else name


def _shown(cell: Cell) -> str:
    if cell.origin == "missing":
        return "–"
    return _MARKS[cell.origin] + escape_controls(cell.text) + (" ≡" if cell.shared else "")


def _style(cell: Cell) -> str:
    return _RED if cell.shared else _DIM if cell.origin in ("inherited", "missing") else ""


def _paint(text: str, style: str, color: bool) -> str:
    return f"{style}{text}{_RESET}" if color and style else text


def _markdown(matrix: Matrix) -> Iterator[str]:
    yield f"### {as_markdown(matrix.worker or 'Worker without a name')} (<code>{as_markdown(matrix.path)}</code>)"
    yield ""
    yield "| | " + " | ".join(as_markdown(_head(column)) for column in matrix.columns) + " |"
    yield "|---" * (len(matrix.columns) + 1) + "|"
    group = ""
    for row in matrix.rows:
        if row.group != group:
            group = row.group
            yield f"| **{group}** |" + " |" * len(matrix.columns)
        cells = " | ".join(as_markdown(_shown(cell)) for cell in row.cells)
        yield f"| {as_markdown(row.name)} | {cells} |"
    yield ""
    yield f"{_LEGEND}"
    yield ""


def _json(matrices: tuple[Matrix, ...]) -> str:
    workers = [
        {
            "name": matrix.worker,
            "path": matrix.path,
            "environments": [{"name": column.name, "stage": column.stage} for column in matrix.columns],
            "rows": [
                {"group": row.group, "name": row.name, "cells": [cell._asdict() for cell in row.cells]}
                for row in matrix.rows
            ],
        }
        for matrix in matrices
    ]
    return indented({"version": 1, "workers": workers})
