"""The smallest value that a JSON Schema takes, for requests whose definition gives no body of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

#: Levels of a schema that are followed.
_DEPTH = 12
#: Values of formats that the drafts name.
_FORMATS = {
    "date": "2026-01-01",
    "date-time": "2026-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


class NoSample(Exception):
    """A schema for which no value is made up: a pattern, a condition, or one that refers to itself."""


def sample_of(schema: object, resolve: Callable[[str], object], depth: int = _DEPTH) -> Any:
    """A value for a schema; ``resolve`` gives what a `$ref` names. Raises :class:`NoSample`.

    Whoever uses it validates it: not every keyword is looked at.
    """
    if schema is True or schema == {}:
        return {}
    if not isinstance(schema, Mapping) or depth == 0:
        raise NoSample
    for name in ("const", "default", "example"):
        if name in schema:
            return schema[name]
    for name in ("examples", "enum"):
        if isinstance(schema.get(name), list) and schema[name]:
            return schema[name][0]
    if isinstance(schema.get("$ref"), str):
        return sample_of(resolve(schema["$ref"]), resolve, depth - 1)
    for name in ("oneOf", "anyOf"):
        if isinstance(schema.get(name), list) and schema[name]:
            return sample_of({**_without(schema, name), **_table(schema[name][0])}, resolve, depth - 1)
    if isinstance(schema.get("allOf"), list):
        return sample_of(_merged(schema), resolve, depth - 1)
    kind = schema.get("type", "object" if "properties" in schema else None)
    make = _MAKERS.get(kind[0] if isinstance(kind, list) and kind else kind)
    if make is None:
        raise NoSample
    return make(schema, resolve, depth)


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _without(schema: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != name}


def _merged(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with the parts of its `allOf` taken together."""
    merged = _without(schema, "allOf")
    for part in map(_table, schema["allOf"]):
        both = {
            "properties": {**merged.get("properties", {}), **part.get("properties", {})},
            "required": [*merged.get("required", []), *part.get("required", [])],
        }
        merged = {**merged, **part, **{key: value for key, value in both.items() if value}}
    return merged


def _object(schema: Mapping[str, Any], resolve: Callable[[str], object], depth: int) -> Any:
    properties = _table(schema.get("properties"))
    required = schema.get("required", [])
    return {
        name: sample_of(properties.get(name, True), resolve, depth - 1)
        for name in required
        if isinstance(name, str)
    }


def _array(schema: Mapping[str, Any], resolve: Callable[[str], object], depth: int) -> Any:
    count = min(int(schema.get("minItems", 0)), 100)
    return [sample_of(schema.get("items", True), resolve, depth - 1) for _ in range(count)]


def _string(schema: Mapping[str, Any], resolve: Callable[[str], object], depth: int) -> Any:
    if "pattern" in schema:
        raise NoSample
    text = _FORMATS.get(str(schema.get("format")), "text")
    shortest = min(int(schema.get("minLength", 0)), 10_000)
    return text.ljust(shortest, "x")[: int(schema.get("maxLength", 10_000))]


def _number(schema: Mapping[str, Any], resolve: Callable[[str], object], depth: int) -> Any:
    step = schema.get("multipleOf", 1)
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    value = -(-low // step) * step
    return value + step if value == schema.get("exclusiveMinimum") else value


_MAKERS: Mapping[str | None, Callable[[Mapping[str, Any], Callable[[str], object], int], Any]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _number,
    "number": _number,
    "boolean": lambda schema, resolve, depth: True,
    "null": lambda schema, resolve, depth: None,
}
