"""package.json as far as Workers are concerned: scripts, dependencies, and the wrangler that they resolve to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from cfguard.model.entity import Entity, field, text_of
from cfguard.syntax.node import Document

_DEPENDENCY_TABLES = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
#: Lockfiles, best first, with how each writes the version that ``wrangler`` resolved to.
_LOCKED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("package-lock.json", re.compile(r'"node_modules/wrangler":\s*\{\s*"version":\s*"([^"]+)"')),
    ("npm-shrinkwrap.json", re.compile(r'"node_modules/wrangler":\s*\{\s*"version":\s*"([^"]+)"')),
    ("pnpm-lock.yaml", re.compile(r"^  ['\"]?/?wrangler[@/](\d[\w.+-]*?)['\"]?[(_:]", re.MULTILINE)),
    ("yarn.lock", re.compile(r'^"?wrangler@[^\n]*:\n\s+version:?\s+"?([^"\s]+)', re.MULTILINE)),
    ("bun.lock", re.compile(r'^\s*"wrangler":\s*\["wrangler@([^"]+)"', re.MULTILINE)),
)


class Package(Entity):
    """A package.json: the commands that people run and the tools that they get."""

    expression_type = "package"

    def __init__(self, document: Document, read_lockfile: Callable[[str], str | None]) -> None:
        super().__init__(document, document.root)
        self._root = document.root
        self._read_lockfile = read_lockfile
        self.folder = document.path.rpartition("/")[0]

    @field
    def path(self) -> str:
        """The file's path, relative to the root."""
        return self.document.path if self.document is not None else ""

    @field
    def scripts(self) -> Mapping[str, str]:
        """The scripts by name; entries that are no strings are left out."""
        table = self._root.get("scripts")
        members = table.members if table is not None else {}
        return {name: text for name, node in members.items() if (text := text_of(node)) is not None}

    @field
    def dependencies(self) -> Mapping[str, str]:
        """Every dependency of any kind with its version range; of two ranges the production one counts."""
        found: dict[str, str] = {}
        for table in _DEPENDENCY_TABLES:
            node = self._root.get(table)
            for name, child in node.members.items() if node is not None else ():
                found.setdefault(name, text_of(child) or "")
        return found

    @field
    def wrangler_version(self) -> str | None:
        """The version of wrangler that the lockfile beside (or above) this file resolves to."""
        folder = self.folder
        while True:
            for name, pattern in _LOCKED:
                text = self._read_lockfile(f"{folder}/{name}" if folder else name)
                if text is not None and (match := pattern.search(text)):
                    return match[1]
            if not folder:
                return None
            folder = folder.rpartition("/")[0]
