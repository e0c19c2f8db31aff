"""What pydantic says about a file, in the words and the paths of its writer."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from cfguard.contracts.settings import Settings
from cfguard.named_tuple import NamedTuple
from cfguard.suggest import did_you_mean
from cfguard.syntax.node import Path, format_path

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_Contract = TypeVar("_Contract", bound=BaseModel)
_EXPECTED = {
    "string_type": "a string",
    "int_type": "an integer",
    "float_type": "a number",
    "bool_type": "`true` or `false`",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"),
    (str, "a string"),
    (int, "an integer"),
    (float, "a number"),
    (list, "a list"),
    (dict, "a table"),
    (type(None), "null"),
)
#: Names of branches that a contract chooses by the shape of the value.
_BRANCHES = ("table", "array")
_QUOTED = re.compile(r"'([^']*)'")
_LONGEST = 60
_MOST = 100


class Fault(NamedTuple):
    """One thing wrong: where in the document, what it is, and whether its key is meant or its value."""

    path: Path
    message: str
    at_key: bool


def validate_settings(plain: object) -> tuple[dict[str, object], tuple[Fault, ...]]:
    """Settings in full (defaults filled in) as JSON data, and what is wrong with them."""
    checked, found = validate(Settings, plain, noun="setting")
    return (checked.model_dump(mode="json") if checked is not None else {}), found


def validate(
    contract: type[_Contract], plain: object, *, noun: str
) -> tuple[_Contract | None, tuple[Fault, ...]]:
    """Plain data held against a contract; a place has one fault, however many branches of a choice fail.

    Of very many faults the first hundred are told. ``noun`` is what a key is called (``setting``, ``field``).
    """
    try:
        return contract.model_validate(plain), ()
    except ValidationError as error:
        details = error.errors(include_url=False)[:_MOST]
    found: dict[Path, Fault] = {}
    for detail in details:
        path = _existing(plain, detail["loc"])
        fault = _fault(contract, path, detail, noun)
        first = found.setdefault(path, fault)
        if first.message != fault.message and detail["type"] in _EXPECTED:
            shown = _kind(detail.get("input"))
            found[path] = Fault(path, f"{_subject(path)} is {shown}, which is not accepted here", False)
    return None, tuple(found.values())


def _existing(plain: object, loc: tuple[int | str, ...]) -> Path:
    """The part of a location that exists in the data; pydantic also names branches of choices there."""
    path: list[str | int] = []
    here: Any = plain
    for step in loc:
        in_table = isinstance(here, dict) and step in here
        in_list = isinstance(here, list) and isinstance(step, int) and 0 <= step < len(here)
        if not in_table and not in_list:
            if step in _BRANCHES:
                continue
            break
        here = here[step]
        path.append(step)
    return tuple(path)


def _fault(contract: type[BaseModel], path: Path, detail: ErrorDetails, noun: str) -> Fault:
    kind, value = detail["type"], detail.get("input")
    if kind == "extra_forbidden":
        guess = did_you_mean(str(path[-1]), _fields(contract, path[:-1]))
        return Fault(path, f"`{_short(path[-1])}` is not a {noun}{guess}", True)
    if kind == "missing":
        return Fault(path, f"{_subject(path)} lacks `{detail['loc'][-1]}`", True)
    if "[key]" in detail["loc"]:
        return Fault(path, f"`{_short(path[-1])}` is not a name that is accepted here", True)
    if kind == "literal_error":
        told = str(detail.get("ctx", {}).get("expected", ""))
        names = _QUOTED.findall(told) or [told]
        guess = did_you_mean(value, names) if isinstance(value, str) else ""
        expected = ("one of " if len(names) > 1 else "") + ", ".join(f"`{name}`" for name in names)
        return Fault(path, f"{_subject(path)} is `{_short(value)}`; expected {expected}{guess}", False)
    if kind in _EXPECTED:
        return Fault(path, f"{_subject(path)} is {_kind(value)}; expected {_EXPECTED[kind]}", False)
    if kind == "string_pattern_mismatch" and str(value).startswith("!"):
        return Fault(path, f"{_subject(path)} starts with `!`, which patterns here cannot", False)
    message = detail["msg"].removeprefix("Value error, ")
    return Fault(path, f"{_subject(path)}: {message[:1].lower()}{message[1:]}", False)


def _subject(path: Path) -> str:
    return f"`{format_path(path)}`" if path else "The table"


def _short(value: object) -> object:
    return f"{value[:_LONGEST]}…" if isinstance(value, str) and len(value) > _LONGEST else value


def _kind(value: object) -> str:
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "a date or time")


def _fields(contract: type[BaseModel], path: Path) -> list[str]:
    """The keys that the contract knows for the table at a path, read off its JSON schema."""
    schema = _schema(contract)
    here: dict[str, Any] = schema
    for step in path:
        inside = here.get("items", {}) if isinstance(step, int) else here.get("properties", {}).get(step)
        here = _resolved(schema, inside or next(iter(_values(here)), {}))
    return list(here.get("properties", {}))


@lru_cache
def _schema(contract: type[BaseModel]) -> dict[str, Any]:
    return contract.model_json_schema(by_alias=True)


def _values(here: dict[str, Any]) -> list[dict[str, Any]]:
    """Schemas of the values of a table with free keys."""
    return [
        *here.get("patternProperties", {}).values(),
        *filter(_is_schema, [here.get("additionalProperties")]),
    ]


def _is_schema(value: object) -> bool:
    return isinstance(value, dict)


def _resolved(schema: dict[str, Any], here: dict[str, Any]) -> dict[str, Any]:
    for choice in here.get("anyOf", ()):
        if "$ref" in choice:
            here = choice
    name = str(here.get("$ref", "")).rpartition("/")[2]
    return schema["$defs"][name] if name else here
