"""The operators at run time: each takes its operands and the budget, and checks what it was given."""

from __future__ import annotations

import datetime
import math
import operator
from typing import TYPE_CHECKING, Any, Final

from cfguard.policy.expression import times
from cfguard.policy.expression.errors import (
    DIVIDE_BY_ZERO,
    LIMIT,
    NO_SUCH_KEY,
    NO_SUCH_OVERLOAD,
    RANGE,
    VALUE,
    EvaluationError,
)
from cfguard.policy.expression.texts import check_size
from cfguard.policy.expression.values import (
    INT_MAX,
    INT_MIN,
    LIST_LIMIT,
    MISSING,
    UINT_MAX,
    Budget,
    Derived,
    UInt,
    equal,
    find,
    kind_of,
    order,
)
from cfguard.sensitive import Sensitive

if TYPE_CHECKING:
    from collections.abc import Callable

    Operator = Callable[[Any, Any, Budget], object]

_SHOWN_KEY = 80
_SCALARS = frozenset({str, int, float, datetime.date})


def _fits_int(value: int) -> int:
    if INT_MIN <= value <= INT_MAX:
        return value
    raise EvaluationError(RANGE, "the result does not fit into int")


def _fits_uint(value: int) -> UInt:
    if 0 <= value <= UINT_MAX:
        return UInt(value)
    raise EvaluationError(RANGE, "the result does not fit into uint")


def _mismatch(symbol: str, left: object, right: object) -> EvaluationError:
    return EvaluationError(
        NO_SUCH_OVERLOAD, f"`{symbol}` does not go with {kind_of(left)} and {kind_of(right)}"
    )


def equals(left: Any, right: Any, budget: Budget) -> bool:
    if type(left) is str and type(right) is str:
        return left == right
    return equal(left, right, budget)


def differs(left: Any, right: Any, budget: Budget) -> bool:
    return not equals(left, right, budget)


def _comparison(compare: Callable[[Any, Any], bool]) -> Operator:
    def compared(left: Any, right: Any, budget: Budget) -> bool:
        kind = type(left)
        if kind is type(right) and kind in _SCALARS:
            return compare(left, right)
        return compare(*order(left, right))

    return compared


def contains(item: Any, container: Any, budget: Budget) -> bool:
    """``item in container``: equal to an item of a list, or a key of a map."""
    kind = kind_of(container)
    if kind == "map":
        return find(container, item, budget) is not MISSING
    if kind != "list":
        raise EvaluationError(NO_SUCH_OVERLOAD, f"`in` looks into a list or a map, not {kind}")
    if type(item) is str:
        budget.charge(1 + (len(container) >> 4))
        return item in container
    for other in container:
        budget.charge(1)
        if equal(item, other, budget):
            return True
    return False


def element(container: Any, key: Any, budget: Budget) -> object:
    """``container[key]``."""
    kind = kind_of(container)
    if kind == "map":
        value = find(container, key, budget)
        if value is MISSING:
            named = f": `{key}`" if isinstance(key, str) and len(key) <= _SHOWN_KEY else ""
            raise EvaluationError(NO_SUCH_KEY, f"no such key{named}")
        return value
    if kind != "list":
        raise EvaluationError(NO_SUCH_OVERLOAD, f"{kind} has no elements")
    key_kind = kind_of(key)
    if key_kind == "double" and math.isfinite(key) and key == int(key):
        key = int(key)
    elif key_kind not in ("int", "uint"):
        raise EvaluationError(VALUE, "the index of a list is a whole number")
    if not 0 <= key < len(container):
        raise EvaluationError(VALUE, f"the list has {len(container)} items, so none at this index")
    return container[key]


def add(left: Any, right: Any, budget: Budget) -> object:
    first, second = kind_of(left), kind_of(right)
    if first != second:
        if (first, second) == ("timestamp", "duration"):
            return times.shift(left, right)
        if (first, second) == ("duration", "timestamp"):
            return times.shift(right, left)
        raise _mismatch("+", left, right)
    if first == "int":
        return _fits_int(left + right)
    if first == "string":
        return _joined_text(left, right, budget)
    if first == "list":
        return _joined_list(left, right, budget)
    if first == "uint":
        return _fits_uint(left + right)
    if first == "double":
        return left + right
    if first == "bytes":
        _charge_text(len(left) + len(right), budget)
        return left + right
    if first == "duration":
        return times.bounded(left + right)
    raise _mismatch("+", left, right)


def _charge_text(size: int, budget: Budget) -> None:
    check_size(size)
    budget.charge(size >> 10)


def _joined_text(left: str, right: str, budget: Budget) -> str:
    _charge_text(len(left) + len(right), budget)
    text = str.__str__(left) + str.__str__(right)
    return Derived(text) if isinstance(left, Sensitive) or isinstance(right, Sensitive) else text


def _joined_list(left: Any, right: Any, budget: Budget) -> list[object]:
    size = len(left) + len(right)
    if size > LIST_LIMIT:
        raise EvaluationError(LIMIT, f"a list has at most {LIST_LIMIT} items")
    budget.charge(size >> 6)
    return [*left, *right]


def subtract(left: Any, right: Any, budget: Budget) -> object:
    first, second = kind_of(left), kind_of(right)
    if first == second:
        if first == "int":
            return _fits_int(left - right)
        if first == "uint":
            return _fits_uint(left - right)
        if first == "double":
            return left - right
        if first == "timestamp":
            return times.difference(left, right)
        if first == "duration":
            return times.bounded(left - right)
    elif (first, second) == ("timestamp", "duration"):
        return times.shift(left, -right)
    raise _mismatch("-", left, right)


def multiply(left: Any, right: Any, budget: Budget) -> object:
    first = kind_of(left)
    if first == kind_of(right):
        if first == "int":
            return _fits_int(left * right)
        if first == "uint":
            return _fits_uint(left * right)
        if first == "double":
            return left * right
    raise _mismatch("*", left, right)


def divide(left: Any, right: Any, budget: Budget) -> object:
    """Whole numbers are cut towards zero; doubles follow IEEE 754."""
    first = kind_of(left)
    if first != kind_of(right) or first not in ("int", "uint", "double"):
        raise _mismatch("/", left, right)
    if first == "double":
        if right:
            return left / right
        if not left or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    if not right:
        raise EvaluationError(DIVIDE_BY_ZERO, "divide by zero")
    if first == "uint":
        return UInt(left // right)
    quotient = abs(left) // abs(right)
    return _fits_int(quotient if (left < 0) == (right < 0) else -quotient)


def remainder(left: Any, right: Any, budget: Budget) -> object:
    """The rest has the sign of the left operand."""
    first = kind_of(left)
    if first != kind_of(right) or first not in ("int", "uint"):
        raise _mismatch("%", left, right)
    if not right:
        raise EvaluationError(DIVIDE_BY_ZERO, "modulus by zero")
    if first == "uint":
        return UInt(left % right)
    if right == -1:
        return _fits_int(-left) * 0  # where the quotient overflows, so does CEL's remainder
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def negate(value: Any) -> object:
    kind = kind_of(value)
    if kind == "int":
        return _fits_int(-value)
    if kind == "double":
        return -value
    raise EvaluationError(NO_SUCH_OVERLOAD, f"`-` does not go with {kind}")


BINARY: Final[dict[str, Operator]] = {
    "==": equals,
    "!=": differs,
    "<": _comparison(operator.lt),
    "<=": _comparison(operator.le),
    ">": _comparison(operator.gt),
    ">=": _comparison(operator.ge),
    "in": contains,
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
}
