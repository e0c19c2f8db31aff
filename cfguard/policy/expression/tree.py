"""The syntax tree of an expression: small records with offsets, made once by the parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.text import Span

if TYPE_CHECKING:
    from cfguard.policy.expression.matching import Pattern
    from cfguard.policy.expression.types import Type


class Node:
    """Any part of an expression; ``height`` and ``weight`` bound recursion and work."""

    __slots__ = ("end", "height", "start", "weight")

    height: int
    weight: int

    def __init__(self, start: int, end: int, *children: Node) -> None:
        self.start = start
        self.end = end
        height, weight = 0, 1
        for child in children:
            weight += child.weight
            if child.height > height:
                height = child.height
        self.height = height + 1
        self.weight = weight

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


class Literal(Node):
    """A constant; ``value`` is the Python value."""

    __slots__ = ("type", "value")

    def __init__(self, start: int, end: int, value: object, type: Type) -> None:
        super().__init__(start, end)
        self.value = value
        self.type = type


class Name(Node):
    """A variable, or the name of a type."""

    __slots__ = ("name",)

    def __init__(self, start: int, end: int, name: str) -> None:
        super().__init__(start, end)
        self.name = name


class Select(Node):
    """``operand.field``, or ``has(operand.field)`` when ``test`` is set; ``field_*`` is the field alone."""

    __slots__ = ("field", "field_end", "field_start", "operand", "test")

    def __init__(self, start: int, end: int, operand: Node, field: str, field_span: Span) -> None:
        super().__init__(start, end, operand)
        self.operand = operand
        self.field = field
        self.field_start, self.field_end = field_span
        self.test = False


class Index(Node):
    """``operand[key]``."""

    __slots__ = ("key", "operand")

    def __init__(self, start: int, end: int, operand: Node, key: Node) -> None:
        super().__init__(start, end, operand, key)
        self.operand = operand
        self.key = key


class Call(Node):
    """``name(arguments)`` or ``receiver.name(arguments)``; a receiver is the first of ``arguments``.

    The checker puts a compiled ``pattern`` here if the function takes one.
    """

    __slots__ = ("arguments", "method", "name", "name_span", "pattern")

    def __init__(
        self, start: int, end: int, name: str, name_span: Span, arguments: list[Node], *, method: bool
    ) -> None:
        super().__init__(start, end, *arguments)
        self.name = name
        self.name_span = name_span
        self.arguments = arguments
        self.method = method
        self.pattern: Pattern | None = None


class Unary(Node):
    """``!operand`` or ``-operand``."""

    __slots__ = ("operand", "operator")

    def __init__(self, start: int, end: int, operator: str, operand: Node) -> None:
        super().__init__(start, end, operand)
        self.operator = operator
        self.operand = operand


class Binary(Node):
    """Arithmetic, comparison, equality or ``in``."""

    __slots__ = ("left", "operator", "operator_span", "right")

    def __init__(self, operator: str, operator_span: Span, left: Node, right: Node) -> None:
        super().__init__(left.start, right.end, left, right)
        self.operator = operator
        self.operator_span = operator_span
        self.left = left
        self.right = right


class Logic(Node):
    """A chain of ``&&`` or of ``||``, flat so that long chains stay shallow."""

    __slots__ = ("operator", "terms")

    def __init__(self, operator: str, terms: list[Node]) -> None:
        super().__init__(terms[0].start, terms[-1].end, *terms)
        self.operator = operator
        self.terms = terms


class Conditional(Node):
    """``test ? then : otherwise``."""

    __slots__ = ("otherwise", "test", "then")

    def __init__(self, test: Node, then: Node, otherwise: Node) -> None:
        super().__init__(test.start, otherwise.end, test, then, otherwise)
        self.test = test
        self.then = then
        self.otherwise = otherwise


class ListLiteral(Node):
    """``[a, b]``."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int, items: list[Node]) -> None:
        super().__init__(start, end, *items)
        self.items = items


class MapLiteral(Node):
    """``{key: value}``."""

    __slots__ = ("keys", "values")

    def __init__(self, start: int, end: int, keys: list[Node], values: list[Node]) -> None:
        super().__init__(start, end, *keys, *values)
        self.keys = keys
        self.values = values


class Comprehension(Node):
    """A macro over a list or map: one variable (item or key), or two (index and item, key and value).

    ``condition`` filters what ``body`` is computed for; only ``map`` and the transforms have one.
    """

    __slots__ = ("body", "condition", "macro", "source", "variables")

    def __init__(
        self,
        start: int,
        end: int,
        macro: str,
        source: Node,
        variables: list[Name],
        condition: Node | None,
        body: Node,
    ) -> None:
        super().__init__(start, end, source, body, *([condition] if condition else []))
        self.macro = macro
        self.source = source
        self.variables = variables
        self.condition = condition
        self.body = body
