"""The static rules of calls: which function is meant, with what arguments, and whether it can fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.policy.expression import types
from cfguard.policy.expression.errors import EvaluationError, ExpressionError, did_you_mean
from cfguard.policy.expression.functions import FUNCTIONS, INJECTED, METHODS, Overload
from cfguard.policy.expression.tree import Literal
from cfguard.policy.expression.types import DYN, Type
from cfguard.policy.expression.values import Budget

if TYPE_CHECKING:
    from cfguard.policy.expression.facts import Judge
    from cfguard.policy.expression.tree import Call

_TAKES_NULL = frozenset({"dyn", "type", "get"})


def check_call(checker: Judge, node: Call, known: frozenset[str]) -> Type:
    """The type of a call's result. Raises ExpressionError for a call that cannot be right."""
    overloads = _named(node)
    given: list[Type] = []
    for argument in node.arguments:
        takes_null = node.name in _TAKES_NULL and not node.method and (bool(given) or node.name != "get")
        judge = checker.check if takes_null else checker.present
        given.append(judge(argument, known).type)
    if node.name in INJECTED and not node.method:
        given.append(checker.lookup(INJECTED[node.name], node.name_span))
    fitting = [
        overload
        for overload in overloads
        if len(overload.parameters) == len(given) and all(map(types.assignable, given, overload.parameters))
    ]
    if not fitting:
        raise _misfit(node, overloads, given)
    if node.name == "get" and given[0].kind == "map" and not types.comparable(given[1], given[0].parts[0]):
        message = f"the keys of this map are `{given[0].parts[0]}`, not `{given[1]}`"
        raise ExpressionError(message, node.arguments[1].span)
    _check_failure(checker, node, fitting, given)
    results = [
        overload.result if isinstance(overload.result, Type) else overload.result(given)
        for overload in fitting
    ]
    return results[0] if all(result == results[0] for result in results) else DYN


def _named(node: Call) -> list[Overload]:
    table, other = (METHODS, FUNCTIONS) if node.method else (FUNCTIONS, METHODS)
    overloads = table.get(node.name)
    if overloads is not None:
        return overloads
    if node.name in other:
        usage = f"{node.name}(…)" if node.method else f"value.{node.name}(…)"
        raise ExpressionError(f"`{node.name}` is called as `{usage}`", node.name_span)
    kind = "method" if node.method else "function"
    macros = ("all", "exists", "exists_one", "filter", "map")
    if node.name in macros:
        raise ExpressionError(
            f"`{node.name}` takes a name and an expression: `list.{node.name}(x, …)`", node.name_span
        )
    names = [*table, *(macros if node.method else ("has",))]
    raise ExpressionError(f"unknown {kind} `{node.name}`{did_you_mean(node.name, names)}", node.name_span)


def _misfit(node: Call, overloads: list[Overload], given: list[Type]) -> ExpressionError:
    hidden = 1 if node.name in INJECTED else 0
    skipped = 1 if node.method else 0
    counts = sorted({len(overload.parameters) - skipped - hidden for overload in overloads})
    count = len(node.arguments) - skipped
    if count not in counts:
        wanted = " or ".join(map(str, counts))
        plural = "" if counts == [1] else "s"
        return ExpressionError(f"`{node.name}` takes {wanted} argument{plural}, not {count}", node.span)
    nearest = [overload for overload in overloads if len(overload.parameters) == len(given)]
    for position, argument in enumerate(node.arguments):
        wanted_types = dict.fromkeys(str(overload.parameters[position]) for overload in nearest)
        if not any(types.assignable(given[position], overload.parameters[position]) for overload in nearest):
            wanted = " or ".join(f"`{wanted}`" for wanted in wanted_types)
            return ExpressionError(
                f"`{node.name}` takes {wanted} here, not `{given[position]}`", argument.span
            )
    listed = ", ".join(map(str, given))
    return ExpressionError(f"`{node.name}` does not go with ({listed})", node.span)


def _check_failure(checker: Judge, node: Call, fitting: list[Overload], given: list[Type]) -> None:
    if fitting[0].pattern is not None:
        _check_pattern(node, fitting[0])
    sure = any(all(map(types.certain, given, overload.parameters)) for overload in fitting)
    if not sure:
        checker.may_fail(node.span, f"`{node.name}` may be given values it does not go with")
    elif any(overload.fails for overload in fitting):
        values = [argument.value for argument in node.arguments if isinstance(argument, Literal)]
        if len(values) < len(given):
            checker.may_fail(node.span, f"`{node.name}` may be given a value it cannot take")
            return
        try:
            fitting[0].run(*([Budget()] if fitting[0].budgeted else []), *values)
        except EvaluationError as error:
            raise ExpressionError(error.message, node.span) from None


def _check_pattern(node: Call, overload: Overload) -> None:
    from cfguard.policy.expression.patterns import PatternError

    argument = node.arguments[-1]
    if not isinstance(argument, Literal) or overload.pattern is None:
        raise ExpressionError(f"the pattern of `{node.name}` must be written out as a string", argument.span)
    try:
        node.pattern = overload.pattern(str(argument.value))
    except PatternError as error:
        raise ExpressionError(f"{error.message} (at character {error.offset + 1})", argument.span) from None
