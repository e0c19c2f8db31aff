"""The static rules of the binary operators: which kinds go together, what fails, what a comparison proves."""

from __future__ import annotations

from typing import Final

from cfguard.policy.expression import types
from cfguard.policy.expression.errors import ExpressionError
from cfguard.policy.expression.facts import NOTHING, Facts, Judge, Judgement, has_key, index_path
from cfguard.policy.expression.functions import FUNCTIONS, METHODS
from cfguard.policy.expression.tree import Binary, Call, Literal, Node, Unary
from cfguard.policy.expression.types import BOOL, DYN, NUMBERS, ORDERED, ListType, Type

_SAME: Final = {(kind, kind): kind for kind in ("int", "uint", "double")}
ARITHMETIC: Final = {
    "+": _SAME
    | {(kind, kind): kind for kind in ("string", "bytes", "list", "duration")}
    | {("timestamp", "duration"): "timestamp", ("duration", "timestamp"): "timestamp"},
    "-": _SAME
    | {
        ("timestamp", "timestamp"): "duration",
        ("timestamp", "duration"): "timestamp",
        ("duration", "duration"): "duration",
    },
    "*": _SAME,
    "/": _SAME,
    "%": {("int", "int"): "int", ("uint", "uint"): "uint"},
}
"""For each operator the kinds it takes, and the kind it gives."""

_TOTAL = frozenset({"double", "string", "bytes", "list"})
_BY_KIND = {
    type.kind: type
    for type in (
        types.INT,
        types.UINT,
        types.DOUBLE,
        types.STRING,
        types.BYTES,
        types.TIMESTAMP,
        types.DURATION,
    )
}


def check_binary(checker: Judge, node: Binary, known: frozenset[str]) -> Judgement:
    """Judge equality, membership, order or arithmetic. Raises ExpressionError."""
    if node.operator in ("==", "!="):
        return _equality(checker, node, known)
    if node.operator == "in":
        return _membership(checker, node, known)
    left = checker.present(node.left, known).type
    right = checker.present(node.right, known).type
    if node.operator in ARITHMETIC:
        return Judgement(_arithmetic(checker, node, left, right))
    return Judgement(_order(checker, node, left, right))


def _never_equal(node: Binary, left: Type, right: Type) -> ExpressionError:
    return ExpressionError(
        f"`{types.present(left)}` and `{types.present(right)}` are never equal; convert one of them",
        node.operator_span,
    )


def _equality(checker: Judge, node: Binary, known: frozenset[str]) -> Judgement:
    left, right = checker.check(node.left, known), checker.check(node.right, known)
    if not types.comparable(left.type, right.type):
        raise _never_equal(node, left.type, right.type)
    equal: Facts = NOTHING
    unequal: Facts = NOTHING
    for one, other in ((left, right), (right, left)):
        if one.path is None:
            continue
        if other.type.kind == "null":
            unequal = frozenset((one.path,))
        elif other.type.kind not in ("dyn", "optional"):
            equal = frozenset((one.path,))
    if node.operator == "==":
        return Judgement(BOOL, true=equal, false=unequal)
    return Judgement(BOOL, true=unequal, false=equal)


def _membership(checker: Judge, node: Binary, known: frozenset[str]) -> Judgement:
    item = checker.check(node.left, known)
    container = checker.present(node.right, known)
    kind = container.type.kind
    if kind in ("dyn", "nothing"):
        checker.may_fail(node.right.span, "`in` needs a list or a map")
        entry = index_path(container.path, node.left, item.path)
        return Judgement(BOOL, true=NOTHING if kind == "dyn" else has_key(entry, optional=False))
    if kind not in ("list", "map"):
        raise ExpressionError(f"`in` looks into a list or a map, not `{container.type}`", node.right.span)
    member = container.type.parts[0]
    if not types.comparable(item.type, member):
        raise _never_equal(node, item.type, member)
    proved: frozenset[str] = NOTHING
    if item.path and (kind == "map" or member.kind not in ("dyn", "optional", "null")):
        proved = frozenset((item.path,))
    if kind == "map":
        entry = index_path(container.path, node.left, item.path)
        proved |= has_key(entry, container.type.parts[1].kind == "optional")
    return Judgement(BOOL, true=proved)


def _order(checker: Judge, node: Binary, left: Type, right: Type) -> Type:
    pair = {left.kind, right.kind}
    if "dyn" in pair and pair <= ORDERED | {"dyn", "nothing"}:
        checker.may_fail(node.operator_span, f"`{node.operator}` may be given values without an order")
    elif not ("nothing" in pair or pair <= NUMBERS or (len(pair) == 1 and pair <= ORDERED)):
        raise ExpressionError(f"`{left}` and `{right}` have no order", node.operator_span)
    return BOOL


def _arithmetic(checker: Judge, node: Binary, left: Type, right: Type) -> Type:
    table = ARITHMETIC[node.operator]
    fitting = {
        result
        for (first, second), result in table.items()
        if left.kind in (first, "dyn", "nothing") and right.kind in (second, "dyn", "nothing")
    }
    if not fitting:
        hint = "; convert one of them" if {left.kind, right.kind} <= NUMBERS and left != right else ""
        raise ExpressionError(
            f"`{node.operator}` does not go with `{left}` and `{right}`{hint}", node.operator_span
        )
    if "dyn" in (left.kind, right.kind):
        checker.may_fail(node.operator_span, f"`{node.operator}` may be given values it does not go with")
    elif not (
        left.kind in _TOTAL or right.kind == "nothing" or left.kind == "nothing" or _is_safe(node, left)
    ):
        checker.may_fail(node.operator_span, "the result may be out of range")
    if len(fitting) > 1:
        return DYN
    kind = fitting.pop()
    if kind == "list":
        return types.join(left, right) if left.kind == right.kind else ListType(DYN)
    return _BY_KIND[kind]


def _is_safe(node: Binary, left: Type) -> bool:
    if node.operator in "/%" and isinstance(node.right, Literal):
        return node.right.value not in (0, -1)
    size = largest(node)
    return left.kind == "int" and size is not None and size < 2**63


def largest(node: Node) -> int | None:
    """A bound on the size of a whole number that is known from the text alone, such as of ``size(x) + 1``."""
    if isinstance(node, Literal):
        return abs(node.value) if isinstance(node.value, int) else None
    if isinstance(node, Call):
        overloads = (METHODS if node.method else FUNCTIONS).get(node.name, ())
        bounds = [overload.largest for overload in overloads]
        return max(bounds) if bounds and all(bounds) else None
    if isinstance(node, Unary):
        return largest(node.operand)
    if not isinstance(node, Binary) or node.operator not in "+-*":
        return None
    left, right = largest(node.left), largest(node.right)
    if left is None or right is None:
        return None
    return left * right if node.operator == "*" else left + right
