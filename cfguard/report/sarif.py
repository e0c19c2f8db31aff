"""SARIF 2.1.0 for GitHub code scanning and other viewers.

What GitHub needs, uses and refuses is from its documentation and the upload action (read 2026-06): one run,
one location a result, relative URIs, 1-based UTF-16 columns, a category that ends in ``/``.
Everything that depends on the rule alone is written the same in every run, whether the rule fired or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard import __version__
from cfguard.finding import SEVERITIES
from cfguard.report.fingerprint import line_hashes
from cfguard.report.layout import Block, Rows, lay_out
from cfguard.report.sarif_places import location, region_line
from cfguard.report.sarif_rules import rule_object
from cfguard.report.shown import words
from cfguard.secrets.masking import MASK, sensitive_spans

if TYPE_CHECKING:
    from cfguard.finding import Finding, Note, Problem, Report, RuleInfo, Severity
    from cfguard.syntax.node import Document

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 25_000
"""Results in a run; GitHub refuses the whole file above that, and keeps the worst 5,000 (2026-06)."""
SHOWN_RESULTS = 5_000
MOST_RELATED = 100

LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


def render(report: Report, *, color: bool = False, quiet: bool = False, width: int = 100) -> str:
    """The report as SARIF text, a result a line; colour, quiet and width do not matter to programs."""
    rules = _rules(report)
    ordered = sorted(report.findings, key=lambda finding: SEVERITIES.index(finding.severity))
    fingerprints = _Fingerprints(report)
    index = {rule.id: number for number, rule in enumerate(rules)}
    run = Block(
        tool=Block(driver=_driver(rules)),
        invocations=Rows([_invocation(report)]),
        automationDetails={"id": "cfguard/"},
        originalUriBaseIds={"%SRCROOT%": {"description": {"text": "The root of the checked repository."}}},
        columnKind="utf16CodeUnits",
        results=Rows(
            _result(report, finding, index[finding.rule], fingerprints) for finding in ordered[:MOST_RESULTS]
        ),
    )
    return lay_out(Block({"$schema": SCHEMA, "version": "2.1.0", "runs": Rows([run])}))


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


def _result(report: Report, finding: Finding, index: int, fingerprints: _Fingerprints) -> dict[str, object]:
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
        "message": {"text": _message(finding)},
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
        for number, place in enumerate(finding.related[:10], start=1)
    ]
    if links:
        sentences.append(f"See {', '.join(links)}")
    return " ".join(f"{sentence.rstrip('.')}." for sentence in sentences)


def _plain(text: str) -> str:
    """Words in which nothing reads as a link to a related place."""
    return words(text).replace("](", "] (")


def _label(path: str, line: int) -> str:
    return words(path).replace("[", "(").replace("]", ")") + f":{line}"


class _Fingerprints:
    """GitHub's line hashes and our own identity; a file is hashed once, in its masked form."""

    __slots__ = ("_documents", "_hashes")

    def __init__(self, report: Report) -> None:
        self._documents = report.documents
        self._hashes: dict[str, list[str]] = {}

    def of(self, finding: Finding) -> dict[str, str]:
        from hashlib import sha256

        identity = "\0".join((finding.rule, finding.path, words(finding.key)))
        found: dict[str, str] = {}
        document = self._documents.get(finding.path)
        if document is not None:
            found["primaryLocationLineHash"] = self._line_hash(document, region_line(finding.start))
        found["cfguardIdentity/v1"] = sha256(identity.encode("utf-8", "replace")).hexdigest()[:32]
        return found

    def _line_hash(self, document: Document, line: int) -> str:
        hashes = self._hashes.get(document.path)
        if hashes is None:
            hashes = self._hashes[document.path] = line_hashes(_masked(document))
        return hashes[min(line, len(hashes)) - 1]


def _masked(document: Document) -> str:
    """The text of a document with every sensitive stretch replaced, its lines where they were."""
    text, at, parts = document.source.text, 0, []
    for span in sensitive_spans(document):
        lines = document.source.position(span.end).line - document.source.position(span.start).line
        parts += [text[at : span.start], MASK, "\n" * lines]
        at = span.end
    return "".join([*parts, text[at:]])


def _invocation(report: Report) -> dict[str, object]:
    notifications = [_problem(problem, report) for problem in report.problems]
    notifications += [_note(note, report) for note in report.notes]
    count = len(report.findings)
    if count > SHOWN_RESULTS:
        written = min(count, MOST_RESULTS)
        notifications.append(
            {
                "level": "warning",
                "message": {
                    "text": f"{count} findings, of which this file holds the worst {written}; "
                    f"code scanning shows {SHOWN_RESULTS}."
                },
            }
        )
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
