"""Which files undo which: the conventions that people bring from other tools, and where each is safe.

Wrangler knows no rollbacks. A file that undoes is safe in a folder that wrangler does not read
(``<migrations_dir>/down/0001_users.sql``, or a folder beside), and is applied as one more migration where
it lies among the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cfguard.d1.folder import number_of
from cfguard.named_tuple import NamedTuple
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
# `0001_a/down`, `0001_down_users`, `U1__users`: the word anywhere, with `up` or nothing in its partner.
_ANYWHERE = lazy(r"(?<![a-z])(?:down|rollback|revert|undo)(?![a-z])", re.IGNORECASE)
_FLYWAY_UNDO = lazy(r"u(?=[0-9])", re.IGNORECASE)
#: Names that many migrations share, where the folder tells them apart.
_SHARED = ("migration", "migrate", "up", "index", "down", "rollback", "revert", "undo")
# Markers of dbmate, goose, sql-migrate, micrate, MyBatis, Play, rambler and the umzug family. What stands around
# a plain word is decoration: `-- ==== DOWN ====`.
_MARKER = lazy(
    r"(?:--+\s*(?P<sure>migrate:down\b.*|\+\w+\s+down\b.*|@(?:down|undo)\b.*|//\s*@undo\b.*|rambler\s+down\b.*"
    r"|!downs?\b.*)"
    r"|(?:--|/\*)[-\s=#*~\[]*(?P<plain>down|roll\s?back|undo|revert)(?:\s+(?:migration|script|sql))?[-\s=#*~\]:/]*)\Z",
    re.IGNORECASE,
)
_PLAIN_UP = lazy(r"(?:--|/\*)[-\s=#*~\[]*up(?:\s+(?:migration|script|sql))?[-\s=#*~\]:/]*\Z", re.IGNORECASE)
_LONGEST_MARKER, _MOST_MARKERS = 200, 5
_DROPS = ("DROP TABLE", "DROP INDEX", "DROP VIEW", "DROP TRIGGER", "DELETE")


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
    stems = {path.lower().removesuffix(".sql") for path in applied}
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


def is_rollback_name(path: str) -> bool:
    """Whether a file is called like a rollback alone: `0001_users/down.sql`."""
    return _stem(path).lower() in _SHARED[4:]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _stem(path: str) -> str:
    name = _name(path)
    return name[:-4] if name.lower().endswith(".sql") else name


def label_of(path: str) -> str:
    """What names a migration: its file, or its folder where the files of all folders are called alike."""
    stem, folder = _stem(path), path.rpartition("/")[0]
    return _name(folder) if folder and stem.lower() in _SHARED else stem


def _undoes(path: str, stems: set[str], numbers: Sequence[int | None]) -> bool:
    """Whether a file among the migrations is a rollback: by its folder, a dot and the word, or its partner."""
    whole = path.lower().removesuffix(".sql")
    folders = whole.split("/")[:-1]
    if folders and folders[-1] in FOLDERS:
        return True
    match = _WORD.match(_stem(path))
    if match is None:
        return _partners(whole, stems)
    if match["mark"] == ".":
        return True
    stem, number = match["stem"], number_of(_name(path))
    if _DIGITS.match(stem):
        return number is not None and numbers.count(number) > 1
    before = whole[: -len(match["mark"] + match["word"])]
    return any(before + ending in stems for ending in ("", "_up", "-up", ".up")) or _partners(whole, stems)


def _partners(whole: str, stems: set[str]) -> bool:
    """Whether another file has the same name with `up` in place of the word, or Flyway's `V` in place of `U`."""
    found = list(_ANYWHERE.finditer(whole))
    partners = {whole[: match.start()] + "up" + whole[match.end() :] for match in found}
    if found and is_rollback_name(whole):
        folder = whole.rpartition("/")[0]
        partners |= {f"{folder}/{name}" for name in _SHARED[:4]} if folder else set()
    name = _name(whole)
    if _FLYWAY_UNDO.match(name):
        partners.add(whole[: -len(name)] + "v" + name[1:])
    return not stems.isdisjoint(partners)


def _counterpart(path: str, ups: Sequence[str]) -> str | None:
    """The migration that a rollback belongs to: the same name, else the only one with its number."""
    stem = label_of(path).lower()
    match = _WORD.match(stem)
    wanted = {stem, match["stem"] if match else stem}
    if _FLYWAY_UNDO.match(stem):
        wanted.add("v" + stem[1:])
    for up in ups:
        own = label_of(up).lower()
        if own in wanted or _UP.sub("", own) in wanted:
            return up
    number = number_of(label_of(path))
    same = [up for up in ups if number is not None and number_of(label_of(up)) == number]
    return same[0] if len(same) == 1 else None


class Section(NamedTuple):
    """The part of a file that undoes the rest of it: its marker, and the first statement of it."""

    marker: Span
    start: int


def down_section(text: str) -> Section | None:
    """The section of a file that is meant for rolling back; None where all of it is meant forwards."""
    if "--" not in text and "/*" not in text:
        return None
    from cfguard.syntax.sql import split, tokenize

    saw_up, looked = False, 0
    for token in tokenize(text):
        if token.kind != "comment" or len(token.text) > _LONGEST_MARKER:
            continue
        words = token.text.rstrip()
        saw_up = saw_up or _PLAIN_UP.match(words) is not None
        match = _MARKER.match(words)
        if match is None:
            continue
        looked += 1
        if looked > _MOST_MARKERS:
            return None
        following = list(split(text, token.end))
        if following and (
            match["sure"] or saw_up or _undo(list(split(text, 0, token.start)), following, match)
        ):
            return Section(Span(token.start, token.start + len(words)), following[0].span.start)
    return None


def _undo(before: Sequence[Statement], following: Sequence[Statement], marker: re.Match[str]) -> bool:
    """Whether statements behind a plain word undo; behind other words than `down`, what stands before them."""
    if not all(each.verb in _DROPS or each.verb == "ALTER TABLE" for each in following):
        return False
    made = {each.target.lower() for each in before}
    return marker["plain"].lower() == "down" or all(each.target.lower() in made for each in following)
