"""Functions that D1's SQLite has and an older one lacks, with the same names and numbers of arguments."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import lru_cache
from typing import Any


def _concat(*values: object) -> str:
    return "".join(_text(value) for value in values if value is not None)


def _concat_with(separator: object, *values: object) -> str | None:
    if separator is None:
        return None
    return _text(separator).join(_text(value) for value in values if value is not None)


def _octet_length(value: object) -> int | None:
    if value is None:
        return None
    return len(value) if isinstance(value, bytes) else len(_text(value).encode())


def _unhex(value: object, ignored: object = "") -> bytes | None:
    if value is None or ignored is None:
        return None
    digits = "".join(each for each in _text(value) if each not in _text(ignored))
    try:
        return bytes.fromhex(digits) if " " not in digits else None
    except ValueError:
        return None


def _iif(condition: object, value: object) -> object:
    return value if condition else None


def _nothing(*values: object) -> None:
    """For functions whose result no schema depends on: NULL keeps constraints quiet."""


#: The modifier for fractions of a second, which SQLite knows since 3.42; ORMs put it into defaults.
_FRACTIONS = ("subsec", "subsecond")
_SINCE_FRACTIONS = (3, 42)


@lru_cache(maxsize=1)
def _own_connection() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", check_same_thread=False)


def _without_fractions(name: str) -> Callable[..., Any]:
    """A function of dates that takes the modifier and forgets the fraction."""
    own = _own_connection()

    def call(*values: object) -> object:
        kept = [value for value in values if not (isinstance(value, str) and value.lower() in _FRACTIONS)]
        marks = ", ".join("?" for _ in kept)
        return own.execute(f"SELECT {name}({marks})", kept).fetchone()[0]

    return call


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


#: Name, numbers of arguments (-1: any), the SQLite that has it, and what stands in for it.
_SUBSTITUTES: tuple[tuple[str, tuple[int, ...], tuple[int, int], Callable[..., Any]], ...] = (
    ("unhex", (1, 2), (3, 41), _unhex),
    ("octet_length", (1,), (3, 43), _octet_length),
    ("timediff", (2,), (3, 43), _nothing),
    ("concat", (-1,), (3, 44), _concat),
    ("concat_ws", (-1,), (3, 44), _concat_with),
    ("json_valid", (2,), (3, 45), lambda value, flags: 1),
    ("jsonb", (1,), (3, 45), _nothing),
    ("jsonb_array", (-1,), (3, 45), _nothing),
    ("jsonb_extract", (-1,), (3, 45), _nothing),
    ("jsonb_insert", (-1,), (3, 45), _nothing),
    ("jsonb_object", (-1,), (3, 45), _nothing),
    ("jsonb_patch", (2,), (3, 45), _nothing),
    ("jsonb_remove", (-1,), (3, 45), _nothing),
    ("jsonb_replace", (-1,), (3, 45), _nothing),
    ("jsonb_set", (-1,), (3, 45), _nothing),
    ("iif", (2,), (3, 48), _iif),
)


def install(create: Callable[..., Any], version: tuple[int, int, int], wanted: tuple[int, int, int]) -> None:
    """Give a connection of the standard library what D1's SQLite (``wanted``) has and its own lacks."""
    for name, counts, since, function in _SUBSTITUTES:
        for count in counts if version < since <= wanted else ():
            create(name, count, function, deterministic=True)
    if version < _SINCE_FRACTIONS <= wanted:
        for name in ("unixepoch", "datetime"):
            create(name, -1, _without_fractions(name), deterministic=True)
