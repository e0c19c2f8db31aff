"""The pieces into which wrangler cuts a SQL text before D1 sees it, each with its way back to the text.

Wrangler has had two splitters. ``scanner`` (before 4.125) guesses at compound statements by the words
BEGIN, CASE and END and drops comments; ``complete`` (since) follows SQLite's own machine. Both were read
in wrangler 4.86.0 and 4.164.0 on 2026-11-22, and are held against recorded answers of the real ones.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Literal

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.sql.statement import MOST, NOTHING, PLAIN, State, after_semicolon, next_state

Splitter = Literal["scanner", "complete"]

#: What JavaScript's String.trim() takes away.
_BLANK = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_BEGIN, _COMMIT = "BEGIN TRANSACTION;", "COMMIT;"


class Piece(NamedTuple):
    """A text that D1 gets in one go, with stretches of it mapped to the text it was cut from.

    ``marks`` are pairs of an offset in ``text`` and the offset it came from, ascending.
    """

    text: str
    marks: tuple[tuple[int, int], ...]

    def origin(self, offset: int) -> int:
        """Where a character of the piece stands in the text that was cut."""
        index = bisect_right(self.marks, offset, key=lambda mark: mark[0]) - 1
        here, there = self.marks[max(index, 0)]
        return there + max(offset - here, 0)


class Cut(NamedTuple):
    """The pieces of a text; ``several_transactions`` is the offset at which wrangler refuses it, else None."""

    pieces: tuple[Piece, ...]
    several_transactions: int | None = None


def cut(text: str, splitter: Splitter = "complete") -> Cut:
    """Cut a text as wrangler does for a local database; past :data:`MOST` pieces nobody cuts on."""
    if "BEGIN TRANSACTION" in text:
        # Blanks instead of nothing keep every offset; SQLite reads both alike.
        text = text.replace(_BEGIN, " " * len(_BEGIN), 1).replace(_COMMIT, " " * len(_COMMIT), 1)
        left = text.find("BEGIN TRANSACTION")
        if left >= 0:
            return Cut((), left)
    first = text.find(";")
    if first == -1 or first == len(text.rstrip(_BLANK)) - 1:
        return Cut((Piece(text, ((0, 0),)),))
    found = _complete(text) if splitter == "complete" else _Scanner(text).pieces()
    return Cut(tuple(found) or (Piece(text, ((0, 0),)),))


# What stands between two tokens that matter for the machine, in the terms of wrangler's own loop.
_LEXEME = lazy(
    r"""
      (?P<semicolon>;)
    | (?P<space>[ \r\t\n\f]+|/\*.*?\*/|--[^\n]*\n)
    | (?P<unclosed>/\*|--)
    | (?P<quoted>\[[^\]]*\]|'[^']*'|"[^"]*"|`[^`]*`)
    | (?P<open>['"`\[])
    | (?P<word>[A-Za-z0-9_$\u0080-\uffff]+)
    | (?P<other>[^;\s'"`\[/\-A-Za-z0-9_$\u0080-\uffff]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def _complete(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    start, useful = 0, False
    state: State = "start"
    at = 0
    while at < len(text):
        empty = NOTHING.match(text, at) if at == start and state == "start" else None
        if empty is not None:
            start = at = empty.end()
            continue
        match = (PLAIN.match(text, at) if state == "normal" else None) or _LEXEME.match(text, at)
        if match is None:  # pragma: no cover - the last alternative takes any character
            break
        at, kind = match.end(), match.lastgroup
        if kind == "space":
            continue
        if kind in ("unclosed", "open"):
            useful = useful or kind == "open"
            break
        if kind == "semicolon":
            state = after_semicolon(state)
            if state == "start":
                if useful:
                    pieces.extend(_trimmed(text, start, match.start()))
                if len(pieces) > MOST:
                    return pieces
                start, useful = match.end(), False
            continue
        useful = True
        state = next_state(state, match.group().upper() if kind == "word" else "")
    if useful:
        # Wrangler keeps a last piece even when trimming leaves nothing of it; D1 then refuses it.
        pieces.extend(_trimmed(text, start, len(text)) or [Piece("", ((0, start),))])
    return pieces


def _trimmed(text: str, start: int, end: int) -> list[Piece]:
    whole = text[start:end]
    inner = whole.strip(_BLANK)
    if not inner:
        return []
    return [Piece(inner, ((0, start + len(whole) - len(whole.lstrip(_BLANK))),))]


_SCANNED = lazy(r"['\"`$]|--|/\*|;|[-/]|[^'\"`$\-/;]")
_OPENS = lazy(r"[\s\ufeff](?:BEGIN|CASE)[\s\ufeff]\Z", re.IGNORECASE)
_CLOSES = lazy(r"[\s\ufeff]END[;\s\ufeff]\Z")


class _Scanner:
    """The splitter of wrangler before 4.125: one character after the other, with a stack of open compounds."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open = 0
        self._parts: list[str] = []
        self._marks: list[tuple[int, int]] = []
        self._length = 0
        self._tail = ""
        self._found: list[Piece] = []

    def pieces(self) -> list[Piece]:
        """All pieces of the text."""
        text = self._text
        while self._at < len(text) and len(self._found) <= MOST:
            match = _SCANNED.match(text, self._at)
            lexeme = match.group() if match is not None else text[self._at]
            if self._open and _CLOSES.search(self._tail + lexeme[0]):
                self._open -= 1
            if not self._step(lexeme):
                continue
            if _OPENS.search(self._tail):
                self._open += 1
        self._finish()
        return self._found

    def _step(self, lexeme: str) -> bool:
        """Take one lexeme; false where wrangler's loop goes on without looking for an opening word."""
        if lexeme in ("'", '"', "`"):
            self._take(self._after(lexeme, self._at + 1))
        elif lexeme == "$":
            self._take_dollar()
        elif lexeme == "--":
            end = self._after("\n", self._at + 2)
            self._put("\n", end - 1)
            self._at = end
        elif lexeme == "/*":
            self._at = self._after("*/", self._at + 2)
        elif lexeme in ("-", "/"):
            self._take(self._at + 1)
            return False
        elif lexeme == ";" and not self._open:
            self._at += 1
            self._finish()
        else:
            self._take(self._at + 1)
        return True

    def _take_dollar(self) -> None:
        text, end = self._text, self._at + 1
        while end < len(text):
            character = text[end]
            end += 1
            if not (character in "_0123456789" or character.lower() != character.upper()):
                break
        quote = text[self._at : end]
        if quote.endswith("$"):
            end = self._after(quote, end)
        self._take(end)

    def _after(self, mark: str, start: int) -> int:
        found = self._text.find(mark, start)
        return len(self._text) if found == -1 else found + len(mark)

    def _take(self, end: int) -> None:
        self._put(self._text[self._at : end], self._at)
        self._at = end

    def _put(self, text: str, origin: int) -> None:
        if not self._marks or origin - self._marks[-1][1] != self._length - self._marks[-1][0]:
            self._marks.append((self._length, origin))
        self._parts.append(text)
        self._length += len(text)
        self._tail = (self._tail + text)[-8:]

    def _finish(self) -> None:
        whole = "".join(self._parts)
        inner = whole.strip(_BLANK)
        if inner:
            skipped = len(whole) - len(whole.lstrip(_BLANK))
            raw = Piece(whole, tuple(self._marks))
            inside = ((here - skipped, there) for here, there in self._marks if here > skipped)
            self._found.append(Piece(inner, ((0, raw.origin(skipped)), *inside)))
        self._parts, self._marks, self._length, self._tail = [], [], 0, ""
