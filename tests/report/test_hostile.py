"""Whatever a checked file says, no report runs a command, moves a cursor, breaks its format or shows a secret."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cfguard.finding import Finding, Note, Problem, Related, Report, Severity
from cfguard.fix import Fix
from cfguard.fixing import Edited
from cfguard.report import FORMATS, fixes, render
from cfguard.secrets.masking import CONTROLS
from cfguard.text import Position, Source
from tests.report.schemas import GITLAB, SARIF

SECRET = "sk_live_" + "51H8xQ2eZvKYlo2C" + "rT4uBnPq"
PIECES = (
    "::error::x", "::set-output name=a::b", "##[add-path]/tmp", "##vso[task.setvariable]", "%0A::warning::y",
    "\n", "\r\n", "\r", "\t", "\x1b[2J", "\x07", "\x7f", "\x9b31m", "\u202e", "\u2028", "\ud800", "\udfff",
    "\ufffe", "\uffff", "\U0001f600", "\U000e0041", "é", "`", "``", "|", "*", "_", "~~", "$x$", "[a](b)",
    "![i](u)", "<script>", "</details>", "<!--", "-->", "]]>", "&amp;", '"', "'", ",", ";", "{", "}", "\\",
    "# h", "- i", "=1+1", "../", "/", ":", "a", "word", " ", f" API_KEY={SECRET} ", f" {SECRET} ",
)  # fmt: skip

#: A path is a path: a file that is named like a secret is found under its name.
PATHS = tuple(piece for piece in PIECES if SECRET not in piece)

texts = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
named = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
paths = st.lists(st.sampled_from(PATHS), min_size=1, max_size=6).map(
    lambda parts: "".join(parts).lstrip("./") or "p"
)
rules = st.sampled_from(["a/b", "team/a-rule", "d1/database-shared"])
places = st.none() | st.builds(Position, st.integers(1, 9), st.integers(1, 9))
severities: st.SearchStrategy[Severity] = st.sampled_from(["error", "warning", "info"])
relateds = st.builds(Related, paths, st.none(), places, places, texts)
findings = st.builds(
    Finding,
    rule=rules, severity=severities, message=named, help=texts, path=paths, start=places, end=places,
    key=texts, worker=st.none() | texts, environments=st.lists(texts, max_size=2).map(tuple),
    related=st.lists(relateds, max_size=2).map(tuple),
)  # fmt: skip
reports = st.builds(
    lambda found, problems, notes: Report(findings=found, problems=problems, notes=notes, checked=1),
    st.lists(findings, max_size=3).map(tuple),
    st.lists(st.builds(Problem, st.just("unreadable"), st.none() | paths, named, places), max_size=2).map(
        tuple
    ),
    st.lists(st.builds(Note, named, st.none() | paths), max_size=2).map(tuple),
)
ANNOTATION = re.compile(
    r"::(error|warning|notice) title=[^:,]+(,(file|line|col|endColumn)=[^:,]+)*::[^\r\n]*"
)


def with_text(text: str, path: str = "a.toml") -> Report:
    """A report in which a text is everything that can hold one, and a path every path."""
    place = Related(path, None, None, None, text)
    made = Finding(
        "a/b", "error", text, text, path, key=text, worker=text, environments=(text,), related=(place,)
    )
    problem, note = Problem("unreadable", path, text), Note(text, path)
    return Report(findings=(made,), problems=(problem,), notes=(note,), checked=1)


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=25, deadline=None)
@given(reports)
@example(with_text("::error::x", "::error::x"))
@example(with_text("\n::error::x", "\n::error::x"))
@example(with_text("##[add-path]/tmp", "##[add-path]/tmp"))
@example(with_text(SECRET))
@example(with_text("\ud800\ufffe\x00"))
def test_a_report_is_only_a_report(format: str, report: Report) -> None:
    text = render(report, format)
    text.encode("utf-8")
    assert re.search(CONTROLS, text.replace("\n", "")) is None
    assert not re.search(r"##\w*\[", text)
    assert SECRET not in text
    for line in text.split("\n"):
        if format == "github" and line.startswith("::"):
            assert ANNOTATION.fullmatch(line), line
        else:
            assert not line.lstrip().startswith("::"), line


@settings(max_examples=25, deadline=None)
@given(reports)
def test_formats_for_programs_stay_readable(report: Report) -> None:
    assert len(json.loads(render(report, "json"))["findings"]) == len(report.findings)
    lines = render(report, "jsonl").splitlines()
    assert [json.loads(line)["type"] for line in lines][-1] == "summary"
    jsonschema.Draft202012Validator(GITLAB).validate(json.loads(render(report, "gitlab")))
    jsonschema.Draft202012Validator(SARIF).validate(json.loads(render(report, "sarif")))
    root = ElementTree.fromstring(render(report, "junit").encode())
    assert len(root.findall(".//testcase")) == max(1, len(report.findings) + len(report.problems))


@settings(max_examples=25, deadline=None)
@given(reports)
def test_markdown_keeps_its_shape(report: Report) -> None:
    lines = render(report, "markdown").split("\n")
    for line in lines:
        bare = re.sub(r"\\.|</?(?:code|details|summary)(?: open)?>|<br>", "", line)
        assert "<" not in bare, line
        assert not re.search(r"[`*_\[\]~$]", bare.removeprefix("**").removesuffix("**")), line
        if line.startswith("|"):
            assert bare.count("|") == 5, line
        else:
            assert line == "" or line[0] in "#*-<THFNA", line


def test_a_diff_shows_tabs_and_patterns_as_they_are_and_no_secret() -> None:
    token = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
    patterns = Edited(
        ".gitignore",
        Source(".gitignore", f"dist\n# {token}\n"),
        Source(".gitignore", f"dist\n# {token}\n.env*\n"),
    )
    config = Edited("w.json", Source("w.json", '{\n\t"a": "\x1b"\n}\n'), Source("w.json", '{\n\t"a": 2\n}\n'))
    told = fixes.diff([patterns, config])
    assert " dist\n # ••••\n+.env*\n" in told
    assert '-\t"a": "\\x1b"\n+\t"a": 2\n' in told


@pytest.mark.parametrize("path", ["::error::x", "\n::error::x", "##[add-path]/tmp", "\x1b[2J"])
def test_what_fixes_did_is_told_without_commands(path: str) -> None:
    made = Finding("a/b", "error", "m", "", path, fix=Fix("a title ##[x]", "safe", ()))
    text = 'a = {}\nb = """\n  ::error::x\n::error::y\n##[x]\n"""\n'
    edited = Edited(path, Source(f"{path}.toml", text.format(1)), Source(f"{path}.toml", text.format(2)))
    assert "error" in fixes.diff([edited])
    for text in (fixes.summary([made], [], written=True), fixes.diff([edited])):
        assert "##[" not in text
        assert re.search(CONTROLS, text.replace("\n", "")) is None
        assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def commands(text: str) -> Iterator[dict[str, str]]:
    """What GitHub's runner makes of annotations: the level, the properties and the message."""
    for line in text.splitlines():
        if line.startswith("::"):
            head, _, message = line[2:].partition("::")
            level, _, properties = head.partition(" ")
            pairs = next(csv.reader([properties]))
            read = {name: unescape(value) for name, _, value in (pair.partition("=") for pair in pairs)}
            yield {"level": level, **read, "message": unescape(message)}


def unescape(text: str) -> str:
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


@pytest.mark.parametrize("text", ["a: b, c", "100%", "100%25", "a%0Ab", "é 日本 😀", "x=y", "a;b"])
def test_the_runner_reads_an_annotation_as_it_was_meant(text: str) -> None:
    made = Finding(text, "warning", text, "", text, start=Position(2, 3), end=Position(2, 5))
    [read] = commands(render(Report(findings=(made,)), "github"))
    assert read == {
        "level": "warning", "title": text, "file": text, "line": "2", "col": "3", "endColumn": "5",
        "message": text,
    }  # fmt: skip
