"""Messages with expressions in them: ``{self.name} is {age_days(self.date)} days old``."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from cfguard.policy.expression.conversions import text_from_double
from cfguard.policy.expression.errors import ExpressionError
from cfguard.policy.expression.expression import Expression
from cfguard.policy.expression.parser import parse_hole
from cfguard.policy.expression.texts import check_size
from cfguard.policy.expression.times import text_from_duration, text_from_timestamp
from cfguard.policy.expression.values import INT_MIN, UINT_MAX, Budget, TypeValue
from cfguard.sensitive import Sensitive
from cfguard.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cfguard.policy.expression.types import Scope

_SHOWN_DEPTH = 4


class Template:
    """Literal text and expressions in turn; ``may_fail`` and ``names`` are those of all its expressions."""

    __slots__ = ("may_fail", "names", "parts", "text")

    def __init__(self, text: str, parts: list[str | Expression]) -> None:
        self.text = text
        self.parts = tuple(parts)
        expressions = [part for part in parts if isinstance(part, Expression)]
        self.names = frozenset[str]().union(*[expression.names for expression in expressions])
        self.may_fail = tuple(failure for expression in expressions for failure in expression.may_fail)

    def render(self, values: Mapping[str, object], budget: Budget) -> str:
        """The text with each hole replaced by its value; masked text stays masked. Raises EvaluationError."""
        shown = [
            part if isinstance(part, str) else show(part.evaluate(values, budget), budget)
            for part in self.parts
        ]
        check_size(sum(map(len, shown)))
        return "".join(shown)


def compile_template(text: str, scope: Scope, *, start: int = 0) -> Template:
    """Compile a message; ``{{`` and ``}}`` are braces. Raises ExpressionError with offsets into ``text``."""
    parts: list[str | Expression] = []
    literal: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        if text.startswith(("{{", "}}"), position):
            literal.append(character)
            position += 2
        elif character == "{":
            node, end = parse_hole(text, position + 1, start)
            parts.extend(("".join(literal), Expression(text[position + 1 : end - 1], node, scope)))
            literal.clear()
            position = end
        elif character == "}":
            raise ExpressionError(
                "a brace that opens nothing is written `}}`", Span(position + start, position + start + 1)
            )
        else:
            braces = [place for brace in "{}" if (place := text.find(brace, position)) >= 0]
            end = min(braces, default=len(text))
            literal.append(text[position:end])
            position = end
    parts.append("".join(literal))
    return Template(text, [part for part in parts if part != ""])


def show(value: object, budget: Budget, depth: int = 0) -> str:
    """A value as a person reads it in a message; nothing of the host's objects but their type."""
    budget.charge(1)
    if isinstance(value, str):
        return str(value) if isinstance(value, Sensitive) else value
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value) if INT_MIN <= value <= UINT_MAX else "a number of more than 64 bits"
    if isinstance(value, float):
        return text_from_double(value)
    if isinstance(value, datetime.datetime):
        return text_from_timestamp(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return text_from_duration(value)
    if isinstance(value, list | tuple | dict):
        return _show_many(value, budget, depth)
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, TypeValue):
        return value.name
    return str(getattr(value, "expression_type", type(value).__name__))


def _show_many(
    value: list[object] | tuple[object, ...] | dict[object, object], budget: Budget, depth: int
) -> str:
    if depth >= _SHOWN_DEPTH:
        return "…"
    if isinstance(value, dict):
        shown = [f"{show(key, budget)}: {show(item, budget, depth + 1)}" for key, item in value.items()]
    else:
        shown = [show(item, budget, depth + 1) for item in value]
    check_size(sum(map(len, shown)) + 2 * len(shown))
    return ", ".join(shown)
