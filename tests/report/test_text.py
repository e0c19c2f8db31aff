from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.finding import Note, Problem, Report
from cfguard.report import render
from cfguard.report.frame import Mark, frame
from cfguard.report.shown import cells
from cfguard.text import Span
from tests.report.samples import document, finding, full, related, rule, span_of

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def report_of(text: str, part: str | None, path: str = "wrangler.toml", **fields: object) -> Report:
    doc = document(path, text)
    return Report(
        findings=(finding("a/b", "error", doc, part, **fields),), checked=1, documents={doc.path: doc}
    )


def frame_of(text: str, part: str, width: int = 100) -> tuple[str, str]:
    """The line shown and the line of marks under it, both behind the gutter."""
    lines = render(report_of(text, part), "text", width=width).splitlines()
    at = next(index for index, line in enumerate(lines) if re.match(r"^ *\d+ \|", line))
    return lines[at].partition("| ")[2], lines[at + 1].partition("| ")[2]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("name = 'x'\n", "'x'"),
        ("# ü\nñame = 'x'\n", "'x'"),
        ("日本 = 'x'\n", "'x'"),
        ("a = '日本語'\n", "'日本語'"),
        ("e\u0301 = 'x'\n", "'x'"),
        ("\t\tname = 'x'\n", "'x'"),
        ("a =\t'x'\t# y\n", "'x'"),
        ("😀 = 'x'\n", "'x'"),
    ],
)
def test_marks_stand_exactly_under_what_is_meant(text: str, part: str) -> None:
    line, marks = frame_of(text, part)
    before, _, _ = line.partition(part)
    assert part in line
    assert marks == " " * cells(before) + "^" * cells(part)


def test_a_span_over_several_lines_is_marked_to_the_end_of_the_first() -> None:
    line, marks = frame_of("flags = [ # x\n  1,\n]\n", "[ # x\n  1,\n]")
    assert (line, marks) == ("flags = [ # x", "        ^^^^^")


def test_an_empty_span_has_one_mark() -> None:
    line, marks = frame_of("name = 1\n", "")
    assert (line, marks) == ("name = 1", "^")


@pytest.mark.parametrize("width", [20, 40, 80])
@pytest.mark.parametrize("at", [0, 200, 4000])
def test_a_long_line_is_cut_around_what_is_meant(width: int, at: int) -> None:
    text = "x" * at + "NEEDLE" + "x" * (5000 - at)
    line, marks = frame_of(text, "NEEDLE", width=width)
    start = line.index("NEEDLE")
    assert marks == " " * start + "^" * 6
    assert cells(line) <= max(width - 8, 20)
    assert line.startswith("…") == (start > 0)
    assert line.endswith("…")


def test_a_long_marked_value_is_cut_as_well() -> None:
    line, marks = frame_of("a = '" + "x" * 5000 + "'\n", "'" + "x" * 5000 + "'", width=80)
    assert len(line) <= 72
    assert marks == "    " + "^" * (len(line) - 5)


def test_a_finding_about_a_file_shows_its_first_line_without_marks() -> None:
    text = render(report_of("name = 1\nx = 2\n", None), "text")
    assert " --> wrangler.toml:1:1\n" in text
    assert "1 | name = 1\n" in text
    assert "^" not in text


def test_without_its_document_a_finding_has_a_place_only() -> None:
    report = report_of("name = 1\n", "name")
    text = render(Report(findings=report.findings), "text")
    assert " --> wrangler.toml:1:1\n" in text
    assert "|" not in text


def test_why_and_help_and_environments() -> None:
    report = report_of("x = 1\n", "x", environments=("", "staging", "production"))
    text = render(
        Report(findings=report.findings, rules=(rule("a/b", why="Because it breaks"),), documents={}), "text"
    )
    assert "= note: the same in the top level, `staging` and `production`\n" in text
    assert "= why: Because it breaks\n" in text
    assert "= help: Do something about it\n" in text
    one = render(report_of("x = 1\n", "x", environments=("staging",)), "text")
    assert "the same in" not in one


def test_errors_come_first_and_repeats_are_short() -> None:
    doc = document("w.toml", "a = 1\nb = 2\nc = 3\n")
    report = Report(
        findings=(
            finding("z/info", "info", doc, "a"),
            finding("z/warn", "warning", doc, "a"),
            finding("z/err", "error", doc, "a", message="first"),
            finding("z/other", "error", doc, "b"),
            finding("z/err", "error", doc, "c", message="second"),
        ),
        documents={"w.toml": doc},
    )
    text = render(report, "text")
    heads = re.findall(r"^\w+\[(.*?)\]", text, re.MULTILINE)
    assert heads == ["z/err", "z/other", "z/warn", "z/info"]
    assert "\n  w.toml:3:1 second\n" in text
    assert "Next: `cfguard rule z/err` explains" in text


def test_many_kinds_of_findings_still_fit_a_screen_or_two() -> None:
    doc = document("w.toml", "a = 1\n")
    findings = tuple(finding(f"z/rule-{number}", "warning", doc, "a") for number in range(12))
    text = render(Report(findings=findings, checked=1, documents={"w.toml": doc}), "text")
    assert text.count("warning[") == 12
    assert text.count("\n") < 75


