"""Whether a value is a valid JSON Schema, of any draft that jsonschema knows; nothing is fetched.

jsonschema takes longer to import than most runs take, and its check of a large schema is slow: what it said of
a schema once is kept (:mod:`cfguard.cache`), since that hangs on nothing but the schema and the library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cfguard import cache
from cfguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

#: The drafts by their `$schema`, without a final `#`.
DRAFTS: Mapping[str, str] = {
    "http://json-schema.org/draft-03/schema": "Draft3Validator",
    "http://json-schema.org/draft-04/schema": "Draft4Validator",
    "http://json-schema.org/draft-06/schema": "Draft6Validator",
    "http://json-schema.org/draft-07/schema": "Draft7Validator",
    "https://json-schema.org/draft/2019-09/schema": "Draft201909Validator",
    "https://json-schema.org/draft/2020-12/schema": "Draft202012Validator",
}
DEFAULT = "https://json-schema.org/draft/2020-12/schema"
#: Wrong places of one schema that are told.
MOST = 20
_TYPES = "`array`, `boolean`, `integer`, `null`, `number`, `object` or `string`"
_LONGEST = 60


class Fault(NamedTuple):
    """One place of a schema that its draft does not take; the message is a clause that follows the place."""

    path: tuple[str | int, ...]
    message: str


def is_draft(address: str) -> bool:
    """Whether a `$schema` names a draft that can be judged."""
    return _plain(address) in DRAFTS


def faults_of(schema: object) -> tuple[Fault, ...]:
    """What is wrong with a schema, by the draft of its `$schema`, of which :func:`is_draft` must hold.

    The schema is plain data; the caller bounds its depth and size.
    """
    import json
    from importlib.metadata import version

    try:
        key = cache.digest("json-schema", version("jsonschema"), _edition(), json.dumps(schema))
    except (TypeError, ValueError):  # dates of TOML, which no draft takes
        return tuple(_judged(schema))
    kept = _decoded(cache.read("json-schema", key))
    if kept is None:
        kept = tuple(_judged(schema))
        cache.write("json-schema", key, [[list(fault.path), fault.message] for fault in kept])
    return kept


def _edition() -> str:
    """What tells this file from an edited one of the same version, so that a change of its words acts at once."""
    import os

    return str(os.stat(__file__).st_mtime_ns)


def _plain(address: str) -> str:
    return address.removesuffix("#")


def _decoded(value: Any) -> tuple[Fault, ...] | None:
    if not isinstance(value, list):
        return None
    try:
        return tuple(
            Fault(tuple(each if isinstance(each, int) else str(each) for each in path), str(message))
            for path, message in value
        )
    except (TypeError, ValueError):
        return None


def _judged(schema: Any) -> Iterator[Fault]:
    from jsonschema import validators

    named = schema.get("$schema") if isinstance(schema, dict) else None
    name = DRAFTS[_plain(named) if isinstance(named, str) else DEFAULT]
    draft: type[Validator] = getattr(validators, name)
    seen: set[tuple[str | int, ...]] = set()
    for error in draft(draft.META_SCHEMA).iter_errors(schema):
        path = tuple(error.absolute_path)
        # Drafts of many vocabularies say one thing more than once.
        if path not in seen and len(seen) < MOST:
            seen.add(path)
            yield Fault(path, _words(error, path))


def _words(error: ValidationError, path: tuple[str | int, ...]) -> str:
    keyword, value = str(error.validator), error.instance
    limit: Any = error.validator_value
    if path and path[-1] == "type" and isinstance(value, str):
        return f"is `{value[:_LONGEST]}`, which is no type of JSON Schema; {_TYPES} was expected"
    if keyword == "enum" and isinstance(limit, list):
        return f"is not one of {', '.join(f'`{each}`' for each in limit[:10])}"
    if keyword == "type":
        types = [limit] if isinstance(limit, str) else list(limit)
        return f"is {_kind(value)}; {' or '.join(f'`{each}`' for each in types)} was expected"
    if keyword in ("minimum", "exclusiveMinimum"):
        return f"is `{value}`; {'more than' if keyword != 'minimum' else 'at least'} `{limit}` was expected"
    said = {
        "dependencies": "has a keyword that needs another one beside it",
        "minItems": "is empty; at least one entry was expected",
        "uniqueItems": "has an entry twice; each one only once was expected",
        "pattern": "has a form that JSON Schema does not take here",
        "format": "has a form that JSON Schema does not take here",
    }
    return said.get(keyword, f"is {_kind(value)} that JSON Schema does not take here")


def _kind(value: object) -> str:
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "a boolean"), (str, "a string"), (int, "an integer"), (float, "a number"), (list, "an array"),
        (dict, "a table"), (type(None), "`null`"),
    )  # fmt: skip
    return next((words for kind, words in kinds if isinstance(value, kind)), "a date")
