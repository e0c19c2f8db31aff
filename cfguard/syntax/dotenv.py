"""Env files in the language of Node's dotenv 16.3, which is the one wrangler reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.dotenv_expansion import expand
from cfguard.syntax.node import Comment, Cure, Diagnostic, Document, Node
from cfguard.text import Source, Span

__all__ = ["Assignment", "Quote", "assignments", "expand", "parse"]

Quote = Literal["", '"', "'", "`"]

# JavaScript's \s and line terminators differ from Python's.
_SPACE = "\\t\\n\\v\\f\\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_FLAT_SPACE = "\\t\\v\\f \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufeff"
_STRIPPED = (
    "\t\n\v\f\r \u00a0\u1680"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_NAME = "[A-Za-z0-9_.-]++"
_BLANK = lazy(f"[{_SPACE}]*+")
_FLAT_BLANK = lazy(f"[{_FLAT_SPACE}]*+")
_LINE_REST = lazy("[^\\n\\r\u2028\u2029]*+")
_KEY = lazy(
    f"(?:export[{_SPACE}]++(?P<exported>{_NAME})|(?P<plain>{_NAME}))(?:[{_SPACE}]*+=|:(?:\\r\\n|[{_SPACE}]))"
)
_BARE = lazy("[^#\\r\\n]++")
_QUOTED = {quote: lazy(f"{quote}(?>(?:\\\\{quote}|[^{quote}])*){quote}") for quote in ('"', "'", "`")}
_OPEN_END = {quote: lazy(f"{quote}(?>(?:\\\\{quote}|[^{quote}])*)") for quote in ('"', "'", "`")}
_TAIL = lazy(f"[{_FLAT_SPACE}]*+(?:#|[\\n\\r\u2028\u2029]|\\Z)")
_STRIP_QUOTES = lazy("(?<![^\\n\\r\u2028\u2029])(['\"`])")


class Assignment(NamedTuple):
    """One assignment of an env file, also when a later one of the same name replaces it.

    ``value`` is what ``.dev.vars`` gives the Worker: unquoted, unexpanded. ``raw`` is the text under
    ``span``, quotes included. ``quote`` is empty where quotes are part of the value or absent.
    """

    name: str
    value: str
    raw: str
    quote: Quote
    span: Span
    key_span: Span
    pair_span: Span


def parse(source: Source) -> Document:
    """The document of an env file: a table of strings, the last assignment of a name counting.

    dotenv knows no errors: a line it drops is an ``unreadable-line``, a name that is set again a
    ``duplicate-key``. Names are matched by dotenv's pattern, so ``A: x`` and names with dots count.
    """
    root = Node("table", Span(0, len(source.text)))
    comments: list[Comment] = []
    diagnostics: list[Diagnostic] = []
    for element in _elements(source.text):
        if isinstance(element, Assignment):
            earlier = root.members.get(element.name)
            if earlier is not None:
                diagnostics.append(_duplicate(source, element, earlier))
            root.members[element.name] = _node(element, root)
        elif isinstance(element, Comment):
            comments.append(element)
        else:
            message = "the line is not `NAME=value`, so that it is dropped"
            diagnostics.append(Diagnostic("unreadable-line", message, element))
    return Document(source, "dotenv", root, comments=tuple(comments), diagnostics=tuple(diagnostics))


def assignments(document: Document) -> tuple[Assignment, ...]:
    """Every assignment of an env document in the order of the file, those replaced later included."""
    return tuple(each for each in _elements(document.source.text) if isinstance(each, Assignment))


def _node(assignment: Assignment, root: Node) -> Node:
    return Node(
        "string",
        assignment.span,
        assignment.value,
        key=assignment.name,
        key_span=assignment.key_span,
        pair_span=assignment.pair_span,
        parent=root,
    )


def _duplicate(source: Source, later: Assignment, earlier: Node) -> Diagnostic:
    place = earlier.key_span or earlier.span
    message = (
        f"`{later.name}` was already set on line {source.position(place.start).line}; the later value counts"
    )
    related = ((place, "the earlier value, which is not read"),)
    return Diagnostic(
        "duplicate-key",
        message,
        later.key_span,
        (later.name,),
        related=related,
        cure=Cure("erase", earlier.pair_span),
    )


def _elements(text: str) -> Iterator[Assignment | Comment | Span]:
    """Assignments, comments and dropped lines, in order; a bare span is a dropped line."""
    at, end = 0, len(text)
    while True:
        at = _end(_BLANK, text, at)
        if at >= end:
            return
        line_end = _end(_LINE_REST, text, at)
        if text[at] == "#":
            yield Comment(Span(at, line_end))
            at = line_end
            continue
        match = _KEY.match(text, at)
        if match is None:
            yield _trimmed(text, at, line_end)
            at = line_end
            continue
        assignment, at = _assignment(text, match)
        yield assignment
        if text.startswith("#", at):
            line_end = _end(_LINE_REST, text, at)
            yield Comment(Span(at, line_end))
            at = line_end


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match is not None else at


def _assignment(text: str, match: re.Match[str]) -> tuple[Assignment, int]:
    """The assignment that a key begins, and the offset of what follows on the line of its value."""
    group = "exported" if match.lastgroup == "exported" else "plain"
    key_span = Span(*match.span(group))
    delimited = match.end()
    span, after = _value_span(text, delimited)
    raw = text[span.start : span.end]
    value, quote = _value(raw)
    pair_span = Span(key_span.start, max(span.end, delimited))
    return Assignment(match[group], value, raw, quote, span, key_span, pair_span), after


def _value_span(text: str, at: int) -> tuple[Span, int]:
    """The value after a delimiter, trimmed, and the offset behind it and its blanks."""
    start = _end(_BLANK, text, at)
    if text[start : start + 1] in _QUOTED and start < len(text):
        close = _closing(text, start)
        if close is not None:
            return Span(start, close), _end(_FLAT_BLANK, text, close)
    end = _end(_BARE, text, at)
    return _trimmed(text, at, end), end


def _closing(text: str, start: int) -> int | None:
    """Where the quoted value that begins at ``start`` ends, if dotenv takes it for one.

    The first quote without a backslash closes it, unless more than a comment follows on the line; then,
    or where there is no such quote, the last one with a backslash that ends its line does.
    """
    quote = text[start]
    whole = _QUOTED[quote].match(text, start)
    if whole is not None and _TAIL.match(text, whole.end()):
        return whole.end()
    reach = whole.end() - 1 if whole is not None else _end(_OPEN_END[quote], text, start)
    at = text.rfind("\\" + quote, start + 1, reach)
    while at >= 0:
        if _TAIL.match(text, at + 2):
            return at + 2
        at = text.rfind("\\" + quote, start + 1, at)
    return None


def _trimmed(text: str, start: int, end: int) -> Span:
    kept = text[start:end].strip(_STRIPPED)
    if not kept:
        return Span(start, start)
    start += len(text[start:end]) - len(text[start:end].lstrip(_STRIPPED))
    return Span(start, start + len(kept))


def _value(raw: str) -> tuple[str, Quote]:
    value = raw.replace("\r\n", "\n").replace("\r", "\n")
    quote = _quote(raw[:1])
    bare = _without_quotes(value)
    if quote == '"':
        bare = bare.replace("\\n", "\n").replace("\\r", "\r")
    stripped = quote != "" and len(raw) > 1 and raw[-1] == quote
    return bare, quote if stripped else ""


def _quote(character: str) -> Quote:
    if character == '"':
        return '"'
    if character == "'":
        return "'"
    return "`" if character == "`" else ""


def _without_quotes(value: str) -> str:
    """The value without the quotes around it, or around lines of it, as dotenv takes them off."""
    if not any(quote in value for quote in _QUOTED):
        return value
    last: dict[str, int] = {}
    for line_end in re.finditer("['\"`](?=[\\n\\r\u2028\u2029]|\\Z)", value):
        last[line_end[0]] = line_end.start()
    parts: list[str] = []
    at = 0
    for opening in _STRIP_QUOTES.finditer(value):
        start, close = opening.start(), last.get(opening[0], -1)
        if start >= at and close > start:
            parts += (value[at:start], value[start + 1 : close])
            at = close + 1
    return "".join(parts) + value[at:]
