"""What rules may name: the fields of the model, read off the model itself, as types of the expression language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.entity import Entity, fields_of
from cfguard.model.project import ENTITIES
from cfguard.pattern import lazy
from cfguard.policy.expression.types import (
    BOOL,
    DATE,
    DOUBLE,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    Fields,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    Type,
)
from cfguard.policy.select import NodeEntity

_SIMPLE: Mapping[str, Type] = {
    "str": STRING,
    "bool": BOOL,
    "int": INT,
    "float": DOUBLE,
    "date": DATE,
    "datetime": TIMESTAMP,
    "object": DYN,
}
_ALL: tuple[type[Entity], ...] = (*ENTITIES, DiagnosticEntity, NodeEntity)
_CLASSES: Mapping[str, type[Entity]] = {entity.__name__: entity for entity in _ALL}
_TUPLE = lazy(r"tuple\[(.+), \.\.\.\]\Z")
_MAPPING = lazy(r"Mapping\[str, (.+)\]\Z")


def type_of_annotation(annotation: str) -> Type:
    """The expression type of a field's annotation; raises KeyError for annotations that rules cannot read."""
    if annotation.endswith(" | None"):
        return OptionalType(type_of_annotation(annotation.removesuffix(" | None")))
    if match := _TUPLE.match(annotation):
        return ListType(type_of_annotation(match[1]))
    if match := _MAPPING.match(annotation):
        return MapType(STRING, type_of_annotation(match[1]))
    if annotation in _CLASSES:
        return ObjectType(_CLASSES[annotation].expression_type)
    return _SIMPLE[annotation]


class EntityFields(Fields):
    """The fields of one type of entity."""

    __slots__ = ("_entity", "_types")

    def __init__(self, entity: type[Entity]) -> None:
        self._entity = entity
        self._types: dict[str, Type] | None = None

    def _known(self) -> dict[str, Type]:
        if self._types is None:
            self._types = {
                name: type_of_annotation(value.annotation) for name, value in fields_of(self._entity).items()
            }
        return self._types

    def field_type(self, name: str) -> Type | None:
        """The type of a field, or None if there is none of that name."""
        return self._known().get(name)

    def names(self) -> Iterable[str]:
        """The names of all fields."""
        return self._known()

    def read(self, obj: object, name: str) -> object:
        """The value of a field; None says that it is absent."""
        return getattr(obj, name)


class ParameterFields(Fields):
    """The parameters of one rule, typed by their defaults."""

    __slots__ = ("_types",)

    def __init__(self, parameters: Mapping[str, object]) -> None:
        self._types = {name: type_of_value(value) for name, value in parameters.items()}

    def field_type(self, name: str) -> Type | None:
        """The type of a parameter, or None if the rule has none of that name."""
        return self._types.get(name)

    def names(self) -> Iterable[str]:
        """The names of all parameters."""
        return self._types

    def read(self, obj: object, name: str) -> object:
        """The value of a parameter."""
        assert isinstance(obj, Parameters)  # noqa: S101 - only the engine makes them
        return obj.values[name]


class Parameters:
    """The parameters of a rule in one run, as the object ``params`` of its expressions."""

    __slots__ = ("values",)

    expression_type = "params"

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = values


def type_of_value(value: object) -> Type:
    """The type of a parameter by its default value; a list has the type of its first item, strings if empty."""
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, list | tuple):
        return ListType(type_of_value(value[0]) if value else STRING)
    if isinstance(value, dict):
        values = list(value.values())
        return MapType(STRING, type_of_value(values[0]) if values else DYN)
    return _SIMPLE.get(type(value).__name__, DYN)


#: The object types of the model by their names in rules.
OBJECTS: Mapping[str, Fields] = {entity.expression_type: EntityFields(entity) for entity in _ALL}

#: Names that every expression has, besides ``self``, ``params`` and the rule's own.
GLOBALS: Mapping[str, Type] = {
    "project": ObjectType("project"),
    "today": DATE,
    "now": TIMESTAMP,
}
