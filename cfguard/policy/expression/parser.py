"""From text to syntax tree: a recursive-descent parser of the CEL subset with bounded depth."""

from __future__ import annotations

from typing import Final

from cfguard.policy.expression import lexer, types
from cfguard.policy.expression.errors import ExpressionError
from cfguard.policy.expression.lexer import Token
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
from cfguard.policy.expression.values import INT_MAX, INT_MIN, UINT_MAX, UInt
from cfguard.text import Span

NESTING_LIMIT: Final = 40
HEIGHT_LIMIT: Final = 100
TEXT_LIMIT: Final = 20_000

_PRECEDENCE = {
    "||": 1, "&&": 2,
    "<": 3, "<=": 3, ">": 3, ">=": 3, "==": 3, "!=": 3, "in": 3,
    "+": 4, "-": 4, "*": 5, "/": 5, "%": 5,
}  # fmt: skip
_CONSTANTS: Final = {"true": (True, types.BOOL), "false": (False, types.BOOL), "null": (None, types.NULL)}
_RESERVED: Final = frozenset(
    {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "in", "let", "loop"}
    | {"package", "namespace", "return", "var", "void", "while"}
)
# How many arguments each macro takes, besides its receiver, by how many variables it binds.
MACROS: Final = {
    "all": {2: 1, 3: 2},
    "exists": {2: 1, 3: 2},
    "exists_one": {2: 1, 3: 2},
    "existsOne": {2: 1, 3: 2},
    "filter": {2: 1},
    "map": {2: 1, 3: 1},
    "transformList": {3: 2, 4: 2},
    "transformMap": {3: 2, 4: 2},
}


def parse(text: str, start: int = 0) -> Node:
    """The syntax tree of ``text``; ``start`` is added to every offset. Raises ExpressionError."""
    if len(text) > TEXT_LIMIT:
        raise ExpressionError(f"an expression has at most {TEXT_LIMIT} characters", Span(start, start + 1))
    return _Parser(lexer.tokenize(text, start)).whole()


def parse_hole(text: str, position: int, start: int) -> tuple[Node, int]:
    """The expression in ``text`` from ``position`` to its closing brace, and the position after the brace."""
    tokens = lexer.tokenize(text, start, position, hole=True)
    if tokens[-1][1] is None:
        raise ExpressionError(
            "the `{` of this expression is not closed", Span(position + start - 1, position + start)
        )
    return _Parser(tokens).whole(), tokens[-1][3] - start


