from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(path.name for path in (ROOT / "schemas").glob("*.schema.json"))

RULE = {
    "title": "Compatibility date is too old",
    "why": "It keeps old behaviour.",
    "severity": "error",
    "profile": "recommended",
    "each": "environment",
    "let": {"age": "age_days(self.compatibility_date)"},
    "assert": "age < 180",
    "at": ["compatibility_date", "name"],
    "related": [{"each": "workers", "at": "name", "message": "as here"}],
    "message": "too old",
    "help": "Set a newer one.",
    "params": {"max_age_months": 6},
    "fix": {"title": "Set it", "safety": "unsafe", "set": {"path": "compatibility_date", "value": "today"}},
}


def schema(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8"))
    return loaded


def errors(name: str, value: object) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema(name))
    return [error.message for error in validator.iter_errors(value)]


def test_the_schemas_are_in_step_with_the_contracts() -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "generate_schemas.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, "")
    assert {"policy.schema.json", "report.schema.json", "settings.schema.json"} <= set(NAMES)


@pytest.mark.parametrize("name", ["baseline", "policy", "report", "settings"])
def test_every_field_has_a_title_and_a_description(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    for table, field, said in _fields(schema(name)):
        assert said.get("title"), (table, field)
        assert said.get("description"), (table, field)


def _fields(published: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for table, said in {**published["$defs"], "": published}.items():
        for field, about in said.get("properties", {}).items():
            named = published["$defs"].get(about.get("$ref", "").rpartition("/")[2], {})
            yield table, field, {**named, **about}


def test_a_rule_file_fits_its_schema_and_its_contract() -> None:
    from cfguard.contracts.policy import Policy

    assert errors("policy", RULE) == []
    checked = Policy.model_validate(RULE)
    assert checked.assert_ == "age < 180"


@pytest.mark.parametrize(
    "change",
    [
        {"asert": "true"},
        {"severity": "fatal"},
        {"security_severity": "11"},
        {"security_severity": 7.5},
        {"let": {"a b": "1"}},
        {"at": []},
        {"references": ["ftp://x"]},
        {"fix": {"title": "Set it", "safety": "maybe", "set": {"path": "a", "value": "b"}}},
    ],
)
def test_a_wrong_rule_file_fits_neither(change: dict[str, object]) -> None:
    from cfguard.contracts.errors import validate
    from cfguard.contracts.policy import Policy

    wrong = {**RULE, **change}
    assert errors("policy", wrong)
    checked, faults = validate(Policy, wrong, noun="field")
    assert checked is None
    assert faults[0].path[0] == next(iter(change))


def test_a_fix_makes_some_edit() -> None:
    from cfguard.contracts.errors import validate
    from cfguard.contracts.policy import Policy

    both = {"title": "x", "safety": "safe", "remove": {"path": "a"}, "set": {"path": "a", "value": "b"}}
    assert validate(Policy, {**RULE, "fix": both}, noun="field")[1] == ()
    assert validate(Policy, {**RULE, "fix": [both, both]}, noun="field")[1] == ()
    _, faults = validate(Policy, {**RULE, "fix": {"title": "x", "safety": "safe"}}, noun="field")
    assert "a fix has one of `set`, `remove`" in " ".join(fault.message for fault in faults)


def test_settings_fit_their_schema() -> None:
    assert errors("settings", {}) == []
    assert errors("settings", {"rules": {"a/*": {"severity": "off", "params": {"x": [1]}}}}) == []
    assert errors("settings", {"profil": "all"})
    assert errors("settings", {"rules": {"ab": {}}})
