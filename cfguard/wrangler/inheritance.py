"""Bindings and variables are not inherited: every environment must repeat what the top level has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.wrangler.binding_names import SHOWN, names_of
from cfguard.wrangler.javascript import kind_of, string
from cfguard.wrangler.wording import quoted, some

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cfguard.syntax.node import Node
    from cfguard.text import Span
    from cfguard.wrangler.diagnostic import Findings
    from cfguard.wrangler.scope import Scope
    from cfguard.wrangler.table import Schema


class Entry(NamedTuple):
    """Something that an environment must repeat: its name for people (None if it has none) and its place."""

    name: str | None
    span: Span
    node: Node


class Inheritance:
    """Compares the environments of one document with its top level, whose names are collected once."""

    __slots__ = ("_entries", "_findings", "_given", "_root")

    def __init__(self, root: Node, findings: Findings) -> None:
        self._root = root
        self._findings = findings
        self._entries: dict[str, dict[Hashable, list[Entry]]] = {}
        self._given: dict[str, list[str]] = {}

    def check(self, scope: Scope) -> None:
        """Tell what the top level has and this environment lacks."""
        for key, section in scope.table.environment.items():
            top = self._root.members.get(key)
            own = scope.own(key)
            if top is None:
                continue
            if own is None:
                if section["x-inheritance"] == "not-inheritable":
                    self._report_absent(scope, key, top)
            elif _are_comparable(key, section, own, top):
                self._compare(scope, key, section, own, top)

    def _compare(self, scope: Scope, key: str, section: Schema, own: Node, top: Node) -> None:
        if key not in self._entries:
            self._entries[key] = _entries(top, section["x-names"])
        theirs = self._entries[key]
        mine = _entries(own, section["x-names"])
        lacking = [entry for identity, same in theirs.items() if identity not in mine for entry in same]
        named = [entry for entry in lacking if entry.name is not None]
        if named:
            self._report_lacking(scope, key, own, named)
        if key == "define" and theirs:
            for identity, same in mine.items():
                if identity not in theirs:
                    self._report_unknown_define(same[0])

    def _report_absent(self, scope: Scope, key: str, top: Node) -> None:
        if key not in self._given:
            is_binding = "x-binding" in scope.table.sections[key]
            self._given[key] = _given_names(key, top) if is_binding else []
        names = self._given[key]
        message = f"environment {quoted(str(scope.name))} has no {quoted(key)}, which it does not inherit"
        if names:
            message += f"; {some(names)} {'is' if len(names) == 1 else 'are'} undefined in it"
        self._findings.missing(
            scope.node,
            key,
            message,
            code="binding-not-inherited",
            help=f"Repeat {quoted(key)} in the environment with its own values",
            related=((top.part("key"), "set here"),),
        )

    def _report_lacking(self, scope: Scope, key: str, own: Node, lacking: list[Entry]) -> None:
        names = [str(entry.name) for entry in lacking]
        self._findings.missing(
            own,
            names[0],
            f"{quoted(key)} of environment {quoted(str(scope.name))} lacks {some(names)}, "
            "which it does not inherit",
            code="binding-not-inherited",
            help="Repeat in the environment what is missing, with its own values",
            related=tuple((entry.span, "set here") for entry in lacking[:SHOWN]),
        )

    def _report_unknown_define(self, entry: Entry) -> None:
        name = quoted(str(entry.name))
        message = f"`define` of an environment can only override: {name} is not at the top level"
        help = f"Add {name} to the top level `define`"
        self._findings.at(entry.node, message, code="suspicious-field", part="key", help=help)


def _are_comparable(key: str, section: Schema, own: Node, top: Node) -> bool:
    style = section.get("x-names")
    if style == "array":
        return own.kind == "array" and top.kind == "array"
    if style == "list":
        # Of `unsafe` only the list of bindings is compared, where it has one.
        return kind_of(own) == "object" and (key != "unsafe" or "bindings" in own.members)
    return style == "keys" and kind_of(own) in ("object", "array")


def _entries(node: Node, style: str) -> dict[Hashable, list[Entry]]:
    """What is compared of a section, by what wrangler compares it by."""
    found: dict[Hashable, list[Entry]] = {}
    if style == "keys":
        for child in node.children():
            found[str(child.key)] = [Entry(str(child.key), child.part("key"), child)]
    elif style == "list":
        for name in names_of(node, ""):
            found.setdefault(name.name, []).append(Entry(name.name, name.span, name.node))
    else:
        for entry in node.items:
            # wrangler looks at `binding` alone, also where the kind is named by `name`: all such entries
            # are one to it. People are told the name.
            shown = entry.members.get("binding") or entry.members.get("name") or entry
            found.setdefault(_identity(entry), []).append(Entry(string(shown), shown.span, entry))
    return found


def _identity(entry: Node) -> Hashable:
    """The ``binding`` of an entry as JavaScript compares it in a Set."""
    node = entry.members.get("binding")
    if node is None:
        return None
    if kind_of(node) in ("object", "array"):
        return node
    return (kind_of(node), node.value)


def _given_names(key: str, section: Node) -> list[str]:
    """The names that a section means to give, for people: also where wrangler does not look."""
    if key == "vars":
        return list(section.members)
    holder = section.members.get("producers" if key == "queues" else "bindings", section)
    entries = holder.items or [holder]
    named = (string(entry.members.get("binding") or entry.members.get("name")) for entry in entries)
    return [name for name in named if name is not None]
