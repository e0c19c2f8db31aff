"""The Code Quality report of GitLab: an array of issues that merge requests show beside the change.

The members are those that GitLab's documentation lists (docs.gitlab.com, Code Quality, read 2026-06). A
fingerprint must be unique in the file and the same in the next run: it is our identity of the finding, and
a number where several findings share one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.report.identity import identity
from cfguard.report.layout import Rows, lay_out
from cfguard.report.shown import words

if TYPE_CHECKING:
    from cfguard.finding import Finding, Problem, Report, Severity

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "info": "info"}


def render(report: Report, **_: object) -> str:
    """The report as JSON text, an issue a line; what could not be read is a ``blocker``."""
    seen: dict[str, int] = {}
    issues = [_finding(finding) for finding in report.findings]
    issues += [_problem(problem) for problem in report.problems]
    for issue in issues:
        name = str(issue["fingerprint"])
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            issue["fingerprint"] = f"{name}-{seen[name]}"
    return lay_out(Rows(issues))


def _finding(finding: Finding) -> dict[str, object]:
    text = words(finding.message)
    return {
        "description": f"{text}. {words(finding.help)}" if finding.help else text,
        "check_name": words(finding.rule),
        "fingerprint": identity(finding),
        "severity": _SEVERITIES[finding.severity],
        "location": _location(
            finding.path,
            finding.start.line if finding.start else 1,
            finding.end.line if finding.end else None,
        ),
    }


def _problem(problem: Problem) -> dict[str, object]:
    from hashlib import sha256

    path = problem.path if problem.path is not None else "."
    parts = "\0".join((problem.kind, path, words(problem.message)))
    return {
        "description": words(problem.message),
        "check_name": f"cfguard/{words(problem.kind)}",
        "fingerprint": sha256(parts.encode("utf-8", "replace")).hexdigest()[:32],
        "severity": "blocker",
        "location": _location(path, problem.start.line if problem.start else 1, None),
    }


def _location(path: str, begin: int, end: int | None) -> dict[str, object]:
    lines = {"begin": begin} if end is None or end < begin else {"begin": begin, "end": end}
    return {"path": words(path), "lines": lines}
