"""The closing lines of the text report: what the run found, what was hidden, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.finding import SEVERITIES
from cfguard.prose import counted, enumerated
from cfguard.report.shown import words

if TYPE_CHECKING:
    from cfguard.finding import Report


_LOOKED_FOR = (
    "cfguard looks here and in all folders below for wrangler.toml, .json and .jsonc (wrangler.<name>.toml, too),",
    "devcontainer.json, .env* and .dev.vars*; migrations are found through the D1 bindings of a wrangler config.",
    "What git ignores, node_modules, dist and build are not entered. Is it another folder? `cfguard check PATH`",
)


def summary_lines(report: Report) -> list[str]:
    """A few sentences; the first alone says how the run ended."""
    lines = [_verdict(report)]
    if report.empty and not report.findings:
        lines += _LOOKED_FOR
    if report.problems:
        lines.append(
            f"The check is not complete: {counted(len(report.problems), 'problem')} kept cfguard "
            "from reading everything."
        )
    hidden = _hidden(report)
    if hidden:
        lines.append(f"Hidden: {hidden}.")
    fixable = _fixable(report)
    if fixable:
        lines.append(f"{fixable}.")
    most = _most_frequent(report)
    if most:
        lines.append(f"Next: `cfguard rule {words(most)}` explains the most frequent finding.")
    return lines


def _verdict(report: Report) -> str:
    files = counted(report.checked, "file")
    if report.findings:
        counts = [
            counted(report.count(severity), severity) for severity in SEVERITIES if report.count(severity)
        ]
        return f"Found {enumerated(counts)} in {files}."
    if report.empty:
        return "Nothing to check: no configuration of a Workers project is here."
    if report.problems:
        return f"Found nothing in {files}, as far as they could be read."
    if not report.checked:
        return "Nothing was checked: no file could be taken for configuration; the notes say why."
    rules = f" by {counted(len(report.rules), 'rule')}" if report.rules else ""
    return f"All clear: {files} checked{rules}, nothing to report."


def _hidden(report: Report) -> str:
    hidden = report.hidden
    parts = [
        f"{count} by {name}"
        for count, name in (
            (hidden.ignores, "ignore comments"),
            (hidden.settings, "settings"),
            (hidden.baseline, "the baseline"),
        )
        if count
    ]
    return enumerated(parts)


def _fixable(report: Report) -> str:
    """How many findings cfguard can cure itself, and with which words."""
    safe = sum(each.fix is not None and each.fix.safety == "safe" for each in report.findings)
    unsafe = sum(each.fix is not None for each in report.findings) - safe
    parts = [f"{counted(safe, 'finding')} with `--fix`"] if safe else []
    if unsafe:
        noun = f"{unsafe} more" if safe else counted(unsafe, "finding")
        parts.append(f"{noun} with `--fix --unsafe-fixes`; `--diff` shows how")
    return f"Can be fixed: {enumerated(parts)}" if parts else ""


def _most_frequent(report: Report) -> str | None:
    """The rule with the most findings of the worst severity there is; ties go to the first one shown."""
    for severity in SEVERITIES:
        counts: dict[str, int] = {}
        for finding in report.findings:
            if finding.severity == severity:
                counts[finding.rule] = counts.get(finding.rule, 0) + 1
        if counts:
            return max(counts, key=lambda rule: counts[rule])
    return None
