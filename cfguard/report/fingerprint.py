"""GitHub's identity of a line, so that an alert keeps its history when lines above it change.

The algorithm is that of ``github/codeql-action`` (upload-sarif, read 2026-06): a rolling hash over the next
100 UTF-16 units from the first visible character of a line, blanks left out, line ends folded to LF.
Uploads through the API compute nothing, so the report carries the hashes itself.
"""

from __future__ import annotations

from array import array
from sys import byteorder

_WINDOW = 100
_BASE = 37
_MASK = (1 << 64) - 1
_LEAVING = pow(_BASE, _WINDOW, 1 << 64)
_END = 0xFFFF
_LF = 0x0A
_CR = 0x0D
_BLANKS = (0x20, 0x09)


def line_hashes(text: str) -> list[str]:
    """A hash for every line, ``<hex>:<how often this hash came up so far>``.

    An empty last line (the text ends with a line end) has one as well. Linear in the text.
    """
    units, starts = _visible(text)
    window = [0] * _WINDOW
    value = 0
    counts: dict[int, int] = {}
    hashes: list[str] = []
    units.extend([0] * _WINDOW)
    due = 0
    for at, unit in enumerate(units):
        if due < len(starts) and at == starts[due] + _WINDOW:
            counts[value] = counts.get(value, 0) + 1
            hashes.append(f"{value:x}:{counts[value]}")
            due += 1
        slot = at % _WINDOW
        value = (value * _BASE + unit - _LEAVING * window[slot]) & _MASK
        window[slot] = unit
    return hashes


def _visible(text: str) -> tuple[array[int], list[int]]:
    """The UTF-16 units that count, the end mark included, and where lines start among them."""
    encoded = array("H")
    encoded.frombytes(text.encode("utf-16-le" if byteorder == "little" else "utf-16-be", "surrogatepass"))
    units = array("H")
    starts: list[int] = []
    at_line_start = True
    after_cr = False
    for unit in (*encoded, _END):
        if unit in _BLANKS or (after_cr and unit == _LF):
            after_cr = False
            continue
        after_cr = unit == _CR
        if at_line_start:
            starts.append(len(units))
        units.append(_LF if after_cr else unit)
        at_line_start = units[-1] == _LF
    return units, starts
