"""Cron triggers: five fields with extensions of their own, which nobody reads before the API does.

The grammar is that of Cloudflare's open parser (github.com/cloudflare/saffron, read 2026-11-22): days of the
week count from 1, Sunday; `L`, `W` and `#` as in Quartz; no `?`, no seconds, no `@daily`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cfguard.model.entity import Entity, field, text_of
from cfguard.model.values import is_template_text
from cfguard.model.worker import Environment
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Document, Node

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_ITEM = lazy(r"(\*|[0-9]+|[A-Za-z]+)(?:-([0-9]+|[A-Za-z]+))?(?:/([0-9]+))?")
_LAST_DAY = lazy(r"L(?:-([0-9]+)W?|W)?")
_NEAR_WEEKDAY = lazy(r"([0-9]+)W")
_NTH = lazy(r"([0-9]+|[A-Za-z]{3})(?:L|#([0-9]+))")
_LONGEST = 200


class _Field(NamedTuple):
    """One of the five fields: what it counts, its bounds, and the names that stand for numbers."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def fault(self, text: str) -> str | None:
        """Why a field is no such field, or None."""
        if text == "*" or self._is_special(text):
            return None
        items = text.split(",")
        for index, item in enumerate(items):
            match = _ITEM.fullmatch(item)
            if match is None or (match[1] == "*" and match[2] is not None):
                return f"the {self.name} `{text}` cannot be read"
            if match[1] == "*" and match[3] is None and index == 0:
                return f"the {self.name} `{text}` goes on after `*`"
            for value in (match[1], match[2]):
                if value is not None and value != "*" and not self._holds(value):
                    return f"the {self.name} `{value}` is not in {self._range()}"
            if match[3] is not None and not 1 <= _number(match[3]) <= self.high - self.low:
                return f"the step `/{match[3]}` of the {self.name} is not in 1 to {self.high - self.low}"
        return None

    def _is_special(self, text: str) -> bool:
        if self.name == "day of the month":
            last = _LAST_DAY.fullmatch(text)
            if last is not None:
                return last[1] is None or 1 <= _number(last[1]) <= 30
            near = _NEAR_WEEKDAY.fullmatch(text)
            return near is not None and self._holds(near[1])
        if self.name == "weekday":
            nth = _NTH.fullmatch(text)
            if nth is not None:
                return self._holds(nth[1]) and (nth[2] is None or 1 <= _number(nth[2]) <= 5)
            return text == "L"
        return False

    def _holds(self, value: str) -> bool:
        return value.upper() in self.names if not value.isdigit() else self.low <= _number(value) <= self.high

    def _range(self) -> str:
        named = f" or {self.names[0]} to {self.names[-1]}" if self.names else ""
        return f"{self.low} to {self.high}{named}"


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("weekday", 1, 7, _DAYS),
)


def cron_fault(text: str) -> str | None:
    """Why the API refuses a cron expression, as the end of a sentence; None where it takes it."""
    if len(text) > _LONGEST:
        return f"it has {len(text)} characters"
    parts = text.split()
    if len(parts) != len(_FIELDS):
        return f"it has {len(parts)} field{'s' * (len(parts) != 1)}, and {len(_FIELDS)} are expected"
    found = (each.fault(part) for each, part in zip(_FIELDS, parts, strict=True))
    return next((fault for fault in found if fault is not None), None)


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= 3 else 1000


class Cron(Entity):
    """One cron trigger as an environment's own config states it."""

    expression_type = "cron"

    def __init__(self, environment: Environment, document: Document, node: Node) -> None:
        super().__init__(document, node)
        self._environment, self._node = environment, node

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._environment.belongs_to()

    def is_whole(self) -> bool:
        return self._environment.is_whole()

    @field
    def text(self) -> str | None:
        """The expression, if it is a string."""
        return text_of(self._node)

    @field
    def fault(self) -> str | None:
        """Why the API refuses it, as the end of a sentence; absent where it takes it or a tool fills it in."""
        if self.text is None:
            return "it is no text"
        return None if is_template_text(self.text) else cron_fault(self.text)

    @field
    def environment(self) -> Environment:
        """The environment that states it."""
        return self._environment


def crons(environments: Iterable[Environment]) -> Iterator[Cron]:
    """The cron triggers that environments state themselves."""
    for environment in environments:
        array = environment.own("triggers", "crons")
        if array is not None and environment.document is not None:
            for node in array.items:
                yield Cron(environment, environment.document, node)
