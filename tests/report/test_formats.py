"""What each format for CI says and leaves out, and that it never grows past what its reader takes."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import jsonschema
import pytest

from cfguard.finding import Note, Report
from cfguard.report import FORMATS, render
from cfguard.report import markdown as markdown_format
from tests.report.samples import SAMPLES, document, finding, full
from tests.report.schemas import GITLAB
from tests.report.test_json import SCHEMA

DOCUMENT = document("a.toml", "x = 1\ny = 2\n")


def many(error: int = 0, warning: int = 0, info: int = 0) -> Report:
    counts = {"info": info, "warning": warning, "error": error}
    made = [
        finding("a/b", severity, DOCUMENT, "x", message=f"{severity} {number}")
        for severity, count in counts.items()
        for number in range(count)
    ]
    return Report(findings=tuple(made), checked=1, documents={"a.toml": DOCUMENT})


def levels(text: str) -> dict[str, int]:
    found = re.findall(r"^::(\w+) ", text, re.MULTILINE)
    return {level: found.count(level) for level in ("error", "warning", "notice")}


def test_github_gets_what_it_shows_the_worst_first_and_how_many_more() -> None:
    text = render(many(error=12, warning=11, info=30), "github")
    assert levels(text) == {"error": 10, "warning": 10, "notice": 10}
    commands = [line for line in text.splitlines() if line.startswith("::")]
    assert commands[0].endswith("::error 0%0ADo something about it")
    assert commands[-1] == "::notice title=cfguard::24 more, which GitHub has no room for here"
    assert "Found 12 errors, 11 warnings and 30 infos in 1 file." in text


@pytest.mark.parametrize(("counts", "more"), [((10, 10, 10), 0), ((11, 0, 0), 1), ((0, 0, 11), 2)])
def test_github_says_more_only_where_there_is(counts: tuple[int, int, int], more: int) -> None:
    text = render(many(*counts), "github")
    assert (f"::{more} more" in text) == bool(more)
    assert sum(levels(text).values()) == sum(counts) - more + bool(more)


def test_github_gives_columns_only_within_one_line() -> None:
    doc = document("a.toml", "x = [\n  1,\n]\n")
    text = render(Report(findings=(finding("a/b", "error", doc, "[\n  1,\n]"),)), "github")
    assert ",line=1,col=5::" in text
    whole = render(Report(findings=(finding("a/b", "error", doc, None),)), "github")
    assert ",line=1::" in whole


def test_github_cuts_what_is_very_long() -> None:
    made = finding("a/b", "error", DOCUMENT, "x", message="word " * 5_000)
    [line, *_] = render(Report(findings=(made,)), "github").splitlines()
    assert len(line) < 2_200
    assert line.endswith("…")


@pytest.mark.parametrize("name", SAMPLES)
def test_gitlab_fits_what_gitlab_reads(name: str) -> None:
    issues = json.loads(render(SAMPLES[name](), "gitlab"))
    jsonschema.Draft202012Validator(GITLAB).validate(issues)
    prints = [issue["fingerprint"] for issue in issues]
    assert len(set(prints)) == len(prints)


def test_gitlab_tells_equal_findings_apart_and_moved_ones_together() -> None:
    above, below = document("a.toml", "y = 1\nx = 1\nx = 1\n"), document("a.toml", "x = 1\nx = 1\ny = 1\n")
    prints = []
    for doc in (above, below):
        made = [finding("a/b", "error", doc, "x", nth=nth, key="x", message="m") for nth in (1, 2)]
        issues = json.loads(render(Report(findings=tuple(made)), "gitlab"))
        prints.append([issue["fingerprint"] for issue in issues])
    assert prints[0] == prints[1]
    assert prints[0][1] == f"{prints[0][0]}-2"


def junit(report: Report) -> ElementTree.Element:
    return ElementTree.fromstring(render(report, "junit").encode())


@pytest.mark.parametrize("name", SAMPLES)
def test_junit_counts_what_it_holds(name: str) -> None:
    root = junit(SAMPLES[name]())
    assert root.tag == "testsuites"
    for suite in (root, *root.findall("testsuite")):
        assert set(suite.attrib) == {"name", "tests", "failures", "errors"}
        for attribute, path in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            assert suite.get(attribute) == str(len(suite.findall(f".//{path}"))), (name, suite.get("name"))
    for case in root.iter("testcase"):
        assert set(case.attrib) == {"name", "classname"}
        assert [child.tag for child in case] in ([], ["failure"], ["error"], ["system-out"])
    assert root.findall(".//testcase"), "a run without a case reads as a run that did not happen"


def test_junit_fails_errors_and_warnings_and_passes_infos() -> None:
    root = junit(full())
    assert {failure.get("type") for failure in root.iter("failure")} == {"error", "warning"}
    assert [case.get("name") for case in root.iter("testcase") if case.find("system-out") is not None] == [
        "project/no-readme"
    ]
    assert len(list(root.iter("error"))) == len(full().problems)


@pytest.mark.parametrize("room", [2_000, 5_000, 20_000])
def test_markdown_ends_before_there_is_no_room(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_format, "MOST_BYTES", room)
    text = render(many(error=500, info=1), "markdown")
    assert len(text.encode()) <= room
    shown = text.count("\n- ❌")
    assert f"**{501 - shown} more are left out here: there is no room.**" in text
    assert text.count("<details") == text.count("</details>")


def test_markdown_of_very_many_problems_ends_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_format, "MOST_BYTES", 500)
    text = render(full(), "markdown")
    assert len(text.encode()) <= 500
    assert text.endswith("The rest of the report does not fit.\n")


def test_markdown_shows_code_as_code() -> None:
    made = finding("a/b", "error", DOCUMENT, "x", message="`a_b` is `<x>`, odd ` stays")
    even = finding("a/b", "error", DOCUMENT, "x", message="`a_b` is `<x>`")
    assert r"\`a\_b\` is \`&lt;x>\`, odd \` stays" in render(Report(findings=(made,)), "markdown")
    assert r"<code>a\_b</code> is <code>&lt;x></code> (" in render(Report(findings=(even,)), "markdown")


@pytest.mark.parametrize(
    ("text", "written"),
    [("# h", r"\# h"), ("- i", r"\- i"), ("> q", r"\> q"), ("12. i", r"12\. i"), ("1) i", r"1\) i"),
     ("  + i", r"  \+ i"), ("1.5 is", r"1\.5 is"), (".env is", ".env is"), ("a # b - c", "a # b - c")],
)  # fmt: skip
def test_markdown_starts_no_block(text: str, written: str) -> None:
    assert f"\n- {written}\n" in render(Report(notes=(Note(text),)), "markdown")


def test_lines_of_json_are_the_items_of_the_json_report() -> None:
    whole: dict[str, Any] = json.loads(render(full(), "json"))
    items: dict[str, list[dict[str, Any]]] = {"finding": [], "problem": [], "note": [], "summary": []}
    for line in render(full(), "jsonl").splitlines():
        item = json.loads(line)
        items[item.pop("type")].append(item)
    assert items["finding"] == whole["findings"]
    assert items["problem"] == whole["problems"]
    assert items["note"] == whole["notes"]
    assert items["summary"] == [{"version": 1, "tool": whole["tool"], **whole["summary"]}]
    shape = {**SCHEMA, "$ref": "#/$defs/Finding"}
    for item in items["finding"]:
        jsonschema.Draft202012Validator({"$defs": shape["$defs"], "$ref": shape["$ref"]}).validate(item)


def test_concise_is_a_line_a_finding_in_the_order_of_the_report() -> None:
    lines = render(full(), "concise", quiet=True).splitlines()
    assert [line.partition(": ")[0] for line in lines[:2]] == [
        "apps/other/wrangler.toml:2:23",
        "apps/shop/wrangler.toml:2:22",
    ]
    assert len(lines) == len(full().findings) + len(full().problems)
    assert render(Report(checked=1), "concise", quiet=True) == ""


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_is_a_function_of_the_report(format: str) -> None:
    report = full()
    assert render(report, format) == render(report, format)
    assert render(report, format, width=100) == render(full(), format)
