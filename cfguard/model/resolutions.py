"""Which wrangler a lockfile gives to each package of a workspace, in the five formats there are.

Written against lockfiles of npm 6 and 10, pnpm 7 to 9, yarn 1 and 4 and bun 1.2 (made 2026-11-23).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from cfguard.named_tuple import NamedTuple
from cfguard.paths import upwards
from cfguard.pattern import lazy

_NPM = lazy(r'"(?:([^"\n]*)/)?node_modules/wrangler":\s*\{\s*"version":\s*"([^"]+)"')
#: The format of npm 6: the table of the root is indented by four, those of other packages deeper.
_NPM_6 = lazy(r'^(?: {4}|\t\t)"wrangler":\s*\{\s*"version":\s*"([^"]+)"', re.MULTILINE)
_YARN = lazy(r'^"?(wrangler@[^\n"]*)"?:\n\s+version:?\s+"?([^"\s]+)', re.MULTILINE)
_BUN = lazy(r'^\s*"(?:([^"\n]+)/)?wrangler":\s*\["wrangler@([^"]+)"', re.MULTILINE)
_BUN_WORKSPACE = lazy(r'^ {4}"([^"\n]*)": \{\n\s+"name": "([^"\n]+)"', re.MULTILINE)
_PNPM_REST = lazy(r"^(?:packages|snapshots):", re.MULTILINE)
_PNPM_IMPORTER = lazy(r"^  ['\"]?([^\s'\":][^\n'\":]*)['\"]?:(?: \{\})?$", re.MULTILINE)
#: Since pnpm 8 the version stands below what was asked for, before that in two tables side by side.
_PNPM_ENTRY = lazy(
    r"^ +['\"]?wrangler['\"]?:(?:\n +specifier:[^\n]*\n +version:)? +['\"]?(\d+\.\d+\.\d[0-9A-Za-z.+-]*)",
    re.MULTILINE,
)
_PNPM_PACKAGE = lazy(r"^  ['\"]?/?wrangler[@/](\d[0-9A-Za-z.+-]*)", re.MULTILINE)


class Resolutions(NamedTuple):
    """The versions of wrangler in a lockfile: by the folder that sees it, relative to the lockfile, and by range."""

    by_folder: Mapping[str, str]
    by_range: Mapping[str, str]

    def of(self, folder: str, wanted: str) -> str | None:
        """The version for the package in a folder that asks for ``wanted``; where that is unclear the lowest."""
        if wanted in self.by_range:
            return self.by_range[wanted]
        for each in upwards(folder):
            if each in self.by_folder:
                return self.by_folder[each]
        return min((*self.by_folder.values(), *self.by_range.values()), key=_in_order, default=None)


def _npm(text: str) -> Resolutions:
    found = {
        match[1] or "": match[2] for match in _NPM.finditer(text) if "node_modules" not in (match[1] or "")
    }
    if not found and (old := _NPM_6.search(text)):
        found[""] = old[1]
    return Resolutions(found, {})


def _yarn(text: str) -> Resolutions:
    found: dict[str, str] = {}
    for match in _YARN.finditer(text):
        for descriptor in match[1].split(","):
            wanted = descriptor.strip().strip('"').removeprefix("wrangler@").removeprefix("npm:")
            found[wanted] = match[2]
    return Resolutions({}, found)


def _bun(text: str) -> Resolutions:
    folders = {name: folder for folder, name in _BUN_WORKSPACE.findall(text)}
    found: dict[str, str] = {}
    for owner, version in _BUN.findall(text):
        if not owner or owner in folders:
            found[folders[owner] if owner else ""] = version
    return Resolutions(found, {})


def _pnpm(text: str) -> Resolutions:
    head = _PNPM_REST.split(text, maxsplit=1)[0]
    _, several, importers = head.partition("importers:\n")
    parts = _PNPM_IMPORTER.split(importers) if several else ["", ".", head]
    found: dict[str, str] = {}
    for name, block in zip(parts[1::2], parts[2::2], strict=True):
        if match := _PNPM_ENTRY.search(block):
            found["" if name == "." else name] = match[1]
    versions = () if found else _PNPM_PACKAGE.findall(text)
    return Resolutions(found, {version: version for version in versions})


def _in_order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d{1,9}", version)[:3])


#: Lockfiles, best first, with how each is read.
READERS: tuple[tuple[str, Callable[[str], Resolutions]], ...] = (
    ("package-lock.json", _npm),
    ("npm-shrinkwrap.json", _npm),
    ("pnpm-lock.yaml", _pnpm),
    ("yarn.lock", _yarn),
    ("bun.lock", _bun),
)
