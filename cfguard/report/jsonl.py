"""JSON Lines: one object a line, for programs that read a stream and for ``jq``, ``grep`` and databases.

``type`` says what a line is: ``finding``, ``problem``, ``note``, and one ``summary`` at the end. Their other
members are those of the JSON report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.report.json import (
    VERSION,
    finding_object,
    note_object,
    problem_object,
    summary_object,
    tool_object,
)
from cfguard.report.layout import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cfguard.finding import Report


def render(report: Report, **_: object) -> str:
    """The report as lines; the last one is there in every run, so that a cut file can be told."""
    return "".join(lay_out(line) for line in _lines(report))


def _lines(report: Report) -> Iterator[dict[str, object]]:
    for finding in report.findings:
        yield {"type": "finding", **finding_object(finding)}
    for problem in report.problems:
        yield {"type": "problem", **problem_object(problem)}
    for note in report.notes:
        yield {"type": "note", **note_object(note)}
    yield {"type": "summary", "version": VERSION, "tool": tool_object(), **summary_object(report)}
