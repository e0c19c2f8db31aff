"""References to service environments, which Workers no longer have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.entity import text_of
from cfguard.model.worker import Environment
from cfguard.syntax.node import Diagnostic, Node

#: Where an entry may name an environment of another Worker, and the key that names the Worker (4.164.0).
_PLACES = (
    (("services",), "service"),
    (("tail_consumers",), "service"),
    (("durable_objects", "bindings"), "script_name"),
)


def service_environments(environments: Iterable[Environment]) -> Iterator[DiagnosticEntity]:
    """Every `environment` beside the name of another Worker; that an entry lacks the name is wrangler's to say."""
    for environment in environments:
        for path, key in _PLACES:
            array = environment.own(*path)
            for entry in array.items if array is not None else ():
                node, service = entry.get("environment"), text_of(entry.get(key))
                if node is not None and text_of(node) and service:
                    yield from _diagnostic(environment, node, service)


def _diagnostic(environment: Environment, node: Node, service: str) -> Iterator[DiagnosticEntity]:
    if environment.document is None:
        return
    name = text_of(node)
    message = f"`{service}` is bound in its service environment `{name}`, and there are none any more"
    help = f"Name the Worker that is meant: `{service}-{name}`, or `{service}` for its top level; drop `environment`"
    found = Diagnostic("service-environment", message, node.span, node.path, help)
    worker, own = environment.belongs_to()
    yield DiagnosticEntity(environment.document, found, worker=worker, environment=own)
