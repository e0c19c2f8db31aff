"""The macros at run time: loops over lists and maps, every round of which is charged to the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfguard.policy.expression.errors import BUDGET, NO_SUCH_OVERLOAD, EvaluationError
from cfguard.policy.expression.values import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cfguard.policy.expression.tree import Comprehension
    from cfguard.text import Span

    Frame = list[Any]
    Closure = Callable[[Frame], Any]
    Rounds = Callable[[Frame], Iterable[None]]


def loop(
    node: Comprehension, source: Closure, slots: list[int], condition: Closure | None, body: Closure
) -> Closure:
    """The closure of a macro; ``slots`` are the places of its variables in the frame."""
    rounds = _rounds(node, source, slots)
    if node.macro in ("all", "exists"):
        return _search(node.macro, rounds, body, node.body.span, decisive=node.macro == "exists")
    if node.macro == "exists_one":
        return _exactly_one(rounds, body, node.body.span)
    wanted = _always if condition is None else condition
    span = node.condition.span if node.condition else node.span
    if node.macro == "transformMap":
        return _map(rounds, wanted, body, slots[0], span)
    return _list(node.macro, rounds, wanted, body, span)


def _always(frame: Frame) -> bool:
    return True


def _rounds(node: Comprehension, source: Closure, slots: list[int]) -> Rounds:
    first, second = slots[0], slots[-1]
    two = len(slots) == 2
    cost = 1 + (node.body.weight >> 3)
    macro, span = node.macro, node.source.span

    def run(frame: Frame) -> Iterable[None]:
        items = source(frame)
        budget = frame[0]
        if isinstance(items, dict):
            pairs: Iterable[tuple[object, object]] = items.items()
        elif isinstance(items, list | tuple):
            pairs = enumerate(items) if two else ((item, item) for item in items)
        else:
            raise EvaluationError(
                NO_SUCH_OVERLOAD, f"`{macro}` goes over a list or a map, not {kind_of(items)}", span
            )
        try:
            for one, other in pairs:
                budget.charge(cost)
                frame[first] = one
                if two:
                    frame[second] = other
                yield
        except EvaluationError as error:
            raise error.at(span) from None

    return run


def not_bool(value: object, span: Span, wanted_by: str) -> EvaluationError:
    """The error of a condition that is no bool."""
    return EvaluationError(NO_SUCH_OVERLOAD, f"{wanted_by} takes a bool, not {kind_of(value)}", span)


def decide(terms: Iterable[tuple[Closure, Span]], frame: Frame, wanted_by: str, *, decisive: bool) -> bool:
    """One decisive term decides, whatever fails beside it: so CEL defines ``&&``, ``||``, ``all`` and ``exists``."""
    failure: EvaluationError | None = None
    for term, span in terms:
        try:
            value: object = term(frame)
        except EvaluationError as error:
            if error.kind is BUDGET:
                raise
            failure = failure or error
            continue
        if value is decisive:
            return decisive
        if value is not True and value is not False:
            failure = failure or not_bool(value, span, wanted_by)
    if failure is not None:
        raise failure
    return not decisive


def _search(macro: str, rounds: Rounds, body: Closure, span: Span, *, decisive: bool) -> Closure:
    term = (body, span)

    def search(frame: Frame) -> bool:
        return decide((term for _ in rounds(frame)), frame, f"`{macro}`", decisive=decisive)

    return search


def _exactly_one(rounds: Rounds, body: Closure, span: Span) -> Closure:
    def count(frame: Frame) -> bool:
        found = 0
        for _ in rounds(frame):
            value = body(frame)
            if value is True:
                found += 1
            elif value is not False:
                raise not_bool(value, span, "`exists_one`")
        return found == 1

    return count


def _list(macro: str, rounds: Rounds, wanted: Closure, body: Closure, span: Span) -> Closure:
    def build(frame: Frame) -> list[object]:
        built: list[object] = []
        for _ in rounds(frame):
            keep = wanted(frame)
            if keep is True:
                built.append(body(frame))
            elif keep is not False:
                raise not_bool(keep, span, f"`{macro}`")
        return built

    return build


def _map(rounds: Rounds, wanted: Closure, body: Closure, key: int, span: Span) -> Closure:
    def build(frame: Frame) -> dict[object, object]:
        built: dict[object, object] = {}
        for _ in rounds(frame):
            keep = wanted(frame)
            if keep is True:
                built[frame[key]] = body(frame)
            elif keep is not False:
                raise not_bool(keep, span, "`transformMap`")
        return built

    return build
