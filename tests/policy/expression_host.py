"""A small host for the tests: two object types, their fields, and values that fit them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from cfguard.policy.expression import (
    BOOL,
    DATE,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    Budget,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    Scope,
    Type,
    compile_expression,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

TODAY = datetime.date(2026, 11, 22)


class Database:
    expression_type = "database"

    def __init__(self, id: str | None) -> None:
        self.id = id


class Worker:
    expression_type = "worker"

    def __init__(self, name: str | None, compatibility_date: datetime.date | None = None) -> None:
        self.name = name
        self.compatibility_date = compatibility_date
        self.vars = {"A": "1"}
        self.databases = [Database("d1"), Database(None)]
        self.main = self.databases[0]


class Attributes:
    """Fields that are attributes of the same name."""

    def __init__(self, types: dict[str, Type]) -> None:
        self.types = types

    def field_type(self, name: str) -> Type | None:
        return self.types.get(name)

    def names(self) -> Iterable[str]:
        return self.types

    def read(self, obj: object, name: str) -> object:
        return getattr(obj, name)


OBJECTS = {
    "worker": Attributes(
        {
            "name": OptionalType(STRING),
            "compatibility_date": OptionalType(DATE),
            "vars": MapType(STRING, STRING),
            "databases": ListType(ObjectType("database")),
            "main": OptionalType(ObjectType("database")),
        }
    ),
    "database": Attributes({"id": OptionalType(STRING)}),
}
VARIABLES: dict[str, Type] = {
    "self": ObjectType("worker"),
    "workers": ListType(ObjectType("worker")),
    "today": DATE,
    "now": TIMESTAMP,
    "flag": BOOL,
    "count": INT,
    "text": STRING,
    "texts": ListType(STRING),
    "table": MapType(STRING, INT),
    "any": DYN,
}
VALUES: dict[str, object] = {
    "self": Worker("api", datetime.date(2026, 1, 10)),
    "workers": [Worker("api"), Worker(None)],
    "today": TODAY,
    "now": datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC),
    "flag": True,
    "count": 3,
    "text": "hello",
    "texts": ["a", "b"],
    "table": {"one": 1},
    "any": {"list": [1, "x", None], "nested": {"deep": 1.5}, "day": TODAY},
}


def scope(assumed: Iterable[str] = ()) -> Scope:
    return Scope(VARIABLES, OBJECTS, assumed)


def run(text: str, **values: object) -> object:
    """Compile and evaluate with the host's values, some of them replaced."""
    return compile_expression(text, scope()).evaluate(VALUES | values, Budget())
