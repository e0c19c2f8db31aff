"""Which files undo which: the conventions that people bring from other tools, and where each is safe.

Wrangler knows no rollbacks. A file that undoes is safe in a folder that wrangler does not read
(``<migrations_dir>/down/0001_users.sql``, or a folder beside), and is applied as one more migration where
it lies among the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cfguard.d1.folder import number_of
from cfguard.pattern import lazy
from cfguard.text import Span

if TYPE_CHECKING:
    from cfguard.syntax.sql import Statement

#: Names of folders, inside the migrations' folder or beside it, that hold rollbacks.
FOLDERS = ("down", "downs", "rollback", "rollbacks", "revert", "reverts", "undo")

# `0001_users.down`, `0001_users_down`, `0001_rollback`: the word and what stands before it.
_WORD = lazy(r"(?P<stem>.+?)(?P<mark>[._-])(?P<word>down|rollback|revert|undo)\Z", re.IGNORECASE)
_UP = lazy(r"[._-]up\Z", re.IGNORECASE)
_DIGITS = lazy(r"[0-9]+\Z")
# Markers of dbmate, goose, sql-migrate, MyBatis and the umzug family.
_MARKER = lazy(
    r"--\s*(?:(?P<sure>migrate:down\b.*|\+goose\s+down\b.*|\+migrate\s+down\b.*|@down\b.*|//\s*@undo\b.*)"
    r"|(?P<plain>down(?:\s+migration)?\s*:?))\s*\Z",
    re.IGNORECASE,
)
_PLAIN_UP = lazy(r"--\s*up(?:\s+migration)?\s*:?\s*\Z", re.IGNORECASE)
_UNDOING = ("DROP TABLE", "DROP INDEX", "DROP VIEW", "DROP TRIGGER", "DELETE")


class Pairs(NamedTuple):
    """What belongs together.

    ``ups`` are the migrations proper, in wrangler's order. ``rollbacks`` gives the file that undoes each.
    ``forward`` are the rollbacks that wrangler would apply, each with the migration it belongs to.
    ``orphans`` undo nothing that is there.
    """

    ups: tuple[str, ...]
    rollbacks: Mapping[str, str]
    forward: Mapping[str, str | None]
    orphans: tuple[str, ...]


def pair(applied: Sequence[str], others: Iterable[str]) -> Pairs:
    """Sort files into migrations and rollbacks.

    ``applied`` are the files that wrangler applies, in its order; ``others`` those in folders for
    rollbacks. All are paths; only their names are compared.
    """
    stems = {_stem(path) for path in applied}
    numbers = [number_of(_name(path)) for path in applied]
    forward_paths = [path for path in applied if _undoes(path, stems, numbers)]
    ups = tuple(path for path in applied if path not in forward_paths)
    forward = {path: _counterpart(path, ups) for path in forward_paths}
    rollbacks: dict[str, str] = {}
    orphans: list[str] = []
    for path in others:
        up = _counterpart(path, ups)
        if up is None:
            orphans.append(path)
        else:
            rollbacks.setdefault(up, path)
    for path, up in forward.items():
        if up is not None:
            rollbacks.setdefault(up, path)
    return Pairs(ups, rollbacks, forward, tuple(orphans))


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _stem(path: str) -> str:
    name = _name(path)
    return name[:-4] if name.lower().endswith(".sql") else name


def _undoes(path: str, stems: set[str], numbers: Sequence[int | None]) -> bool:
    """Whether a file among the migrations is a rollback: by a dot and the word, or by its partner."""
    match = _WORD.match(_stem(path))
    if match is None:
        return False
    if match["mark"] == ".":
        return True
    stem, number = match["stem"], number_of(_name(path))
    if _DIGITS.match(stem):
        return number is not None and numbers.count(number) > 1
    return any(stem + ending in stems for ending in ("", "_up", "-up", ".up"))


def _counterpart(path: str, ups: Sequence[str]) -> str | None:
    """The migration that a rollback belongs to: the same name, else the only one with its number."""
    stem = _stem(path)
    match = _WORD.match(stem)
    wanted = {stem.lower(), match["stem"].lower() if match else stem.lower()}
    for up in ups:
        own = _stem(up).lower()
        if own in wanted or _UP.sub("", own) in wanted:
            return up
    number = number_of(_name(path))
    same = [up for up in ups if number is not None and number_of(_name(up)) == number]
    return same[0] if len(same) == 1 else None


class Section(NamedTuple):
    """The part of a file that undoes the rest of it: its marker, and the first statement of it."""

    marker: Span
    start: int


def down_section(text: str) -> Section | None:
    """The section of a file that is meant for rolling back; None where all of it is meant forwards."""
    if "--" not in text:
        return None
    from cfguard.syntax.sql import split, tokenize

    saw_up = False
    for token in tokenize(text):
        if token.kind != "comment":
            continue
        words = token.text.rstrip()
        saw_up = saw_up or _PLAIN_UP.match(words) is not None
        match = _MARKER.match(words)
        if match is None:
            continue
        following = list(split(text, token.end))
        if following and (match["sure"] or saw_up or all(map(_is_undoing, following))):
            return Section(Span(token.start, token.start + len(words)), following[0].span.start)
    return None


def _is_undoing(statement: Statement) -> bool:
    return statement.verb in _UNDOING or statement.verb == "ALTER TABLE"