def test_related_places_elsewhere_have_their_own_frame_and_many_are_counted() -> None:
    doc, other = document("a.toml", "x = 1\n"), document("b.toml", "y = 2\n")
    made = finding("a/b", "error", doc, "x", related=tuple(related(other, "y", "there") for _ in range(7)))
    text = render(Report(findings=(made,), documents={"a.toml": doc, "b.toml": other}), "text")
    assert text.count("~~> b.toml:1:1\n") == 4
    assert "| - there\n" in text
    assert "= note: and 3 more places\n" in text


def test_quiet_gives_a_line_a_finding() -> None:
    lines = render(full(), "text", quiet=True).splitlines()
    assert len(lines) == len(full().findings) + len(full().problems)
    assert lines[0].startswith("apps/shop/wrangler.toml:2:22: error[wrangler/compatibility-date-stale]: ")
    assert render(Report(checked=3), "text", quiet=True) == ""


def test_colour_only_adds_colour() -> None:
    colored = render(full(), "text", color=True)
    assert "\x1b" not in render(full(), "text")
    assert "\x1b" in colored
    assert ANSI.sub("", colored) == render(full(), "text")


def test_the_summary() -> None:
    assert render(Report(checked=1, rules=(rule("a/b"),)), "text") == (
        "All clear: 1 file checked by 1 rule, nothing to report.\n"
    )
    assert render(Report(checked=0, notes=(Note("this is a folder", "a.toml"),)), "text").endswith(
        "Nothing was checked: no file could be taken for configuration; the notes say why.\n"
    )
    text = render(
        Report(checked=2, problems=(Problem("unreadable", "a.toml", "it cannot be opened"),)), "text"
    )
    assert text.startswith("problem[unreadable]: a.toml: it cannot be opened\n")
    assert "All clear" not in text
    assert "The check is not complete: 1 problem kept" in text


@settings(max_examples=100, deadline=None)
@given(
    st.text("ab\t日e\u0301😀", max_size=120),
    st.text("xy日", min_size=1, max_size=120),
    st.text("ab\t日", max_size=120),
    st.integers(10, 120),
)
def test_marks_and_width_hold_for_any_line(before: str, marked: str, after: str, width: int) -> None:
    doc = document("a.toml", before + marked + after)
    span = Span(len(before), len(before) + len(marked))
    line, marks = (row.text for row in frame(doc, [Mark(span, "^", "")], width))
    assert cells(line) <= max(width, 20)
    shown = line
    start = len(marks) - len(marks.lstrip(" "))
    at = next(index for index in range(len(shown) + 1) if cells(shown[:index]) == start)
    while at < len(shown) and cells(shown[at]) == 0:
        at += 1
    length = len(marks.strip())
    end = next(index for index in range(at, len(shown) + 1) if cells(shown[at:index]) == length)
    assert marked.startswith(shown[at:end].rstrip("…"))
    assert cells(shown[at:end]) == cells(marked) or shown.endswith("…")


HOSTILE = [
    "::error::x",
    " ::set-output name=a::b",
    "##[add-mask]x",
    "a\n::warning::x",
    "\r::x",
    "\x1b[31m",
    "\x85::y",
]


@pytest.mark.parametrize("evil", HOSTILE)
@pytest.mark.parametrize("quiet", [False, True])
def test_nothing_in_a_file_can_talk_to_a_ci_runner(evil: str, quiet: bool) -> None:
    doc = document(evil, f"x = 1\n{evil}\n")
    made = finding(
        "a/b",
        "error",
        doc,
        "x",
        message=evil,
        help=evil,
        environments=(evil, evil),
        related=(
            related(doc, evil, evil),
            related(doc, None, evil),
            related(document(evil + "2", evil), evil, evil),
        ),
    )
    report = Report(
        findings=(made, made),
        problems=(Problem("unreadable", evil, evil), Problem(evil, None, evil)),
        notes=(Note(evil, evil), Note(evil)),
        rules=(rule("a/b", why=evil),),
        documents={evil: doc},
    )
    assert_harmless(render(report, "text", quiet=quiet))


@settings(max_examples=80, deadline=None)
@given(
    st.text("ab:# [\n\r\t\x1b\x00\u2028\u202e日\ud800", max_size=30), st.integers(0, 40), st.integers(0, 40)
)
def test_any_content_is_shown_harmlessly(content: str, first: int, second: int) -> None:
    doc = document(content, content)
    start, end = sorted((min(first, len(content)), min(second, len(content))))
    made = finding("a/b", "error", doc, content[start:end] or None, message=content)
    report = Report(findings=(made,), documents={content: doc}, notes=(Note(content, content),))
    assert_harmless(render(report, "text", width=30))


def assert_harmless(text: str) -> None:
    assert "##[" not in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]", text)
    assert not any(line.lstrip().startswith("::") for line in text.split("\n"))
    text.encode("utf-8")


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_format_is_light_to_import(format: str) -> None:
    program = (
        "import sys\n"
        "from cfguard.finding import Report\n"
        "from cfguard.report import render\n"
        f"render(Report(checked=1), {format!r})\n"
        "heavy = {'dataclasses', 'pathlib', 'inspect', 'logging', 'urllib', 'pydantic', 'unicodedata'}\n"
        "heavy.add('cfguard.secrets.masking')\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_samples_mean_what_they_say() -> None:
    assert span_of("aXbX", "X", nth=2) == (3, 4)
