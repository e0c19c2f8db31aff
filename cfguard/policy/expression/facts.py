"""What an expression proves when it is true or false: access paths that are then known to be present."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from cfguard.policy.expression.tree import Literal, Name

if TYPE_CHECKING:
    from cfguard.policy.expression.tree import Node
    from cfguard.policy.expression.types import Type
    from cfguard.text import Span

Facts = frozenset[str] | None
"""Access paths; ``None`` is "everything", as what cannot happen proves."""

NOTHING: Final[frozenset[str]] = frozenset()
_KEY = "?"


def both(first: Facts, second: Facts) -> Facts:
    """What holds when two things hold."""
    return None if first is None or second is None else first | second


def either(first: Facts, second: Facts) -> Facts:
    """What holds when at least one of two things holds."""
    if first is None or second is None:
        return second if first is None else first
    return first & second


def with_facts(known: frozenset[str], more: Facts) -> frozenset[str]:
    """What is known where ``more`` holds; where that is impossible nothing is ever evaluated."""
    return known | more if more else known


class Judgement:
    """What the checker says about a node: its type, its access path if it has one, and what it proves."""

    __slots__ = ("false", "path", "true", "type")

    def __init__(
        self, type: Type, path: str | None = None, true: Facts = NOTHING, false: Facts = NOTHING
    ) -> None:
        self.type = type
        self.path = path
        self.true = true
        self.false = false


class Judge(Protocol):
    """What the rules of single kinds of nodes need of the walk over the whole expression."""

    def check(self, node: Node, known: frozenset[str]) -> Judgement:
        """Judge a node where ``known`` paths are present. Raises ExpressionError."""

    def present(self, node: Node, known: frozenset[str]) -> Judgement:
        """Judge an operand that must not be null. Raises ExpressionError."""

    def lookup(self, name: str, span: Span) -> Type:
        """The type of a name. Raises ExpressionError for one that is not in scope."""

    def may_fail(self, span: Span, reason: str) -> None:
        """Note an operation that some values could make fail."""


def field_path(operand: str | None, field: str) -> str | None:
    """The path of a field, or of an entry of a map: ``m.k`` and ``m["k"]`` are one."""
    if operand is None:
        return None
    return f"{operand}.{field}" if field.isidentifier() and field.isascii() else f"{operand}[{field!r}]"


def index_path(operand: str | None, key: Node, key_path: str | None) -> str | None:
    """The path of ``operand[key]``, if the key is a constant or a path itself."""
    if operand is None:
        return None
    if isinstance(key, Literal):
        if isinstance(key.value, str):
            return field_path(operand, key.value)
        return f"{operand}[{key.value!r}]" if not isinstance(key.value, bool) else None
    return f"{operand}[{key_path}]" if key_path else None


def has_key(path: str | None, optional: bool) -> frozenset[str]:
    """That a map has the entry: that alone does not make its value present if the values may be null."""
    return NOTHING if path is None else frozenset((path + _KEY,) if optional else (path, path + _KEY))


def proves_key(path: str | None, known: frozenset[str]) -> bool:
    """Whether the entry is known to be there."""
    return path is not None and (path in known or path + _KEY in known)


def presences(facts: Facts) -> frozenset[str]:
    """The paths that facts prove present, as published to the host."""
    return frozenset(fact for fact in facts or () if not fact.endswith(_KEY))


def without(known: frozenset[str], names: list[Name]) -> frozenset[str]:
    """What is still known where ``names`` mean something else."""
    taken = {name.name for name in names}
    return frozenset(fact for fact in known if taken.isdisjoint(re.findall(r"\w+", fact)))
