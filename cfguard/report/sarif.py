"""SARIF 2.1.0 for GitHub code scanning and other viewers.

What GitHub needs, uses and refuses is from its documentation and the upload action (read 2026-06): one run,
one location a result, relative URIs, 1-based UTF-16 columns, a category that ends in ``/``.
Everything that depends on the rule alone is written the same in every run, whether the rule fired or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard import __version__
from cfguard.finding import SEVERITIES
from cfguard.report.layout import Block, Rows, lay_out
from cfguard.report.sarif_fingerprints import Fingerprints
from cfguard.report.sarif_places import location
from cfguard.report.sarif_rules import rule_object
from cfguard.report.shown import words

if TYPE_CHECKING:
    from cfguard.finding import Finding, Note, Problem, Report, RuleInfo, Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
CATEGORY = "cfguard"
MOST_RESULTS = 25_000
"""Results in a run; GitHub refuses the whole file above that, and keeps the worst 5,000 (2026-06)."""
SHOWN_RESULTS = 5_000
MOST_COMPRESSED = 10_000_000
"""Bytes of the file after gzip, as it is uploaded; GitHub refuses larger ones (2026-06)."""
MOST_RELATED = 100
_MOST_LINKS = 10

LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


def render(report: Report, *, category: str = CATEGORY, **_: object) -> str:
    """The report as SARIF text, a result a line.

    ``category`` tells analyses of one commit apart (a monorepo that is checked in parts): GitHub closes the
    alerts of a category that a new analysis of the same category does not hold.
    """
    ordered = sorted(report.findings, key=lambda finding: SEVERITIES.index(finding.severity))
    kept = ordered[:MOST_RESULTS]
    text = _written(report, kept, category)
    while kept and _too_large(text):
        kept = kept[: len(kept) // 2]
        text = _written(report, kept, category)
    return text


def _too_large(text: str) -> bool:
    """Whether GitHub refuses a file for its size; what is small as it is need not be compressed to know."""
    if len(text) * 4 < MOST_COMPRESSED:
        return False
    import zlib

    # The fastest level packs worse than any uploader does: the answer errs on the side of a smaller file.
    return len(zlib.compress(text.encode(), level=1)) > MOST_COMPRESSED - 100


def _written(report: Report, kept: list[Finding], category: str) -> str:
    rules = _rules(report)
    fingerprints = Fingerprints(report)
    index = {rule.id: number for number, rule in enumerate(rules)}
    left_out = _left_out(len(report.findings), len(kept))
    results = Rows(_result(report, finding, index[finding.rule], fingerprints) for finding in kept)
    if left_out:
        # Of all that the file says GitHub shows nothing but results, and always the worst one.
        results[:1] = [_result(report, kept[0], index[kept[0].rule], fingerprints, left_out)] if kept else []
    run = Block(
        tool=Block(driver=_driver(rules)),
        invocations=Rows([_invocation(report, left_out)]),
        automationDetails={"id": f"{category}/"},
        originalUriBaseIds={"%SRCROOT%": {"description": {"text": "The root of the checked repository."}}},
        columnKind="utf16CodeUnits",
        results=results,
    )
    return lay_out(Block({"$schema": SCHEMA, "version": "2.1.0", "runs": Rows([run])}))


def _left_out(found: int, kept: int) -> str:
    """What a reader does not see, in a sentence; empty where everything is there."""
    if found == kept <= SHOWN_RESULTS:
        return ""
    held = f"this file holds the worst {kept}" if kept < found else "this file holds them all"
    shown = f", and code scanning shows {SHOWN_RESULTS}" if kept > SHOWN_RESULTS else ""
    return f"There are {found} findings: {held}{shown}."


def _rules(report: Report) -> list[RuleInfo]:
    """All rules of the run by id, and a bare entry for a finding whose rule the report does not describe."""
    from cfguard.finding import RuleInfo

    rules = {rule.id: rule for rule in report.rules}
    for finding in report.findings:
        if finding.rule not in rules:
            rules[finding.rule] = RuleInfo(
                finding.rule, finding.rule, "", "", finding.severity, (), (), (), None, finding.url
            )
    return [rules[name] for name in sorted(rules)]


def _driver(rules: list[RuleInfo]) -> Block:
    return Block(
        name="cfguard",
        semanticVersion=__version__,
        rules=Rows(rule_object(rule, LEVELS[rule.severity]) for rule in rules),
    )


def _result(
    report: Report, finding: Finding, index: int, fingerprints: Fingerprints, remark: str = ""
) -> dict[str, object]:
    document = report.documents.get(finding.path)
    related = [
        {
            "id": number,
            **location(place.path, place.span, place.start, place.end, report.documents.get(place.path)),
            "message": {"text": words(place.message) or words(place.path)},
        }
        for number, place in enumerate(finding.related[:MOST_RELATED], start=1)
    ]
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": f"{_message(finding)} {remark}".rstrip()},
        "locations": [location(finding.path, finding.span, finding.start, finding.end, document)],
    }
    if related:
        result["relatedLocations"] = related
    result["partialFingerprints"] = fingerprints.of(finding)
    return result


def _message(finding: Finding) -> str:
    """The message as a sentence, the environments, the help, and links to the related places."""
    sentences = [_plain(finding.message)]
    names = [f"`{name}`" if name else "the top level" for name in finding.environments]
    if len(names) > 1:
        sentences.append(_plain(f"The same in {', '.join(names)}"))
    if finding.help:
        sentences.append(_plain(finding.help))
    links = [
        f"[{_label(place.path, place.start.line if place.start else 1)}]({number})"
        for number, place in enumerate(finding.related[:_MOST_LINKS], start=1)
    ]
    if links:
        more = len(finding.related) - len(links)
        sentences.append(f"See {', '.join(links)}{f' and {more} more' if more else ''}")
    return " ".join(f"{sentence.rstrip('.')}." for sentence in sentences)


def _plain(text: str) -> str:
    """Words in which nothing reads as a link to a related place."""
    return words(text).replace("](", "] (")


def _label(path: str, line: int) -> str:
    return words(path).replace("[", "(").replace("]", ")") + f":{line}"


def _invocation(report: Report, left_out: str) -> dict[str, object]:
    notifications = [_problem(problem, report) for problem in report.problems]
    notifications += [_note(note, report) for note in report.notes]
    if left_out:
        notifications.append({"level": "warning", "message": {"text": left_out}})
    invocation: dict[str, object] = {"executionSuccessful": not report.problems}
    if notifications:
        invocation["toolExecutionNotifications"] = notifications
    return invocation


def _problem(problem: Problem, report: Report) -> dict[str, object]:
    text = f"{words(problem.kind)}: {words(problem.message)}."
    shown: dict[str, object] = {"level": "error", "message": {"text": text}}
    if problem.path is not None:
        document = report.documents.get(problem.path)
        shown["locations"] = [location(problem.path, None, problem.start, None, document)]
    return shown


def _note(note: Note, report: Report) -> dict[str, object]:
    shown: dict[str, object] = {"level": "note", "message": {"text": f"{words(note.message)}."}}
    if note.path is not None:
        shown["locations"] = [location(note.path, None, None, None, report.documents.get(note.path))]
    return shown
