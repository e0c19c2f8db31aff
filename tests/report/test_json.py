from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cfguard.finding import Report
from cfguard.report import render
from tests.report.samples import SAMPLES, document, finding, full

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))


def undeclared(value: Any, schema: dict[str, Any]) -> list[str]:
    """Keys that the report has and the schema does not declare: it lets them pass, for later fields."""
    schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    for choice in schema.get("anyOf", ()):
        if "$ref" in choice and value is not None:
            return undeclared(value, choice)
    if isinstance(value, list):
        return [key for item in value for key in undeclared(item, schema.get("items", {}))]
    if not isinstance(value, dict):
        return []
    known = schema.get("properties", {})
    inside = [name for key in value if key in known for name in undeclared(value[key], known[key])]
    return [key for key in value if key not in known] + inside


@pytest.mark.parametrize("name", SAMPLES)
def test_a_report_fits_its_schema(name: str) -> None:
    report = json.loads(render(SAMPLES[name](), "json"))
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    assert undeclared(report, SCHEMA) == []


def test_keys_come_in_the_order_of_the_contract() -> None:
    report = json.loads(render(full(), "json"))
    assert list(report) == ["version", "tool", "root", "summary", "findings", "problems", "notes"]
    assert " ".join(report["findings"][0]) == (
        "rule severity message help path start end key worker environments upstream clauses url fixable"
        " related"
    )
    assert list(report["summary"]) == ["error", "warning", "info", "hidden", "files"]
    assert report["summary"]["hidden"] == {"ignores": 2, "settings": 1, "baseline": 4}


def test_findings_about_a_file_have_no_place() -> None:
    doc = document("a.toml", "x = 1\n")
    (shown,) = json.loads(render(Report(findings=(finding("a/b", "info", doc, None),)), "json"))["findings"]
    assert shown["start"] is None
    assert shown["end"] is None


def test_what_cannot_be_encoded_is_escaped() -> None:
    doc = document("a.toml", "x = 1\n")
    odd = finding("a/b", "error", doc, "x", message="half \ud83d, bell \x07, ##[add-mask]x, 日本")
    text = render(Report(findings=(odd,)), "json")
    text.encode("utf-8")
    assert "日本" in text
    assert "##[" not in text
    assert "\x07" not in text
    assert json.loads(text)["findings"][0]["message"].endswith("##[add-mask]x, 日本")


def test_color_and_width_do_not_change_it() -> None:
    assert render(full(), "json", color=True, quiet=True, width=10) == render(full(), "json")
