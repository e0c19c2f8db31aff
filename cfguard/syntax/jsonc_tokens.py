"""The words of JSON with comments, and what each wrong word means for the person who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfguard.pattern import lazy
from cfguard.text import Span

_WORD = r'[^ \t\r\n{}\[\]":,/]'
(PLAIN, MARK, NUMBER, COMMENT, ESCAPED, LITERAL, UNCLOSED, SINGLE, WORD, OPEN_COMMENT, SLASH) = range(1, 12)
TOKEN = lazy(
    r"[ \t\r\n]*+(?>(?:"
    r'("[^"\\\x00-\x1f]*+")'
    r"|([{}\[\]:,])"
    rf"|(-?(?:0|[1-9][0-9]*+)(?>(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)(?!{_WORD}))"
    r"|(//[^\r\n]*+|/\*(?>[^*]*(?:\*(?!/)[^*]*)*)\*/)"
    r'|("(?>[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*)")'
    rf"|((?:true|false|null)(?!{_WORD}))"
    r'|("[^\r\n]*+)'
    r"|('[^'\r\n]*+')"
    rf"|({_WORD}++)"
    r"|(/\*[\s\S]*+)"
    r"|(/)"
    r")?)"
)
LITERALS: dict[str, bool | None] = {"true": True, "false": False, "null": None}

_ESCAPE = lazy(r"\\(?:(u[0-9a-fA-F]{4})|(u[0-9a-fA-F]{0,3})|(.))", re.DOTALL)
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CONTROL = lazy(r"[\x00-\x1f]")
_SURROGATE = lazy(r"[\ud800-\udfff]")
_NUMBER_LIKE = lazy(r"[+-]?[0-9.][0-9.eE_+-]*\Z|0[xXoObB][0-9a-fA-F_]+\Z")
_NEAR_LITERALS = {"none": "null", "nil": "null", "undefined": "null", "yes": "true", "no": "false"}
_SHOWABLE = lazy(r"[A-Za-z]{1,5}\Z|undefined\Z|[0-9.+-]{1,5}\Z")  # short enough to hold no secret
_INT64 = 2**63
_MAX_DIGITS = 20  # more cannot fit into 64 bits


def string_value(raw: str) -> str:
    """The value of a string literal with its quotes; wrong escapes stay as written.

    Surrogate pairs are joined; a lone surrogate becomes U+FFFD, because no encoding can carry it out.
    """
    value = _ESCAPE.sub(_unescaped, raw[1:-1]) if "\\" in raw else raw[1:-1]
    if _SURROGATE.search(value):
        value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


def _unescaped(match: re.Match[str]) -> str:
    digits, _, letter = match.groups()
    if digits is not None:
        return chr(int(digits[1:], 16))
    return _ESCAPES.get(letter or "", match[0])


def number_value(raw: str) -> int | float:
    """An int where the literal is one and fits into 64 bits, else the double that JavaScript sees."""
    if len(raw) <= _MAX_DIGITS and raw.lstrip("-").isdigit():
        value = int(raw)
        if -_INT64 <= value < _INT64:
            return value
    return float(raw)


def string_errors(raw: str, start: int) -> Iterator[tuple[str, Span]]:
    """What is wrong inside a closed string literal that begins at ``start``."""
    for control in _CONTROL.finditer(raw):
        place = Span(start + control.start(), start + control.end())
        code = f"{ord(control[0]):04X}"
        yield (
            f"the control character U+{code} is not allowed in a string; it is written `\\u{code.lower()}`",
            place,
        )
    for escape in _ESCAPE.finditer(raw, 1, len(raw) - 1):
        place = Span(start + escape.start(), start + escape.end())
        if escape[2] is not None:
            yield "the escape `\\u` needs four hexadecimal digits", place
        elif escape[3] is not None and escape[3] not in _ESCAPES:
            shown = escape[0] if escape[0].isprintable() else "\\"
            yield f"`{shown}` is not an escape that JSON knows; a backslash is written `\\\\`", place


def word_error(raw: str) -> str:
    """What is wrong with a bare word where a value is expected."""
    shown = f"`{raw}`" if _SHOWABLE.match(raw) else "the text"
    lowered = raw.lower()
    right = lowered if lowered in LITERALS else _NEAR_LITERALS.get(lowered)
    if right is not None:
        return f"{shown} is not a value; JSON writes it `{right}`"
    if _NUMBER_LIKE.match(raw):
        return f"{shown} is not a number; {_number_advice(raw)}"
    return f"{shown} is not a value; strings need double quotes"


def _number_advice(raw: str) -> str:
    digits = raw.lstrip("+-")
    if raw.startswith("+"):
        return "a plus sign is not allowed"
    if digits.startswith("."):
        return "a digit is needed before the point"
    if digits[:1] == "0" and digits[1:2].isdigit():
        return "leading zeros are not allowed"
    if digits.endswith("."):
        return "a digit is needed after the point"
    return "strings need double quotes"
