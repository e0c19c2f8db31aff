"""The names that bindings give to ``env``: unique over all kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.wrangler.javascript import PROTOTYPE_NAMES, string
from cfguard.wrangler.wording import quoted

if TYPE_CHECKING:
    from cfguard.syntax.node import Node
    from cfguard.text import Span
    from cfguard.wrangler.diagnostic import Findings
    from cfguard.wrangler.scope import Scope

# Further places of one finding that are worth showing; it also bounds the work for hostile files.
SHOWN = 8


class BindingName(NamedTuple):
    """A name, the place that gives it, and the kind of binding in words."""

    name: str
    node: Node
    span: Span
    kind: str


def names_of(node: Node | None, kind: str) -> list[BindingName]:
    """The names that wrangler finds in the value of one section, by its own ways of looking."""
    if node is None:
        return []
    bindings = node.members.get("bindings")
    if bindings is not None and bindings.kind == "array":
        entries = [entry.members.get("name") for entry in bindings.items]
        if all(string(entry) is not None for entry in entries):
            return _named(entries, kind)
    if node.kind == "array":
        entries = [entry.members.get("binding") for entry in node.items]
        # One entry without a name hides its whole section from wrangler.
        return _named(entries, kind) if all(string(entry) is not None for entry in entries) else []
    if "binding" in node.members:
        return _named([node.members["binding"]], kind)
    return [BindingName(key, child, child.part("key"), kind) for key, child in node.members.items()]


def _named(nodes: list[Node | None], kind: str) -> list[BindingName]:
    found = []
    for node in nodes:
        text = string(node)
        if node is not None and text is not None:
            found.append(BindingName(text, node, node.span, kind))
    return found


def all_names(scope: Scope) -> list[BindingName]:
    """Every name that this scope gives to ``env``, by section."""
    found: list[BindingName] = []
    blobs: list[tuple[Node, str]] = []
    for key, section in scope.table.sections.items():
        kind: str = section.get("x-binding", "")
        node = scope.effective(key) if kind else None
        if node is None:
            continue
        if key == "durable_objects" and "bindings" not in node.members:
            continue  # wrangler puts an empty list there
        if section["x-inheritance"] == "top-only":
            blobs.append((node, kind))
        else:
            found += names_of(node.members.get("producers") if key == "queues" else node, kind)
    secrets = scope.effective("secrets")
    required = secrets.members.get("required") if secrets is not None else None
    if required is not None:
        found += _named(list(required.items), "secret")
    return found + _names_of_blobs(scope, blobs, {name.name for name in found})


def _names_of_blobs(scope: Scope, blobs: list[tuple[Node, str]], others: set[str]) -> list[BindingName]:
    """The names of files at the top level; for an environment only those that meet another name."""
    found: list[BindingName] = []
    for node, kind in blobs:
        if "binding" in node.members:
            continue  # wrangler takes the path under that key for the only name
        for key in node.members if scope.is_top else node.members.keys() & others:
            child = node.members[key]
            found.append(BindingName(key, child, child.part("key"), kind))
    return found


def check_unique(scope: Scope, findings: Findings, *, pages: bool) -> None:
    """Each name is given once; some names cannot be given at all."""
    if not scope.is_top and not _binds_anything(scope):
        return  # what is left is shared with the top level, and told there
    by_name: dict[str, list[BindingName]] = {}
    for binding in all_names(scope):
        by_name.setdefault(binding.name, []).append(binding)
    for name, uses in by_name.items():
        if name == "ASSETS" and pages:
            message = "binding name `ASSETS` is reserved in Pages projects"
            findings.add("invalid", message, uses[0].span, uses[0].node.path, help="Choose another name")
        elif name in PROTOTYPE_NAMES:
            message = f"binding name {quoted(name)} is a name of JavaScript's own; wrangler crashes on it"
            findings.add("invalid", message, uses[0].span, uses[0].node.path, help="Choose another name")
        elif len(uses) > 1:
            _report_repeated(name, sorted(uses, key=lambda use: use.span), findings)


def _binds_anything(scope: Scope) -> bool:
    sections = scope.table.sections
    return any(key == "secrets" or "x-binding" in sections.get(key, ()) for key in scope.node.members)


def _report_repeated(name: str, uses: list[BindingName], findings: Findings) -> None:
    kinds = ", ".join(use.kind for use in uses[:SHOWN]) + (", …" if len(uses) > SHOWN else "")
    message = f"binding name {quoted(name)} is used {len(uses)} times: {kinds}"
    others = [use for use in uses[:SHOWN] if use is not uses[1]]
    related = tuple((use.span, f"{use.kind} with the same name") for use in others)
    help = "Every name in `env` belongs to one binding: rename all but one"
    findings.add("invalid", message, uses[1].span, uses[1].node.path, help=help, related=related)
