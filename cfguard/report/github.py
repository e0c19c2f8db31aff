"""Annotations of GitHub Actions: workflow commands on standard output, without any upload or permission.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the others in silence
(orgs/community discussion 68471, read 2026-06), so no more are written, the worst first, and the last
notice says how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.finding import SEVERITIES
from cfguard.report.shown import disarm, words
from cfguard.report.summary import summary_lines

if TYPE_CHECKING:
    from cfguard.finding import Finding, Problem, Report, Severity
    from cfguard.text import Position

MOST = 10
"""Annotations of one level that GitHub shows of a step."""

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_LONGEST = 2_000


def render(report: Report, *, quiet: bool = False, **_: object) -> str:
    """The commands, then the closing lines of the report (not with ``quiet``)."""
    commands: dict[str, list[str]] = {level: [] for level in _LEVELS.values()}
    commands["error"] += [_problem(problem) for problem in report.problems]
    for severity in SEVERITIES:
        level = _LEVELS[severity]
        commands[level] += [_finding(each, level) for each in report.findings if each.severity == severity]
    lines = _capped(commands)
    lines += [] if quiet else [disarm(line) for line in summary_lines(report)]
    return "\n".join(lines) + "\n" if lines else ""


def _capped(commands: dict[str, list[str]]) -> list[str]:
    """What GitHub shows, and a notice about the rest, which counts among the notices."""
    if all(len(each) <= MOST for each in commands.values()):
        return [command for each in commands.values() for command in each]
    room = {**dict.fromkeys(commands, MOST), "notice": MOST - 1}
    shown = [command for level, each in commands.items() for command in each[: room[level]]]
    more = sum(map(len, commands.values())) - len(shown)
    return [
        *shown,
        _command("notice", {"title": "cfguard"}, f"{more} more, which GitHub has no room for here"),
    ]


def _finding(finding: Finding, level: str) -> str:
    properties = {
        "title": words(finding.rule),
        "file": words(finding.path),
        **_region(finding.start, finding.end),
    }
    text = words(finding.message)
    return _command(level, properties, f"{text}\n{words(finding.help)}" if finding.help else text)


def _problem(problem: Problem) -> str:
    properties = {"title": f"cfguard: {words(problem.kind)}"}
    if problem.path is not None:
        properties |= {"file": words(problem.path), **_region(problem.start, None)}
    return _command("error", properties, words(problem.message))


def _region(start: Position | None, end: Position | None) -> dict[str, str]:
    """The place; GitHub takes columns only where all is on one line."""
    if start is None:
        return {"line": "1"}
    region = {"line": str(start.line), "col": str(start.column)}
    if end is not None and end.line == start.line and end.column > start.column:
        region["endColumn"] = str(end.column)
    return region


def _command(level: str, properties: dict[str, str], text: str) -> str:
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return disarm(f"::{level} {given}::{_data(text)}")


def _data(text: str) -> str:
    """The message of a command; the runner takes these escapes back."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
