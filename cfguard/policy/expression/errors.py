"""What goes wrong with an expression: before it runs, and while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

BUDGET = "budget exhausted"
DIVIDE_BY_ZERO = "divide by zero"
LIMIT = "too large"
NO_SUCH_KEY = "no such key"
NO_SUCH_OVERLOAD = "no such overload"
RANGE = "out of range"
VALUE = "invalid value"

_NOWHERE = Span(0, 0)


class ExpressionError(Exception):
    """The text is not an expression of this language, or cannot be right; ``span`` are offsets into it."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


class EvaluationError(Exception):
    """An expression failed on the values it was given; ``kind`` is one of this module's constants.

    An operation raises it without a place; the expression that called the operation adds its own (``at``).
    """

    def __init__(self, kind: str, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self._span = span

    @property
    def span(self) -> Span:
        """Offsets of the failed operation in the expression text."""
        return self._span or _NOWHERE

    def at(self, span: Span) -> EvaluationError:
        """The same error with a place, unless it has one already."""
        if self._span is None:
            self._span = span
        return self


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """The tail of a message that names the nearest known name, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(name, sorted(candidates), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""
