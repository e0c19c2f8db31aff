"""JUnit XML, which nearly every CI system shows as test results: a suite a file, a case a finding.

There is no standard; elements and attributes are those of the schema that Jenkins' xUnit plugin holds files
against (junit-10.xsd, read 2026-11), which refuses a ``file`` of a case. Errors and warnings fail, infos
pass with their text as output, and what could not be read is an error of the run. Nothing is timed, so that
equal reports are equal files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.report.concise import finding_line, problem_line
from cfguard.report.shown import disarm, words

if TYPE_CHECKING:
    from cfguard.finding import Finding, Problem, Report

#: What XML 1.0 has no characters for, escaped or not.
_NO_CHARACTER = lazy("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


class _Case(NamedTuple):
    """A test case: ``outcome`` is ``failure``, ``error``, or empty for one that passes with ``text`` as output."""

    name: str
    path: str
    outcome: str
    type: str
    message: str
    text: str


def render(report: Report, **_: object) -> str:
    """The report as XML; a run without findings is one suite with one case that passes."""
    suites: dict[str, list[_Case]] = {}
    for case in (*map(_finding, report.findings), *map(_problem, report.problems)):
        suites.setdefault(case.path, []).append(case)
    if not suites:
        files = f"{report.checked} {'file' if report.checked == 1 else 'files'} checked"
        suites["cfguard"] = [_Case(files, "cfguard", "", "", "", "")]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    cases = [case for suite in suites.values() for case in suite]
    lines.append(f'<testsuites name="cfguard"{_counts(cases)}>')
    for path, suite in suites.items():
        lines.append(f'  <testsuite name="{_text(path)}"{_counts(suite)}>')
        for case in suite:
            lines += _case(case)
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return disarm("\n".join(lines) + "\n")


def _finding(finding: Finding) -> _Case:
    outcome = "" if finding.severity == "info" else "failure"
    line = finding_line(finding)
    text = f"{line}\nhelp: {words(finding.help)}" if finding.help else line
    return _Case(finding.rule, finding.path, outcome, finding.severity, finding.message, text)


def _problem(problem: Problem) -> _Case:
    name, path = f"cfguard/{problem.kind}", problem.path if problem.path is not None else "cfguard"
    return _Case(name, path, "error", problem.kind, problem.message, problem_line(problem))


def _case(case: _Case) -> list[str]:
    head = f'    <testcase name="{_text(case.name)}" classname="{_text(case.path)}"'
    if not case.text:
        return [f"{head}/>"]
    body = _escaped(case.text)
    if not case.outcome:
        return [f"{head}>", f"      <system-out>{body}</system-out>", "    </testcase>"]
    failed = f'{case.outcome} type="{_text(case.type)}" message="{_text(case.message)}"'
    return [f"{head}>", f"      <{failed}>{body}</{case.outcome}>", "    </testcase>"]


def _counts(cases: list[_Case]) -> str:
    failures = sum(case.outcome == "failure" for case in cases)
    errors = sum(case.outcome == "error" for case in cases)
    return f' tests="{len(cases)}" failures="{failures}" errors="{errors}"'


def _text(text: str) -> str:
    return _escaped(words(text))


def _escaped(text: str) -> str:
    for character, entity in _ENTITIES.items():
        text = text.replace(character, entity)
    return _NO_CHARACTER.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
