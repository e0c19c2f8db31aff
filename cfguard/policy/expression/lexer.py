"""Tokens of an expression, with strings and numbers already read."""

from __future__ import annotations

import re
from typing import Final

from cfguard.pattern import lazy
from cfguard.policy.expression.errors import ExpressionError
from cfguard.text import Span

IDENTIFIER: Final = "identifier"
QUOTED_IDENTIFIER: Final = "quoted identifier"
INT: Final = "int"
UINT: Final = "uint"
DOUBLE: Final = "double"
STRING: Final = "string"
BYTES: Final = "bytes"
END: Final = "end"

Token = tuple[str, object, int, int]
"""Kind, value, start, end; the kind of an operator, and of ``in``, is the operator itself."""

_TOKEN = lazy(
    r"""(?:[ \t\r\n\f]+|//[^\r\n]*)*
    (?:(?P<text>[bB]?[rR]?(?:\"\"\"|'''|"|')|[rR][bB](?:\"\"\"|'''|"|'))
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<double>[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
    |(?P<int>0[xX][0-9a-fA-F]+|[0-9]+)(?P<unsigned>[uU])?
    |(?P<quoted>`[A-Za-z0-9_./\ -]+`)
    |(?P<operator>&&|\|\||[=!<>]=|[-+*/%!<>()\[\]{}.,:?])
    |(?P<end>\Z))""",
    re.VERBOSE,
)
# Compiled on first use (``re`` keeps what it has compiled): import is on the way of every run.
_BODIES = {
    "'": r"(?:[^\\'\r\n]|\\[^\r\n])*",
    '"': r'(?:[^\\"\r\n]|\\[^\r\n])*',
    "'''": r"(?:[^\\']|\\.|'(?!''))*",
    '"""': r'(?:[^\\"]|\\.|"(?!""))*',
}
_ESCAPE = (
    r"\\(?:[xX](?P<byte>[0-9a-fA-F]{2})|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8})"
    r"|(?P<octal>[0-3][0-7]{2})|(?P<plain>.)|\Z)"
)
_PLAIN = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "?": "?", '"': '"', "'": "'", "`": "`",
}  # fmt: skip


def tokenize(text: str, start: int, position: int = 0, *, hole: bool = False) -> list[Token]:
    """The tokens of ``text`` from ``position``, the last of kind ``END``; ``start`` is added to every offset.

    A ``hole`` ends at the first brace that it did not open. Raises ExpressionError at the first character
    that begins no token, or in a string that does not end.
    """
    tokens: list[Token] = []
    open_braces = 0
    while True:
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unexpected(text, position, start)
        group = match.lastgroup or ""
        begin, position = match.span("int" if group == "unsigned" else group)
        if group == "text":
            token, position = _string(text, begin, position, start)
            tokens.append(token)
            continue
        word = match[group]
        if group == "name":
            tokens.append(("in" if word == "in" else IDENTIFIER, word, begin + start, position + start))
            continue
        if group == "operator":
            if hole and word in "{}":
                open_braces += 1 if word == "{" else -1
                if open_braces < 0:
                    word = END
            tokens.append((word, word, begin + start, position + start))
        else:
            position += group == "unsigned"
            kind, value = _value(group, match, Span(begin + start, position + start))
            tokens.append((kind, value, begin + start, position + start))
        if tokens[-1][0] == END:
            return tokens


def _value(group: str, match: re.Match[str], span: Span) -> tuple[str, object]:
    if group in ("int", "unsigned"):
        digits = match["int"]
        if len(digits.lstrip("0xX")) > 20:
            raise ExpressionError("the number does not fit into 64 bits", span)
        return (UINT if group == "unsigned" else INT), int(digits, 16 if digits[:2] in ("0x", "0X") else 10)
    if group == "double":
        return DOUBLE, float(match["double"])
    if group == "quoted":
        return QUOTED_IDENTIFIER, match["quoted"][1:-1]
    return END, None


def _unexpected(text: str, position: int, start: int) -> ExpressionError:
    while position < len(text) and text[position] in " \t\r\n\f":
        position += 1
    character = text[position]
    hint = {"=": "; equality is `==`", "&": "; `and` is `&&`", "|": "; `or` is `||`"}.get(character, "")
    return ExpressionError(
        f"`{character}` begins nothing in an expression{hint}", Span(position + start, position + start + 1)
    )


def _string(text: str, begin: int, body: int, start: int) -> tuple[Token, int]:
    opening = text[begin:body]
    quote = opening.lstrip("rRbB")
    prefix = opening[: -len(quote)].lower()
    if "r" in prefix:
        end = text.find(quote, body)
        if len(quote) == 1 and ("\n" in text[body:end] or "\r" in text[body:end]):
            end = -1
    else:
        match = re.compile(_BODIES[quote], re.DOTALL).match(text, body)
        end = match.end() if match else body
    if end < 0 or not text.startswith(quote, end):
        raise ExpressionError("the string does not end", Span(begin + start, min(len(text), body) + start))
    content = text[body:end]
    after = end + len(quote)
    value: object
    if "b" in prefix:
        value = _bytes(content, "r" in prefix, body + start)
    else:
        value = content if "r" in prefix or "\\" not in content else _unescape(content, body + start)
    return (BYTES if "b" in prefix else STRING, value, begin + start, after + start), after


def _unescape(content: str, start: int) -> str:
    def replace(match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        if kind == "plain":
            if match["plain"] in _PLAIN:
                return _PLAIN[match["plain"]]
        elif kind:
            code = int(match[kind], 8 if kind == "octal" else 16)
            if code < 0xD800 or 0xDFFF < code <= 0x10FFFF:
                return chr(code)
        raise _bad_escape(match, start)

    return re.sub(_ESCAPE, replace, content, flags=re.DOTALL)


def _bytes(content: str, raw: bool, start: int) -> bytes:
    parts: list[bytes] = []
    position = 0
    for match in () if raw else re.finditer(_ESCAPE, content, re.DOTALL):
        parts.append(_utf8(content[position : match.start()], start))
        kind = match.lastgroup or ""
        if kind in ("byte", "octal"):
            parts.append(bytes([int(match[kind], 8 if kind == "octal" else 16)]))
        elif kind == "plain" and match["plain"] in _PLAIN:
            parts.append(_PLAIN[match["plain"]].encode())
        else:
            raise _bad_escape(match, start)
        position = match.end()
    parts.append(_utf8(content[position:], start))
    return b"".join(parts)


def _utf8(content: str, start: int) -> bytes:
    try:
        return content.encode()
    except UnicodeEncodeError as error:
        raise ExpressionError("half a surrogate pair has no bytes", Span(start, start + 1)) from error


def _bad_escape(match: re.Match[str], start: int) -> ExpressionError:
    return ExpressionError(
        f"`{match[0]}` is no escape; a backslash itself is `\\\\`",
        Span(start + match.start(), start + match.end()),
    )
