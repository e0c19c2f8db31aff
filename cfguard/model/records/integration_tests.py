"""Integration tests beside their Worker: what they depend on is there, and what they set up is cleaned up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cfguard.model.entity import strings_of
from cfguard.model.records.entities import IntegrationTest
from cfguard.model.records.said import Said, said_of
from cfguard.pattern import lazy
from cfguard.secrets.names import is_credential_name
from cfguard.suggest import Guesses

if TYPE_CHECKING:
    from cfguard.model.worker import Worker

_CODE = "integration-invalid"
#: Names in capitals are those of bindings and variables; anything else names a service or data in words.
_BINDING_NAME = lazy(r"[A-Z][A-Z0-9_]*\Z")
#: Products by the word that people write, and the kind of their bindings.
_PRODUCTS = {"D1": "d1", "KV": "kv", "R2": "r2", "AI": "ai", "QUEUE": "queue", "QUEUES": "queue"}
#: Keys under which configs name what the code finds, whatever kind of binding it is.
_NAMING = frozenset({"binding", "name"})
_NAMED_BY_KEY = ("vars", "wasm_modules", "text_blobs", "data_blobs")


def about_workflows(tests: Sequence[IntegrationTest]) -> Iterator[Said]:
    """Dependencies that the Worker lacks, and preparations that nothing cleans up."""
    known: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for test in tests:
        if not test.is_whole():
            continue
        yield from _about_cleanup(test)
        worker = test.worker
        if worker is not None and worker.is_whole():
            if worker.path not in known:
                known[worker.path] = _names(worker)
            yield from _about_dependencies(test, worker, *known[worker.path])


def _about_cleanup(test: IntegrationTest) -> Iterator[Said]:
    setup, cleanup = test.value("setup_steps"), test.value("cleanup_steps")
    if (
        setup is not None
        and setup.items
        and cleanup is not None
        and cleanup.kind == "array"
        and not cleanup.items
    ):
        message = "`cleanup_steps` is empty; a step that undoes what `setup_steps` prepares was expected"
        yield said_of(test, _CODE, message, cleanup)


def _names(worker: Worker) -> tuple[frozenset[str], frozenset[str]]:
    """The names that the Worker's files bind, set or promise, and the kinds of its bindings."""
    names = {name for file in worker.env_files for name in file.names}
    for _, document in worker.files:
        for node in document.root.walk():
            if node.key in _NAMED_BY_KEY:
                names.update(node.members)
            elif node.key in _NAMING and isinstance(node.value, str):
                names.add(node.value)
            elif node.key == "required" and node.parent is not None and node.parent.key == "secrets":
                names.update(strings_of(node))
    kinds = {binding.kind for environment in worker.environments for binding in environment.bindings}
    return frozenset(names), frozenset(kinds)


def _about_dependencies(
    test: IntegrationTest, worker: Worker, names: frozenset[str], kinds: frozenset[str]
) -> Iterator[Said]:
    node = test.value("dependencies")
    guesses = Guesses(names)
    for item in node.items if node is not None else ():
        name = item.value
        if not isinstance(name, str) or not _BINDING_NAME.match(name) or name in names:
            continue
        # A secret may be known to Cloudflare alone.
        if _PRODUCTS.get(name) in kinds or is_credential_name(name):
            continue
        message = (
            f"the Worker `{worker.path}` has no binding or variable `{name}`{guesses.did_you_mean(name)}"
        )
        yield said_of(test, _CODE, message, item)