class _Parser:
    __slots__ = ("depth", "index", "tokens")

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self.expression()
        if self.tokens[self.index][0] != lexer.END:
            raise self.unexpected("an operator or the end")
        return node

    # Tokens

    def at(self, operator: str) -> bool:
        return self.tokens[self.index][0] == operator

    def accept(self, operator: str) -> bool:
        if self.tokens[self.index][0] != operator:
            return False
        self.index += 1
        return True

    def expect(self, operator: str, wanted: str = "") -> int:
        """Pass over ``operator`` and give the offset of its end."""
        if not self.accept(operator):
            raise self.unexpected(wanted or f"`{operator}`")
        return self.tokens[self.index - 1][3]

    def unexpected(self, wanted: str) -> ExpressionError:
        kind, value, start, end = self.tokens[self.index]
        if kind == lexer.END:
            return ExpressionError(f"the expression ends where {wanted} is expected", Span(start, end))
        found = f"`{value}`" if kind in (value, lexer.IDENTIFIER) else f"a {kind}"
        return ExpressionError(f"found {found} where {wanted} is expected", Span(start, end))

    def checked(self, node: Node) -> Node:
        if node.height > HEIGHT_LIMIT:
            raise ExpressionError(f"the expression has more than {HEIGHT_LIMIT} levels", node.span)
        return node

    # Grammar, loosest first

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > NESTING_LIMIT:
            token = self.tokens[self.index]
            raise ExpressionError(
                f"the expression nests deeper than {NESTING_LIMIT} levels", Span(token[2], token[3])
            )
        node = self.binary(1)
        if self.accept("?"):
            then = self.binary(1)
            self.expect(":")
            node = self.checked(Conditional(node, then, self.expression()))
        self.depth -= 1
        return node

    def binary(self, lowest: int) -> Node:
        node = self.unary()
        while True:
            operator, _, start, end = self.tokens[self.index]
            precedence = _PRECEDENCE.get(operator, 0)
            if precedence < lowest:
                return node
            self.index += 1
            right = self.binary(precedence + 1)
            node = self.checked(_combine(operator, Span(start, end), node, right))

    def unary(self) -> Node:
        starts: list[tuple[str, int]] = []
        while self.at("!") or self.at("-"):
            token = self.tokens[self.index]
            starts.append((str(token[1]), token[2]))
            self.index += 1
        negative = (
            bool(starts) and starts[-1][0] == "-" and self.tokens[self.index][0] in (lexer.INT, lexer.DOUBLE)
        )
        node = self.member(self.number(-1, starts.pop()[1]) if negative else self.primary())
        for operator, start in reversed(starts):
            node = self.checked(Unary(start, node.end, operator, node))
        return node

    def member(self, node: Node) -> Node:
        while True:
            if self.accept("."):
                node = self.checked(self.selection(node))
            elif self.accept("["):
                key = self.expression()
                node = self.checked(Index(node.start, self.expect("]"), node, key))
            else:
                return node

    def selection(self, operand: Node) -> Node:
        kind, field, start, end = self.tokens[self.index]
        if kind not in (lexer.IDENTIFIER, lexer.QUOTED_IDENTIFIER):
            raise self.unexpected("the name of a field")
        self.index += 1
        name, span = str(field), Span(start, end)
        if kind == lexer.QUOTED_IDENTIFIER or not self.accept("("):
            return Select(operand.start, end, operand, name, span)
        arguments, end = self.arguments(")")
        if len(arguments) in MACROS.get(name, {}):
            return _comprehension(name, operand, arguments, end)
        return Call(operand.start, end, name, span, [operand, *arguments], method=True)

    def arguments(self, closing: str) -> tuple[list[Node], int]:
        """Expressions up to ``closing``, and the offset of its end; a list may end with a comma."""
        found: list[Node] = []
        while not self.at(closing):
            found.append(self.expression())
            if not self.accept(","):
                break
            if closing == ")" and self.at(closing):
                raise self.unexpected("an argument")
        return found, self.expect(closing, f"`,` or `{closing}`")

    def primary(self) -> Node:
        kind, value, start, end = self.tokens[self.index]
        if kind == lexer.IDENTIFIER:
            return self.identifier(str(value), start, end)
        if kind in (lexer.INT, lexer.UINT, lexer.DOUBLE):
            return self.number(1, start)
        if kind in (lexer.STRING, lexer.BYTES):
            self.index += 1
            return Literal(start, end, value, types.STRING if kind == lexer.STRING else types.BYTES)
        if self.accept("("):
            node = self.expression()
            self.expect(")")
            return node
        if self.accept("["):
            items, end = self.arguments("]")
            return self.checked(ListLiteral(start, end, items))
        if self.accept("{"):
            return self.mapping(start)
        raise self.unexpected("a value")

    def identifier(self, name: str, start: int, end: int) -> Node:
        if name in _RESERVED:
            raise ExpressionError(f"`{name}` is a reserved word", Span(start, end))
        self.index += 1
        if name in _CONSTANTS:
            return Literal(start, end, *_CONSTANTS[name])
        if not self.accept("("):
            return Name(start, end, name)
        arguments, closing = self.arguments(")")
        if name == "has":
            return _has(start, closing, arguments)
        return self.checked(Call(start, closing, name, Span(start, end), arguments, method=False))

    def mapping(self, start: int) -> Node:
        keys: list[Node] = []
        values: list[Node] = []
        while not self.at("}"):
            keys.append(self.expression())
            self.expect(":")
            values.append(self.expression())
            if not self.accept(","):
                break
        return self.checked(MapLiteral(start, self.expect("}", "`,` or `}`"), keys, values))

    def number(self, sign: int, start: int) -> Literal:
        kind, value, _, end = self.tokens[self.index]
        self.index += 1
        if isinstance(value, float):
            return Literal(start, end, sign * value, types.DOUBLE)
        number = sign * value if isinstance(value, int) else 0
        if kind == lexer.UINT and number <= UINT_MAX:
            return Literal(start, end, UInt(number), types.UINT)
        if kind == lexer.INT and INT_MIN <= number <= INT_MAX:
            return Literal(start, end, number, types.INT)
        raise ExpressionError("the number does not fit into 64 bits", Span(start, end))


def _combine(operator: str, span: Span, left: Node, right: Node) -> Node:
    if operator not in ("&&", "||"):
        return Binary(operator, span, left, right)
    if isinstance(left, Logic) and left.operator == operator:
        return Logic(operator, [*left.terms, right])
    return Logic(operator, [left, right])


def _has(start: int, end: int, arguments: list[Node]) -> Node:
    if len(arguments) != 1 or not isinstance(arguments[0], Select) or arguments[0].test:
        raise ExpressionError("`has` takes one field, as in `has(self.name)`", Span(start, end))
    node = arguments[0]
    node.start, node.end, node.test = start, end, True
    return node


def _comprehension(macro: str, source: Node, arguments: list[Node], end: int) -> Node:
    count = MACROS[macro][len(arguments)]
    variables: list[Name] = []
    for argument in arguments[:count]:
        if not isinstance(argument, Name):
            raise ExpressionError(f"`{macro}` binds a plain name here", argument.span)
        if argument.name in [other.name for other in variables]:
            raise ExpressionError(f"`{argument.name}` is bound twice", argument.span)
        variables.append(argument)
    rest = arguments[count:]
    if macro == "filter":
        return Comprehension(source.start, end, macro, source, variables, rest[0], variables[0])
    condition = rest[0] if len(rest) > 1 else None
    name = "exists_one" if macro == "existsOne" else macro
    return Comprehension(source.start, end, name, source, variables, condition, rest[-1])
