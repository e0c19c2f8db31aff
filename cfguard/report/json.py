"""The JSON report, version 1, for other programs; ``schemas/report.schema.json`` says what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard import __version__
from cfguard.report.layout import Block, Rows, lay_out
from cfguard.report.shown import masked

if TYPE_CHECKING:
    from cfguard.finding import Finding, Note, Problem, Related, Report
    from cfguard.text import Position

VERSION = 1


def render(report: Report, **_: object) -> str:
    """The report as JSON text, a finding a line."""
    return lay_out(report_object(report))


def report_object(report: Report) -> dict[str, object]:
    """The report as plain data in the order of the published shape."""
    return Block(
        version=VERSION,
        tool=tool_object(),
        root=".",
        summary=summary_object(report),
        findings=Rows(finding_object(finding) for finding in report.findings),
        problems=Rows(problem_object(problem) for problem in report.problems),
        notes=Rows(note_object(note) for note in report.notes),
    )


def tool_object() -> dict[str, object]:
    """What wrote the report."""
    return {"name": "cfguard", "version": __version__}


def summary_object(report: Report) -> dict[str, object]:
    """The run in numbers."""
    return {
        "error": report.count("error"),
        "warning": report.count("warning"),
        "info": report.count("info"),
        "hidden": {
            "ignores": report.hidden.ignores,
            "settings": report.hidden.settings,
            "baseline": report.hidden.baseline,
        },
        "files": report.checked,
    }


def finding_object(finding: Finding) -> dict[str, object]:
    """One finding as plain data."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": masked(finding.message),
        "help": masked(finding.help),
        "path": finding.path,
        "start": _place(finding.start),
        "end": _place(finding.end),
        "key": masked(finding.key),
        "worker": masked(finding.worker) if finding.worker is not None else None,
        "environments": [masked(name) for name in finding.environments],
        "upstream": finding.upstream,
        "clauses": list(finding.clauses),
        "url": finding.url,
        "fixable": finding.fixable,
        "related": [_related(related) for related in finding.related],
    }


def _related(related: Related) -> dict[str, object]:
    return {
        "path": related.path,
        "start": _place(related.start),
        "end": _place(related.end),
        "message": masked(related.message),
    }


def problem_object(problem: Problem) -> dict[str, object]:
    """One problem as plain data."""
    shown: dict[str, object] = {
        "kind": problem.kind,
        "path": problem.path,
        "message": masked(problem.message),
    }
    if problem.start is not None:
        shown["start"] = _place(problem.start)
    return shown


def note_object(note: Note) -> dict[str, object]:
    """One note as plain data."""
    return {"message": masked(note.message), "path": note.path}


def _place(position: Position | None) -> dict[str, int] | None:
    return None if position is None else {"line": position.line, "column": position.column}
