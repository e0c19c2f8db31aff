"""What a project's lockfile resolves its tools to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from cfguard.model.resolutions import READERS, Resolutions
from cfguard.paths import below, upwards
from cfguard.pattern import lazy

#: workerd is `1.<date>.<n>`: its version is the newest compatibility date that it was built with. Every format
#: writes name and version on one line, if not in its own entry then in that of miniflare, which pins it exactly.
_WORKERD = lazy(r"workerd[^\n]{0,60}?\b1\.(20\d\d)(\d\d)(\d\d)\.\d")


class Lockfiles:
    """The lockfiles of a repository, each read at most once.

    ``read`` gives the text of a lockfile by its path relative to the root, None where there is none;
    ``exists`` tells whether there is a file at all.
    """

    __slots__ = ("_exists", "_read", "_resolutions", "_workerd")

    def __init__(
        self, read: Callable[[str], str | None], exists: Callable[[str], bool] = lambda path: False
    ) -> None:
        self._read, self._exists = read, exists
        self._resolutions: dict[tuple[str, str], Resolutions | None] = {}
        self._workerd: dict[str, date | None] = {}

    def wrangler(self, folder: str, wanted: str = "") -> str | None:
        """The version of wrangler that the lockfile in a folder, or the nearest above it, resolves to.

        A workspace has one lockfile for many packages: ``folder`` is that of the package, ``wanted`` the
        range that it asks for, by which yarn keeps versions apart.
        """
        for each in upwards(folder):
            inside = folder[len(each) :].strip("/")
            for name, read in READERS:
                found = self._resolved(each, name, read)
                version = found.of(inside, wanted) if found is not None else None
                if version is not None:
                    return version
        return None

    def _resolved(self, folder: str, name: str, read: Callable[[str], Resolutions]) -> Resolutions | None:
        if (folder, name) not in self._resolutions:
            text = self._read(below(folder, name))
            self._resolutions[folder, name] = read(text) if text is not None else None
        return self._resolutions[folder, name]

    def workerd(self, folder: str) -> date | None:
        """The date of the workerd that the nearest lockfile resolves to; of several the newest."""
        for each in upwards(folder):
            if each not in self._workerd:
                dates = (found for name, _ in READERS for found in self._dates(each, name))
                self._workerd[each] = max(dates, default=None)
            if self._workerd[each] is not None:
                return self._workerd[each]
        return None

    def is_locked(self, folder: str) -> bool:
        """Whether a lockfile resolves wrangler; one that cannot be read (`bun.lockb`) is believed to."""
        if self.wrangler(folder) is not None:
            return True
        names = [name for name, _ in READERS] + ["bun.lockb"]
        return any(self._exists(below(each, name)) for each in upwards(folder) for name in names)

    def _dates(self, folder: str, name: str) -> set[date]:
        text = self._read(below(folder, name))
        found: set[date] = set()
        for parts in set(_WORKERD.findall(text)) if text is not None else ():
            year, month, day = (int(part) for part in parts)
            if 1 <= month <= 12 and 1 <= day <= 28 + (month != 2) * 2:
                found.add(date(year, month, day))
        return found
