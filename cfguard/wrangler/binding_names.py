"""The names that bindings give to ``env``: unique over all kinds, and repeated by every environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cfguard.wrangler.javascript import PROTOTYPE_NAMES, kind_of, string
from cfguard.wrangler.wording import listed, quoted

if TYPE_CHECKING:
    from cfguard.syntax.node import Node
    from cfguard.text import Span
    from cfguard.wrangler.diagnostic import Findings
    from cfguard.wrangler.scope import Scope


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
    """Every name that this scope gives to ``env``, in the order of the file."""
    found: list[BindingName] = []
    for key, section in scope.table.sections.items():
        kind = section.get("x-binding")
        if kind is not None:
            node = scope.effective(key)
            if key == "queues" and node is not None:
                node = node.members.get("producers")
            if section["x-inheritance"] == "top-only" and node is not None and "binding" in node.members:
                continue  # wrangler takes the path under that key for the only name
            found += names_of(node, kind)
    secrets = scope.effective("secrets")
    required = secrets.members.get("required") if secrets is not None else None
    if required is not None:
        found += _named(list(required.items), "secret")
    return sorted(found, key=lambda name: name.span)


def check_unique(scope: Scope, findings: Findings, *, pages: bool) -> None:
    """Each name is given once; some names cannot be given at all."""
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
            _report_repeated(name, uses, findings)


def _report_repeated(name: str, uses: list[BindingName], findings: Findings) -> None:
    kinds = ", ".join(use.kind for use in uses)
    message = f"binding name {quoted(name)} is used {len(uses)} times: {kinds}"
    related = tuple((use.span, f"{use.kind} with the same name") for use in uses if use is not uses[1])
    help = "Every name in `env` belongs to one binding: rename all but one"
    findings.add("invalid", message, uses[1].span, uses[1].node.path, help=help, related=related)


def check_inheritance(scope: Scope, findings: Findings) -> None:
    """What the top level binds and this environment does not repeat is absent in it."""
    for key, section in scope.table.environment.items():
        top = scope.root.members.get(key)
        own = scope.own(key)
        if top is None:
            continue
        if own is None:
            if section["x-inheritance"] == "not-inheritable":
                _report_absent(scope, key, top, findings)
            continue
        style = section.get("x-names")
        if style == "array" and own.kind == "array" and top.kind == "array":
            _compare_arrays(scope, key, own, top, findings)
        elif style == "list" and kind_of(own) == "object":
            if key == "unsafe" and "bindings" not in own.members:
                continue  # only its list of bindings is compared, where it has one
            _compare(scope, key, names_of(own, ""), names_of(top, ""), own, findings)
        elif style == "keys" and kind_of(own) in ("object", "array"):
            mine, theirs = _keys(own), _keys(top)
            _compare(scope, key, mine, theirs, own, findings)


def _keys(node: Node) -> list[BindingName]:
    return [BindingName(str(child.key), child, child.part("key"), "") for child in node.children()]


def _report_absent(scope: Scope, key: str, top: Node, findings: Findings) -> None:
    names = _given_names(key, top) if "x-binding" in scope.table.sections[key] else []
    message = f"environment {quoted(str(scope.name))} has no {quoted(key)}, which it does not inherit"
    if names:
        message += f"; {_some(names)} {'is' if len(names) == 1 else 'are'} undefined in it"
    findings.missing(
        scope.node,
        key,
        message,
        code="binding-not-inherited",
        help=f"Repeat {quoted(key)} in the environment with its own values",
        related=((top.part("key"), "set here"),),
    )


def _given_names(key: str, section: Node) -> list[str]:
    """The names that a section means to give, for people: also where wrangler does not look."""
    if key == "vars":
        return list(section.members)
    holder = section.members.get("producers" if key == "queues" else "bindings", section)
    entries = holder.items or [holder]
    named = (string(entry.members.get("binding") or entry.members.get("name")) for entry in entries)
    return [name for name in named if name is not None]


def _some(names: list[str]) -> str:
    """A list of names that stays readable: at most four of them."""
    if len(names) <= 4:
        return listed(names)
    return f"{', '.join(quoted(name) for name in names[:3])} and {len(names) - 3} more"


def _compare_arrays(scope: Scope, key: str, own: Node, top: Node, findings: Findings) -> None:
    # wrangler compares `binding` of all entries, also where the kind has no such key: an absent one
    # then counts as a name that the environment must have too.
    mine = {_identity(entry) for entry in own.items}
    lacking: list[tuple[str, Span]] = []
    for entry in top.items:
        if _identity(entry) not in mine:
            node = entry.members.get("binding") or entry.members.get("name")
            name = string(node)
            if node is not None and name is not None:
                lacking.append((name, node.span))
    if lacking:
        _report_lacking(scope, key, own, lacking, findings)


def _identity(entry: Node) -> object:
    """The ``binding`` of an entry as JavaScript compares it in a Set."""
    node = entry.members.get("binding")
    if node is None:
        return None
    if kind_of(node) in ("object", "array"):
        return node
    return (kind_of(node), node.value)


def _compare(
    scope: Scope,
    key: str,
    mine: list[BindingName],
    theirs: list[BindingName],
    own: Node,
    findings: Findings,
) -> None:
    have = {binding.name for binding in mine}
    lacking = [(binding.name, binding.span) for binding in theirs if binding.name not in have]
    if lacking:
        _report_lacking(scope, key, own, lacking, findings)
    if key == "define" and theirs:
        known = {binding.name for binding in theirs}
        for binding in mine:
            if binding.name not in known:
                name = quoted(binding.name)
                message = f"`define` of an environment can only override: {name} is not at the top level"
                help = f"Add {name} to the top level `define`"
                findings.at(binding.node, message, code="suspicious-field", part="key", help=help)


def _report_lacking(
    scope: Scope, key: str, own: Node, lacking: list[tuple[str, Span]], findings: Findings
) -> None:
    names = _some([name for name, _ in lacking])
    findings.missing(
        own,
        lacking[0][0],
        f"{quoted(key)} of environment {quoted(str(scope.name))} lacks {names}, which it does not inherit",
        code="binding-not-inherited",
        help="Repeat in the environment what is missing, with its own values",
        related=tuple((span, "set here") for _, span in lacking),
    )
