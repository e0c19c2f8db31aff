"""Contract tests beside their Worker and beside each other: environments that exist, promises that agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cfguard.model.records.entities import ContractTest
from cfguard.model.records.said import Said, said_of
from cfguard.model.stages import DEVELOPMENT
from cfguard.suggest import did_you_mean
from cfguard.wrangler.wording import listed, some

if TYPE_CHECKING:
    from cfguard.syntax.node import Node

_CODE = "contract-invalid"
_RESULT = frozenset({"response_schema", "status_codes"})
#: What says nothing of the request that is sent.
_WORDS = frozenset({"$schema", "name", "title", "description", "id"})
#: Codes of answers to a request that is right.
_SUCCESS = range(200, 400)
_LONGEST_REQUEST = 10_000


def about_contracts(tests: Sequence[ContractTest]) -> Iterator[Said]:
    """Environments that the Worker lacks, and definitions that cannot both hold."""
    whole = [test for test in tests if test.is_whole()]
    for test in whole:
        yield from _about_environment(test)
    first: dict[tuple[object, ...], ContractTest] = {}
    for test in whole:
        request = _request(test)
        if request is not None:
            other = first.setdefault(request, test)
            if other is not test:
                yield from _about_pair(other, test)


def _about_environment(test: ContractTest) -> Iterator[Said]:
    worker, name = test.worker, test.environment
    if worker is None or name is None or not worker.is_whole() or name in worker.environment_names:
        return
    stage = worker.vocabulary.of(name)
    # Wrangler's dev server is there for every Worker, and a Worker without environments is its only one.
    if stage == DEVELOPMENT or (stage and not worker.environment_names):
        return
    if stage and any(environment.stage == stage for environment in worker.environments):
        return
    message = f"the Worker `{worker.path}` has no environment `{name}`"
    known = worker.environment_names
    if known:
        message += did_you_mean(name, known) or f"; it has {some(known)}"
    yield said_of(test, _CODE, message, test.value("environment"))


def _request(test: ContractTest) -> tuple[object, ...] | None:
    """What is sent, and where: equal for tests of which each says what the answer to the same request is."""
    if test.endpoint is None or test.method is None or test.environment is None:
        return None
    others = [
        (name, _source(test, node))
        for name, node in test.source_node.members.items()
        if name not in _RESULT and name not in _WORDS
    ]
    return test.worker.path if test.worker is not None else "", *sorted(others)


def _source(test: ContractTest, node: Node) -> str:
    """A value as it is written, without its white space: cheap, and different at worst for equal values."""
    return "".join(test.source_document.source.slice(node.span)[:_LONGEST_REQUEST].split())


def _about_pair(first: ContractTest, test: ContractTest) -> Iterator[Said]:
    here, there = set(test.status_codes), set(first.status_codes)
    what = f"`{test.method} {test.endpoint}`"
    node, other = test.value("status_codes"), first.value("status_codes")
    if (
        here
        and there
        and not here & there
        and _all_succeed(here | there)
        and node is not None
        and other is not None
    ):
        message = (
            f"{what} answers {_codes(here)} here and {_codes(there)} in another test of the same request"
        )
        related = ((first.source_document, other.span, "the other test"),)
        yield said_of(test, _CODE, message, node, related)
        return
    mine, theirs = _type(test), _type(first)
    node, other = test.value("response_schema"), first.value("response_schema")
    if mine and theirs and mine != theirs and here & there and node is not None and other is not None:
        message = f"{what} answers with type `{mine}` here and `{theirs}` in another test of the same request"
        related = ((first.source_document, other.part("key"), "the other test"),)
        yield said_of(test, _CODE, message, node, related)


def _all_succeed(codes: set[int]) -> bool:
    """Whether all are answers to a request that is right: refusals may hang on what a definition does not say."""
    return all(code in _SUCCESS for code in codes)


def _codes(codes: set[int]) -> str:
    return listed(map(str, sorted(codes)), "or")


def _type(test: ContractTest) -> str:
    """The one type that the schema of a response allows; `integer` is a `number` as well."""
    schema = test.value("response_schema")
    node = schema.get("type") if schema is not None else None
    if node is None or node.kind != "string":
        return ""
    return "number" if node.value == "integer" else str(node.value)
