"""The version of Node that a project asks for, wherever it says so: it changes nothing in a container by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cfguard.model.devcontainer.files import Files, join
from cfguard.model.devcontainer.tables import node_from_name
from cfguard.model.devcontainer.versions import ANY, NodeRange, exactly, parse
from cfguard.model.entity import text_of
from cfguard.model.package import Package
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Node

_TOOL_LINE = lazy(r"^\s*nodejs?\s+(\S+)", re.MULTILINE)
_MISE_LINE = lazy(r"\s*(?:\"?node(?:js)?\"?)\s*=\s*\[?\s*(?:\{\s*version\s*=\s*)?[\"']([^\"']+)[\"']")
_COMPARATOR = lazy(r"(>=|<=|>|<|=|\^|~)?\s*(v?\d[\w.*+-]*)")


class Pin(NamedTuple):
    """A version of Node that the project asks for: as written, where, and what it allows."""

    text: str
    place: str
    range: NodeRange


def read_pin(packages: Sequence[Package], files: Files, folder: str) -> Pin | None:
    """The version of Node that a project asks for; None where it asks for none, or for what moves.

    Files of version managers go before package.json: they name one version, ``engines`` allow many.
    """
    for text, place in _of_managers(files, folder):
        found = node_from_name(text) if text else None
        # The first that there is decides, even where it names what moves.
        return Pin(text, place, found) if found is not None and found.highest is not None else None
    for package in packages:
        if package.folder == folder and package.document is not None:
            return next(_of_package(package.document.root), None)
    return None


def _of_managers(files: Files, folder: str) -> Iterator[tuple[str, str]]:
    for name in (".nvmrc", ".node-version"):
        text = files.text(join(folder, name))
        if text is not None:
            lines = [line.strip() for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]
            yield lines[0] if lines else "", name
    text = files.text(join(folder, ".tool-versions"))
    if text is not None and (match := _TOOL_LINE.search(text)):
        yield match[1], ".tool-versions"
    for name in ("mise.toml", ".mise.toml"):
        text = files.text(join(folder, name))
        tools = (text or "").partition("[tools]")[2].partition("\n[")[0]
        for line in tools.splitlines():
            if match := _MISE_LINE.match(line):
                yield match[1], name


def _of_package(root: Node) -> Iterator[Pin]:
    volta = text_of(root.get("volta", "node"))
    if volta is not None and (found := node_from_name(volta)) is not None:
        yield Pin(volta, "`volta.node` of package.json", found)
    runtime = root.get("devEngines", "runtime")
    runtimes = [] if runtime is None else runtime.items or [runtime]
    stated = [
        (each.get("version"), "devEngines.runtime")
        for each in runtimes
        if text_of(each.get("name")) == "node"
    ]
    for node, key in (*stated, (root.get("engines", "node"), "engines.node")):
        text = text_of(node)
        found = allowed(text) if text is not None else None
        if text is not None and found is not None:
            yield Pin(text, f"`{key}` of package.json", found)


def allowed(text: str) -> NodeRange | None:
    """The versions between the lowest and the highest that an npm range allows; None where it is not understood."""
    found: list[NodeRange] = []
    for alternative in text[:200].split("||"):
        known = _alternative(alternative.strip())
        if known is None or known.lowest is None:
            return None
        found.append(known)
    highest = [each.highest for each in found]
    lowest = min(each.lowest for each in found if each.lowest is not None)
    return NodeRange(lowest, None if None in highest else max(each for each in highest if each is not None))


def _alternative(text: str) -> NodeRange | None:
    low, hyphen, high = text.partition(" - ")
    if hyphen:
        first, last = exactly(low), exactly(high)
        return NodeRange(first.lowest, last.highest) if first is not None and last is not None else None
    found = NodeRange((0, 0, 0), None)
    rest = text
    while rest:
        match = _COMPARATOR.match(rest)
        if match is None:
            return None
        bounds = _comparator(match[1] or "", match[2])
        if bounds is None:
            return None
        found = _narrower(found, bounds)
        rest = rest[match.end() :].lstrip()
    return found if text else None


def _comparator(operator: str, version: str) -> NodeRange | None:
    stated, start = exactly(version), parse(version)
    if stated is None or start is None:
        return None
    if operator in ("^", "~"):
        # npm's tilde keeps the minor version where one is named.
        minor = start[1] if operator == "~" and "." in version else ANY
        return NodeRange(start, (start[0], minor, ANY))
    if operator == ">=":
        return NodeRange(start, None)
    if operator == ">":
        above = stated.highest
        return NodeRange((above[0] + 1, 0, 0) if above is not None and above[1] == ANY else start, None)
    if operator == "<=":
        return NodeRange((0, 0, 0), stated.highest)
    if operator == "<":
        return NodeRange((0, 0, 0), _below(start))
    return stated


def _below(version: tuple[int, int, int]) -> tuple[int, int, int]:
    major, minor, patch = version
    if patch:
        return major, minor, patch - 1
    return (major, minor - 1, ANY) if minor else (major - 1, ANY, ANY)


def _narrower(first: NodeRange, second: NodeRange) -> NodeRange:
    lows = [each for each in (first.lowest, second.lowest) if each is not None]
    highs = [each for each in (first.highest, second.highest) if each is not None]
    return NodeRange(max(lows), min(highs) if highs else None)
