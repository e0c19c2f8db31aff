"""Cuts SQL into tokens as SQLite does, so that every place in a statement is known exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy

TokenKind = Literal[
    "space", "comment", "word", "name", "string", "number", "variable", "semicolon", "operator"
]

# Each alternative is linear: no two of its parts can match the same character. An open string, name or
# comment runs to the end of the text, as it does for SQLite. Words are ASCII letters, digits, `_`, `$` and all
# that is not ASCII, written as what they are not: a range up to U+10FFFF takes a millisecond to compile.
_TOKEN = lazy(
    r"""
      (?P<space>[ \t\n\f\r\ufeff]+)
    | (?P<comment>--[^\n]*\n?|/\*.*?(?:\*/|\Z))
    | (?P<string>'(?:[^']|'')*(?:'|\Z)|[xX]'[^']*(?:'|\Z))
    | (?P<name>"(?:[^"]|"")*(?:"|\Z)|`(?:[^`]|``)*(?:`|\Z)|\[[^\]]*(?:\]|\Z))
    | (?P<number>(?:0[xX][0-9a-fA-F_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?))
    | (?P<variable>[?@:#$][^\x00-\x23\x25-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]*)
    | (?P<word>[^\x00-\x40\x5b-\x5e\x60\x7b-\x7f][^\x00-\x23\x25-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]*)
    | (?P<semicolon>;)
    | (?P<operator>->>|->|\|\||<<|>>|<=|>=|<>|==|!=|.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One token and where it stands (half-open offsets into the text)."""

    kind: TokenKind
    text: str
    start: int
    end: int

    @property
    def significant(self) -> bool:
        """Whether SQLite's grammar sees it: anything but white space and comments."""
        return self.kind not in ("space", "comment")

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords (upper case), unquoted."""
        return self.kind == "word" and self.text.upper() in words

    @property
    def plain(self) -> str:
        """The text without the quotes that an identifier or string carries."""
        return unquote(self.text) if self.kind in ("name", "string") else self.text


def tokenize(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Every token of a stretch of text, white space and comments included; never fails."""
    at, stop = start, len(text) if end is None else end
    while at < stop:
        match = _TOKEN.match(text, at, stop)
        if match is None:  # pragma: no cover - the last alternative takes any character
            return
        kind: TokenKind = match.lastgroup  # type: ignore[assignment]
        yield Token(kind, match.group(), at, match.end())
        at = match.end()


def unquote(text: str) -> str:
    """An identifier or string without its quotes, doubled ones made single."""
    mark = text[:1]
    if mark == "[":
        return text[1:].removesuffix("]")
    if mark not in ('"', "`", "'"):
        return text
    inner = text[1:-1] if len(text) > 1 and text.endswith(mark) else text[1:]
    return inner.replace(mark * 2, mark)
