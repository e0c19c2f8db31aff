"""Patterns for paths, as people know them from ``.gitignore``, matched in bounded time.

No regular expression is built from a pattern: ``*a*a*a*b`` as a regex is a way to hang the program. Both
levels (characters in a name, names in a path) use the greedy two-pointer match, whose cost is at most
the length of the pattern times the length of the path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from cfguard.named_tuple import NamedTuple

_Pattern = TypeVar("_Pattern")
_Item = TypeVar("_Item")


class _Star:
    """``*`` in a name, ``**`` in a path: any run of items, the empty one included."""

    __slots__ = ()


class _Any:
    """``?``: exactly one character."""

    __slots__ = ()


class _OneOf(NamedTuple):
    """``[a-z]``: one character inside (or, negated, outside) some ranges."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool


STAR = _Star()
ANY = _Any()
_Token = str | _Star | _Any | _OneOf
_Name = str | _Star | tuple[_Token, ...]
"""What one name of a path must be: itself, anything (``**``), or a match of tokens."""


def compile_globs(patterns: Iterable[str], *, folder: str = "") -> Callable[[str], bool]:
    """A predicate that says whether any of the patterns covers a path.

    Paths are relative, with ``/``; a trailing ``/`` says that the path is a folder. A pattern without an
    inner or leading ``/`` matches at any depth; with one, from the folder the patterns are relative to.
    A trailing ``/`` matches folders only. What matches a folder covers everything below it. ``*`` and ``?``
    stop at ``/``; ``**`` as a whole name spans folders. ``\\`` takes the next character literally.
    The patterns are relative to ``folder``, and cover nothing outside of it; ``""`` is where paths start.
    Case matters. Patterns of any content are legal and never raise; the empty one matches nothing.
    """
    compiled = [names for pattern in patterns if (names := _compile(pattern))]

    prefix = f"{folder}/" if folder else ""

    def covers(path: str) -> bool:
        path = path.removeprefix("./")
        if not path.startswith(prefix):
            return False
        parts = path[len(prefix) :].split("/")
        return any(_match(names, parts, _match_name) for names in compiled)

    return covers


def _compile(pattern: str) -> tuple[_Name, ...]:
    folders_only = pattern.endswith("/")
    anchored = "/" in pattern.rstrip("/")
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    if not parts:
        return ()
    inside_only = parts[-1] == "**"
    if inside_only:
        parts.pop()
    names: list[_Name] = [] if anchored else [STAR]
    names.extend(STAR if part == "**" else _compile_name(part) for part in parts)
    if inside_only or folders_only:
        names.append((STAR,))
    names.append(STAR)
    return tuple(names)


def _compile_name(part: str) -> _Name:
    tokens: list[_Token] = []
    at = 0
    while at < len(part):
        character = part[at]
        at += 1
        if character == "*":
            if not tokens or tokens[-1] is not STAR:
                tokens.append(STAR)
        elif character == "?":
            tokens.append(ANY)
        elif character == "[":
            one_of, at = _bracket(part, at)
            tokens.append(one_of)
        elif character == "\\" and at < len(part):
            tokens.append(part[at])
            at += 1
        else:
            tokens.append(character)
    literal = [token for token in tokens if isinstance(token, str)]
    return "".join(literal) if len(literal) == len(tokens) else tuple(tokens)


def _bracket(part: str, start: int) -> tuple[_Token, int]:
    """The set that opens before ``start``, and where it ends; a ``[`` without an end is itself."""
    at = start
    negated = part[at : at + 1] in ("!", "^")
    if negated:
        at += 1
    end = part.find("]", at + 1)
    if end < 0:
        return "[", start
    ranges: list[tuple[str, str]] = []
    while at < end:
        if part[at + 1 : at + 2] == "-" and at + 2 < end:
            ranges.append((part[at], part[at + 2]))
            at += 3
        else:
            ranges.append((part[at], part[at]))
            at += 1
    return _OneOf(tuple(ranges), negated), end + 1


def _match_character(token: _Token, character: str) -> bool:
    if isinstance(token, str):
        return token == character
    if isinstance(token, _OneOf):
        return any(low <= character <= high for low, high in token.ranges) != token.negated
    return True


def _match_name(name: _Name, part: str) -> bool:
    if isinstance(name, str):
        return name == part
    return isinstance(name, _Star) or _match(name, part, _match_character)


def _match(
    pattern: Sequence[_Pattern], items: Sequence[_Item], matches: Callable[[_Pattern, _Item], bool]
) -> bool:
    """Greedy match with one point of return: after a star, only the newest star ever needs another try."""
    at = seen = 0
    star = -1
    resume = 0
    while seen < len(items):
        if at < len(pattern) and pattern[at] is STAR:
            star, resume = at, seen
            at += 1
        elif at < len(pattern) and matches(pattern[at], items[seen]):
            at += 1
            seen += 1
        elif star >= 0:
            resume += 1
            at, seen = star + 1, resume
        else:
            return False
    return all(token is STAR for token in pattern[at:])
