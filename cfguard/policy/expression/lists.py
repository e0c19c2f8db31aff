"""Functions on lists and maps."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING

from cfguard.policy.expression.values import MISSING, equal, find, kind_of, order

if TYPE_CHECKING:
    from cfguard.policy.expression.values import Budget

_NUMBERS = frozenset({"int", "uint", "double"})
_HASHED = _NUMBERS | {"string", "bytes", "bool", "null", "date", "duration", "type"}


def get(budget: Budget, mapping: dict[object, object], key: object, default: object) -> object:
    """The value under a key, or the default: an index that cannot fail."""
    value = find(mapping, key, budget)
    return default if value is MISSING else value


def distinct(budget: Budget, items: list[object]) -> list[object]:
    """The items without those equal to an earlier one."""
    seen: set[tuple[str, object]] = set()
    others: list[object] = []
    found: list[object] = []
    for item in items:
        kind = kind_of(item)
        if kind in _HASHED:
            key = ("number" if kind in _NUMBERS else kind, item)
            if key in seen:
                continue
            seen.add(key)
        else:
            budget.charge(len(others))
            if any(equal(item, other, budget) for other in others):
                continue
            others.append(item)
        found.append(item)
    return found


def ordered(items: list[object]) -> list[object]:
    """The items in ascending order; they must be of one kind that has an order."""
    if all(type(item) is str for item in items):
        return sorted(items, key=str)
    return sorted(items, key=cmp_to_key(_compare))


def _compare(left: object, right: object) -> int:
    first, second = order(left, right)
    return int(first > second) - int(first < second)  # type: ignore[operator]
