"""The SARIF report, held against a schema of what cfguard may write and GitHub's rules one by one.

The official schema (test_official_schema.py) comes from npm and accepts far too much
to be the test: ours is narrower everywhere. scripts/sarif_conformance.py holds reports against the official
one, and against the rules of Microsoft's SARIF multitool for GitHub.
"""

from __future__ import annotations

import gzip
import json
import re
from datetime import date
from hashlib import sha512
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest

from cfguard.api import Request, check_request
from cfguard.finding import Note, Report
from cfguard.report import render
from cfguard.report import sarif as sarif_format
from cfguard.report.fingerprint import line_hashes
from cfguard.syntax import parse
from cfguard.text import Source
from tests.report.samples import SAMPLES, document, finding, full, related, rule, secret
from tests.report.schemas import SARIF

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
def test_a_report_is_within_its_schema(name: str) -> None:
    jsonschema.Draft202012Validator(SARIF).validate(json.loads(render(SAMPLES[name](), "sarif")))


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


def test_too_many_findings_are_cut_and_that_is_said_where_it_is_seen() -> None:
    doc = document("a.toml", "x = 1\n")
    made = (
        *(finding("a/b", "info", doc, "x") for _ in range(25_000)),
        finding("a/c", "error", doc, "x"),
    )
    text = render(Report(findings=made, documents={"a.toml": doc}), "sarif")
    (run,) = json.loads(text)["runs"]
    assert len(run["results"]) == 25_000
    assert run["results"][0]["ruleId"] == "a/c"
    said = "There are 25001 findings: this file holds the worst 25000, and code scanning shows 5000."
    assert run["results"][0]["message"]["text"].endswith(said)
    assert said not in run["results"][1]["message"]["text"]
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == said
    assert len(gzip.compress(text.encode())) < 10_000_000


def test_as_many_as_code_scanning_shows_need_no_remark() -> None:
    doc = document("a.toml", "x = 1\n")
    report = Report(findings=tuple(finding("a/b", "info", doc, "x") for _ in range(5_000)))
    assert "There are" not in render(report, "sarif")


def test_a_file_stays_below_the_size_that_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 20_000
    monkeypatch.setattr(sarif_format, "MOST_COMPRESSED", limit)
    doc = document("a.toml", "x = 1\n")
    noise = [sha512(str(number).encode()).hexdigest() for number in range(2_000)]
    made = tuple(finding("a/b", "error", doc, "x", message=text) for text in noise)
    text = render(Report(findings=made, documents={"a.toml": doc}), "sarif")
    assert limit // 4 < len(gzip.compress(text.encode())) <= limit
    (run,) = json.loads(text)["runs"]
    kept = len(run["results"])
    assert 0 < kept < 2_000
    assert (
        f"There are 2000 findings: this file holds the worst {kept}." in run["results"][0]["message"]["text"]
    )


def test_places_beyond_the_links_are_counted() -> None:
    doc = document("a.toml", "x = 1\ny = 2\n")
    made = finding("a/b", "error", doc, "x", related=tuple(related(doc, "y", "p") for _ in range(300)))
    result = result_of(Report(findings=(made,), documents={doc.path: doc}))
    assert len(result["relatedLocations"]) == 100
    assert "](10) and 290 more." in result["message"]["text"]


def test_a_category_tells_parts_of_a_repository_apart() -> None:
    run = json.loads(render(full(), "sarif", category="shop/admin"))["runs"][0]
    assert run["automationDetails"] == {"id": "shop/admin/"}


def test_the_byte_order_mark_counts_as_it_does_for_github() -> None:
    doc = parse(Source("a.toml", "x = 1\n", bom=True), "toml")
    result = result_of(Report(findings=(finding("a/b", "error", doc, "x"),), documents={doc.path: doc}))
    hashed = line_hashes("\ufeffx = 1\n")[0]
    assert result["partialFingerprints"]["primaryLocationLineHash"] == hashed != line_hashes("x = 1\n")[0]


def test_a_report_says_nothing_of_the_machine_or_the_hour(tmp_path: Path) -> None:
    texts = []
    for name in ("one", "other"):
        folder = tmp_path / name
        (folder / "src").mkdir(parents=True)
        (folder / "src/index.ts").write_text("")
        (folder / "package.json").write_text('{"devDependencies": {"wrangler": "^4"}}\n')
        (folder / "wrangler.toml").write_text(
            'name = "a"\nmain = "src/index.ts"\ncompatibility_date = "2020-01-01"\n'
        )
        report = check_request(Request((str(folder),), profile="all", today=date(2026, 11, 22)))
        texts.append(render(report, "sarif"))
    assert texts[0] == texts[1]
    assert str(tmp_path) not in texts[0]
    results = json.loads(texts[0])["runs"][0]["results"]
    assert {"package.json", "wrangler.toml"} <= {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results
    }
    assert all("primaryLocationLineHash" in result["partialFingerprints"] for result in results)


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
