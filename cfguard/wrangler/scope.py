"""One environment of a config, or its top level, with what it inherits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.wrangler.javascript import is_falsy, present, string

if TYPE_CHECKING:
    from cfguard.syntax.node import Node
    from cfguard.wrangler.table import Table

# wrangler drops these when they are empty, before it inherits or compares anything.
_DROPPED_WHEN_EMPTY = ("account_id", "route")


class Scope:
    """What wrangler looks at in one run: the top level, or one named environment over it.

    ``node`` is the table itself, ``root`` the top level (the same for the top level); ``name`` is the
    environment's, None at the top.
    """

    __slots__ = ("name", "node", "root", "table")

    def __init__(self, table: Table, root: Node, node: Node, name: str | None) -> None:
        self.table = table
        self.root = root
        self.node = node
        self.name = name

    @property
    def is_top(self) -> bool:
        """Whether this is the top level."""
        return self.name is None

    def own(self, key: str) -> Node | None:
        """The value set in this very scope, if wrangler looks at it."""
        node = self.node.members.get(key)
        if node is not None and key in _DROPPED_WHEN_EMPTY and node.value == "":
            return None
        return node

    def effective(self, key: str) -> Node | None:
        """The value in force here: its own, else an inherited or a top-level-only one."""
        own = present(self.own(key))
        if own is not None and (self.is_top or key in self.table.environment):
            return own
        if self.table.sections[key]["x-inheritance"] == "not-inheritable":
            return None
        top = self.root.members.get(key)
        return None if top is not None and key in _DROPPED_WHEN_EMPTY and top.value == "" else present(top)

    def worker_name(self) -> str | None:
        """The ``name`` that this scope builds default names from, before the environment is appended."""
        for node in (present(self.node.members.get("name")), self.root.members.get("name")):
            if node is not None:
                return None if is_falsy(node) else string(node)
        return None
