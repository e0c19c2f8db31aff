"""The table is a sound JSON Schema, its names lead somewhere, and it knows what the package publishes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cfguard import resources
from cfguard.resources import policies_dir, read_schema, schema_path
from cfguard.wrangler.table import Table, load
from cfguard.wrangler.validate import CHECKS
from scripts import wrangler_facts
from scripts.wrangler_seeds import SECTIONS

INHERITANCE = {"top-only", "inheritable", "not-inheritable"}


def schemas(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in the table."""
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from schemas(child)
    elif isinstance(value, list):
        for child in value:
            yield from schemas(child)


def test_it_is_a_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(read_schema("wrangler"))


def test_every_section_says_whether_environments_inherit_it() -> None:
    assert {section["x-inheritance"] for section in load().sections.values()} == INHERITANCE
    assert all("x-inheritance" in section for section in load().sections.values())


def test_references_lead_to_schemas() -> None:
    table = Table(read_schema("wrangler"))
    references = [schema for schema in schemas(table.root) if "$ref" in schema]
    assert len(references) > 50
    for schema in references:
        assert isinstance(table.resolve(schema), dict)


def test_named_checks_are_exactly_the_checks_there_are() -> None:
    named = {name for schema in schemas(read_schema("wrangler")) for name in schema.get("x-check", ())}
    assert named == set(CHECKS)


def test_the_facts_of_the_published_schema_are_known() -> None:
    with open(wrangler_facts.RECORDED, encoding="utf-8") as file:
        recorded = json.load(file)
    assert recorded["version"] == load().version
    assert len(recorded["facts"]) > 900
    assert wrangler_facts.lacking(recorded["facts"], wrangler_facts.tabled(read_schema("wrangler"))) == []


def test_a_new_key_and_a_new_value_upstream_are_shown() -> None:
    old = {"a": "string", "b": "=x =y"}
    new = {"a": "string", "b": "=x =z", "c": "boolean"}
    assert wrangler_facts.differences(old, new) == ["+ c: boolean", "~ b: =z added", "~ b: =y removed"]
    assert wrangler_facts.lacking({"newcomer": "string"}, wrangler_facts.tabled(read_schema("wrangler")))


def test_environment_keys_are_those_of_the_package() -> None:
    with open(wrangler_facts.RECORDED, encoding="utf-8") as file:
        facts = json.load(file)["facts"]
    published = {path.removeprefix("env.*.") for path in facts if path.startswith("env.*.")}
    assert published == set(load().environment)


def test_the_generator_knows_every_section() -> None:
    derived = {"env", "name", "pages_build_output_dir"}
    assert set(SECTIONS) | derived == set(load().sections)


def test_resources_of_a_checkout_lie_beside_the_package() -> None:
    assert os.path.isfile(schema_path("wrangler"))
    assert os.path.dirname(policies_dir()) == os.path.dirname(os.path.dirname(schema_path("wrangler")))


def test_resources_of_a_wheel_lie_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cfguard" / "_data" / "schemas"
    folder.mkdir(parents=True)
    (folder / "wrangler.schema.json").write_text('{"title": "inside"}', encoding="utf-8")
    monkeypatch.setattr(resources, "_PACKAGE", str(tmp_path / "cfguard"))
    assert read_schema("wrangler") == {"title": "inside"}
    assert policies_dir() == str(tmp_path / "policies")


def test_the_table_is_not_read_before_it_is_needed() -> None:
    program = (
        "import sys, cfguard.wrangler, cfguard.wrangler.table as table\n"
        "assert table._table is None\n"
        "slow = {'dataclasses', 'inspect', 'pathlib', 'logging', 'pydantic', 'jsonschema'}\n"
        "assert not slow & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
