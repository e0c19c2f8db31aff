"""Reading on behind a TOML error, so that one run lists every independent one."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

import tomli

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Comment
from cfguard.syntax.toml_statements import (
    TOKEN,
    Fault,
    Statement,
    blanked,
    broken_end,
    statement_at,
    statements,
)
from cfguard.text import Span

MAX_ERRORS = 20
_REPARSE_BUDGET = 25_000_000  # characters that the search for further errors may read
_HUGE_DIGITS = lazy(r"[0-9][0-9_]{4000,}")  # int() refuses more than 4300
_UNCLOSED_LITERAL = "Expected \"'"  # tomli looks for the closing quote up to the end of the file
_NESTING = 400  # tomli's own bound for brackets
_KEY_DEPTH = 900  # tomli's own bound is the recursion limit, 1000


class Recovery(NamedTuple):
    """A text without its broken statements, tomli's values of it, and where they were broken.

    The text keeps every offset of the original, but may end before it.
    """

    text: str
    data: dict[str, Any]
    faults: tuple[Fault, ...]


def recover(text: str) -> Recovery:
    """Blank what tomli refuses and ask again, at most :data:`MAX_ERRORS` times."""
    faults: list[Fault] = []
    limit = max(1, min(MAX_ERRORS, _REPARSE_BUDGET // (len(text) + 1)))
    resume, header = 0, -1
    while True:
        found = _load(text, resume)
        if isinstance(found, dict):
            return Recovery(text, found, tuple(faults))
        message, offset = found
        statement = statement_at(text, resume, header, offset)
        faults.append(Fault(message, offset, statement))
        end = broken_end(text, statement, offset)
        if end is None or len(faults) >= limit:
            return _before(text, statement, faults)
        start = min(statement.start, offset)
        resume = end if end > start else min(offset + 1, len(text))
        shorter = blanked(text, start, resume)
        if shorter == text:
            return _before(text, statement, faults)
        text = shorter
        if statement.header != statement.start:
            header = statement.header


def _before(text: str, statement: Statement, faults: list[Fault]) -> Recovery:
    """What stands before a statement at which the search stops: tomli has accepted that much."""
    text = text[: statement.start]
    found = _load(text, 0)
    if not isinstance(found, dict):
        text, found = "", {}
    return Recovery(text, found, tuple(faults))


def _load(text: str, resume: int) -> dict[str, Any] | tuple[str, int]:
    """tomli's values, or its message and the offset in ``text`` where it stopped."""
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        if error.msg.startswith(_UNCLOSED_LITERAL):
            return error.msg, max(text.rfind("'"), 0)  # the last one in the file is the opening one
        return error.msg, _original_offset(text, error.pos)
    except RecursionError:
        return "Nested too deeply", _deepest(text, resume)
    except ValueError:
        return "Integer too long", _huge_integer(text, resume)


def _original_offset(text: str, position: int) -> int:
    """tomli counts in a text whose line ends are LF alone; ours are as in the file."""
    if "\r\n" not in text:
        return position
    shortened = [match.start() - index for index, match in enumerate(re.finditer("\r\n", text))]
    return position + bisect_left(shortened, position)


def _deepest(text: str, resume: int) -> int:
    """The bracket that goes one level too deep, or the statement whose key has too many parts."""
    depth, deepest, place = 0, 0, resume
    for statement in statements(text, resume):
        if text.count(".", statement.start, statement.end) > _KEY_DEPTH:
            return statement.start
        for token in TOKEN.finditer(text, statement.start, statement.end):
            depth += (token.lastgroup == "open") - (token.lastgroup == "close")
            if depth > deepest:
                deepest, place = depth, token.start()
            if depth > _NESTING:
                return place
        depth = 0
    return place


def _huge_integer(text: str, resume: int) -> int:
    for token in TOKEN.finditer(text, resume):
        if token.lastgroup == "other" and (digits := _HUGE_DIGITS.search(token[0])) is not None:
            return token.start() + digits.start()
    return resume


def all_comments(text: str) -> tuple[Comment, ...]:
    """The comments of a text, of its broken statements too."""
    return tuple(
        Comment(Span(*token.span())) for token in TOKEN.finditer(text) if token.lastgroup == "comment"
    )
