"""Which lines of a file can hold a finding, and which detectors must look at each."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from cfguard.secrets.scan import conditions as c

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUOTES = (b'"', b"'", b"`")


@cache
def compiled_bytes(pattern: bytes) -> re.Pattern[bytes]:
    """The compiled form of a pattern for bytes; later calls cost a dictionary look-up."""
    return re.compile(pattern)


class Lines:
    """The bytes of a file between two line feeds, so that every line has one on both sides.

    ``candidates`` collects the detectors by the offset of the line feed before their line.
    """

    __slots__ = ("candidates", "data", "folded")

    def __init__(self, content: bytes) -> None:
        self.data = b"\n" + content + b"\n"
        self.folded = self.data.lower()
        self.candidates: dict[int, int] = {}

    def add(self, offset: int, detectors: int) -> int:
        """Let detectors look at the line that holds an offset; answers with the end of that line."""
        start = self.data.rfind(b"\n", 0, offset)
        self.candidates[start] = self.candidates.get(start, 0) | detectors
        return self.data.find(b"\n", offset)


def candidates(content: bytes, *, quoted: bool, wanted: int = c.ALL) -> Lines:
    """The lines worth a closer look in a file with ``\\n`` line ends.

    ``quoted`` says that detect-secrets asks for quotes around values of this type of file. ``wanted``
    leaves out detectors (a bit set of :func:`~cfguard.secrets.scan.conditions.bits`).
    """
    lines = Lines(content)
    for condition in c.CONDITIONS:
        if condition.detectors & wanted:
            _search(lines, condition)
    if wanted & c.BASE64:
        _runs(lines, c.QUOTED_BASE64, c.DISTINCT_BASE64, c.BASE64)
    if wanted & c.HEX:
        _runs(lines, c.QUOTED_HEX, c.DISTINCT_HEX, c.HEX)
    if wanted & c.KEYWORD:
        _keywords(lines, c.AFTER_KEYWORD_QUOTED if quoted else c.AFTER_KEYWORD_PLAIN)
    _folding_letters(lines, wanted)
    return lines


def _search(lines: Lines, condition: c.Condition) -> None:
    text = lines.folded if condition.folded else lines.data
    if not any(needle in text for needle in condition.needles):
        return
    search = compiled_bytes(condition.pattern).search
    # One match is enough for a line: the next may start on the line behind it.
    match = search(text)
    while match is not None:
        match = search(text, lines.add(match.start(), condition.detectors))


def _runs(lines: Lines, pattern: bytes, distinct: int, detectors: int) -> None:
    """Quoted runs with enough different characters for the entropy that is asked for."""
    data, done = lines.data, -1
    for match in compiled_bytes(pattern).finditer(data):
        start, end = match.span()
        if start > done and data[start] == data[end] and len(set(data[start + 1 : end])) >= distinct:
            done = lines.add(start, detectors)


def _keywords(lines: Lines, after: bytes) -> None:
    folded = lines.folded
    done: set[int] = set()
    follows, near = compiled_bytes(after).match, compiled_bytes(c.QUOTE_NEAR_KEYWORD).match
    for needle, pattern in c.KEYWORDS:
        if needle not in folded:
            continue
        for match in compiled_bytes(pattern).finditer(folded):
            end = match.end()
            if follows(folded, end) or (near(folded, end) and _closed_behind(lines, end)):
                done.add(match.start())
    for needle, pattern in c.BEFORE_KEYWORD:
        if needle in folded:
            done.update(match.start() for match in compiled_bytes(pattern).finditer(lines.data))
    covered = -1
    for offset in sorted(done):
        if offset > covered:
            covered = lines.add(offset, c.KEYWORD)


def _closed_behind(lines: Lines, offset: int) -> bool:
    """Whether a quote and a semicolon follow on the line."""
    end = lines.data.find(b"\n", offset)
    return any(lines.data.find(quote + b";", offset, end) >= 0 for quote in _QUOTES)


def _folding_letters(lines: Lines, wanted: int) -> None:
    if lines.data.isascii():
        return
    for letter in c.FOLDING:
        at = lines.data.find(letter)
        while at >= 0:
            at = lines.data.find(letter, lines.add(at, wanted))


def may_hold_findings_rewritten(content: bytes, *, yaml: bool) -> bool:
    """Whether a file can hold a finding once it is rewritten as an INI or YAML file."""
    lines = Lines(content)
    return any(_loose(text) for text in _variants(lines.data, yaml)) or _unpredictable(lines.data, yaml)


def _variants(data: bytes, yaml: bool) -> Iterator[bytes]:
    """The file, and how it reads where YAML's double quotes join lines and unescape slashes."""
    yield data
    if yaml and b'"' in data and b"\\" in data:
        yield compiled_bytes(rb"\\/").sub(b"/", compiled_bytes(rb"\\\n[ \t]*").sub(b"", data))


def _unpredictable(data: bytes, yaml: bool) -> bool:
    """Whether rewriting makes text that does not stand in the file."""
    if any(letter in data for letter in c.FOLDING):
        return True
    if not yaml:
        return b"%(" in data
    return b"binary" in data or (
        compiled_bytes(rb"(?m)\\[NLP_xuU0aev]|^[ \t-]*\?\s|[\[{,]\s*\?\s|\*[^\s]+\s+:").search(data)
        is not None
    )


def _loose(data: bytes) -> bool:
    return (
        _loose_providers(data)
        or _loose_runs(data, c.LOOSE_BASE64, c.LESS_DISTINCT)
        or _loose_runs(data, c.LOOSE_HEX, c.DISTINCT_HEX)
        or _loose_keywords(data)
    )


def _loose_providers(data: bytes) -> bool:
    folded = data.lower()
    for condition in c.CONDITIONS:
        if condition.detectors == c.VENDORS:
            continue
        text = folded if condition.folded else data
        if any(needle in text for needle in condition.needles) and compiled_bytes(condition.pattern).search(
            text
        ):
            return True
    if compiled_bytes(c.LOOSE_PRIVATE_KEY).search(data) or (
        b"aws" in folded and compiled_bytes(c.LOOSE_AWS).search(folded)
    ):
        return True
    return bool(
        compiled_bytes(c.LOOSE_VENDOR_NAME).search(folded)
        and compiled_bytes(c.LOOSE_VENDOR_VALUE).search(folded)
    )


def _loose_runs(data: bytes, pattern: bytes, distinct: int) -> bool:
    return any(len(set(match[0])) >= distinct for match in compiled_bytes(pattern).finditer(data))


def _loose_keywords(data: bytes) -> bool:
    folded = data.lower()
    after = compiled_bytes(c.LOOSE_AFTER).match
    closed = any(quote + b";" in data for quote in _QUOTES)
    for match in compiled_bytes(c.LOOSE_KEYWORD).finditer(folded):
        if closed or after(folded, match.end()):
            return True
    return any(compiled_bytes(pattern).search(data) for _, pattern in c.LOOSE_COMPARED)
