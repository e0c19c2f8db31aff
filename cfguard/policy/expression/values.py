"""Run-time values: the Python class of each kind, equality, order, and what masked text leaves behind."""

from __future__ import annotations

import datetime
from typing import Final

from cfguard.policy.expression.errors import BUDGET, LIMIT, NO_SUCH_OVERLOAD, EvaluationError
from cfguard.sensitive import Sensitive

INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1
UINT_MAX: Final = 2**64 - 1
STRING_LIMIT: Final = 1_000_000
LIST_LIMIT: Final = 100_000
STEPS: Final = 20_000
DATA_DEPTH: Final = 200


class UInt(int):
    """An unsigned 64-bit number, a type of its own in CEL."""

    __slots__ = ()


class Derived(Sensitive):
    """Text computed from masked text: unlike the original, not even its host may be shown."""

    __slots__ = ()


class TypeValue:
    """A type as a value: what ``type(x)`` gives."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypeValue) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return self.name


class Budget:
    """How much work one evaluation may do; shared by several evaluations it bounds their sum.

    A step is one round of a loop, one element looked at, or a kilobyte of text.
    """

    __slots__ = ("remaining",)

    def __init__(self, steps: int = STEPS) -> None:
        self.remaining = steps

    def charge(self, steps: int) -> None:
        """Take ``steps`` away, or stop the evaluation."""
        self.remaining -= steps
        if self.remaining < 0:
            raise EvaluationError(BUDGET, "the expression does more work than one evaluation may")


_KINDS: dict[type, str] = {
    bool: "bool",
    int: "int",
    UInt: "uint",
    float: "double",
    str: "string",
    Sensitive: "string",
    Derived: "string",
    bytes: "bytes",
    type(None): "null",
    list: "list",
    tuple: "list",
    dict: "map",
    datetime.date: "date",
    datetime.datetime: "timestamp",
    datetime.timedelta: "duration",
    TypeValue: "type",
}
_TYPE_NAMES = {
    "null": "null_type",
    "timestamp": "google.protobuf.Timestamp",
    "duration": "google.protobuf.Duration",
}
TYPE_CONSTANTS: Final = {
    name: TypeValue(name)
    for name in (
        "bool",
        "int",
        "uint",
        "double",
        "string",
        "bytes",
        "list",
        "map",
        "null_type",
        "type",
        "date",
    )
}


def kind_of(value: object) -> str:
    """The kind of a value, in the words of the static types; anything of the host's own is an object."""
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind
    for base in (str, dict, list, tuple, bool, int, float):
        if isinstance(value, base):
            return _KINDS[base]
    return "object"


def type_of(value: object) -> TypeValue:
    """What ``type(value)`` is; an object's type has the name the host gave it."""
    kind = kind_of(value)
    if kind == "object":
        return TypeValue(getattr(value, "expression_type", "object"))
    return TypeValue(_TYPE_NAMES.get(kind, kind))


_NUMBERS = frozenset({"int", "uint", "double"})
_ORDERED = frozenset({"bool", "string", "bytes", "date", "duration"})


def equal(left: object, right: object, budget: Budget, depth: int = 0) -> bool:
    """CEL equality: numbers by value across types, lists and maps by content, other mixed kinds never."""
    first, second = kind_of(left), kind_of(right)
    if first != second:
        return first in _NUMBERS and second in _NUMBERS and left == right
    if first == "list":
        return _equal_lists(left, right, budget, depth)  # type: ignore[arg-type]
    if first == "map":
        return _equal_maps(left, right, budget, depth)  # type: ignore[arg-type]
    if first == "timestamp":
        return instant(left) == instant(right)  # type: ignore[arg-type]
    if first == "object":
        return left is right
    return left == right


def _equal_lists(
    left: list[object] | tuple[object, ...],
    right: list[object] | tuple[object, ...],
    budget: Budget,
    depth: int,
) -> bool:
    if len(left) != len(right):
        return False
    _deeper(depth)
    for one, other in zip(left, right, strict=True):
        budget.charge(1)
        if not equal(one, other, budget, depth + 1):
            return False
    return True


def _equal_maps(left: dict[object, object], right: dict[object, object], budget: Budget, depth: int) -> bool:
    if len(left) != len(right):
        return False
    _deeper(depth)
    for key, value in left.items():
        budget.charge(1)
        other = find(right, key, budget)
        if other is MISSING or not equal(value, other, budget, depth + 1):
            return False
    return True


def _deeper(depth: int) -> None:
    if depth > DATA_DEPTH:
        raise EvaluationError(LIMIT, f"values nest deeper than {DATA_DEPTH} levels")


def order(left: object, right: object) -> tuple[object, object]:
    """The two values in a form that Python orders as CEL does; mixed kinds have no order."""
    first, second = kind_of(left), kind_of(right)
    if first == second and first in _ORDERED:
        return left, right
    if first in _NUMBERS and second in _NUMBERS:
        return _numbers(left, right) if "double" in (first, second) else (left, right)
    if first == second == "timestamp":
        return instant(left), instant(right)  # type: ignore[arg-type]
    raise EvaluationError(NO_SUCH_OVERLOAD, f"{first} and {second} have no order")


def _numbers(left: object, right: object) -> tuple[object, object]:
    # CEL orders a whole number and a double as doubles, even where that loses digits.
    try:
        return float(left), float(right)  # type: ignore[arg-type]
    except OverflowError:
        return left, right


def instant(value: datetime.datetime) -> datetime.datetime:
    """A timestamp with its zone; one without (a local time of TOML) is read as UTC."""
    return value if value.tzinfo is not None else value.replace(tzinfo=datetime.UTC)


MISSING: Final = object()


def find(mapping: dict[object, object], key: object, budget: Budget) -> object:
    """The value under a key, or ``MISSING``; 1, 1u and 1.0 are one key, true is another."""
    kind = kind_of(key)
    if kind == "string":
        return mapping.get(key, MISSING)
    if kind in _NUMBERS or kind == "bool":
        if key in (0, 1):
            return _find_small(mapping, key, kind == "bool", budget)
        return mapping.get(key, MISSING)
    return MISSING


def _find_small(mapping: dict[object, object], key: object, boolean: bool, budget: Budget) -> object:
    # Python takes True for 1: only the stored key tells which of the two it is.
    if key not in mapping:
        return MISSING
    budget.charge(len(mapping) >> 3)
    for candidate in mapping:
        if candidate == key:
            return mapping[candidate] if isinstance(candidate, bool) is boolean else MISSING
    return MISSING


def tainted(value: object) -> bool:
    """Whether a value is masked text, or a list with masked text in it."""
    if isinstance(value, Sensitive):
        return True
    return isinstance(value, list | tuple) and any(isinstance(item, Sensitive) for item in value)


def mask(value: object) -> object:
    """The value with every text in it masked: what a function gives that was handed masked text."""
    if isinstance(value, str):
        return Derived(value)
    if isinstance(value, list):
        return [mask(item) for item in value]
    return value
