"""Markdown for the summary of a CI job or a comment: the verdict, a table of rules, then every finding.

GitHub drops a step's summary that is larger than 1 MiB (read 2026-06), so the report ends before that, with
the number of findings that are left out. Nothing of a checked file is read as Markdown, HTML or a link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.finding import SEVERITIES
from cfguard.report.shown import as_markdown, place_of, place_of_problem, words
from cfguard.report.summary import summary_lines

if TYPE_CHECKING:
    from cfguard.finding import Finding, Note, Problem, Report, RuleInfo

MOST_BYTES = 900_000
"""Bytes of the report; the rest of GitHub's 1 MiB is for what else the step writes."""

_LONGEST = 2_000
_MARKS = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}


def render(report: Report, **_: object) -> str:
    """The report as Markdown, at most :data:`MOST_BYTES` long."""
    verdict, *rest = summary_lines(report)
    lines = ["## cfguard", "", f"**{_prose(verdict)}**", ""]
    if rest:
        lines += [*(f"{_prose(line)}  " for line in rest), ""]
    lines += _problems(report.problems)
    lines += _table(report)
    notes = _notes(report.notes)
    size = sum(map(_size, [*lines, *notes])) + 200
    if size > MOST_BYTES:  # problems, rules and notes are few: files alone can be many
        return _cut(lines, "The rest of the report does not fit.")
    return _cut(lines + _findings(report, MOST_BYTES - size) + notes, "")


def _cut(lines: list[str], closing: str) -> str:
    kept, room = [], MOST_BYTES - _size(closing)
    for line in lines:
        room -= _size(line)
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, closing]).rstrip("\n") + "\n"


def _size(line: str) -> int:
    return len(line.encode("utf-8", "replace")) + 1


def _table(report: Report) -> list[str]:
    """A row a rule, the worst and most frequent first."""
    counts: dict[tuple[int, str], int] = {}
    for finding in report.findings:
        key = (SEVERITIES.index(finding.severity), finding.rule)
        counts[key] = counts.get(key, 0) + 1
    if not counts:
        return []
    titles: dict[str, RuleInfo] = {rule.id: rule for rule in report.rules}
    rows = ["| | rule | | findings |", "|---|---|---|---:|"]
    for (rank, rule), count in sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
        title = as_markdown(titles[rule].title) if rule in titles else ""
        severity = SEVERITIES[rank]
        rows.append(f"| {_MARKS[severity]} {severity} | {_code(rule)} | {title} | {count} |")
    return [*rows, ""]


def _findings(report: Report, room: int) -> list[str]:
    """The findings in a fold, as many as there is room for, and how many more there are."""
    if not report.findings:
        return []
    ordered = sorted(report.findings, key=lambda finding: SEVERITIES.index(finding.severity))
    items: list[str] = []
    for finding in ordered:
        item = _item(finding)
        room -= _size(item)
        if room < 0:
            break
        items.append(item)
    more = len(ordered) - len(items)
    if more:
        items += ["", f"**{more} more {'is' if more == 1 else 'are'} left out here: there is no room.**"]
    # A blank line after the tag makes what follows Markdown again.
    return ["<details open>", "<summary>Findings</summary>", "", *items, "", "</details>", ""]


def _item(finding: Finding) -> str:
    mark = _MARKS[finding.severity]
    place = _code(place_of(finding.path, finding.start))
    text = _prose(_short(finding.message))
    help = f"<br>{_prose(_short(finding.help))}" if finding.help else ""
    return f"- {mark} {place} {text} ({_code(finding.rule)}){help}"


def _problems(problems: tuple[Problem, ...]) -> list[str]:
    lines = []
    for problem in problems:
        place = place_of_problem(problem)
        where = f"{_code(place)} " if place else ""
        lines.append(f"- ⛔ {where}{_prose(_short(problem.message))} ({_code(problem.kind)})")
    return [*lines, ""] if lines else []


def _notes(notes: tuple[Note, ...]) -> list[str]:
    lines = []
    for note in notes:
        place = f" ({_code(note.path)})" if note.path is not None else ""
        lines.append(f"- {_prose(_short(note.message))}{place}")
    return ["<details>", "<summary>Notes</summary>", "", *lines, "", "</details>"] if lines else []


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _code(text: str) -> str:
    return f"<code>{as_markdown(text)}</code>"


def _prose(text: str) -> str:
    """Words in which what stands between backticks is shown as code, if every backtick has its partner."""
    parts = words(text).split("`")
    if len(parts) % 2 == 0:
        return as_markdown(text)
    return "".join(_piece(part, is_code=bool(index % 2)) for index, part in enumerate(parts))


def _piece(text: str, *, is_code: bool) -> str:
    return _code(text) if is_code else as_markdown(text)
