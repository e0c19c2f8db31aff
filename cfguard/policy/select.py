"""Selects nodes of the checked files by a path pattern: ``wrangler:env.{e}.vars.{k}``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from cfguard.model.entity import Entity, field, shown_of
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Document, Node, format_path

#: The documents that a pattern can name, with the role of their files.
DOCUMENTS: Mapping[str, str] = {
    "wrangler": "wrangler",
    "devcontainer": "devcontainer",
    "env": "env",
    "package": "package",
}

_SEGMENT = lazy(
    r'\.?(?:(?P<bare>[A-Za-z0-9_$-]+)|"(?P<quoted>(?:[^"\\]|\\.)*)"|\{(?P<capture>[A-Za-z_]\w*)\}|(?P<any>\*))'
    r"|\[(?:(?P<index>\d+)|(?P<items>\*)|\{(?P<item_capture>[A-Za-z_]\w*)\})\]"
)


class SelectorError(ValueError):
    """A pattern that cannot be read; ``offset`` is the place in its text."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message, self.offset = message, offset


class Step(NamedTuple):
    """One step of a pattern: a fixed key or index, or anything (of a table, of an array), maybe captured."""

    fixed: str | int | None
    array: bool
    capture: str | None


class Selector(NamedTuple):
    """A compiled pattern: which documents, and the steps below their roots."""

    document: str
    steps: tuple[Step, ...]

    @property
    def captures(self) -> Mapping[str, bool]:
        """The captured names; true for those that hold an index, false for those that hold a key."""
        return {step.capture: step.array for step in self.steps if step.capture is not None}

    def select(self, documents: Iterable[Document]) -> Iterator[NodeEntity]:
        """The nodes of the documents that the pattern stands for, in the order of the files."""
        for document in documents:
            yield from self._descend(document, document.root, 0, {})

    def _descend(
        self, document: Document, node: Node, depth: int, captured: dict[str, str | int]
    ) -> Iterator[NodeEntity]:
        if depth == len(self.steps):
            yield NodeEntity(document, node, captured)
            return
        step = self.steps[depth]
        if step.fixed is not None:
            child = node.get(step.fixed)
            if child is not None:
                yield from self._descend(document, child, depth + 1, captured)
            return
        for child in node.items if step.array else node.members.values():
            inner = captured
            if step.capture is not None and child.key is not None:
                inner = {**captured, step.capture: child.key}
            yield from self._descend(document, child, depth + 1, inner)


class NodeEntity(Entity):
    """A value of a checked file, chosen by a path pattern."""

    expression_type = "node"

    def __init__(self, document: Document, node: Node, captures: Mapping[str, str | int]) -> None:
        super().__init__(document, node)
        self._document, self._node = document, node
        self.captures = captures

    @field
    def value(self) -> object:
        """The value as written, of any shape."""
        return shown_of(self._document, self._node)

    @field
    def key(self) -> str:
        """The last key or index of its path."""
        return "" if self._node.key is None else str(self._node.key)

    @field
    def path(self) -> str:
        """The path inside the document."""
        return format_path(self._node.path)

    @field
    def file(self) -> str:
        """The file that holds it."""
        return self._document.path


def compile_selector(text: str) -> Selector:
    """Compile a pattern; raises :class:`SelectorError` with the place of the first mistake."""
    name, colon, rest = text.partition(":")
    if not colon or name not in DOCUMENTS:
        known = ", ".join(f"`{each}:`" for each in DOCUMENTS)
        raise SelectorError(f"a path pattern starts with one of {known}", 0)
    steps: list[Step] = []
    at = 0
    while at < len(rest):
        match = _SEGMENT.match(rest, at)
        if match is None or match.end() == at:
            raise SelectorError(f"cannot read the pattern from `{rest[at : at + 12]}`", len(name) + 1 + at)
        steps.append(_step(match))
        at = match.end()
    return Selector(name, tuple(steps))


def _step(match: re.Match[str]) -> Step:
    groups = match.groupdict()
    if groups["index"] is not None:
        return Step(int(groups["index"]), array=True, capture=None)
    if groups["items"] or groups["item_capture"]:
        return Step(None, array=True, capture=groups["item_capture"])
    if groups["any"] or groups["capture"]:
        return Step(None, array=False, capture=groups["capture"])
    quoted = groups["quoted"]
    fixed = groups["bare"] if quoted is None else quoted.replace('\\"', '"')
    return Step(fixed, array=False, capture=None)
