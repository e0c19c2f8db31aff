"""Where statements of a broken TOML text begin and end: the ground on which errors are recovered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy

# Tolerant on purpose: an unclosed string ends with its line (or with the file, if it may span lines).
TOKEN = lazy(
    r'(?P<string>"""(?>[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*(?:"{3,5})?)'
    r"|'''(?>[^']*(?:'(?!'')[^']*)*(?:'{3,5})?)"
    r'|"(?>[^"\\\n]*(?:\\.[^"\\\n]*)*"?)'
    r"|'[^'\n]*+'?+)"
    r"|(?P<comment>#[^\r\n]*)"
    r"|(?P<open>[\[{])"
    r"|(?P<close>[\]}])"
    r"|(?P<newline>\n)"
    r"|(?P<equals>=)"
    r"|(?P<comma>,)"
    r"|(?P<other>[^\"'#\[\]{}\n=,]+)"
)
_HEADER = r"""[ \t]*\[{1,2}[ \t]*["']?[A-Za-z_][\w."' -]*\]{1,2}[ \t]*(?:\#.*)?\r?$"""
_HEADER_LINE = lazy(f"^{_HEADER}", re.MULTILINE)
_BEGINS_STATEMENT = lazy(rf"""[ \t]*[A-Za-z0-9_."'-]+[ \t]*=(?!=)|{_HEADER}""", re.MULTILINE)
_NOT_LINE_END = lazy(r"\r(?!\n)|[^\r\n]")


class Statement(NamedTuple):
    """A header or a pair with all lines of its value; ``closed`` says whether its brackets balance.

    ``header`` is the offset of the table header that it stands under (its own, if it is one), or -1.
    """

    start: int
    end: int
    closed: bool
    header: int


class Fault(NamedTuple):
    """A place where tomli gave up: its message, the offset, and the statement around it."""

    message: str
    offset: int
    statement: Statement


def statements(text: str, at: int, header: int = -1) -> Iterator[Statement]:
    """The statements from ``at`` on, which must lie between two statements."""
    start, depth, is_header = -1, 0, False
    for token in TOKEN.finditer(text, at):
        kind = token.lastgroup
        if kind == "newline" and start >= 0 and (depth <= 0 or is_header):
            yield Statement(start, token.start(), depth == 0, header)
            start, depth, is_header = -1, 0, False
            continue
        if start < 0:
            if kind in ("newline", "comment"):
                continue
            blank = len(token[0]) - len(token[0].lstrip(" \t\r"))
            if blank == len(token[0]):
                continue
            start = token.start() + blank
            if kind == "open" and token[0] == "[":
                header, is_header = start, True
        depth += (kind == "open") - (kind == "close")
    if start >= 0:
        yield Statement(start, len(text), depth == 0, header)


def statement_at(text: str, resume: int, header: int, offset: int) -> Statement:
    """The statement that holds an offset, looked for from ``resume`` on."""
    found = Statement(resume, len(text), True, header)
    for found in statements(text, resume, header):
        if found.end >= offset:
            break
    return found


def broken_end(text: str, statement: Statement, offset: int) -> int | None:
    """Where the harm of an error at ``offset`` ends; None when an unclosed bracket or string hides that.

    A broken header takes its section along, because its keys would move to the table above.
    """
    if text.startswith("[", statement.start):
        following = statements(text, statement.end)
        return next((each.start for each in following if text.startswith("[", each.start)), len(text))
    if left_open(text, statement, offset) is not None and offset < len(text):
        return text.rfind("\n", 0, offset) + 1
    if statement.closed or statement.end < len(text):
        return statement.end
    header = _HEADER_LINE.search(text, offset)
    return header.start() if header is not None else None


def left_open(text: str, statement: Statement, offset: int) -> int | None:
    """The bracket that was never closed, if the file ends at ``offset`` or another statement begins there."""
    if text.startswith("[", statement.start):
        return None
    if offset >= len(text):
        return open_bracket(text, statement.start, offset)
    line = text.rfind("\n", 0, offset) + 1
    if line <= statement.start or not _BEGINS_STATEMENT.match(text, line):
        return None
    bracket = open_bracket(text, statement.start, line)
    may_hold_pairs = bracket is not None and statement.closed and text[bracket] == "{"
    return None if may_hold_pairs else bracket


def open_bracket(text: str, start: int, offset: int) -> int | None:
    """The innermost bracket that is open at ``offset``, within the statement that begins at ``start``."""
    stack: list[int] = []
    for token in TOKEN.finditer(text, start, max(start, offset)):
        if token.lastgroup == "open":
            stack.append(token.start())
        elif token.lastgroup == "close" and stack:
            stack.pop()
    return stack[-1] if stack else None


def blanked(text: str, start: int, end: int) -> str:
    """The text with a range turned into spaces, so that all other offsets and lines stay."""
    return text[:start] + _NOT_LINE_END.sub(" ", text[start:end]) + text[end:]
