"""The live credentials in the contents of one file, wherever they lie: in an index, a commit, a work tree.

Formats that have a parser are judged pair by pair, all other text as :mod:`cfguard.secrets.scan` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.secrets.detect import Verdict, judge
from cfguard.secrets.names import is_credential_name, is_label
from cfguard.syntax import decode, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cfguard.syntax.node import Document, Format, Node
    from cfguard.text import Source

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


def judged(document: Document, root: Node) -> Iterator[tuple[Node, Verdict]]:
    """The strings below a node that are live credentials by their own form, their name or their table's."""
    for node in root.walk():
        if node.kind != "string" or not isinstance(node.value, str):
            continue
        name, owner = names_of(node)
        verdict = judge(name, node.value)
        if verdict is None and is_credential_name(owner) and not is_label(name):
            verdict = judge(owner, node.value)
        if verdict is not None and not is_allowed(document, node):
            yield node, verdict


def is_allowed(document: Document, node: Node) -> bool:
    """Whether a pragma of detect-secrets allows the value."""
    if "pragma" not in document.source.text:
        return False
    from cfguard.secrets.scan.pragmas import allows

    return allows(document, node.span)


def names_of(node: Node) -> tuple[str, str]:
    """The nearest key above a value, and the key of the table that holds it."""
    names = [step for step in reversed(node.path) if isinstance(step, str)]
    return ([*names, "", ""])[0], ([*names, "", ""])[1]


def _in_pairs(source: Source, format: Format) -> Iterator[Held]:
    document = parse(source, format)
    for node, verdict in judged(document, document.root):
        line = source.position(node.span.start).line
        yield Held(line, names_of(node)[0], verdict.kind, str(node.value))


def _in_text(source: Source, content: bytes) -> Iterator[Held]:
    from cfguard.secrets.scan.files import scan_content
    from cfguard.secrets.scan.scope import holds_samples

    hits = scan_content(source.path, content)
    if holds_samples(source.path):
        # A name says little where values are made up; nobody makes up a provider's form.
        hits = tuple(hit for hit in hits if hit.ground == "provider")
    if hits:
        from cfguard.secrets.scan.documents import leaky_document

        for leak in leaky_document(source, hits).leaks:
            line = source.position(leak.span.start).line
            yield Held(line, leak.name, leak.kind, source.slice(leak.span))


def _is_accepted(source: Source, line: int) -> bool:
    around = (source.slice(source.line_span(each)) for each in (line - 1, line) if each > 0)
    return any(_ACCEPTED.search(each) for each in around)
