"""The page of the JSON report, from its published schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SCHEMA = Path(__file__).resolve().parents[2] / "schemas" / "report.schema.json"


def lines() -> Iterator[str]:
    """The members of the JSON report, from its published schema."""
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    yield "# The JSON report"
    yield ""
    yield "What `cfguard check --format json` writes, version 1. Fields are added within a version and never changed, so"
    yield "readers must accept ones that they do not know. `schemas/report.schema.json` says the same to programs."
    shapes = schema["$defs"]
    for name, shape in [("Report", schema), *sorted(shapes.items())]:
        yield from _members(name, shape, {kind: each["description"] for kind, each in shapes.items()})


def _members(name: str, shape: dict[str, Any], kinds: dict[str, str]) -> Iterator[str]:
    yield from (
        "",
        f"## {name}",
        "",
        shape["description"],
        "",
        "| member | type | what it is |",
        "|---|---|---|",
    )
    for member, about in shape["properties"].items():
        optional = "" if member in shape["required"] else ", may be absent"
        told = about.get("description") or kinds[about["$ref"].rpartition("/")[2]]
        yield f"| `{member}` | {_type(about)}{optional} | {told} |"


def _type(about: dict[str, Any]) -> str:
    if "$ref" in about:
        name = about["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in about:
        return " or ".join(map(_type, about["anyOf"]))
    if "const" in about or "enum" in about:
        return ", ".join(f"`{json.dumps(value)}`" for value in about.get("enum", [about.get("const")]))
    return f"list of {_type(about['items'])}" if about["type"] == "array" else str(about["type"])
