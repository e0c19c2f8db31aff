"""Ignore comments: a reader's decision, next to the line it is about, that a finding is accepted there.

``cfguard: ignore[area/name, area/*] reason`` stands in a comment of TOML, JSONC, SQL or an env file. What it
covers depends on where it stands:

* behind something on its line (not in env files, where ``#`` may belong to the value): that line;
* alone on its line: the next line, comments between them allowed, blank lines not. If a table header
  stands there, the table with its sub-tables; if a key or item with a value of several lines, or a
  statement of SQL, starts there, that whole value or statement;
* before the first content of the file: findings about the whole file as well.

An ignore that hides nothing is a finding itself: it would hide the next real one without anybody knowing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.suggest import Guesses
from cfguard.syntax.node import Cure, Diagnostic
from cfguard.text import Span

if TYPE_CHECKING:
    from cfguard.finding import Finding
    from cfguard.syntax.node import Comment, Document, Node

UNUSED = "unused-ignore"
WITHOUT_REASON = "ignore-without-reason"

_MARK = re.compile(r"cfguard:[ \t]*ignore\b")
_LIST = re.compile(r"\[([^\]\r\n]*)\]")
_RULE = re.compile(r"[^\s,]+")
_REASON = re.compile(r"[^\r\n]*")


class Ignore(NamedTuple):
    """One ignore comment.

    ``span`` runs from ``cfguard:`` to the end of the list of rules; ``rules`` and ``rule_spans`` go
    together, and so does ``erasable``: what goes when the rule at that place is taken off the list (None where other
    words would go with it). ``covers`` are the ranges in which a finding must start (ends included) to be hidden.
    ``whole_file`` says that findings without a place are hidden as well.
    """

    span: Span
    rules: tuple[str, ...]
    reason: str
    covers: tuple[Span, ...]
    rule_spans: tuple[Span, ...]
    whole_file: bool
    erasable: tuple[Span | None, ...] = ()


class Remark(NamedTuple):
    """What is wrong with an ignore comment; the rule is ``config/`` and the diagnostic's code."""

    path: str
    diagnostic: Diagnostic


class Applied(NamedTuple):
    """Findings that no ignore hides, how many are hidden, and what is wrong with the ignores."""

    kept: tuple[Finding, ...]
    hidden: int
    remarks: tuple[Remark, ...]


def parse_ignores(document: Document) -> tuple[Ignore, ...]:
    """The ignore comments of a document, in the order of the file."""
    if "cfguard:" not in document.source.text:
        return ()
    layout = _Layout(document)
    return tuple(
        ignore for comment in document.comments if (ignore := _read(document, comment, layout)) is not None
    )


def apply(
    findings: Iterable[Finding],
    documents: Mapping[str, Document],
    ran: Set[str],
    known: Collection[str] | None = None,
) -> Applied:
    """Take out what ignore comments hide, and judge the comments themselves.

    ``ran`` holds the ids of the rules of this run: an ignore of a rule that did not run is not called
    unused. ``known`` holds all ids there are (default: ``ran``); others are called unknown.
    """
    ignores = {path: parsed for path, document in documents.items() if (parsed := parse_ignores(document))}
    by_path: dict[str, list[tuple[int, Finding]]] = {}
    kept: dict[int, Finding] = {}
    for order, finding in enumerate(findings):
        kept[order] = finding
        if finding.path in ignores:
            by_path.setdefault(finding.path, []).append((order, finding))
    total = len(kept)
    used: set[tuple[str, int, int]] = set()
    for path, placed in by_path.items():
        for order, number, index in _matches(ignores[path], placed):
            kept.pop(order, None)
            used.add((path, number, index))
    judge = _Judge(ran, known if known is not None else ran, used)
    remarks = [
        Remark(path, diagnostic)
        for path, parsed in ignores.items()
        for number, ignore in enumerate(parsed)
        for diagnostic in judge.remarks(path, number, ignore)
    ]
    return Applied(tuple(kept.values()), total - len(kept), tuple(remarks))


