"""package.json as far as Workers are concerned: scripts, dependencies, and the wrangler that they resolve to."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cfguard.model.commands import wrangler_calls
from cfguard.model.entity import Entity, field, text_of
from cfguard.model.lockfile import Lockfiles
from cfguard.paths import folder_above
from cfguard.pattern import lazy
from cfguard.syntax.node import Document

_DEPENDENCY_TABLES = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_EXACT = lazy(r"=?v?\d+\.\d+\.\d+(?:-[\w.]+)?", re.ASCII)


class Package(Entity):
    """A package.json: the commands that people run and the tools that they get."""

    expression_type = "package"

    def __init__(self, document: Document, lockfiles: Lockfiles) -> None:
        super().__init__(document, document.root)
        self._root = document.root
        self._lockfiles = lockfiles
        self.folder = folder_above(document.path)

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
        return self._lockfiles.wrangler(self.folder, self.dependencies.get("wrangler", ""))

    @field
    def uses_wrangler(self) -> bool:
        """Whether it depends on wrangler, or a script of it starts wrangler."""
        if "wrangler" in self.dependencies:
            return True
        return any(True for command in self.scripts.values() for _ in wrangler_calls(command))

    @field
    def pins_wrangler(self) -> bool:
        """Whether everybody gets the same wrangler: a lockfile resolves it, or its range is one exact version."""
        exact = _EXACT.fullmatch(self.dependencies.get("wrangler", ""))
        return exact is not None or self._lockfiles.is_locked(self.folder)
