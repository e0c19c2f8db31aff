"""The static check: names, types, absence, and which operations can still fail at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.policy.expression import types
from cfguard.policy.expression.calls import check_call
from cfguard.policy.expression.errors import ExpressionError, did_you_mean
from cfguard.policy.expression.facts import (
    NOTHING,
    Judgement,
    both,
    either,
    field_path,
    has_key,
    index_path,
    proves_key,
    with_facts,
    without,
)
from cfguard.policy.expression.operations import check_binary
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
from cfguard.policy.expression.types import BOOL, DYN, INT, NEVER, STRING, ListType, MapType, Type
from cfguard.policy.expression.values import TYPE_CONSTANTS
from cfguard.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from cfguard.policy.expression.types import Scope

Known = frozenset[str]
_KEY_KINDS = frozenset({"bool", "int", "uint", "string", "dyn", "nothing"})


class Checker:
    """Walks one expression; ``failures`` and ``names`` are its results besides the judgement of each node."""

    __slots__ = ("failures", "locals", "names", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.locals: dict[str, Type] = {}
        self.names: dict[str, None] = {}
        self.failures: list[tuple[Span, str]] = []

    def check(self, node: Node, known: Known) -> Judgement:
        """Judge a node where ``known`` paths are present. Raises ExpressionError."""
        return _VISITORS[type(node)](self, node, known)

    # Services for the rules of each kind of node

    def may_fail(self, span: Span, reason: str) -> None:
        """Note an operation that some values could make fail."""
        self.failures.append((span, reason))

    def present(self, node: Node, known: Known) -> Judgement:
        """Judge an operand that must not be null."""
        judgement = self.check(node, known)
        if judgement.type.kind == "optional":
            raise ExpressionError(_absent(node, judgement.path), node.span)
        if judgement.type.kind == "null":
            raise ExpressionError("null is no operand here; compare it with `==` or `!=`", node.span)
        return judgement

    def condition(self, node: Node, known: Known, wanted_by: str) -> Judgement:
        """Judge an operand that must be a bool."""
        judgement = self.present(node, known)
        if judgement.type.kind == "dyn":
            self.may_fail(node.span, f"{wanted_by} needs a bool")
        elif judgement.type.kind not in ("bool", "nothing"):
            raise ExpressionError(f"{wanted_by} takes a bool, not `{judgement.type}`", node.span)
        return judgement

    def lookup(self, name: str, span: Span) -> Type:
        """The type of a name. Raises ExpressionError for one that is not in scope."""
        if name in self.locals:
            return self.locals[name]
        declared = self.scope.variables.get(name)
        if declared is not None:
            self.names[name] = None
            return declared
        if name in TYPE_CONSTANTS:
            return types.TYPE
        candidates = [*self.scope.variables, *self.locals]
        raise ExpressionError(f"unknown name `{name}`{did_you_mean(name, candidates)}", span)

    def narrowed(self, type: Type, path: str | None, known: Known) -> Type:
        """The type of a path, without "may be absent" if it is known to be present."""
        return types.present(type) if path in known else type

    # One rule for each kind of node

    def name(self, node: Name, known: Known) -> Judgement:
        return Judgement(self.narrowed(self.lookup(node.name, node.span), node.name, known), node.name)

    def select(self, node: Select, known: Known) -> Judgement:
        operand = self.present(node.operand, known)
        path = field_path(operand.path, node.field)
        kind = operand.type.kind
        if kind == "object":
            return self.object_field(node, operand.type, path, known)
        if kind == "map":
            if not types.comparable(STRING, operand.type.parts[0]):
                raise ExpressionError(
                    f"the keys of this map are of type `{operand.type.parts[0]}`", node.span
                )
            return self.entry(node, operand.type, path, known)
        if kind in ("dyn", "nothing"):
            reason = f"the value may have no field `{node.field}`"
            self.may_fail(
                Span(node.field_start, node.field_end),
                "the value may have no fields" if node.test else reason,
            )
            if node.test:
                return Judgement(BOOL, true=has_key(path, False))
            return Judgement(DYN, path)
        raise ExpressionError(f"`{operand.type}` has no fields", Span(node.field_start, node.field_end))

    def object_field(self, node: Select, owner: Type, path: str | None, known: Known) -> Judgement:
        fields = self.scope.objects.get(owner.name)
        declared = fields.field_type(node.field) if fields else None
        if fields is None or declared is None:
            hint = did_you_mean(node.field, fields.names()) if fields else ""
            raise ExpressionError(
                f"`{owner}` has no field `{node.field}`{hint}", Span(node.field_start, node.field_end)
            )
        if node.test:
            return Judgement(BOOL, true=frozenset((path,)) if path else NOTHING)
        return Judgement(self.narrowed(declared, path, known), path)

    def entry(self, node: Select | Index, owner: Type, path: str | None, known: Known) -> Judgement:
        value = owner.parts[1]
        if isinstance(node, Select) and node.test:
            return Judgement(BOOL, true=has_key(path, value.kind == "optional"))
        if not proves_key(path, known):
            self.may_fail(node.span, "the map may lack the key")
        return Judgement(self.narrowed(value, path, known), path)

    def index(self, node: Index, known: Known) -> Judgement:
        operand = self.present(node.operand, known)
        key = self.present(node.key, known)
        path = index_path(operand.path, node.key, key.path)
        kind = operand.type.kind
        if kind == "map":
            if not types.comparable(key.type, operand.type.parts[0]):
                raise ExpressionError(
                    f"the keys of this map are `{operand.type.parts[0]}`, not `{key.type}`", node.key.span
                )
            return self.entry(node, operand.type, path, known)
        if kind == "list":
            if key.type.kind not in ("int", "uint", "double", "dyn", "nothing"):
                raise ExpressionError(f"the index of a list is an int, not `{key.type}`", node.key.span)
            if not proves_key(path, known):
                self.may_fail(node.span, "the list may be shorter")
            return Judgement(self.narrowed(operand.type.parts[0], path, known), path)
        if kind not in ("dyn", "nothing"):
            raise ExpressionError(f"`{operand.type}` has no elements", node.span)
        self.may_fail(node.span, "the value may have no such element")
        return Judgement(DYN, path)

    def call(self, node: Call, known: Known) -> Judgement:
        return Judgement(check_call(self, node, known))

    def unary(self, node: Unary, known: Known) -> Judgement:
        if node.operator == "!":
            operand = self.condition(node.operand, known, "`!`")
            return Judgement(BOOL, true=operand.false, false=operand.true)
        operand = self.present(node.operand, known)
        if operand.type.kind in ("dyn", "int"):
            self.may_fail(node.span, "the number may overflow or be none")
        elif operand.type.kind not in ("double", "nothing"):
            raise ExpressionError(f"`-` takes an int or a double, not `{operand.type}`", node.span)
        return Judgement(operand.type)

    def binary(self, node: Binary, known: Known) -> Judgement:
        return check_binary(self, node, known)

    def logic(self, node: Logic, known: Known) -> Judgement:
        conjunction = node.operator == "&&"
        first = self.condition(node.terms[0], known, f"`{node.operator}`")
        true, false = first.true, first.false
        for term in node.terms[1:]:
            here = with_facts(known, true if conjunction else false)
            judgement = self.condition(term, here, f"`{node.operator}`")
            combine_true, combine_false = (both, either) if conjunction else (either, both)
            true, false = combine_true(true, judgement.true), combine_false(false, judgement.false)
        return Judgement(BOOL, true=true, false=false)

    def conditional(self, node: Conditional, known: Known) -> Judgement:
        test = self.condition(node.test, known, "`?:`")
        then = self.check(node.then, with_facts(known, test.true))
        otherwise = self.check(node.otherwise, with_facts(known, test.false))
        return Judgement(
            types.join(then.type, otherwise.type),
            true=either(both(test.true, then.true), both(test.false, otherwise.true)),
            false=either(both(test.true, then.false), both(test.false, otherwise.false)),
        )

    def list_literal(self, node: ListLiteral, known: Known) -> Judgement:
        return Judgement(ListType(self.joined(node.items, known)))

    def map_literal(self, node: MapLiteral, known: Known) -> Judgement:
        key: Type = NEVER
        for item in node.keys:
            found = self.present(item, known).type
            if found.kind not in _KEY_KINDS:
                raise ExpressionError(
                    f"a key of a map is a string, an int, a uint or a bool, not `{found}`", item.span
                )
            key = types.join(key, found)
        if not all(isinstance(item, Literal) for item in node.keys):
            self.may_fail(node.span, "two keys may be equal, or no keys at all")
        return Judgement(MapType(key, self.joined(node.values, known)))

    def joined(self, items: list[Node], known: Known) -> Type:
        found: Type = NEVER
        for item in items:
            found = types.join(found, self.check(item, known).type)
        return found

    def literal(self, node: Literal, known: Known) -> Judgement:
        if node.type is BOOL:
            return Judgement(
                BOOL, true=NOTHING if node.value else None, false=None if node.value else NOTHING
            )
        return Judgement(node.type)

    def comprehension(self, node: Comprehension, known: Known) -> Judgement:
        source = self.present(node.source, known)
        bound = self.bound_types(node, source.type)
        outer = {name.name: self.locals.get(name.name) for name in node.variables}
        inside = self.known_inside(node, source, known)
        self.locals.update(zip(outer, bound, strict=True))
        try:
            return Judgement(self.result(node, inside, source.type))
        finally:
            for name, shadowed in outer.items():
                if shadowed is None:
                    del self.locals[name]
                else:
                    self.locals[name] = shadowed

    def known_inside(self, node: Comprehension, source: Judgement, known: Known) -> Known:
        """What is known inside a loop: nothing of names it takes over, but the entry of each key or index."""
        inside = without(known, node.variables) if known else known
        indexed = (len(node.variables) == 2 and source.type.kind == "list") or source.type.kind == "map"
        if not indexed or source.path is None or not without(frozenset((source.path,)), node.variables):
            return inside
        path = f"{source.path}[{node.variables[0].name}]"
        return inside | has_key(path, source.type.parts[-1].kind == "optional")

    def bound_types(self, node: Comprehension, source: Type) -> list[Type]:
        """The types of a macro's variables."""
        two = len(node.variables) == 2
        if source.kind == "list":
            return [INT, source.parts[0]] if two else [source.parts[0]]
        if source.kind == "map":
            return [*source.parts] if two else [source.parts[0]]
        if source.kind not in ("dyn", "nothing"):
            raise ExpressionError(
                f"`{node.macro}` goes over a list or a map, not `{source}`", node.source.span
            )
        self.may_fail(node.source.span, f"`{node.macro}` needs a list or a map")
        return [DYN, DYN] if two else [DYN]

    def result(self, node: Comprehension, known: Known, source: Type) -> Type:
        here = known
        if node.condition is not None:
            here = with_facts(known, self.condition(node.condition, known, f"`{node.macro}`").true)
        if node.macro in ("all", "exists", "exists_one"):
            self.condition(node.body, known, f"`{node.macro}`")
            return BOOL
        body = self.check(node.body, here).type
        if node.macro == "transformMap":
            return MapType(INT if source.kind == "list" else source.parts[0] if source.parts else DYN, body)
        return ListType(body)


def _absent(node: Node, path: str | None) -> str:
    if isinstance(node, Select) and path is not None:
        return f"`{path}` may be absent; guard it with `has({path})`"
    if path is not None:
        return f"`{path}` may be null; guard it with `{path} != null`"
    return "this may be null; choose between values that are present"


_VISITORS: dict[type[Node], Callable[..., Judgement]] = {
    Name: Checker.name,
    Select: Checker.select,
    Index: Checker.index,
    Call: Checker.call,
    Unary: Checker.unary,
    Binary: Checker.binary,
    Logic: Checker.logic,
    Conditional: Checker.conditional,
    ListLiteral: Checker.list_literal,
    MapLiteral: Checker.map_literal,
    Literal: Checker.literal,
    Comprehension: Checker.comprehension,
}
