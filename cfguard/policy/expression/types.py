"""Static types: what the host says about its variables, so that mistakes are found before a rule runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Type:
    """A static type: its kind (the word that also names the kind of a value), its parts, its name."""

    __slots__ = ("kind", "name", "parts")

    def __init__(self, kind: str, *parts: Type, name: str = "") -> None:
        self.kind = kind
        self.parts = parts
        self.name = name

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Type)
            and self.kind == other.kind
            and self.parts == other.parts
            and self.name == other.name
        )

    def __hash__(self) -> int:
        return hash((self.kind, self.parts, self.name))

    def __str__(self) -> str:
        return f"{self.kind}({', '.join(map(str, self.parts))})" if self.parts else self.name or self.kind

    __repr__ = __str__


class ListType(Type):
    """A list whose items have one type."""

    __slots__ = ()

    def __init__(self, item: Type) -> None:
        super().__init__("list", item)

    @property
    def item(self) -> Type:
        return self.parts[0]


class MapType(Type):
    """A map whose keys have one type, and its values another."""

    __slots__ = ()

    def __init__(self, key: Type, value: Type) -> None:
        super().__init__("map", key, value)

    @property
    def key(self) -> Type:
        return self.parts[0]

    @property
    def value(self) -> Type:
        return self.parts[1]


class OptionalType(Type):
    """A value that may be absent: it reads as null, which operators refuse until a guard stands before it."""

    __slots__ = ()

    def __init__(self, item: Type) -> None:
        super().__init__("optional", item)

    @property
    def item(self) -> Type:
        return self.parts[0]


class ObjectType(Type):
    """One of the host's own entities; its fields are in the scope's ``objects`` under this name."""

    __slots__ = ()

    def __init__(self, name: str) -> None:
        super().__init__("object", name=name)


DYN = Type("dyn")
BOOL = Type("bool")
INT = Type("int")
UINT = Type("uint")
DOUBLE = Type("double")
STRING = Type("string")
BYTES = Type("bytes")
NULL = Type("null")
DATE = Type("date")
TIMESTAMP = Type("timestamp")
DURATION = Type("duration")
TYPE = Type("type")
NEVER = Type("nothing")
"""The item type of ``[]``: it fits wherever any type is wanted."""

NUMBERS = frozenset({"int", "uint", "double"})
ORDERED = NUMBERS | {"bool", "string", "bytes", "date", "timestamp", "duration"}


class Fields(Protocol):
    """What the host says about one object type, and how a field of it is read."""

    def field_type(self, name: str) -> Type | None:
        """The field's type, or None if there is no such field."""

    def names(self) -> Iterable[str]:
        """Every field, for suggestions."""

    def read(self, obj: object, name: str) -> object:
        """The field's value in ``obj``; None says that it is absent."""


class Scope:
    """The names an expression may use.

    ``variables`` gives each its type, ``objects`` the fields of each object type by name; ``assumed`` are
    access paths (``self.compatibility_date``) known to be present because an earlier expression proved it.
    """

    __slots__ = ("assumed", "objects", "variables")

    def __init__(
        self,
        variables: Mapping[str, Type],
        objects: Mapping[str, Fields] | None = None,
        assumed: Iterable[str] = (),
    ) -> None:
        self.variables = variables
        self.objects: Mapping[str, Fields] = objects or {}
        self.assumed = frozenset(assumed)


def join(left: Type, right: Type) -> Type:
    """The smallest type that holds both: of a list's items, or of the two results of a condition."""
    if left == right or right.kind == "nothing":
        return left
    if left.kind == "nothing":
        return right
    if "null" in (left.kind, right.kind):
        return OptionalType(present(left if right.kind == "null" else right))
    if "optional" in (left.kind, right.kind):
        return OptionalType(join(present(left), present(right)))
    if left.kind == right.kind == "list":
        return ListType(join(left.parts[0], right.parts[0]))
    if left.kind == right.kind == "map":
        return MapType(join(left.parts[0], right.parts[0]), join(left.parts[1], right.parts[1]))
    return DYN


def assignable(given: Type, wanted: Type) -> bool:
    """Whether ``given`` may stand where ``wanted`` is expected; ``dyn`` may, and is checked when it runs."""
    if "dyn" in (given.kind, wanted.kind) or given.kind == "nothing" or given == wanted:
        return True
    return given.kind == wanted.kind and all(map(assignable, given.parts, wanted.parts)) and bool(given.parts)


def certain(given: Type, wanted: Type) -> bool:
    """Whether an assignable type needs no check at run time."""
    if wanted.kind == "dyn" or given.kind == "nothing" or given == wanted:
        return True
    return given.kind == wanted.kind and bool(given.parts) and all(map(certain, given.parts, wanted.parts))


def comparable(left: Type, right: Type) -> bool:
    """Whether two values of these types can ever be equal; null can be compared with everything."""
    first, second = present(left).kind, present(right).kind
    return (
        first == second
        or (first in NUMBERS and second in NUMBERS)
        or bool({"dyn", "nothing", "null"} & {first, second})
    )


def present(of: Type) -> Type:
    """The type without its optionality."""
    return of.parts[0] if of.kind == "optional" else of