def _matches(
    ignores: Sequence[Ignore], findings: Iterable[tuple[int, Finding]]
) -> Iterator[tuple[int, int, int]]:
    """Which finding is hidden by which listed rule of which ignore, all three as numbers."""
    listed: dict[str, list[tuple[int, int]]] = {}
    for number, ignore in enumerate(ignores):
        for index, rule in enumerate(ignore.rules):
            listed.setdefault(rule, []).append((number, index))
    named: dict[str, list[tuple[int, Finding]]] = {}
    for order, finding in findings:
        for name in (finding.rule, finding.rule.rpartition("/")[0] + "/*"):
            if name in listed:
                named.setdefault(name, []).append((order, finding))
    for name, group in named.items():
        for order, finding in group:
            if finding.span is None:
                yield from ((order, *mark) for mark in listed[name] if ignores[mark[0]].whole_file)
        yield from _sweep(
            [(cover, mark) for mark in listed[name] for cover in ignores[mark[0]].covers],
            [(finding.span.start, order) for order, finding in group if finding.span is not None],
        )


def _sweep(
    covers: list[tuple[Span, tuple[int, int]]], places: list[tuple[int, int]]
) -> Iterator[tuple[int, int, int]]:
    """Every place with the covers around it, in one pass from the top of the file."""
    waiting = sorted(covers, reverse=True)
    around: list[tuple[int, tuple[int, int]]] = []
    for place, order in sorted(places):
        while waiting and waiting[-1][0].start <= place:
            cover, mark = waiting.pop()
            heappush(around, (cover.end, mark))
        while around and around[0][0] < place:
            heappop(around)
        yield from ((order, *mark) for _, mark in around)


class _Judge:
    """Says what is wrong with an ignore once it is known which of its rules hid something."""

    __slots__ = ("_guesses", "_known", "_known_patterns", "_ran", "_ran_patterns", "_used")

    def __init__(self, ran: Set[str], known: Collection[str], used: set[tuple[str, int, int]]) -> None:
        self._ran = ran
        self._known = frozenset(known)
        self._ran_patterns = _patterns(ran)
        self._known_patterns = _patterns(known)
        self._guesses = Guesses(self._known | self._known_patterns)
        self._used = used

    def remarks(self, path: str, number: int, ignore: Ignore) -> Iterable[Diagnostic]:
        if not ignore.rules:
            yield Diagnostic(
                UNUSED,
                "the ignore names no rule and hides nothing",
                ignore.span,
                help="Write `cfguard: ignore[area/name] reason`",
            )
            return
        for index, (rule, span) in enumerate(zip(ignore.rules, ignore.rule_spans, strict=True)):
            if (path, number, index) not in self._used:
                yield from self._unused(rule, span, ignore.erasable[index], ignore)
        if not ignore.reason:
            yield Diagnostic(
                WITHOUT_REASON,
                "the ignore does not say why the finding is accepted",
                ignore.span,
                help="Write the reason behind the bracket, for whoever reads the file next",
            )

    def _unused(self, rule: str, span: Span, erase: Span | None, ignore: Ignore) -> Iterable[Diagnostic]:
        if rule not in self._known and rule not in self._known_patterns:
            guess = self._guesses.did_you_mean(rule)
            yield Diagnostic(
                UNUSED,
                f"`{rule}` is not a rule{guess}",
                span,
                help="`cfguard rule` lists all rules",
            )
        elif not ignore.covers and not ignore.whole_file:
            yield Diagnostic(
                UNUSED,
                f"the ignore of `{rule}` covers no line",
                span,
                help="Put the comment on the line above what it is about, without a blank line between",
            )
        elif rule in self._ran or rule in self._ran_patterns:
            yield Diagnostic(
                UNUSED,
                f"`{rule}` has nothing to ignore here",
                span,
                help="Remove it from the list, so that it cannot hide a later finding",
                cure=Cure("erase", erase) if erase is not None else None,
            )


def _patterns(rules: Iterable[str]) -> frozenset[str]:
    return frozenset(rule.rpartition("/")[0] + "/*" for rule in rules)


def _read(document: Document, comment: Comment, layout: _Layout) -> Ignore | None:
    text = document.source.text
    mark = _MARK.search(text, comment.span.start, comment.span.end)
    if mark is None:
        return None
    listed = _LIST.match(text, mark.end(), comment.span.end)
    place = layout.place(comment, mark.start())
    if listed is None:
        return Ignore(Span(*mark.span()), (), "", place.covers, (), place.whole_file)
    rules = [(match.group(), Span(*match.span())) for match in _RULE.finditer(text, *listed.span(1))]
    return Ignore(
        Span(mark.start(), listed.end()),
        tuple(rule for rule, _ in rules),
        _reason(text, listed.end(), comment.span.end),
        place.covers,
        tuple(span for _, span in rules),
        place.whole_file,
        _erasable(text, comment.span, mark.start(), [span for _, span in rules]),
    )


