"""Where statements begin and end, and what a statement is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.sql.tokens import Token, tokenize
from cfguard.text import Span

#: Statements of one file that anybody looks at; real files have a thousandth of them.
MOST = 50_000

_LONGEST_NAME = 80

State = Literal["start", "normal", "explain", "create", "trigger", "semicolon", "end"]

# The machine of SQLite's sqlite3_complete(): what a semicolon ends depends on whether a trigger is open
# (sqlite.org/src/file/src/complete.c, read 2026-11-22).
_STEPS: dict[State, dict[str, State]] = {
    "start": {"EXPLAIN": "explain", "CREATE": "create"},
    "normal": {},
    "explain": {"CREATE": "create", "": "explain"},
    "create": {"TEMP": "create", "TEMPORARY": "create", "TRIGGER": "trigger"},
    "trigger": {"": "trigger"},
    "semicolon": {"END": "end", "": "trigger"},
    "end": {"": "trigger"},
}


def next_state(state: State, word: str) -> State:
    """The state after a token that is no semicolon; ``word`` is a keyword in upper case, else ``""``."""
    steps = _STEPS[state]
    if word in steps:
        return steps[word]
    if state == "explain" and word in ("EXPLAIN", "TEMP", "TEMPORARY", "TRIGGER", "END"):
        return "normal"
    return steps.get("", "normal")


def after_semicolon(state: State) -> State:
    """The state after a semicolon; ``start`` says that the statement is over."""
    return "semicolon" if state in ("trigger", "semicolon") else "start"


class Statement(NamedTuple):
    """One statement of a text.

    ``span`` runs from its first to its last token, without the semicolon; ``terminated`` says whether
    there is one. ``verb`` is what it does, in upper case (``CREATE TABLE``, ``INSERT``), ``target`` the
    name that it is about, without quotes; ``target_span`` is where that name stands. ``new_name`` is what
    ``ALTER TABLE … RENAME TO`` says.
    """

    span: Span
    terminated: bool
    verb: str
    target: str
    target_span: Span | None
    new_name: str = ""

    @property
    def head(self) -> str:
        """How to call it, on one line and not too long: ``CREATE TABLE users``."""
        name = " ".join(self.target.split())[:_LONGEST_NAME]
        return f"{self.verb} {name}" if name else self.verb


# Coarser than tokens, because only words, semicolons and what hides them decide where a statement ends. Words
# are written as what they are not: a range up to U+10FFFF takes a millisecond to compile.
_LEXEME = lazy(
    r"""
      (?P<hidden>[ \t\n\f\r\ufeff]+|--[^\n]*\n?|/\*.*?(?:\*/|\Z))
    | (?P<quoted>'[^']*(?:'|\Z)|"[^"]*(?:"|\Z)|`[^`]*(?:`|\Z)|\[[^\]]*(?:\]|\Z))
    | (?P<word>[^\x00-\x23\x25-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]+)
    | (?P<semicolon>;)
    | (?P<other>[\x00-\x08\x0e-\x1b!#%&(+)*,.:<=>?@\\\]^{|}~\x7f]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
#: What changes nothing in a statement that is no trigger, in one go: up to its semicolon, a comment, an open quote.
PLAIN = lazy(r"""(?>(?:[^;'"`\[/-]++|'[^']*+'|"[^"]*+"|`[^`]*+`|\[[^\]]*+\]){1,500})""")
#: What stands between statements and is none, at once: a file may hold millions of semicolons.
NOTHING = lazy(r"[; \t\n\f\r]+")
_SPACE = " \t\n\f\r\ufeff"
#: Characters of a statement that are read to learn what it is about; and tokens, where no table expressions lead.
_HEAD, _HEAD_TOKENS = 4_000, 10


def split(text: str, start: int = 0, end: int | None = None) -> Iterator[Statement]:
    """The statements of a text, each ended where SQLite ends it."""
    for span, terminated in bounds(text, start, end):
        yield statement_in(text, span, terminated=terminated)


def bounds(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[Span, bool]]:
    """Where the statements of a text stand, and whether a semicolon ends each; nothing of them is read."""
    state: State = "start"
    first = last = -1
    at, stop = start, len(text) if end is None else end
    while at < stop:
        empty = NOTHING.match(text, at, stop) if first < 0 and state == "start" else None
        if empty is not None:
            at = empty.end()
            continue
        plain = PLAIN.match(text, at, stop) if state == "normal" else None
        if plain is not None:
            at = plain.end()
            seen = len(plain.group().rstrip(_SPACE))
            last = plain.start() + seen if seen else last
            continue
        match = _LEXEME.match(text, at, stop)
        if match is None:  # pragma: no cover - the last alternative takes any character
            break
        at, kind = match.end(), match.lastgroup
        if kind == "hidden":
            continue
        if kind == "semicolon":
            state = after_semicolon(state)
            if state == "start":
                if first >= 0:
                    yield Span(first, last), True
                first = -1
                continue
        else:
            state = next_state(state, match.group().upper() if kind == "word" else "")
        last = at
        if first < 0:
            first = match.start()
    if first >= 0:
        yield Span(first, last), False


def statement_in(text: str, span: Span, *, terminated: bool) -> Statement:
    """The statement that stands at a place of a text."""
    head = tokenize(text, span.start, min(span.end, span.start + _HEAD))
    tokens: list[Token] = []
    for token in head:
        if token.significant:
            tokens.append(token)
            if len(tokens) == _HEAD_TOKENS and not tokens[0].is_word("WITH"):
                break
    found = read_statement(tokens, terminated=terminated)
    return found._replace(span=span)


def read_statement(tokens: Sequence[Token], *, terminated: bool) -> Statement:
    """What a statement is about, from its first significant tokens (at least one)."""
    verb, at = _verb(tokens)
    name, after = _name(tokens, at)
    new_name = ""
    if verb == "ALTER TABLE" and name is not None and len(tokens) > after + 2:
        rename = tokens[after].is_word("RENAME") and tokens[after + 1].is_word("TO")
        new_name = tokens[after + 2].plain if rename else ""
    return Statement(
        Span(tokens[0].start, tokens[-1].end),
        terminated,
        verb,
        name.plain if name is not None else "",
        Span(name.start, name.end) if name is not None else None,
        new_name,
    )


_OBJECTS = ("TABLE", "INDEX", "VIEW", "TRIGGER")
_BEFORE_NAME = ("IF", "NOT", "EXISTS", "INTO", "FROM")
_CONFLICTS = ("ROLLBACK", "ABORT", "REPLACE", "FAIL", "IGNORE")
_NAMED = ("CREATE", "DROP", "ALTER", "INSERT", "REPLACE", "UPDATE", "DELETE", "PRAGMA", "REINDEX", "ANALYZE")


def _verb(tokens: Sequence[Token]) -> tuple[str, int]:
    """The words that say what a statement does, and the index of the token behind them."""
    first = tokens[0].text.upper() if tokens[0].kind == "word" else tokens[0].text[:20]
    if first == "WITH":
        return _verb_behind_with(tokens)
    if first in ("CREATE", "DROP", "ALTER"):
        for at in range(1, min(len(tokens), 5)):
            if tokens[at].is_word(*_OBJECTS):
                return f"{first} {tokens[at].text.upper()}", at + 1
    return first, 1


def _verb_behind_with(tokens: Sequence[Token]) -> tuple[str, int]:
    """The statement behind common table expressions: the first of its verbs outside brackets."""
    depth = 0
    for at, token in enumerate(tokens):
        if token.kind == "operator":
            depth += (token.text == "(") - (token.text == ")")
        elif depth == 0 and token.is_word("SELECT", "INSERT", "REPLACE", "UPDATE", "DELETE", "VALUES"):
            return token.text.upper(), at + 1
    return "WITH", 1


def _name(tokens: Sequence[Token], at: int) -> tuple[Token | None, int]:
    """The name behind a verb, the schema in front of it left out, and the index behind the name."""
    verb = tokens[at - 1].text.upper() if at <= len(tokens) else ""
    if verb not in _NAMED and verb not in _OBJECTS:
        return None, at
    while at < len(tokens) and tokens[at].is_word(*_BEFORE_NAME, "OR", *_CONFLICTS):
        at += 1
    if at >= len(tokens) or tokens[at].kind not in ("word", "name", "string"):
        return None, at
    if (
        at + 2 < len(tokens)
        and tokens[at + 1].text == "."
        and tokens[at + 2].kind in ("word", "name", "string")
    ):
        at += 2
    return tokens[at], at + 1
