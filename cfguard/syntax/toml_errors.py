"""What tomli's refusals mean for the person who wrote the file, and the smallest place to blame."""

from __future__ import annotations

import re

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Diagnostic, Node
from cfguard.syntax.toml_clashes import explain_clash
from cfguard.syntax.toml_scanner import read_key
from cfguard.syntax.toml_statements import TOKEN, Fault, left_open, open_bracket
from cfguard.text import Source, Span

_WORD = lazy(r"[^\s,\[\]{}\"'#=]+")
_NUMBER_LIKE = lazy(r"[+-]?(?:[0-9._]+(?:[eE][+-]?[0-9._]*)?|0[xob][0-9A-Fa-f_]*)\Z")
_DATE_LIKE = lazy(r"[0-9]{1,5}-[0-9]{1,2}-[0-9]|[0-9]{1,2}:[0-9]")
_PLACEHOLDER_END = lazy(r"[^\n]*?[}%]\}")
_CONFLICT_MARK = lazy(r"<{7}|={7}|>{7}|\|{7}")
_NEAR_LITERALS = {
    "true": "true",
    "yes": "true",
    "on": "true",
    "false": "false",
    "no": "false",
    "off": "false",
}
_NULLS = frozenset({"null", "nil", "none", "undefined"})
_SHOWABLE = lazy(r"[A-Za-z]{1,5}\Z|undefined\Z|[0-9.+-]{1,5}\Z")  # short enough to hold no secret
_CONTROL = lazy(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_IN_STRINGS = ("Unterminated", "Expected '", 'Expected "', "Unescaped", "Illegal", "Found")
_CLASHES = ("Cannot", "Duplicate")


class _Account(NamedTuple):
    message: str
    span: Span
    help: str = ""


def explain(source: Source, fault: Fault, root: Node) -> Diagnostic:
    """The diagnostic of a fault; ``root`` is the recovered tree, where the other half of a clash stands."""
    if fault.message.startswith(_CLASHES):
        return explain_clash(source, fault, root)
    account = _account(source, fault)
    return Diagnostic("syntax-error", account.message, account.span, help=account.help)


def _account(source: Source, fault: Fault) -> _Account:
    text, offset = source.text, fault.offset
    marker = _conflict_marker(source, offset)
    if marker is not None:
        return marker
    if _placeholder(text, offset):
        return _template(source, fault)
    bracket = left_open(text, fault.statement, offset)
    if bracket is not None and not fault.message.startswith(_IN_STRINGS):
        what = "array" if text[bracket] == "[" else "inline table"
        message = f"the {what} that `{text[bracket]}` opens is never closed"
        return _Account(message, Span(bracket, bracket + 1))
    if _CONTROL.match(text, offset):
        return _illegal_character(source, fault)
    for beginning, account in _ACCOUNTS.items():
        if fault.message.startswith(beginning):
            return account(source, fault)
    return _Account(fault.message.rstrip("."), _word_at(text, offset))


def _conflict_marker(source: Source, offset: int) -> _Account | None:
    line = source.line_span(source.position(offset).line)
    if _CONFLICT_MARK.match(source.text, line.start) is None:
        return None
    return _Account("a mark of an unresolved merge conflict is left in the file", line)


def _placeholder(text: str, offset: int) -> bool:
    return text.startswith("{{", offset) or text.startswith("{{", offset - 1) or text.startswith("{%", offset)


def _template(source: Source, fault: Fault) -> _Account:
    start = fault.offset if source.text.startswith("{", fault.offset) else fault.offset - 1
    if source.text.startswith("{{", start - 1):
        start -= 1
    close = _PLACEHOLDER_END.match(source.text, start)
    span = Span(start, close.end()) if close else Span(start, start + 2)
    return _Account(
        "a template placeholder stands where TOML expects a value",
        span,
        "Render the template, or put the placeholder into quotes",
    )


def _invalid_value(source: Source, fault: Fault) -> _Account:
    text, offset = source.text, fault.offset
    word = _word_at(text, offset)
    if word.start == word.end:
        return _missing_value(source, fault)
    return _not_a_value(text, word)


def _missing_value(source: Source, fault: Fault) -> _Account:
    text, offset = source.text, fault.offset
    if text.startswith(",", offset):
        return _Account("a comma stands where a value is expected", Span(offset, offset + 1))
    parts, after = read_key(text, fault.statement.start)
    if parts and text[after:offset].strip() == "=":
        span = Span(parts[0][1].start, parts[-1][1].end)
        return _Account(f"`{source.slice(span)}` has no value", span, "Give it a value, or remove the line")
    return _Account("a value is expected here", _one_character(text, offset))


def _not_a_value(text: str, word: Span) -> _Account:
    shown = text[word.start : word.end]
    lowered = shown.lower()
    name = f"`{shown}`" if _SHOWABLE.match(shown) else "the text"
    if lowered in _NEAR_LITERALS:
        return _Account(f"{name} is not a value; TOML writes it `{_NEAR_LITERALS[lowered]}`", word)
    if lowered in _NULLS:
        return _Account(f"{name} is not a value; TOML has no null", word, "Remove the key")
    if _NUMBER_LIKE.match(shown):
        return _Account(f"{name} is not a number; {_number_advice(shown)}", word)
    if _DATE_LIKE.match(shown):
        return _Account("the text is not a date or time that exists; strings need quotes", word)
    return _Account(f"{name} is not a value; strings need quotes", word)


def _number_advice(shown: str) -> str:
    if re.match(r"[+-]?0[0-9]", shown):
        return "leading zeros are not allowed"
    if re.search(r"(?:\A|[^0-9])\.|\.(?:\Z|[^0-9])", shown):
        return "a point needs a digit on both sides"
    if "_" in shown:
        return "an underscore needs a digit on both sides"
    return "strings need quotes"


def _trailing(source: Source, fault: Fault) -> _Account:
    """Text that follows a complete statement: a value glued to more characters, or a second statement."""
    text, offset = source.text, fault.offset
    start = offset
    while start > fault.statement.start and _WORD.match(text, start - 1):
        start -= 1
    if text.startswith("[", fault.statement.start):
        return _Account(
            "the table header is followed by more text on its line", _rest_of_line(source, offset)
        )
    if start < offset and _WORD.match(text, offset):
        return _not_a_value(text, _word_at(text, start))
    return _Account(
        "the value is followed by more text on its line",
        _rest_of_line(source, offset),
        "Give each pair a line of its own",
    )


def _illegal_character(source: Source, fault: Fault) -> _Account:
    text, offset = source.text, fault.offset
    token = _token_at(text, fault.statement.start, offset)
    if text.startswith(("\n", "\r\n"), offset) or offset >= len(text):
        return _unclosed_string(source, fault)
    where = "here"
    if token is not None:
        where = "in a comment" if text[token.start] == "#" else "in a string"
    character = f"U+{ord(text[offset]):04X}"
    hint = f"Write it as `\\u{character[2:]}` in a double-quoted string" if where == "in a string" else ""
    if text[offset] == "\r":
        character, hint = "a carriage return without a line feed", "Use LF or CRLF line ends"
        return _Account(f"{character} is not allowed", Span(offset, offset + 1), hint)
    return _Account(
        f"the control character {character} is not allowed {where}", Span(offset, offset + 1), hint
    )


def _unclosed_string(source: Source, fault: Fault) -> _Account:
    text = source.text
    token = _token_at(text, fault.statement.start, fault.offset)
    if token is None:
        return _Account("the string is not closed", _one_character(text, fault.offset))
    if text.startswith(('"""', "'''"), token.start):
        opening = Span(token.start, token.start + 3)
        return _Account(f"the string that `{source.slice(opening)}` opens is never closed", opening)
    line_end = source.line_span(source.position(token.start).line).end
    return _Account(f"the string lacks its closing `{text[token.start]}`", Span(token.start, line_end))


def _bad_escape(source: Source, fault: Fault) -> _Account:
    text = source.text
    start = max(text.rfind("\\", fault.statement.start, fault.offset), 0)
    span = Span(start, min(start + 2, len(text)))
    help_text = "Write `\\\\` for a backslash, or use single quotes"
    if "hex" in fault.message:
        digits = {"x": 2, "u": 4, "U": 8}.get(text[start + 1 : start + 2], 4)
        return _Account(
            f"the escape `{source.slice(span)}` needs {digits} hexadecimal digits", span, help_text
        )
    if "scalar" in fault.message:
        return _Account(
            "the escape names no Unicode character", Span(start, max(fault.offset, span.end)), help_text
        )
    shown = source.slice(span) if source.slice(span).isprintable() else "\\"
    return _Account(f"`{shown}` is not an escape that TOML knows", span, help_text)


def _missing_comma(source: Source, fault: Fault) -> _Account:
    text, offset = source.text, fault.offset
    what, closing = ("array", "]") if "array" in fault.message else ("inline table", "}")
    if text.startswith(("]", "}"), offset):
        return _Account(f"`{text[offset]}` stands where `{closing}` is expected", Span(offset, offset + 1))
    return _Account(f"a comma is missing before this part of the {what}", _word_at(text, offset, least=1))


def _missing_equals(source: Source, fault: Fault) -> _Account:
    text, offset = source.text, fault.offset
    if text.startswith(":", offset):
        span = Span(offset, offset + 1)
        return _Account("a colon follows the key; TOML writes `key = value`", span)
    if open_bracket(text, fault.statement.start, offset) is not None:
        return _Account("`=` is missing after a key", _one_character(text, offset))
    line = source.line_span(source.position(fault.statement.start).line)
    return _Account(
        "the line is neither `key = value` nor a `[table]`", _stripped(text, fault.statement.start, line.end)
    )


def _missing_key(source: Source, fault: Fault) -> _Account:
    text, offset = source.text, fault.offset
    if text.startswith("[", fault.statement.start) and not text.startswith("{", offset):
        line = source.line_span(source.position(fault.statement.start).line)
        return _Account(
            "the table header has no valid name", _stripped(text, fault.statement.start, line.end)
        )
    return _Account(
        "a key is expected here; letters, digits, `_` and `-`, or quotes", _one_character(text, offset)
    )


def _invalid_statement(source: Source, fault: Fault) -> _Account:
    text, offset = source.text, fault.offset
    if text.startswith("=", offset):
        return _Account("`=` has no key before it", Span(offset, offset + 1))
    if text.startswith("{", offset):
        return _Account("`{` begins no TOML statement; the file looks like JSON", Span(offset, offset + 1))
    if text.startswith("\r", offset):
        return _illegal_character(source, fault)
    return _Account("the line is neither `key = value` nor a `[table]`", _rest_of_line(source, offset))


def _open_header(source: Source, fault: Fault) -> _Account:
    closing = "]]" if "array" in fault.message else "]"
    start = fault.statement.start
    line = source.line_span(source.position(start).line)
    end = max(start + 1, min(fault.offset, line.end))
    return _Account(f"the table header lacks its closing `{closing}`", _stripped(source.text, start, end))


def _bad_date(source: Source, fault: Fault) -> _Account:
    return _Account("the date or time does not exist", _word_at(source.text, fault.offset))


def _too_deep(source: Source, fault: Fault) -> _Account:
    return _Account("the nesting is too deep to be read", _one_character(source.text, fault.offset))


def _long_integer(source: Source, fault: Fault) -> _Account:
    return _Account("the integer has too many digits to be read", _word_at(source.text, fault.offset))


_ACCOUNTS = {
    "Invalid value": _invalid_value,
    "Expected newline": _trailing,
    "Found invalid character": _illegal_character,
    "Illegal character": _illegal_character,
    "Unterminated string": _unclosed_string,
    "Expected '='": _missing_equals,
    "Expected ']": _open_header,
    "Expected": _unclosed_string,
    "Unescaped": _bad_escape,
    "Invalid hex": _bad_escape,
    "Escaped character": _bad_escape,
    "Unclosed": _missing_comma,
    "Invalid initial": _missing_key,
    "Invalid statement": _invalid_statement,
    "Invalid date": _bad_date,
    "Nested": _too_deep,
    "Integer": _long_integer,
}


def _token_at(text: str, start: int, offset: int) -> Span | None:
    """The string or comment in which an offset lies or which it ends."""
    for token in TOKEN.finditer(text, start):
        if token.start() > offset:
            break
        if token.end() >= offset and token.lastgroup in ("string", "comment"):
            return Span(*token.span())
    return None


def _word_at(text: str, offset: int, *, least: int = 0) -> Span:
    match = _WORD.match(text, offset)
    return Span(offset, match.end() if match else min(offset + least, len(text)))


def _one_character(text: str, offset: int) -> Span:
    offset = min(offset, len(text))
    end = min(offset + 1, len(text))
    return Span(offset, offset if text[offset:end] in ("\n", "\r") else end)


def _rest_of_line(source: Source, offset: int) -> Span:
    line = source.line_span(source.position(offset).line)
    return _stripped(source.text, offset, max(line.end, offset))


def _stripped(text: str, start: int, end: int) -> Span:
    kept = text[start:end].rstrip()
    return Span(start, start + len(kept)) if kept else Span(start, end)
