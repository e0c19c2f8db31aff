"""What the program tells people: findings, problems, notes, and the report that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from cfguard.named_tuple import NamedTuple
from cfguard.text import Position, Span

if TYPE_CHECKING:
    from cfguard.fix import Fix
    from cfguard.syntax.node import Document

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class Related(NamedTuple):
    """A further place that explains a finding; places without a span mean the whole file."""

    path: str
    span: Span | None
    start: Position | None
    end: Position | None
    message: str


class Finding(NamedTuple):
    """One thing that is wrong in one place, in the words of the rule that found it.

    ``path`` is relative to the root; ``span``, ``start`` and ``end`` are None for a whole file.
    ``key`` is the path inside the document and, with ``rule`` and ``path``, the finding's identity.
    ``environments`` names every environment that has the same cause at the same place
    (``""`` stands for the top level of a wrangler config).
    """

    rule: str
    severity: Severity
    message: str
    help: str
    path: str
    span: Span | None = None
    start: Position | None = None
    end: Position | None = None
    key: str = ""
    worker: str | None = None
    environments: tuple[str, ...] = ()
    upstream: str | None = None
    clauses: tuple[str, ...] = ()
    url: str = ""
    related: tuple[Related, ...] = ()
    fix: Fix | None = None

    @property
    def fixable(self) -> bool:
        """Whether cfguard can make the edit."""
        return self.fix is not None


class Problem(NamedTuple):
    """A reason why the job could not be done whole: the exit code becomes 2.

    ``kind`` is ``unreadable``, ``too-large``, ``outside-root``, ``missing``, ``rule-failed``, ``settings``,
    ``policy``, ``unwritable`` (a fix) or ``internal``.
    """

    kind: str
    path: str | None
    message: str
    start: Position | None = None


class Note(NamedTuple):
    """Something a reader should know that is nobody's fault; it never changes the exit code."""

    message: str
    path: str | None = None


class Hidden(NamedTuple):
    """How many findings were held back, by what held them."""

    ignores: int = 0
    settings: int = 0
    baseline: int = 0


class RuleInfo(NamedTuple):
    """What reports say about a rule, whether it fired or not."""

    id: str
    title: str
    why: str
    help: str
    severity: Severity
    tags: tuple[str, ...]
    clauses: tuple[str, ...]
    references: tuple[str, ...]
    security_severity: str | None
    url: str


class Report:
    """The result of one run; every output format is a pure function of it.

    ``documents`` maps a path to its parsed file so that a format can show the lines in question;
    they hold real secrets and leave the program only through :mod:`cfguard.secrets.masking`.
    ``checked`` is the number of files that were read. ``empty`` says that there was nothing to check.
    """

    __slots__ = (
        "checked",
        "documents",
        "empty",
        "findings",
        "hidden",
        "notes",
        "problems",
        "rules",
    )

    def __init__(
        self,
        *,
        findings: tuple[Finding, ...] = (),
        problems: tuple[Problem, ...] = (),
        notes: tuple[Note, ...] = (),
        hidden: Hidden = Hidden(),
        checked: int = 0,
        empty: bool = False,
        rules: tuple[RuleInfo, ...] = (),
        documents: Mapping[str, Document] | None = None,
    ) -> None:
        self.findings = findings
        self.problems = problems
        self.notes = notes
        self.hidden = hidden
        self.checked = checked
        self.empty = empty
        self.rules = rules
        self.documents: Mapping[str, Document] = documents if documents is not None else {}

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)