def _erasable(text: str, comment: Span, mark: int, listed: Sequence[Span]) -> tuple[Span | None, ...]:
    """For each rule of a list what goes with it: the comment, if it says nothing else, or the rule and a comma."""
    if len(listed) == 1:
        is_all = (
            not text[comment.start : mark].strip(" \t#/*-") and "\n" not in text[comment.start : comment.end]
        )
        return (comment if is_all else None,)
    last = len(listed) - 1
    return tuple(
        Span(span.start, listed[number + 1].start)
        if number < last
        else Span(listed[number - 1].end, span.end)
        for number, span in enumerate(listed)
    )


def _reason(text: str, start: int, end: int) -> str:
    """The words behind the list; a lone dash or the end of a block comment is none."""
    match = _REASON.match(text, start, end)
    words = match.group() if match is not None else ""
    return words.strip().removesuffix("*/").strip(" \t-:*–—")


class _Place(NamedTuple):
    covers: tuple[Span, ...]
    whole_file: bool


class _Layout:
    """Which parts of a document an ignore at some place covers; its indexes are built once a document."""

    __slots__ = ("_comment_lines", "_content", "_document", "_headers", "_starts")

    def __init__(self, document: Document) -> None:
        self._document = document
        self._starts: dict[int, list[Node]] = {}
        self._headers: list[int] = []
        self._comment_lines = self._lines_of_comments()
        self._content = self._first_content()
        self._index_nodes()

    def place(self, comment: Comment, mark: int) -> _Place:
        """What an ignore covers whose words start at ``mark`` inside a comment."""
        source = self._document.source
        first, last = source.position(comment.span.start).line, source.position(comment.span.end).line
        before = source.text[source.line_span(first).start : comment.span.start]
        after = source.text[comment.span.end : source.line_span(last).end]
        if before.strip() or after.strip():
            if self._document.format == "dotenv":
                return _Place((), whole_file=False)
            line = source.position(mark).line if before.strip() else last
            return _Place((source.line_span(line),), whole_file=False)
        target = last + 1
        while self._comment_lines.get(target, 0) > target:
            target = self._comment_lines[target]
        line_span = source.line_span(target)
        covers = self._from_line(target, line_span) if source.slice(line_span).strip() else ()
        return _Place(covers, whole_file=comment.span.start < self._content)

    def _lines_of_comments(self) -> dict[int, int]:
        """For a line that holds only a comment from its start: the line after that comment."""
        source = self._document.source
        lines: dict[int, int] = {}
        for comment in self._document.comments:
            first, last = source.position(comment.span.start).line, source.position(comment.span.end).line
            before = source.text[source.line_span(first).start : comment.span.start]
            after = source.text[comment.span.end : source.line_span(last).end]
            if not before.strip() and not after.strip():
                lines[first] = last + 1
        return lines

    def _first_content(self) -> int:
        """The offset of the first character that is neither blank nor in a comment."""
        text, at = self._document.source.text, 0
        for comment in self._document.comments:
            if text[at : comment.span.start].strip():
                break
            at = comment.span.end
        return at + len(text[at:]) - len(text[at:].lstrip())

    def _index_nodes(self) -> None:
        source = self._document.source
        for node in self._document.root.walk():
            if node.parent is None:
                continue
            if self._is_header(node):
                self._headers.append(node.span.start)
            self._starts.setdefault(source.position(node.pair_span.start).line, []).append(node)
        self._headers.sort()

    def _is_header(self, node: Node) -> bool:
        """Whether ``[a]`` or ``[[a]]`` made it; inline tables start with a brace, implied ones with a key."""
        return (
            self._document.format == "toml"
            and node.kind == "table"
            and self._document.source.text[node.span.start : node.span.start + 1] == "["
        )

    def _from_line(self, line: int, line_span: Span) -> tuple[Span, ...]:
        covers = [line_span]
        for node in self._starts.get(line, ()):
            if self._is_header(node):
                covers.extend(self._table(node))
            elif node.pair_span.end > line_span.end:
                covers.append(node.pair_span)
        return tuple(covers)

    def _table(self, table: Node) -> Iterable[Span]:
        """The stretches of text that belong to a table or its sub-tables, which need not be neighbours."""
        starts = self._headers
        for node in table.walk():
            if self._is_header(node):
                after = bisect_right(starts, node.span.start)
                end = starts[after] if after < len(starts) else len(self._document.source.text) + 1
                yield Span(node.span.start, end - 1)
