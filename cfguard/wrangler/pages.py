"""Pages projects: the second look that wrangler takes when the first one found no error."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from cfguard.wrangler.javascript import string
from cfguard.wrangler.wording import listed, quoted

if TYPE_CHECKING:
    from cfguard.syntax.node import Node
    from cfguard.wrangler.diagnostic import Findings
    from cfguard.wrangler.scope import Scope

_ENVIRONMENTS = ("preview", "production")


def check(scope: Scope, findings: Findings) -> None:
    """A Pages project has a name, two environments, and only some of the keys."""
    # These two are of the whole project, whichever environment was looked at.
    findings.environment = None
    _check_name(scope.root, findings)
    _check_environments(scope.root, findings)
    findings.environment = scope.name
    _check_supported(scope, findings)
    _check_durable_objects(scope, findings)


def _check_name(root: Node, findings: Findings) -> None:
    name = root.members.get("name")
    help = "Set `name` at the top level: all environments of a Pages project share it"
    if name is None:
        # The folder key is what makes the file a Pages config, so it stands for the missing name.
        if findings.complete:
            span = root.members["pages_build_output_dir"].part("key")
            findings.add(
                "invalid", "a Pages project needs a `name`; there is none", span, ("name",), help=help
            )
    elif not str(name.value).strip():
        findings.at(name, "a Pages project needs a `name`; it is empty", help=help)


def _check_environments(root: Node, findings: Findings) -> None:
    environments = root.members.get("env")
    for name, node in environments.members.items() if environments is not None else ():
        if name not in _ENVIRONMENTS:
            message = (
                f"environment {quoted(name)} cannot exist in a Pages project; {listed(_ENVIRONMENTS)} can"
            )
            help = "Rename it, or move what it holds to one of these"
            findings.at(node, message, part="key", help=help)


def _check_supported(scope: Scope, findings: Findings) -> None:
    for key, section in scope.table.sections.items():
        if section.get("x-pages") or key in ("$schema", "env"):
            continue
        node = scope.effective(key)
        if node is None or _is_default(key, node, section.get("default")):
            continue
        help = "Remove `pages_build_output_dir` if this is a Worker" if key == "main" else ""
        findings.at(node, f"{quoted(key)} is not supported in a Pages project", part="key", help=help)
    queues = scope.effective("queues")
    consumers = queues.members.get("consumers") if queues is not None else None
    if consumers is not None and consumers.items:
        findings.at(consumers, "`queues.consumers` is not supported in a Pages project", part="key")


def _is_large(node: Node) -> bool:
    """Whether a value has more parts than any default; also keeps the comparison from going deep."""
    return next(islice(node.walk(), 16, None), None) is not None


def _is_default(key: str, node: Node, default: object) -> bool:
    if default is None:
        return False
    if _is_large(node):
        return False
    value = node.plain()
    if key == "build":
        # wrangler fills `build` up before it compares, and forgets the keys that it does not know.
        given = {name: child.plain() for name, child in node.members.items()}
        value = {"watch_dir": "./src"} | {
            k: v for k, v in given.items() if k in ("command", "watch_dir", "cwd")
        }
    return type(value) is type(default) and value == default


def _check_durable_objects(scope: Scope, findings: Findings) -> None:
    durable_objects = scope.effective("durable_objects")
    bindings = durable_objects.members.get("bindings") if durable_objects is not None else None
    for entry in bindings.items if bindings is not None else ():
        if string(entry.members.get("script_name")) is None:
            message = "a Durable Object of a Pages project needs `script_name`, the Worker with its class"
            findings.missing(entry, "script_name", message)
