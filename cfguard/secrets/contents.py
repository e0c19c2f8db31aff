"""The live credentials in the contents of one file, wherever they lie: in an index, a commit, a work tree.

Formats that have a parser are judged pair by pair, all other text as :mod:`cfguard.secrets.scan` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cfguard.pattern import lazy
from cfguard.secrets.detect import Verdict, judge
from cfguard.secrets.names import is_credential_name, split_words
from cfguard.syntax import decode, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cfguard.syntax.node import Format, Node
    from cfguard.text import Source

# Keys that label what lies beside them, also inside a table named "secrets".
_LABELS = frozenset(("id", "name", "binding", "type", "url", "class", "service", "queue"))
#: A reader's decision that the value on this line, or on the next, is no leak.
_ACCEPTED = lazy(r"cfguard:[ \t]*ignore\[[^\]\r\n]*secrets/(?:committed|\*)|pragma:[ \t]*allowlist[ \t]")


class Held(NamedTuple):
    """A live credential: its line from 1, the name it stands under (may be empty), what it is, its value.

    Whoever keeps one keeps a secret.
    """

    line: int
    name: str
    kind: str
    value: str


def credentials_in(path: str, content: bytes, format: Format | None) -> Iterator[Held]:
    """The credentials that count in a file of this path, those left out that a comment beside them accepts.

    ``format`` is that of its parser, None for text that has none. Never raises.
    """
    source = decode(path, content)[0]
    for held in _in_text(source, content) if format is None else _in_pairs(source, format):
        if not _is_accepted(source, held.line):
            yield held


def judged(root: Node) -> Iterator[tuple[Node, Verdict]]:
    """The strings below a node that are live credentials by their own form, their name or their table's."""
    for node in root.walk():
        if node.kind != "string" or not isinstance(node.value, str):
            continue
        name, owner = names_of(node)
        verdict = judge(name, node.value)
        if verdict is None and is_credential_name(owner) and _LABELS.isdisjoint(split_words(name)[-1:]):
            verdict = judge(owner, node.value)
        if verdict is not None:
            yield node, verdict


def names_of(node: Node) -> tuple[str, str]:
    """The nearest key above a value, and the key of the table that holds it."""
    names = [step for step in reversed(node.path) if isinstance(step, str)]
    return ([*names, "", ""])[0], ([*names, "", ""])[1]


def _in_pairs(source: Source, format: Format) -> Iterator[Held]:
    for node, verdict in judged(parse(source, format).root):
        line = source.position(node.span.start).line
        yield Held(line, names_of(node)[0], verdict.kind, str(node.value))


def _in_text(source: Source, content: bytes) -> Iterator[Held]:
    from cfguard.secrets.scan.files import scan_content

    hits = scan_content(source.path, content)
    if hits:
        from cfguard.secrets.scan.documents import leaky_document

        for leak in leaky_document(source, hits).leaks:
            line = source.position(leak.span.start).line
            yield Held(line, leak.name, leak.kind, source.slice(leak.span))


def _is_accepted(source: Source, line: int) -> bool:
    around = (source.slice(source.line_span(each)) for each in (line - 1, line) if each > 0)
    return any(_ACCEPTED.search(each) for each in around)
