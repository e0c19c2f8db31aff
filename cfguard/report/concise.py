"""A line a finding, as ``path:line:column: severity[rule]: message``, in the order of the files.

Editors and log viewers turn such lines into links, and ``grep`` and ``sort`` can work with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.report.shown import disarm, place_of, place_of_problem, words
from cfguard.report.summary import summary_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from cfguard.finding import Finding, Problem, Report


def render(report: Report, *, quiet: bool = False, **_: object) -> str:
    """The report as lines; ``quiet`` leaves out the closing ones."""
    lines = [finding_line(finding) for finding in report.findings]
    lines += [problem_line(problem) for problem in report.problems]
    lines += [] if quiet else summary_lines(report)
    return disarm("\n".join(lines) + "\n") if lines else ""


def _plainly(style: str, text: str) -> str:
    return text


def finding_line(finding: Finding, paint: Callable[[str, str], str] = _plainly) -> str:
    """One finding: where, how bad, by which rule, and what; ``paint`` colours a text by the name of a style."""
    head = paint(finding.severity, f"{finding.severity}[{words(finding.rule)}]")
    return f"{place_of(finding.path, finding.start)}: {head}: {words(finding.message)}"


def problem_line(problem: Problem, paint: Callable[[str, str], str] = _plainly) -> str:
    """One problem: its kind, where it is if that is known, and what."""
    head = paint("problem", f"problem[{words(problem.kind)}]")
    return ": ".join(filter(None, (head, place_of_problem(problem), words(problem.message))))
