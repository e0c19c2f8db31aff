"""One tree for every format, with the places of keys and values, so that rules never see a parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Literal

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.text import Source, Span

Kind = Literal["table", "array", "string", "integer", "float", "boolean", "null", "date", "statement"]
Format = Literal["toml", "jsonc", "jsonl", "dotenv", "sql", "text"]
Path = tuple[str | int, ...]
Scalar = str | int | float | bool | date | datetime | time | None
Part = Literal["value", "key", "pair"]

_BARE_KEY = lazy(r"[A-Za-z0-9_$-]+\Z")


class Node:
    """A value in a file together with its places.

    ``span`` is the value: a scalar's or bracketed container's text including its quotes or brackets.
    A table made by a TOML header spans the header line alone (``[env.production]``), because that is
    what a reader is shown; the implied tables of a dotted header or key span the key part that implies
    them. The root spans the whole text.
    ``key_span`` is the key that names the value in its parent (quotes included); None for the root and
    for items of an array. ``pair_span`` runs from the key to the end of the value, and equals the header
    for tables made by headers.
    ``value`` is the scalar; containers keep their children in ``members`` or ``items`` and have None.
    """

    __slots__ = (
        "items",
        "key",
        "key_span",
        "kind",
        "members",
        "pair_span",
        "parent",
        "span",
        "value",
    )

    def __init__(
        self,
        kind: Kind,
        span: Span,
        value: Scalar = None,
        *,
        key: str | int | None = None,
        key_span: Span | None = None,
        pair_span: Span | None = None,
        parent: Node | None = None,
    ) -> None:
        self.kind: Kind = kind
        self.span = span
        self.value = value
        self.key = key
        self.key_span = key_span
        self.pair_span = pair_span if pair_span is not None else span
        self.parent = parent
        self.members: dict[str, Node] = {}
        self.items: list[Node] = []

    def __repr__(self) -> str:
        return f"<Node {self.kind} {format_path(self.path)!r} {tuple(self.span)}>"

    @property
    def path(self) -> Path:
        """The keys and indices that lead from the root to this node."""
        steps: list[str | int] = []
        node: Node | None = self
        while node is not None and node.key is not None:
            steps.append(node.key)
            node = node.parent
        return tuple(reversed(steps))

    def get(self, *path: str | int) -> Node | None:
        """The descendant at a path, or None where a step is absent or of another shape."""
        node: Node | None = self
        for step in path:
            if node is None:
                return None
            if isinstance(step, str):
                node = node.members.get(step)
            else:
                node = node.items[step] if -len(node.items) <= step < len(node.items) else None
        return node

    def children(self) -> Iterator[Node]:
        """Members of a table or items of an array, in the order of the file."""
        yield from self.members.values()
        yield from self.items

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first; iterative, so depth costs no stack."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed([*node.members.values(), *node.items]))

    def plain(self) -> object:
        """The value as plain Python data (dict, list, scalar), as a loader of the format would give it."""
        plain: dict[Node, Any] = {}
        # Children come after their parents in a walk; backwards, every child is ready before its parent.
        for node in reversed(list(self.walk())):
            if node.kind == "table":
                plain[node] = {key: plain.pop(child) for key, child in node.members.items()}
            elif node.kind == "array":
                plain[node] = [plain.pop(child) for child in node.items]
            else:
                plain[node] = node.value
        return plain[self]

    def part(self, part: Part) -> Span:
        """The span of one part; an item of an array has no key and gives its value."""
        if part == "key":
            return self.key_span if self.key_span is not None else self.span
        return self.pair_span if part == "pair" else self.span


class Comment(NamedTuple):
    """A comment, its marks included."""

    span: Span


class Cure(NamedTuple):
    """What would put a diagnostic right.

    ``erase``: the text of ``span`` can go, no reader reads it. ``remove``: the key can go. ``rename``: the value
    belongs at ``key``. ``replace``: ``value`` is what is meant, ``guess``: what is probably meant.
    """

    kind: Literal["erase", "remove", "rename", "replace", "guess"]
    span: Span | None = None
    key: Path = ()
    value: object = None


class Diagnostic(NamedTuple):
    """What a parser or a fact has to say about a place; rules turn diagnostics into findings.

    ``code`` is a short kebab-case word that a rule selects by (``syntax-error``, ``duplicate-key``).
    ``help`` says what to do where that depends on the case. ``related`` are further places in the same
    file with their words. ``key`` is the path inside the document. ``cure`` is what would put it right,
    where its finder knows.
    """

    code: str
    message: str
    span: Span | None
    key: Path = ()
    help: str = ""
    related: tuple[tuple[Span, str], ...] = ()
    cure: Cure | None = None


class Document:
    """A parsed file: its tree, its comments and what was wrong with it.

    ``recovered`` is true when the tree was rebuilt around an error: it then may lack things that the
    file holds, and nothing may be called missing on its word.
    """

    __slots__ = ("comments", "diagnostics", "format", "recovered", "root", "source")

    def __init__(
        self,
        source: Source,
        format: Format,
        root: Node,
        *,
        comments: tuple[Comment, ...] = (),
        diagnostics: tuple[Diagnostic, ...] = (),
        recovered: bool = False,
    ) -> None:
        self.source = source
        self.format: Format = format
        self.root = root
        self.comments = comments
        self.diagnostics = diagnostics
        self.recovered = recovered

    @property
    def path(self) -> str:
        """The file's path, relative to the root of the run."""
        return self.source.path

    def nearest(self, path: Path) -> Node:
        """The node at a path, or the closest ancestor that exists: the honest place of what is missing."""
        node = self.root
        for step in path:
            child = node.get(step)
            if child is None:
                break
            node = child
        return node


def format_path(path: Path) -> str:
    """A path as people write it: ``env.production.d1_databases[0].database_id``, odd keys quoted."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            shown = step if _BARE_KEY.match(step) else '"' + step.replace('"', '\\"') + '"'
            text += f".{shown}" if text else shown
    return text


def parse_path(text: str) -> Path:
    """The inverse of :func:`format_path`; raises ValueError with the offset where it cannot read on."""
    steps: list[str | int] = []
    at = 0
    step = re.compile(r'\.?(?:"((?:[^"\\]|\\.)*)"|([A-Za-z0-9_$-]+))|\[(-?\d+)\]')
    while at < len(text):
        match = step.match(text, at)
        if match is None:
            raise ValueError(f"cannot read the path {text!r} from character {at + 1}")
        quoted, bare, index = match.groups()
        if index is not None:
            steps.append(int(index))
        else:
            steps.append(bare if bare is not None else quoted.replace('\\"', '"'))
        at = match.end()
    return tuple(steps)
