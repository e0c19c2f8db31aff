"""From syntax tree to closures: each node becomes one Python function of a frame.

A frame is a list: the budget, the values of the expression's names, then a place for each macro variable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfguard.policy.expression import operators
from cfguard.policy.expression.errors import (
    NO_SUCH_KEY,
    NO_SUCH_OVERLOAD,
    EvaluationError,
)
from cfguard.policy.expression.functions import FUNCTIONS, INJECTED, METHODS, Overload
from cfguard.policy.expression.loops import decide, loop, not_bool
from cfguard.policy.expression.tree import (
    Binary,
    Call,
    Comprehension,
    Conditional,
    Index,
    ListLiteral,
    Literal,
    Logic,
    MapLiteral,
    Name,
    Node,
    Select,
    Unary,
)
from cfguard.policy.expression.values import MISSING, TYPE_CONSTANTS, kind_of, mask, tainted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cfguard.policy.expression.matching import Pattern
    from cfguard.policy.expression.types import Fields, Scope
    from cfguard.text import Span

    Frame = list[Any]
    Closure = Callable[[Frame], Any]


class Compiler:
    """Compiles one checked expression; ``size`` is how long its frames are."""

    __slots__ = ("objects", "size", "slots")

    def __init__(self, scope: Scope, names: Iterable[str]) -> None:
        self.objects = scope.objects
        self.slots = {name: slot for slot, name in enumerate(names, 1)}
        self.size = 1 + len(self.slots)

    def compile(self, node: Node) -> Closure:
        """The closure of a node."""
        return _VISITORS[type(node)](self, node)

    def name(self, node: Name) -> Closure:
        slot = self.slots.get(node.name)
        if slot is None:
            return _constant(TYPE_CONSTANTS[node.name])
        return lambda frame: frame[slot]

    def literal(self, node: Literal) -> Closure:
        return _constant(node.value)

    def select(self, node: Select) -> Closure:
        read = _test_field if node.test else _read_field
        return read(self.compile(node.operand), node.field, node.span, _FieldsOf(self.objects, node.field))

    def index(self, node: Index) -> Closure:
        return _binary(operators.element, self.compile(node.operand), self.compile(node.key), node.span)

    def call(self, node: Call) -> Closure:
        overloads = (METHODS if node.method else FUNCTIONS)[node.name]
        arguments = [self.compile(argument) for argument in node.arguments]
        injected = None if node.method else INJECTED.get(node.name)
        if injected:
            arguments.append(self.name(Name(node.start, node.end, injected)))
        fitting = [overload for overload in overloads if len(overload.parameters) == len(arguments)]
        if node.pattern is not None:
            return _match(node.name, node.pattern, arguments[0], node.span)
        return _call(node.name, fitting, arguments, node.span)

    def unary(self, node: Unary) -> Closure:
        return (_not if node.operator == "!" else _negate)(self.compile(node.operand), node.span)

    def binary(self, node: Binary) -> Closure:
        operate = operators.BINARY[node.operator]
        return _binary(operate, self.compile(node.left), self.compile(node.right), node.span)

    def logic(self, node: Logic) -> Closure:
        terms = [(self.compile(term), term.span) for term in node.terms]
        return _logic(terms, node.operator, decisive=node.operator == "||")

    def conditional(self, node: Conditional) -> Closure:
        return _conditional(
            self.compile(node.test), self.compile(node.then), self.compile(node.otherwise), node.test.span
        )

    def list_literal(self, node: ListLiteral) -> Closure:
        items = [self.compile(item) for item in node.items]
        if all(isinstance(item, Literal) for item in node.items):
            return _constant([item([]) for item in items])
        return lambda frame: [item(frame) for item in items]

    def map_literal(self, node: MapLiteral) -> Closure:
        keys = [(self.compile(key), key.span) for key in node.keys]
        return _map(keys, [self.compile(value) for value in node.values])

    def comprehension(self, node: Comprehension) -> Closure:
        source = self.compile(node.source)
        outer = {name.name: self.slots.get(name.name) for name in node.variables}
        for name in node.variables:
            self.slots[name.name] = self.size
            self.size += 1
        slots = [self.slots[name.name] for name in node.variables]
        condition = self.compile(node.condition) if node.condition else None
        body = self.compile(node.body)
        for key, slot in outer.items():
            if slot is None:
                del self.slots[key]
            else:
                self.slots[key] = slot
        return loop(node, source, slots, condition, body)


def _constant(value: object) -> Closure:
    return lambda frame: value


class _FieldsOf:
    """Finds the host's reader for an object met at run time, and remembers that the field exists."""

    __slots__ = ("field", "known", "objects")

    def __init__(self, objects: Any, field: str) -> None:
        self.objects = objects
        self.field = field
        self.known: dict[str, Fields] = {}

    def reader(self, owner: object) -> Fields:
        name = getattr(owner, "expression_type", None)
        if not isinstance(name, str):
            raise EvaluationError(NO_SUCH_OVERLOAD, f"{kind_of(owner)} has no fields")
        fields = self.known.get(name)
        if fields is None:
            fields = self.objects.get(name)
            if fields is None or fields.field_type(self.field) is None:
                raise EvaluationError(NO_SUCH_KEY, f"`{name}` has no field `{self.field}`")
            self.known[name] = fields
        return fields


