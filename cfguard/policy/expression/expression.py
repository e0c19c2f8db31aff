"""A compiled expression, and the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.policy.expression.check import Checker
from cfguard.policy.expression.compile import Compiler
from cfguard.policy.expression.errors import LIMIT, VALUE, EvaluationError
from cfguard.policy.expression.facts import presences
from cfguard.policy.expression.parser import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cfguard.policy.expression.tree import Node
    from cfguard.policy.expression.types import Scope
    from cfguard.policy.expression.values import Budget


class Expression:
    """A checked expression, ready to run any number of times.

    ``type`` is its static type, ``names`` the variables it reads, ``implies`` the access paths present
    when it is true, and ``may_fail`` every operation that some values could make fail, with its place: an
    expression where it is empty can fail only by exhausting a limit.
    """

    __slots__ = ("_locals", "_run", "_span", "implies", "may_fail", "names", "text", "type")

    def __init__(self, text: str, node: Node, scope: Scope) -> None:
        checker = Checker(scope)
        judgement = checker.check(node, scope.assumed)
        compiler = Compiler(scope, checker.names)
        self.text = text
        self.type = judgement.type
        self.names = tuple(checker.names)
        self.implies = presences(judgement.true)
        self.may_fail = tuple(checker.failures)
        self._run = compiler.compile(node)
        self._locals = [None] * (compiler.size - 1 - len(self.names))
        self._span = node.span

    def evaluate(self, values: Mapping[str, object], budget: Budget) -> object:
        """The expression's value, in plain Python classes. Raises EvaluationError.

        ``values`` must hold every one of ``names``; the work done is taken from ``budget``.
        """
        try:
            frame = [budget, *[values[name] for name in self.names], *self._locals]
        except KeyError as error:
            raise EvaluationError(VALUE, f"there is no value for `{error.args[0]}`", self._span) from None
        try:
            return self._run(frame)
        except RecursionError:
            raise EvaluationError(LIMIT, "values nest too deep", self._span) from None


def compile_expression(text: str, scope: Scope, *, start: int = 0) -> Expression:
    """Parse, check and compile ``text``. Raises ExpressionError; ``start`` is added to its offsets."""
    return Expression(text, parse(text, start), scope)
