"""The tables of the settings page, from the contract that settings are held against."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cfguard.contracts.settings import Settings
from scripts.pages.markdown import table


def lines() -> Iterator[str]:
    """Every setting with its type and default."""
    schema = Settings.model_json_schema()
    yield from _fields(schema)
    for title, name in (("Settings of a rule", "RuleSetting"), ("An override", "Override")):
        yield from ("", f"### {title}", "", schema["$defs"][name]["description"], "")
        yield from _fields(schema["$defs"][name])


def _fields(shape: dict[str, Any]) -> Iterator[str]:
    rows = (
        (
            f"`{name}`",
            _type(about),
            _default(about, name in shape.get("required", ())),
            about["description"],
        )
        for name, about in shape["properties"].items()
    )
    return table(("key", "type", "default", "what it is"), rows)


def _type(about: dict[str, Any]) -> str:
    if "enum" in about:
        return " or ".join(f"`{value}`" for value in about["enum"])
    if "anyOf" in about:
        kinds = [_type(each) for each in about["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    kind = str(about.get("type", ""))
    if kind == "array":
        inside = about["items"]
        return "list of tables" if "$ref" in inside else "list of strings" if "type" in inside else "list"
    return {"object": "table", "string": "string", "integer": "number"}.get(kind, kind)


def _default(about: dict[str, Any], required: bool) -> str:
    if required:
        return "needed"
    default = about.get("default")
    return f"`{default}`" if isinstance(default, str) else ""
