"""Structure of the SARIF report, held against GitHub's rules one by one.

No package of the Python index that we know of carries the official JSON schema, and it accepts far too much
to be the test. It was held against the golden files by hand, with the schema in npm's
``@microsoft/sarif-multitool-linux`` 5.7.0 and that tool's ``validate --rule-kind "Sarif;Ghas"``.
"""

from __future__ import annotations

import gzip
import json
import re
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from cfguard.finding import Note, Report
from cfguard.report import render
from cfguard.report.fingerprint import line_hashes
from cfguard.syntax import parse
from cfguard.text import Source
from tests.report.samples import SAMPLES, document, finding, full, related, rule, secret

RUN_KEYS = {
    "tool",
    "invocations",
    "automationDetails",
    "originalUriBaseIds",
    "columnKind",
    "results",
}


def run_of(report: Report) -> dict[str, Any]:
    log = json.loads(render(report, "sarif"))
    assert log["$schema"] == "https://json.schemastore.org/sarif-2.1.0.json"
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def result_of(report: Report) -> dict[str, Any]:
    (result,) = run_of(report)["results"]
    assert isinstance(result, dict)
    return result


def region_of(report: Report) -> tuple[int, int, int, int]:
    region = result_of(report)["locations"][0]["physicalLocation"]["region"]
    return region["startLine"], region["startColumn"], region["endLine"], region["endColumn"]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_run(name: str) -> None:
    run = run_of(SAMPLES[name]())
    assert set(run) == RUN_KEYS
    assert run["automationDetails"] == {"id": "cfguard/"}
    assert run["columnKind"] == "utf16CodeUnits"
    assert isinstance(run["results"], list)


def test_rules_are_described_whether_they_fired_or_not() -> None:
    report = full()
    driver = run_of(report)["tool"]["driver"]
    assert [shown["id"] for shown in driver["rules"]] == sorted(entry.id for entry in report.rules)
    for shown in driver["rules"]:
        for text in (shown["shortDescription"]["text"], shown["fullDescription"]["text"]):
            assert 0 < len(text) <= 1024
        assert shown["help"]["text"]
        assert shown["help"]["markdown"]
        assert shown["defaultConfiguration"]["level"] in ("error", "warning", "note")
        properties = shown["properties"]
        assert len(properties["tags"]) <= 10
        assert properties["precision"] in ("very-high", "high", "medium", "low")
        is_security = "security-severity" in properties
        assert is_security == ("security" in properties["tags"])
        assert is_security != ("problem.severity" in properties)


def test_the_description_of_a_rule_does_not_depend_on_findings() -> None:
    rules = run_of(full())["tool"]["driver"]["rules"]
    assert run_of(Report(rules=full().rules))["tool"]["driver"]["rules"] == rules


def test_long_texts_many_tags_and_odd_scores_stay_within_the_limits() -> None:
    odd = rule(
        "a/b", title="t" * 3000, why="w" * 3000, tags=tuple(f"t{n}" for n in range(30)), security_severity="9"
    )
    (shown,) = run_of(Report(rules=(odd,)))["tool"]["driver"]["rules"]
    assert len(shown["shortDescription"]["text"]) == len(shown["fullDescription"]["text"]) == 1024
    assert len(shown["properties"]["tags"]) == 10
    assert shown["properties"]["tags"][0] == "security"
    assert shown["properties"]["security-severity"] == "9.0"


@pytest.mark.parametrize("score", ["high", "", "nan", "0.0", "-1", "11", "inf"])
def test_a_score_that_github_would_refuse_is_left_out(score: str) -> None:
    (shown,) = run_of(Report(rules=(rule("a/b", security_severity=score),)))["tool"]["driver"]["rules"]
    assert "security-severity" not in shown["properties"]
    assert shown["properties"]["problem.severity"] == "error"


@pytest.mark.parametrize(
    ("url", "given"), [("", False), ("docs/rules/a.md", False), ("https://x.dev/a", True)]
)
def test_a_help_uri_is_absolute_or_absent(url: str, given: bool) -> None:
    (shown,) = run_of(Report(rules=(rule("a/b", url=url),)))["tool"]["driver"]["rules"]
    assert ("helpUri" in shown) == given


def test_results() -> None:
    run = run_of(full())
    rules = run["tool"]["driver"]["rules"]
    levels = [result["level"] for result in run["results"]]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"].endswith(".")
        assert len(result["locations"]) == 1
        prints = result["partialFingerprints"]
        assert re.fullmatch(r"[0-9a-f]+:\d+", prints["primaryLocationLineHash"])
        assert re.fullmatch(r"[0-9a-f]{32}", prints["cfguardIdentity/v1"])
        assert "suppressions" not in result
        for place in (*result["locations"], *result.get("relatedLocations", ())):
            region = place["physicalLocation"]["region"]
            assert 1 <= region["startLine"] <= region["endLine"]
            assert 1 <= region["startColumn"] <= region["endColumn"]
            assert_relative(place["physicalLocation"]["artifactLocation"])


def assert_relative(artifact: dict[str, str]) -> None:
    assert artifact["uriBaseId"] == "%SRCROOT%"
    parts = urlsplit(artifact["uri"])
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
    assert not artifact["uri"].startswith(("/", "./"))
    assert re.fullmatch(r"[\x21-\x7e]+", artifact["uri"])


