"""The report for people: what is wrong, where exactly, why it matters, and what to do about it.

No line can begin with ``::`` (a workflow command of GitHub Actions, leading blanks allowed): every line that
holds words of a checked file starts with words or marks of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cfguard.finding import SEVERITIES
from cfguard.named_tuple import NamedTuple
from cfguard.prose import abridged, counted, enumerated
from cfguard.report.concise import finding_line, problem_line
from cfguard.report.frame import FrameLine, Mark, frame
from cfguard.report.links import file_address, linked, page_address
from cfguard.report.shown import disarm, place_of, words
from cfguard.report.summary import summary_lines
from cfguard.text import Position, Span

if TYPE_CHECKING:
    from cfguard.finding import Finding, Note, Related, Report, RuleInfo

SCREEN = 40
"""Lines: a kind of finding is shown in full as long as what is shown so far fits on one screen."""

_MOST_RELATED = 4
_MOST_PATHS = 3
_COLORS = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "problem": "1;31",
    "note": "1;34",
    "gutter": "34",
    "strong": "1",
    "-": "34",
    "good": "1;32",
}


def render(
    report: Report,
    *,
    color: bool = False,
    quiet: bool = False,
    width: int = 100,
    links: str = "",
    **_: object,
) -> str:
    """The report as text; ``quiet`` gives one line a finding or problem and nothing else.

    ``links`` is the folder that paths lead to, for terminals that show hyperlinks; empty for all others.
    """
    writer = _Writer(report, color=color, width=width, links=links)
    lines = writer.short() if quiet else writer.full()
    return disarm("\n".join(lines) + "\n") if lines else ""


class _Section(NamedTuple):
    """A file with its frame; ``unmarked`` is what the frame would say, where there is none."""

    arrow: str
    place: str
    rows: list[FrameLine]
    unmarked: str


class _Writer:
    __slots__ = ("_color", "_links", "_report", "_rules", "_width")

    def __init__(self, report: Report, *, color: bool, width: int, links: str) -> None:
        self._links = links
        self._report = report
        self._color = color
        self._width = width
        self._rules: dict[str, RuleInfo] = {rule.id: rule for rule in report.rules}

    def short(self) -> list[str]:
        lines = [finding_line(finding, self._paint) for group in self._groups() for finding in group]
        return lines + [problem_line(problem, self._paint) for problem in self._report.problems]

    def full(self) -> list[str]:
        lines: list[str] = []
        after_short = False
        for group in self._groups():
            shown = self._group(group, in_full=True)
            short = bool(lines) and len(lines) + len(shown) > SCREEN
            if short:
                shown = self._group(group, in_full=False)
            if short and after_short:
                lines.pop()
            lines += [*shown, ""]
            after_short = short
        problems = [problem_line(problem, self._paint) for problem in self._report.problems]
        notes = self._notes(self._report.notes)
        for section in (problems, notes):
            lines += [*section, ""] if section else []
        return lines + self._summary()

    def _groups(self) -> list[list[Finding]]:
        """Findings by severity, then by rule in the order of first appearance."""
        groups: dict[tuple[int, str], list[Finding]] = {}
        for finding in self._report.findings:
            groups.setdefault((SEVERITIES.index(finding.severity), finding.rule), []).append(finding)
        return [groups[key] for key in sorted(groups, key=lambda key: key[0])]

    def _group(self, group: list[Finding], *, in_full: bool) -> list[str]:
        first, *further = group
        head = self._head(first)
        lines = [f"{head}: {self._paint('strong', words(first.message))}"]
        lines += self._explained(first) if in_full else self._placed(first)
        lines += [
            f"  {self._place(finding.path, finding.start)} {words(finding.message)}" for finding in further
        ]
        return lines

    def _placed(self, finding: Finding) -> list[str]:
        lines = [self._arrow(finding, 1)]
        if finding.severity == "error" and finding.help:
            lines.append(self._aside(" ", "help", finding.help))
        return lines

    def _explained(self, finding: Finding) -> list[str]:
        marked = [related for related in finding.related if related.span is not None][:_MOST_RELATED]
        sections = self._sections(finding, marked)
        digits = max((len(row.number) for section in sections for row in section.rows), default=1)
        pad = " " * digits
        lines = []
        for section in sections:
            lines.append(f"{pad}{self._paint('gutter', section.arrow)} {section.place}")
            lines += self._drawn(section.rows, digits)
            if section.unmarked:
                lines.append(self._aside(pad, "note", section.unmarked))
        asides = [
            *(("note", text) for text in _remaining(finding, marked)),
            ("note", _environments(finding.environments)),
            ("why", self._why(finding.rule)),
            ("help", finding.help),
        ]
        return lines + [self._aside(pad, name, text) for name, text in asides if text]

    def _sections(self, finding: Finding, marked: list[Related]) -> list[_Section]:
        """The finding's own file first, with the related places in it; then one section a place elsewhere."""
        own = [_mark(related) for related in marked if related.path == finding.path]
        if finding.span is not None:
            own.insert(0, Mark(finding.span, "^", ""))
        place = self._place(finding.path, finding.start)
        sections = [_Section("-->", place, self._frame(finding.path, own), "")]
        for related in marked:
            rows = self._frame(related.path, [_mark(related)])
            if related.path != finding.path or not sections[0].rows:
                place = self._place(related.path, related.start)
                sections.append(_Section("~~>", place, rows, "" if rows else related.message))
        return sections

    def _frame(self, path: str, marks: list[Mark]) -> list[FrameLine]:
        document = self._report.documents.get(path)
        return frame(document, marks, self._width - 8) if document is not None else []

    def _drawn(self, rows: list[FrameLine], digits: int) -> list[str]:
        if not rows:
            return []
        empty = self._paint("gutter", " " * digits + " |")
        lines = [empty]
        for row in rows:
            if row.number == "...":
                lines.append(self._paint("gutter", "..."))
                continue
            gutter = self._paint("gutter", f"{row.number:>{digits}} |")
            text = self._paint(self._mark_color(row.symbol), row.text) if row.symbol else row.text
            lines.append(f"{gutter} {text}".rstrip())
        return [*lines, empty]

    def _mark_color(self, symbol: str) -> str:
        return "strong" if symbol == "^" else symbol

    def _arrow(self, finding: Finding, digits: int) -> str:
        return f"{' ' * digits}{self._paint('gutter', '-->')} {self._place(finding.path, finding.start)}"

    def _aside(self, pad: str, name: str, text: str) -> str:
        return f"{pad} {self._paint('gutter', '=')} {self._paint('strong', name)}: {words(text)}"

    def _why(self, rule: str) -> str:
        return self._rules[rule].why if rule in self._rules else ""

    def _notes(self, notes: Iterable[Note]) -> list[str]:
        """A line for every message; files that share one are named behind it."""
        paths: dict[str, list[str]] = {}
        for note in notes:
            named = paths.setdefault(note.message, [])
            if note.path is not None:
                named.append(note.path)
        head = self._paint("note", "note")
        return [f"{head}: {words(message)}{_named(named)}" for message, named in paths.items()]

    def _summary(self) -> list[str]:
        first, *rest = summary_lines(self._report)
        color = "good" if not self._report.findings and not self._report.problems else "strong"
        return [self._paint(color, first), *rest]

    def _head(self, finding: Finding) -> str:
        head = self._paint(finding.severity, f"{finding.severity}[{words(finding.rule)}]")
        return linked(head, page_address(finding.url)) if self._links else head

    def _place(self, path: str, start: Position | None) -> str:
        place = place_of(path, start)
        return linked(place, file_address(self._links, path)) if self._links else place

    def _paint(self, name: str, text: str) -> str:
        return f"\x1b[{_COLORS[name]}m{text}\x1b[0m" if self._color else text


def _mark(related: Related) -> Mark:
    return Mark(related.span or Span(0, 0), "-", related.message)


def _remaining(finding: Finding, framed: list[Related]) -> Iterable[str]:
    """Related places without a frame: whole files by name, and how many more there are."""
    whole = [related for related in finding.related if related.span is None]
    yield from (f"{related.message} ({related.path})" for related in whole[:_MOST_RELATED])
    more = len(finding.related) - len(framed) - min(len(whole), _MOST_RELATED)
    if more:
        yield f"and {counted(more, 'more place')}"


def _environments(names: tuple[str, ...]) -> str:
    if len(names) < 2:
        return ""
    shown = [f"`{name}`" if name else "the top level" for name in names]
    return f"the same in {enumerated(shown)}"


def _named(paths: list[str]) -> str:
    return f" ({abridged(paths, _MOST_PATHS, shown=words)})" if paths else ""
