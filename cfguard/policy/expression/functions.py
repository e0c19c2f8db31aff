"""The functions of the language: their static signatures, and the Python functions that do the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfguard.policy.expression import conversions, lists, texts, times, types
from cfguard.policy.expression.types import (
    BOOL,
    BYTES,
    DATE,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    TYPE,
    UINT,
    ListType,
    MapType,
    Type,
)
from cfguard.policy.expression.values import type_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cfguard.policy.expression.matching import Pattern

ANY_LIST = ListType(DYN)
ANY_MAP = MapType(DYN, DYN)
STRINGS = ListType(STRING)


class Overload:
    """One signature. A method's receiver is its first parameter.

    ``fails``: its arguments alone can make it fail. ``budgeted``: the function takes the budget first.
    ``free``: takes no time that depends on the size of its arguments. ``shows``: its result is not masked,
    because it hands on values unchanged or shows only what may be shown. ``largest`` bounds a whole-number
    result. ``pattern`` compiles the last argument, which must then be a literal.
    """

    __slots__ = (
        "budgeted", "fails", "free", "kinds", "largest", "parameters", "pattern", "result", "run", "shows",
    )  # fmt: skip

    def __init__(
        self,
        parameters: tuple[Type, ...],
        result: Type | Callable[[list[Type]], Type],
        run: Callable[..., object],
        *,
        fails: bool = False,
        budgeted: bool = False,
        free: bool = False,
        shows: bool = False,
        largest: int = 0,
        pattern: Callable[[str], Pattern] | None = None,
    ) -> None:
        self.parameters = parameters
        self.kinds = tuple([parameter.kind for parameter in parameters])
        self.result = result
        self.run = run
        self.fails = fails
        self.budgeted = budgeted
        self.free = free
        self.shows = shows
        self.largest = largest
        self.pattern = pattern


FUNCTIONS: dict[str, list[Overload]] = {}
METHODS: dict[str, list[Overload]] = {}
INJECTED = {"age_days": "today"}
"""Functions that take a variable of the scope as one more argument."""


def _function(
    name: str, parameters: tuple[Type, ...], result: Any, run: Callable[..., object], **traits: Any
) -> None:
    FUNCTIONS.setdefault(name, []).append(Overload(parameters, result, run, **traits))


def _method(
    name: str, parameters: tuple[Type, ...], result: Any, run: Callable[..., object], **traits: Any
) -> None:
    METHODS.setdefault(name, []).append(Overload(parameters, result, run, **traits))


def _same(value: object) -> object:
    return value


def _conversions() -> None:
    for type in (BOOL, INT, UINT, DOUBLE, STRING, BYTES, TIMESTAMP, DURATION, DATE):
        run = conversions.int_from_number if type is INT else _same
        _function(type.kind, (type,), type, run, shows=True, free=True)
    _function("bool", (STRING,), BOOL, conversions.bool_from_text, fails=True)
    _function("int", (STRING,), INT, conversions.int_from_text, fails=True)
    _function("int", (UINT,), INT, conversions.int_from_number, fails=True)
    _function("int", (DOUBLE,), INT, conversions.int_from_double, fails=True)
    _function("int", (TIMESTAMP,), INT, conversions.int_from_timestamp)
    _function("uint", (STRING,), UINT, conversions.uint_from_text, fails=True)
    _function("uint", (INT,), UINT, conversions.uint_from_number, fails=True)
    _function("uint", (DOUBLE,), UINT, conversions.uint_from_double, fails=True)
    _function("double", (STRING,), DOUBLE, conversions.double_from_text, fails=True)
    _function("double", (INT,), DOUBLE, conversions.double_from_number)
    _function("double", (UINT,), DOUBLE, conversions.double_from_number)
    _function("bytes", (STRING,), BYTES, conversions.bytes_from_text, fails=True)
    _function("string", (BOOL,), STRING, conversions.text_from_bool)
    _function("string", (INT,), STRING, conversions.text_from_number)
    _function("string", (UINT,), STRING, conversions.text_from_number)
    _function("string", (DOUBLE,), STRING, conversions.text_from_double)
    _function("string", (BYTES,), STRING, conversions.text_from_bytes, fails=True)
    _function("string", (TIMESTAMP,), STRING, times.text_from_timestamp)
    _function("string", (DURATION,), STRING, times.text_from_duration)
    _function("string", (DATE,), STRING, lambda day: day.isoformat())
    _function("timestamp", (STRING,), TIMESTAMP, times.timestamp_from_text, fails=True)
    _function("timestamp", (INT,), TIMESTAMP, times.timestamp_from_seconds, fails=True)
    _function("duration", (STRING,), DURATION, times.duration_from_text, fails=True)
    _function("date", (STRING,), DATE, times.date_from_text, fails=True)
    _function("date", (TIMESTAMP,), DATE, times.date_from_timestamp)
    _function("dyn", (DYN,), DYN, _same, shows=True, free=True)
    _function("type", (DYN,), TYPE, type_of, free=True)


def _texts() -> None:
    _method("contains", (STRING, STRING), BOOL, lambda text, part: part in text)
    _method("startsWith", (STRING, STRING), BOOL, lambda text, part: text.startswith(part))
    _method("endsWith", (STRING, STRING), BOOL, lambda text, part: text.endswith(part))
    for declare in (_function, _method):
        declare("matches", (STRING, STRING), BOOL, _no_pattern, pattern=_regex)
    _function("glob", (STRING, STRING), BOOL, _no_pattern, pattern=_glob)
    _method("charAt", (STRING, INT), STRING, texts.char_at, fails=True)
    _method("indexOf", (STRING, STRING), INT, texts.index_of, largest=2**20)
    _method("indexOf", (STRING, STRING, INT), INT, texts.index_of, fails=True, largest=2**20)
    _method("lastIndexOf", (STRING, STRING), INT, texts.last_index_of, largest=2**20)
    _method("lastIndexOf", (STRING, STRING, INT), INT, texts.last_index_of_from, fails=True, largest=2**20)
    _method("lowerAscii", (STRING,), STRING, texts.lower_ascii)
    _method("upperAscii", (STRING,), STRING, texts.upper_ascii)
    _method("trim", (STRING,), STRING, texts.trim)
    _method("replace", (STRING, STRING, STRING), STRING, texts.replace)
    _method("replace", (STRING, STRING, STRING, INT), STRING, texts.replace)
    _method("split", (STRING, STRING), STRINGS, texts.split)
    _method("split", (STRING, STRING, INT), STRINGS, texts.split)
    _method("substring", (STRING, INT), STRING, texts.substring, fails=True)
    _method("substring", (STRING, INT, INT), STRING, texts.substring_between, fails=True)
    _method("join", (STRINGS,), STRING, texts.join)
    _method("join", (STRINGS, STRING), STRING, texts.join)
    _function("quote_list", (STRINGS,), STRING, texts.quote_list)
    _function("url_host", (STRING,), STRING, texts.url_host, shows=True)


def _regex(pattern: str) -> Pattern:
    from cfguard.policy.expression.patterns import compile_regex  # few rules have one

    return compile_regex(pattern)


def _glob(pattern: str) -> Pattern:
    from cfguard.policy.expression.patterns import compile_glob

    return compile_glob(pattern)


def _no_pattern(*_: object) -> object:
    raise AssertionError("the compiler puts the compiled pattern here")


def _collections() -> None:
    for type in (STRING, BYTES, ANY_LIST, ANY_MAP):
        _function("size", (type,), INT, len, free=True, largest=2**40)
        _method("size", (type,), INT, len, free=True, largest=2**40)
    for item in (STRING, INT, UINT, DOUBLE, BOOL, BYTES, DATE, TIMESTAMP, DURATION):
        _function("sorted", (ListType(item),), lambda given: given[0], lists.ordered, shows=True)
    _function("distinct", (ANY_LIST,), lambda given: given[0], lists.distinct, shows=True, budgeted=True)
    _function("get", (ANY_MAP, DYN, DYN), _value_or_default, lists.get, shows=True, budgeted=True, free=True)


def _value_or_default(given: list[Type]) -> Type:
    return types.join(given[0].parts[1], given[2]) if given[0].kind == "map" else DYN


def _times() -> None:
    _function("months_before", (DATE, INT), DATE, times.months_before)
    _function("age_days", (DATE, DATE), INT, times.age_days, largest=2**23)
    for name, part in times.PARTS.items():
        _method(name, (TIMESTAMP,), INT, _of_utc(part), largest=2**14)
        _method(name, (TIMESTAMP, STRING), INT, _of_zone(part), fails=True, largest=2**14)
    for name, part in times.DURATION_PARTS.items():
        _method(name, (DURATION,), INT, part, largest=2**40)


def _of_utc(part: Callable[[Any], int]) -> Callable[[Any], int]:
    return lambda time: part(times.utc(time))


def _of_zone(part: Callable[[Any], int]) -> Callable[[Any, str], int]:
    return lambda time, zone: part(times.in_zone(time, zone))


_conversions()
_texts()
_collections()
_times()
