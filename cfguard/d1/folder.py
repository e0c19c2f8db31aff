"""Which files of a folder wrangler applies, and in which order.

Read in wrangler 4.164.0 on 2026-11-22 (``d1-migrations.ts``): every file that matches the pattern, by the
number in front of the first ``_`` of each segment of its path, then by name; files without a number last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy

_NUMBER = lazy(r"\s*([+-]?[0-9]+)")
_TIMESTAMP_DIGITS = 8
_BRACES = lazy(r"\{([^{}/]*,[^{}/]*)\}")
_MOST_ALTERNATIVES = 64
_DEEPEST = 4
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
        elif (step == ".." and not absolute) or step not in ("", ".", ".."):
            steps.append(step)
    return ("/" if absolute else "") + "/".join(steps) or "."


def applied(names: Iterable[str], pattern: str) -> tuple[str, ...]:
    """The paths that wrangler applies, in its order; all are relative to the folder."""
    matches = _matcher(pattern)
    return tuple(sorted((name for name in names if matches(name)), key=order))


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


def depth_of(pattern: str) -> int:
    """How many folders below the migrations' folder a pattern reaches; those of ``**`` are bounded."""
    return _DEEPEST if "**" in pattern else min(pattern.count("/"), _DEEPEST)


def _matcher(pattern: str) -> Callable[[str], bool]:
    """minimatch as far as patterns for migrations use it; names that begin with a dot need one written out."""
    from cfguard.globs import compile_globs

    alternatives = [(each, compile_globs(["/" + each])) for each in _braces(pattern)]

    def matches(name: str) -> bool:
        return any(
            _same_depth(each, name) and covers(name) and _dots(each, name) for each, covers in alternatives
        )

    return matches


def _same_depth(pattern: str, name: str) -> bool:
    return "**" in pattern or pattern.count("/") == name.count("/")


def _dots(pattern: str, name: str) -> bool:
    written = pattern.split("/")
    return all(
        not segment.startswith(".") or any(each.startswith(".") for each in written)
        for segment in name.split("/")
    )


def _braces(pattern: str) -> list[str]:
    """The patterns that ``{a,b}`` stands for; more than a few dozen are nobody's migrations."""
    found = [pattern]
    while len(found) < _MOST_ALTERNATIVES and (match := _BRACES.search(found[0])):
        found = [
            each[: match.start()] + choice + each[match.end() :]
            for each in found
            for choice in match[1].split(",")
            if each[match.start() : match.end()] == match[0]
        ]
    return found
