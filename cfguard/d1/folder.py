"""Which files of a folder wrangler applies, and in which order.

Read in wrangler 4.164.0 on 2026-11-22 (``d1-migrations.ts``): every file that matches the pattern, by the
number in front of the first ``_`` of each segment of its path, then by name; files without a number last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_NUMBER = re.compile(r"\s*([+-]?[0-9]+)")
_TIMESTAMP_DIGITS = 8
DEFAULT_DIR = "migrations"


class Layout(NamedTuple):
    """The folder of a binding as wrangler understands it, relative to the config's folder.

    ``pattern`` is relative to ``folder``. ``mistake`` says why wrangler refuses the pair, empty where it
    does not.
    """

    folder: str
    pattern: str
    mistake: str = ""


def layout_of(folder: str | None, pattern: str | None) -> Layout:
    """The layout that ``migrations_dir`` and ``migrations_pattern`` ask for."""
    directory = normalise(folder if folder is not None else DEFAULT_DIR)
    if pattern is None:
        return Layout(directory, "*.sql")
    if folder is None:
        return Layout(directory, "*.sql", "`migrations_pattern` needs `migrations_dir` beside it")
    whole = normalise(pattern)
    if directory == ".":
        return Layout(directory, whole)
    if not whole.startswith(directory + "/"):
        return Layout(directory, "*.sql", f"`migrations_pattern` has to start with `{directory}/`")
    return Layout(directory, whole[len(directory) + 1 :])


def normalise(path: str) -> str:
    """A path as Node's ``path.posix.normalize`` writes it, without a slash at its end."""
    absolute = path.replace("\\", "/").startswith("/")
    steps: list[str] = []
    for step in path.replace("\\", "/").split("/"):
        if step == ".." and steps and steps[-1] != "..":
            steps.pop()
        elif step == ".." and not absolute:
            steps.append(step)
        elif step not in ("", ".", ".."):
            steps.append(step)
    return ("/" if absolute else "") + "/".join(steps) or "."


def applied(names: Iterable[str], pattern: str) -> tuple[str, ...]:
    """The paths that wrangler applies, in its order; all are relative to the folder."""
    matches = _glob(pattern)
    return tuple(sorted((name for name in names if matches.fullmatch(name)), key=order))


def order(name: str) -> tuple[tuple[int, int, str], ...]:
    """What wrangler sorts by."""
    return tuple(_segment(segment) for segment in name.split("/"))


def _segment(segment: str) -> tuple[int, int, str]:
    number = number_of(segment)
    return (1, 0, segment) if number is None else (0, number, segment)


def number_of(name: str) -> int | None:
    """The number that wrangler reads in front of a name; None where there is none."""
    match = _NUMBER.match(name.split("/", 1)[0].split("_", 1)[0])
    return int(match[1][:40]) if match else None


def is_timestamp(name: str) -> bool:
    """Whether the number is a date or a time rather than a place in a sequence."""
    match = _NUMBER.match(name)
    return match is not None and len(match[1]) >= _TIMESTAMP_DIGITS


def _glob(pattern: str) -> re.Pattern[str]:
    """minimatch as far as migration patterns use it: ``*``, ``?``, ``**``, ``[…]``, ``{a,b}``; no dot files."""
    parts = [_glob_segment(segment) for segment in pattern.split("/")]
    text = "/".join(parts).replace("\0/", r"(?:(?!\.)[^/]+/)*").replace("\0", r"(?:(?!\.)[^/]+/)*(?!\.)[^/]+")
    return re.compile(text, re.DOTALL)


_GLOB = re.compile(r"(?P<stars>\*+)|(?P<any>\?)|(?P<set>\[!?[^\]/]+\])|\{(?P<list>[^{}/]*,[^{}/]*)\}|(?P<char>.)", re.DOTALL)


def _glob_segment(segment: str) -> str:
    if segment == "**":
        return "\0"
    text = "" if segment.startswith(".") else r"(?!\.)"
    for match in _GLOB.finditer(segment):
        if match["stars"]:
            text += "[^/]*"
        elif match["any"]:
            text += "[^/]"
        elif match["set"]:
            inner = match["set"][1:-1]
            negated = inner.startswith("!")
            text += "[" + ("^" if negated else "") + re.escape(inner[negated:]).replace(r"\-", "-") + "]"
        elif match["list"]:
            text += "(?:" + "|".join(map(_plain, match["list"].split(","))) + ")"
        else:
            text += re.escape(match["char"])
    return text


def _plain(text: str) -> str:
    return re.escape(text).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