@pytest.mark.parametrize(
    "path", ["a b/wrangler.toml", "c:d.toml", "100%/x?y#z.toml", "日本/[x].toml", "a\\b", 'q"<>|^`{}.toml']
)
def test_uris_are_encoded(path: str) -> None:
    doc = document(path, "x = 1\n")
    result = result_of(Report(findings=(finding("a/b", "error", doc, "x"),), documents={path: doc}))
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert_relative(artifact)
    assert unquote(artifact["uri"]) == path


def test_columns_count_utf16_units_and_the_end_is_exclusive() -> None:
    doc = document("a.toml", 'x = "😀"; y = 1\n')
    report = Report(findings=(finding("a/b", "error", doc, "y"),), documents={"a.toml": doc})
    assert region_of(report) == (1, 11, 1, 12)


def test_a_finding_over_several_lines_is_placed_on_its_first() -> None:
    doc = document("a.toml", "x = [\n  1,\n]\n")
    report = Report(findings=(finding("a/b", "error", doc, "[\n  1,\n]"),), documents={"a.toml": doc})
    assert region_of(report) == (1, 5, 1, 6)


def test_a_finding_about_a_file_is_placed_on_line_one() -> None:
    doc = document("a.toml", "x = [\n  1,\n]\n")
    made = finding("a/b", "error", doc, None)
    assert region_of(Report(findings=(made,), documents={"a.toml": doc})) == (1, 1, 1, 6)
    assert region_of(Report(findings=(made,))) == (1, 1, 1, 1)


def test_a_finding_without_its_document_keeps_its_positions() -> None:
    doc = document("a.toml", "x = 1\ny = 2\n")
    assert region_of(Report(findings=(finding("a/b", "error", doc, "y"),))) == (2, 1, 2, 2)


def test_line_hashes_are_githubs() -> None:
    text = 'name = "shop"\nworkers_dev = true\n'
    doc = document("a.toml", text)
    result = result_of(
        Report(findings=(finding("a/b", "error", doc, "workers_dev"),), documents={"a.toml": doc})
    )
    assert result["partialFingerprints"]["primaryLocationLineHash"] == line_hashes(text)[1]


def test_our_identity_survives_a_move_within_the_file() -> None:
    above, below = document("a.toml", "y = 1\nx = 1\n"), document("a.toml", "x = 1\ny = 1\n")
    prints = [
        result_of(Report(findings=(finding("a/b", "error", doc, "x", key="x", message="m"),)))
        for doc in (above, below)
    ]
    assert prints[0]["partialFingerprints"] == prints[1]["partialFingerprints"]
    assert prints[0]["locations"] != prints[1]["locations"]


def test_related_places_are_linked_from_the_message() -> None:
    doc = document("a[1].toml", "x = 1\ny = 2\n")
    made = finding(
        "a/b", "error", doc, "x", message="see [evil](1)", related=(related(doc, "y", "the other"),)
    )
    result = result_of(Report(findings=(made,), documents={doc.path: doc}))
    assert "[a(1).toml:2](1)" in result["message"]["text"]
    assert "[evil](" not in result["message"]["text"]
    assert [place["id"] for place in result["relatedLocations"]] == [1]
    assert result["relatedLocations"][0]["message"] == {"text": "the other"}


def test_problems_and_notes_are_notifications() -> None:
    (invocation,) = run_of(full())["invocations"]
    assert invocation["executionSuccessful"] is False
    levels = [entry["level"] for entry in invocation["toolExecutionNotifications"]]
    assert levels == ["error"] * 3 + ["note"] * 3
    (good,) = run_of(Report(notes=(Note("x"),)))["invocations"]
    assert good["executionSuccessful"] is True


def test_too_many_findings_are_cut_with_a_notification() -> None:
    doc = document("a.toml", "x = 1\n")
    made = (
        *(finding("a/b", "info", doc, "x") for _ in range(25_000)),
        finding("a/c", "error", doc, "x"),
    )
    text = render(Report(findings=made, documents={"a.toml": doc}), "sarif")
    (run,) = json.loads(text)["runs"]
    assert len(run["results"]) == 25_000
    assert run["results"][0]["ruleId"] == "a/c"
    assert "25001 findings" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert len(gzip.compress(text.encode())) < 10_000_000


def test_the_hash_of_a_line_does_not_depend_on_a_secret() -> None:
    prints = []
    for value in ("correct-horse-battery-staple", "another-secret-altogether-77"):
        doc = parse(Source(".env", f"A=true\nTOKEN={value}\nPORT=8787\n"), "dotenv")
        made = finding("a/b", "error", doc, "TOKEN", key="TOKEN", message="m")
        prints.append(result_of(Report(findings=(made,), documents={".env": doc}))["partialFingerprints"])
    assert prints[0] == prints[1]


def test_masking_leaves_lines_where_they_are() -> None:
    report = secret()
    port = report.findings[1]
    assert port.start is not None
    results = run_of(report)["results"]
    masked = "STAGE=development\nAPI_TOKEN=••••\nWEBHOOK=••••\n\nPORT=8787\n"
    assert results[1]["partialFingerprints"]["primaryLocationLineHash"] == line_hashes(masked)[4]
