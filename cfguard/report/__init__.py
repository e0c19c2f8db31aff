"""The faces of a run: every format is a pure function of the report, and is imported only when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from cfguard.finding import Report

FORMATS: dict[str, str] = {
    "text": "cfguard.report.text",
    "concise": "cfguard.report.concise",
    "json": "cfguard.report.json",
    "jsonl": "cfguard.report.jsonl",
    "sarif": "cfguard.report.sarif",
    "github": "cfguard.report.github",
    "gitlab": "cfguard.report.gitlab",
    "junit": "cfguard.report.junit",
    "markdown": "cfguard.report.markdown",
}
"""Names of formats, and the module whose ``render`` writes each."""


class _Face(Protocol):
    def render(
        self, report: Report, *, color: bool, quiet: bool, width: int, category: str, links: str
    ) -> str: ...


def render(
    report: Report,
    format: str,
    *,
    color: bool = False,
    quiet: bool = False,
    width: int = 100,
    category: str = "cfguard",
    links: str = "",
) -> str:
    """The report in one of :data:`FORMATS`; raises KeyError for another name.

    The same report gives the same text on every machine at any time. ``color``, ``quiet`` (findings and
    problems only, a line each), ``width`` (cells of the terminal) and ``links`` (the folder that paths lead to
    in a terminal with hyperlinks) concern formats for people, ``category`` concerns SARIF.
    """
    from importlib import import_module

    face = cast(_Face, import_module(FORMATS[format]))
    return face.render(report, color=color, quiet=quiet, width=width, category=category, links=links)
