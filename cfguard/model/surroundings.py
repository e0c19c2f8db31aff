"""What lies around a Worker's config, asked for only when a rule needs it: packages, lockfiles, source files."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from cfguard.model.commands import wrangler_calls
from cfguard.model.lockfile import Lockfiles
from cfguard.model.package import Package
from cfguard.paths import upwards
from cfguard.pattern import lazy

PathKind = Literal["file", "folder"] | None

#: workerd takes dates up to so long after its own (wrangler 4.164.0, read 2026-11-22).
_AHEAD = timedelta(days=7)
#: Packages that build for Pages.
_PAGES = frozenset(
    {"@cloudflare/next-on-pages", "@remix-run/cloudflare-pages", "@hono/vite-cloudflare-pages"}
)
_VERSION = lazy(r"(\d{1,4})\.(\d{1,5})\.")
_TESTS = lazy(
    r"(?:\A|[-_.])(?:tests?|e2e|specs?|fixtures?|mocks?)(?:\Z|[-_.])|\A__(?:tests?|fixtures|mocks)__\Z"
)


class Surroundings:
    """One object for all Workers of a project; folders and paths are relative to the root.

    ``packages`` gives every package.json. ``path_kind`` says what lies at a path. ``has_code`` tells whether
    source files lie at or below a folder, ``is_generated`` whether git ignores a path.
    """

    def __init__(
        self,
        packages: Callable[[], tuple[Package, ...]] = lambda: (),
        lockfiles: Lockfiles | None = None,
        path_kind: Callable[[str], PathKind] = lambda path: None,
        has_code: Callable[[str], bool] = lambda folder: False,
        is_ignored: Callable[[str], bool] = lambda path: False,
    ) -> None:
        self._packages, self._lockfiles = packages, lockfiles
        self.path_kind, self.has_code, self.is_ignored = path_kind, has_code, is_ignored
        self._by_folder: dict[str, Package] | None = None
        self._named: frozenset[str] | None = None

    def packages(self, folder: str) -> Iterator[Package]:
        """The package.json of a folder and of those above it, nearest first."""
        if self._by_folder is None:
            self._by_folder = {package.folder: package for package in self._packages()}
        yield from (self._by_folder[each] for each in upwards(folder) if each in self._by_folder)

    def is_for_pages(self, folder: str) -> bool:
        """Whether packages at or above a folder build a Pages project or hand it to `wrangler pages`."""
        for package in self.packages(folder):
            if not _PAGES.isdisjoint(package.dependencies):
                return True
            if any(
                call[:1] == ["pages"] for text in package.scripts.values() for call in wrangler_calls(text)
            ):
                return True
        return False

    def is_for_tests(self, folder: str) -> bool:
        """Whether a config lies where only tests use it, by the names of its folders or by its package."""
        if any(_TESTS.search(step) for step in folder.split("/")):
            return True
        nearest = next(self.packages(folder), None)
        if nearest is None or "@cloudflare/vitest-pool-workers" not in nearest.dependencies:
            return False
        return not any(call[:1] in (["deploy"], ["publish"], ["versions"]) for call in self.calls(folder))

    def depends_on(self, folder: str, names: frozenset[str]) -> bool:
        """Whether the nearest package.json names one of some packages."""
        nearest = next(self.packages(folder), None)
        return nearest is not None and not names.isdisjoint(nearest.dependencies)

    def calls(self, folder: str) -> Iterator[list[str]]:
        """The arguments of wrangler in the scripts of the nearest package.json."""
        nearest = next(self.packages(folder), None)
        for command in nearest.scripts.values() if nearest is not None else ():
            yield from wrangler_calls(command)

    def names_worker(self, folder: str) -> bool:
        """Whether a command says the name of the Worker that it deploys."""
        return any("--name" in arguments for arguments in self.calls(folder))

    def is_named_by_command(self, path: str) -> bool:
        """Whether a command of any package.json gives a config to wrangler by its path."""
        if self._named is None:
            self._named = frozenset(_configs(self._packages()))
        return path in self._named

    def wrangler_version(self, folder: str) -> tuple[int, int] | None:
        """The major and minor version of the wrangler in the lockfile; None where no lockfile says."""
        text = self._lockfiles.wrangler(folder) if self._lockfiles is not None else None
        match = _VERSION.match(text) if text is not None else None
        return (int(match[1]), int(match[2])) if match is not None else None

    def newest_supported_date(self, folder: str) -> date | None:
        """The newest compatibility date that the installed workerd takes; None where no lockfile says."""
        built = self._lockfiles.workerd(folder) if self._lockfiles is not None else None
        return built + _AHEAD if built is not None else None


def _configs(packages: tuple[Package, ...]) -> Iterator[str]:
    for package in packages:
        for command in package.scripts.values():
            for arguments in wrangler_calls(command):
                for option, value in pairwise(arguments):
                    if option in ("--config", "-c"):
                        yield posixpath.normpath(posixpath.join(package.folder, value))


#: Around a Worker that stands alone nothing is known.
NOWHERE = Surroundings()