def _read_field(operand: Closure, field: str, span: Span, fields: _FieldsOf) -> Closure:
    def read(frame: Frame) -> object:
        owner = operand(frame)
        if isinstance(owner, dict):
            value = owner.get(field, MISSING)
            if value is MISSING:
                raise EvaluationError(NO_SUCH_KEY, f"no such key: `{field}`", span)
            return value
        try:
            return fields.reader(owner).read(owner, field)
        except EvaluationError as error:
            raise error.at(span) from None

    return read


def _test_field(operand: Closure, field: str, span: Span, fields: _FieldsOf) -> Closure:
    def test(frame: Frame) -> bool:
        owner = operand(frame)
        if isinstance(owner, dict):
            return field in owner
        try:
            return fields.reader(owner).read(owner, field) is not None
        except EvaluationError as error:
            raise error.at(span) from None

    return test


def _binary(operate: operators.Operator, left: Closure, right: Closure, span: Span) -> Closure:
    def apply(frame: Frame) -> object:
        first = left(frame)
        second = right(frame)
        try:
            return operate(first, second, frame[0])
        except EvaluationError as error:
            raise error.at(span) from None

    return apply


def _not(operand: Closure, span: Span) -> Closure:
    def invert(frame: Frame) -> bool:
        value = operand(frame)
        if value is True or value is False:
            return not value
        raise not_bool(value, span, "`!`")

    return invert


def _negate(operand: Closure, span: Span) -> Closure:
    def negate(frame: Frame) -> object:
        value = operand(frame)
        try:
            return operators.negate(value)
        except EvaluationError as error:
            raise error.at(span) from None

    return negate


def _logic(terms: list[tuple[Closure, Span]], symbol: str, *, decisive: bool) -> Closure:
    shown = f"`{symbol}`"
    return lambda frame: decide(terms, frame, shown, decisive=decisive)


def _conditional(test: Closure, then: Closure, otherwise: Closure, span: Span) -> Closure:
    def choose(frame: Frame) -> object:
        value = test(frame)
        if value is True:
            return then(frame)
        if value is False:
            return otherwise(frame)
        raise not_bool(value, span, "`?:`")

    return choose


def _map(keys: list[tuple[Closure, Span]], values: list[Closure]) -> Closure:
    def build(frame: Frame) -> dict[object, object]:
        built: dict[object, object] = {}
        for (key, span), value in zip(keys, values, strict=True):
            name = key(frame)
            if kind_of(name) not in ("string", "int", "uint", "bool"):
                raise EvaluationError(NO_SUCH_OVERLOAD, f"{kind_of(name)} is no key of a map", span)
            if name in built:
                raise EvaluationError(NO_SUCH_OVERLOAD, "the map has this key twice", span)
            built[name] = value(frame)
        return built

    return build


def _match(name: str, pattern: Pattern, subject: Closure, span: Span) -> Closure:
    def match(frame: Frame) -> bool:
        text = subject(frame)
        if not isinstance(text, str):
            raise EvaluationError(NO_SUCH_OVERLOAD, f"`{name}` does not take {kind_of(text)}", span)
        try:
            return pattern.matches(text, frame[0])
        except EvaluationError as error:
            raise error.at(span) from None

    return match


def _call(name: str, overloads: list[Overload], arguments: list[Closure], span: Span) -> Closure:
    chosen: dict[tuple[str, ...], Overload] = {}

    def call(frame: Frame) -> object:
        values = [argument(frame) for argument in arguments]
        kinds = tuple([kind_of(value) for value in values])
        try:
            overload = chosen.get(kinds)
            if overload is None:
                overload = chosen[kinds] = _choose(name, overloads, kinds)
            budget = frame[0]
            if not overload.free:
                _charge(values, budget)
            result = overload.run(budget, *values) if overload.budgeted else overload.run(*values)
        except EvaluationError as error:
            raise error.at(span) from None
        if isinstance(result, str | list) and not overload.shows and any(map(tainted, values)):
            return mask(result)
        return result

    return call


def _choose(name: str, overloads: list[Overload], kinds: tuple[str, ...]) -> Overload:
    for overload in overloads:
        if all(kind in (given, "dyn") for given, kind in zip(kinds, overload.kinds, strict=True)):
            return overload
    raise EvaluationError(NO_SUCH_OVERLOAD, f"`{name}` does not take ({', '.join(kinds)})")


def _charge(values: list[Any], budget: Any) -> None:
    for value in values:
        if isinstance(value, str | bytes):
            budget.charge(len(value) >> 10)
        elif isinstance(value, list | tuple):
            budget.charge(len(value))


_VISITORS: dict[type[Node], Callable[..., Closure]] = {
    Name: Compiler.name,
    Literal: Compiler.literal,
    Select: Compiler.select,
    Index: Compiler.index,
    Call: Compiler.call,
    Unary: Compiler.unary,
    Binary: Compiler.binary,
    Logic: Compiler.logic,
    Conditional: Compiler.conditional,
    ListLiteral: Compiler.list_literal,
    MapLiteral: Compiler.map_literal,
    Comprehension: Compiler.comprehension,
}
