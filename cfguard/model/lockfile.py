"""What a project's lockfile resolves its tools to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from cfguard.pattern import lazy

#: Lockfiles, best first, with how each writes the version that ``wrangler`` resolved to.
_LOCKED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("package-lock.json", re.compile(r'"node_modules/wrangler":\s*\{\s*"version":\s*"([^"]+)"')),
    ("npm-shrinkwrap.json", re.compile(r'"node_modules/wrangler":\s*\{\s*"version":\s*"([^"]+)"')),
    ("pnpm-lock.yaml", re.compile(r"^  ['\"]?/?wrangler[@/](\d[\w.+-]*?)['\"]?[(_:]", re.MULTILINE)),
    ("yarn.lock", re.compile(r'^"?wrangler@[^\n]*:\n\s+version:?\s+"?([^"\s]+)', re.MULTILINE)),
    ("bun.lock", re.compile(r'^\s*"wrangler":\s*\["wrangler@([^"]+)"', re.MULTILINE)),
)
#: workerd is `1.<date>.<n>`: its version is the newest compatibility date that it was built with. Every format
#: writes name and version on one line, if not in its own entry then in that of miniflare, which pins it exactly.
_WORKERD = lazy(r"workerd[^\n]{0,60}?\b1\.(20\d\d)(\d\d)(\d\d)\.\d")


class Lockfiles:
    """The lockfiles of a repository, each read at most once.

    ``read`` gives the text of a lockfile by its path relative to the root, None where there is none;
    ``exists`` tells whether there is a file at all.
    """

    __slots__ = ("_exists", "_read", "_workerd", "_wrangler")

    def __init__(
        self, read: Callable[[str], str | None], exists: Callable[[str], bool] = lambda path: False
    ) -> None:
        self._read, self._exists = read, exists
        self._wrangler: dict[str, str | None] = {}
        self._workerd: dict[str, date | None] = {}

    def wrangler(self, folder: str) -> str | None:
        """The version of wrangler that the lockfile in a folder, or the nearest above it, resolves to."""
        for each in _upwards(folder):
            if each not in self._wrangler:
                self._wrangler[each] = self._search(each)
            if self._wrangler[each] is not None:
                return self._wrangler[each]
        return None

    def workerd(self, folder: str) -> date | None:
        """The date of the workerd that the nearest lockfile resolves to; of several the newest."""
        for each in _upwards(folder):
            if each not in self._workerd:
                dates = (found for name, _ in _LOCKED for found in self._dates(each, name))
                self._workerd[each] = max(dates, default=None)
            if self._workerd[each] is not None:
                return self._workerd[each]
        return None

    def is_locked(self, folder: str) -> bool:
        """Whether a lockfile resolves wrangler; one that cannot be read (`bun.lockb`) is believed to."""
        if self.wrangler(folder) is not None:
            return True
        names = [name for name, _ in _LOCKED] + ["bun.lockb"]
        return any(
            self._exists(f"{each}/{name}" if each else name) for each in _upwards(folder) for name in names
        )

    def _search(self, folder: str) -> str | None:
        for name, pattern in _LOCKED:
            text = self._read(f"{folder}/{name}" if folder else name)
            if text is not None and (match := pattern.search(text)):
                return match[1]
        return None

    def _dates(self, folder: str, name: str) -> set[date]:
        text = self._read(f"{folder}/{name}" if folder else name)
        found: set[date] = set()
        for parts in set(_WORKERD.findall(text)) if text is not None else ():
            year, month, day = (int(part) for part in parts)
            if 1 <= month <= 12 and 1 <= day <= 28 + (month != 2) * 2:
                found.add(date(year, month, day))
        return found


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""
