"""Durable Object classes through their migrations: what is live in the end, and what cannot be applied.

wrangler looks for *some* migration only; that none creates a bound class is the API's to say (10061).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.entity import blame, text_of
from cfguard.model.worker import Binding, Environment, Worker
from cfguard.pattern import lazy
from cfguard.syntax.node import Diagnostic, Document, Node
from cfguard.text import Span

_TAG = lazy(r"(\D*)(\d{1,9})\Z", re.ASCII)
_LIVE_STATES = (None, "created", "expecting-transfer")


class _History:
    """The classes after each migration, with what is wrong on the way."""

    def __init__(self, migrations: Node) -> None:
        self.live: dict[str, Node] = {}
        self.gone: dict[str, Node] = {}
        self.faults: list[tuple[str, str, Node, Node | None]] = []
        tags: dict[str, Node] = {}
        before: tuple[str, int, Node] | None = None
        for migration in migrations.items:
            tag = migration.get("tag")
            text = text_of(tag)
            if tag is not None and text is not None:
                if text in tags:
                    self.faults.append(("tag-repeated", f"the tag `{text}` is used twice", tag, tags[text]))
                tags.setdefault(text, tag)
                before = self._order(text, tag, before)
            self._apply(migration)

    def _order(
        self, text: str, tag: Node, before: tuple[str, int, Node] | None
    ) -> tuple[str, int, Node] | None:
        match = _TAG.match(text)
        if match is None:
            return None
        prefix, number = match[1], int(match[2])
        if before is not None and before[0] == prefix and number < before[1]:
            message = f"the tag `{text}` comes after `{text_of(before[2])}`"
            self.faults.append(("tag-out-of-order", message, tag, before[2]))
        return prefix, number, tag

    def _apply(self, migration: Node) -> None:
        for key in ("new_classes", "new_sqlite_classes"):
            for node in _texts(migration.get(key)):
                self._create(str(node.value), node)
        for table in _tables(migration.get("renamed_classes")):
            source, target = table.get("from"), table.get("to")
            if text_of(source) and text_of(target) and source is not None and target is not None:
                self._remove(source, "renames")
                self._create(str(target.value), target)
        for table in _tables(migration.get("transferred_classes")):
            target = table.get("to")
            if text_of(target) and target is not None:
                self._create(str(target.value), target)
        for node in _texts(migration.get("deleted_classes")):
            self._remove(node, "deletes")

    def _create(self, name: str, node: Node) -> None:
        if name in self.live:
            self.faults.append(("conflict", f"the class `{name}` is created twice", node, self.live[name]))
        self.live.setdefault(name, node)
        self.gone.pop(name, None)

    def _remove(self, node: Node, verb: str) -> None:
        name = str(node.value)
        if self.live.pop(name, None) is None:
            message = f"a migration {verb} the class `{name}`, which none before it creates"
            self.faults.append(("conflict", message, node, self.gone.get(name)))
        self.gone[name] = node


def lifecycle_diagnostics(workers: tuple[Worker, ...]) -> Iterator[DiagnosticEntity]:
    """What is wrong with the migrations of every Worker, and the bound classes that none of them creates."""
    for worker in workers:
        histories: dict[int, _History] = {}
        for environment in worker.environments:
            migrations = environment.setting("migrations")
            if migrations is not None and id(migrations) not in histories:
                histories[id(migrations)] = _History(migrations)
                yield from _faults(environment, histories[id(migrations)])
            history = histories[id(migrations)] if migrations is not None else None
            yield from _missing(environment, history)


def _faults(environment: Environment, history: _History) -> Iterator[DiagnosticEntity]:
    document = environment.document
    for code, message, node, earlier in history.faults if document is not None else ():
        related = ((earlier.span, "the earlier one"),) if earlier is not None else ()
        yield _diagnostic(document, environment, code, message, node, related)


def _missing(environment: Environment, history: _History | None) -> Iterator[DiagnosticEntity]:
    exported = _exported(environment.setting("exports"))
    if (history is None or not (history.live or history.gone)) and not exported:
        return  # without any migration or export wrangler says it itself
    if not environment.is_worker:
        return
    live = exported | (history.live.keys() if history is not None else set())
    for binding in environment.bindings:
        name = binding.target
        if (
            binding.kind != "durable-object"
            or name is None
            or name in live
            or _is_foreign(binding, environment)
        ):
            continue
        gone = history.gone.get(name) if history is not None else None
        message = f"the class `{name}` of the binding `{binding.name or ''}` is not there: "
        message += "a migration removes it" if gone is not None else "no migration or export creates it"
        node = binding.node.get("class_name") if binding.node is not None else None
        related = ((gone.span, "removed here"),) if gone is not None else ()
        if node is not None:
            yield _diagnostic(environment.document, environment, "class-missing", message, node, related)


def _is_foreign(binding: Binding, environment: Environment) -> bool:
    """Whether another Worker has the class."""
    script = binding.node.get("script_name") if binding.node is not None else None
    return script is not None and text_of(script) != environment.worker_name


def _exported(exports: Node | None) -> set[str]:
    found = set()
    for name, node in exports.members.items() if exports is not None else ():
        if text_of(node.get("type")) == "durable-object" and text_of(node.get("state")) in _LIVE_STATES:
            found.add(name)
    return found


def _texts(array: Node | None) -> Iterator[Node]:
    return (item for item in (array.items if array is not None else ()) if text_of(item))


def _tables(array: Node | None) -> Iterator[Node]:
    return (item for item in (array.items if array is not None else ()) if item.kind == "table")


def _diagnostic(
    document: Document | None,
    environment: Environment,
    code: str,
    message: str,
    node: Node,
    related: tuple[tuple[Span, str], ...],
) -> DiagnosticEntity:
    assert document is not None  # noqa: S101 - an environment is read from a file
    found = Diagnostic(code, message, blame(node) or node.span, node.path, "", related)
    worker, name = environment.belongs_to()
    return DiagnosticEntity(document, found, worker=worker, environment=name)
