"""Durable Objects and Workflows: classes, their exports and their life cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.wrangler.javascript import is_falsy, string
from cfguard.wrangler.wording import field, quoted, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cfguard.syntax.node import Node
    from cfguard.wrangler.diagnostic import Findings
    from cfguard.wrangler.scope import Scope

_LIVE = ("created", "expecting-transfer")


def exports_of(node: Node | None, type: str) -> Iterator[tuple[str, Node]]:
    """The entries of ``exports`` that are of a type, with their names."""
    if node is not None:
        for name, entry in node.members.items():
            if string(entry.members.get("type")) == type:
                yield name, entry


def is_live(entry: Node) -> bool:
    """Whether a Durable Object export stands for a class that this Worker has now."""
    state = entry.members.get("state")
    return state is None or string(state) in _LIVE


def export_name(node: Node, findings: Findings) -> None:
    """An export has a name."""
    if node.key == "":
        findings.at(node, "`exports` has an entry without a name; a class name was expected", part="key")


def export_container(node: Node, findings: Findings) -> None:
    """Containers hang on SQLite-backed classes only."""
    container, storage = node.members.get("container"), node.members.get("storage")
    if container is not None and storage is not None and string(container) and storage.value == "legacy-kv":
        message = f"{field(container.path)} needs the storage `sqlite`; `legacy-kv` was found"
        findings.at(container, message, related=((storage.span, "storage is set here"),))


def renamed_to(node: Node, findings: Findings) -> None:
    """A class is renamed to another name than its own."""
    target = node.members.get("renamed_to")
    if target is not None and string(target) == node.key and node.key:
        findings.at(target, f"{field(target.path)} is the class itself; another name was expected")


def workflow_names(node: Node, findings: Findings) -> None:
    """A Workflow is bound once in one list."""
    findings.unique(
        node.items,
        "name",
        lambda name: f"Workflow {quoted(name)} is bound twice in {field(node.path)}; names must be unique",
    )


def check(scope: Scope, findings: Findings) -> None:
    """What bindings, migrations and exports say together."""
    keys = ("exports", "migrations", "durable_objects")
    if not scope.is_top and not any(key in scope.node.members for key in keys):
        return  # all of it is inherited, and told at the top level
    exports = scope.effective("exports")
    _check_exclusive(scope, exports, findings)
    _check_lifecycle(scope, exports, findings)
    _check_workflow_exports(exports, findings)


def _check_exclusive(scope: Scope, exports: Node | None, findings: Findings) -> None:
    migrations = scope.effective("migrations")
    entry = next(exports_of(exports, "durable-object"), None)
    if migrations is not None and migrations.items and entry is not None and exports is not None:
        message = (
            "`migrations` and Durable Objects in `exports` exclude each other; only one of them was expected"
        )
        findings.at(entry[1], message, part="key", related=((migrations.items[0].span, "a migration"),))


def _check_lifecycle(scope: Scope, exports: Node | None, findings: Findings) -> None:
    migrations = scope.effective("migrations")
    durable_objects = scope.effective("durable_objects")
    bindings = durable_objects.members.get("bindings") if durable_objects is not None else None
    if bindings is None or (migrations is not None and (migrations.items or migrations.value)):
        return
    live = {name for name, entry in exports_of(exports, "durable-object") if is_live(entry)}
    uncovered: dict[str, Node] = {}
    for binding in bindings.items:
        script = binding.members.get("script_name")
        if script is not None and not is_falsy(script):
            continue
        class_name = binding.members.get("class_name")
        name = string(class_name)
        if name is None or class_name is None:
            return
        if name not in live:
            uncovered.setdefault(name, class_name)
    if not uncovered or not findings.complete:
        return
    first, node = next(iter(uncovered.items()))
    message = f"no `migrations` and no `exports` entry creates the Durable Object {some(list(uncovered))}"
    if findings.document.format == "toml":
        help = f'Add `[exports.{first}]` with `type = "durable-object"` and `storage = "sqlite"`'
    else:
        help = f'Add `"exports": {{ "{first}": {{ "type": "durable-object", "storage": "sqlite" }} }}`'
    related = tuple((other.span, "also without one") for other in list(uncovered.values())[1:8])
    findings.at(node, message, code="lifecycle-missing", help=help, related=related)


def _check_workflow_exports(exports: Node | None, findings: Findings) -> None:
    findings.unique(
        (entry for _, entry in exports_of(exports, "workflow")),
        "name",
        lambda name: f"two exports declare the Workflow {quoted(name)}; names must be unique",
    )
