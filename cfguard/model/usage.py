"""How much of what a plan allows an environment's config uses (`schemas/limits.json`, dated there)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from cfguard.model.entity import Entity, boolean_of, field, integer_of, text_of
from cfguard.model.worker import Environment, Worker
from cfguard.named_tuple import NamedTuple
from cfguard.resources import read_data
from cfguard.syntax.node import Document, Node

if TYPE_CHECKING:
    from cfguard.model.migration_replay import FolderReplay

#: Rows from which on what migrations write is worth a look.
_MANY_ROWS = 10_000


class _Measured(NamedTuple):
    """An amount under the name of its limit, with the node that shows it."""

    area: str
    name: str
    words: str
    amount: int
    node: Node


class Usage(Entity):
    """An amount that a plan limits."""

    expression_type = "usage"

    def __init__(
        self,
        environment: Environment,
        document: Document,
        measured: _Measured,
        free: int | None,
        paid: int | None,
    ) -> None:
        super().__init__(document, measured.node)
        self._environment, self._measured, self._free, self._paid = environment, measured, free, paid

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._environment.belongs_to()

    def is_whole(self) -> bool:
        return self._environment.is_whole()

    @field
    def name(self) -> str:
        """The limit: `workers.crons`, `workers.variables`, `queues.max_batch_size`, …, as in the data file."""
        return f"{self._measured.area}.{self._measured.name}"

    @field
    def words(self) -> str:
        """What is counted, as people call it."""
        return self._measured.words

    @field
    def amount(self) -> int:
        """How much there is."""
        return self._measured.amount

    @field
    def free(self) -> int | None:
        """The most that the free plan takes; 0 where it takes none, absent where there is no limit."""
        return self._free

    @field
    def paid(self) -> int | None:
        """The most that the paid plan takes; absent where there is no limit."""
        return self._paid

    @field
    def environment(self) -> Environment:
        """The environment that uses it."""
        return self._environment


def usages(workers: Iterable[Worker]) -> Iterator[Usage]:
    """What every environment uses of what the plans limit."""
    limits: Mapping[str, Mapping[str, Mapping[str, int | None]]] = {}
    for worker in workers:
        for environment in worker.environments:
            for measured in _measure(environment):
                limits = limits or read_data("limits")
                limit = limits[measured.area][measured.name]
                if environment.document is not None:
                    yield Usage(environment, environment.document, measured, limit["free"], limit["paid"])


def written_by(folders: Iterable[FolderReplay]) -> Iterator[Usage]:
    """The rows that applying whole folders of migrations writes, where they are many."""
    for played in folders:
        steps = played.replay.steps
        total = sum(step.written for step in steps)
        if total < _MANY_ROWS:
            continue
        most = max(range(len(steps)), key=lambda at: steps[at].written)
        document = played.migrations[most].source_document
        node = played.statement_at(most, steps[most].writer)
        limit = read_data("limits")["d1"]["rows_written_per_day"]
        words = "rows (entries of indexes included) that applying all migrations on one day writes"
        measured = _Measured("d1", "rows_written_per_day", words, total, node)
        for binding in played.folder.bindings:
            yield Usage(binding.environment, document, measured, limit["free"], limit["paid"])


def _measure(environment: Environment) -> Iterator[_Measured]:
    yield from _triggers(environment)
    yield from _variables(environment)
    yield from _routes(environment)
    yield from _databases(environment)
    yield from _queues(environment)
    cpu = environment.own("limits", "cpu_ms")
    milliseconds = integer_of(cpu)
    if cpu is not None and milliseconds is not None:
        yield _Measured("workers", "cpu_ms", "milliseconds of CPU time", milliseconds, cpu)
    migrations = environment.own("migrations")
    for migration in migrations.items if migrations is not None else ():
        classes = migration.get("new_classes")
        if classes is not None and classes.items:
            words = "Durable Object classes with key-value storage"
            yield _Measured("durable_objects", "key_value_classes", words, len(classes.items), classes)


def _triggers(environment: Environment) -> Iterator[_Measured]:
    crons = environment.own("triggers", "crons")
    if crons is not None and crons.items:
        yield _Measured("workers", "crons", "cron triggers", len(crons.items), crons)


def _variables(environment: Environment) -> Iterator[_Measured]:
    table, required = environment.own("vars"), environment.own("secrets", "required")
    if table is None or table.kind != "table":
        return
    count = len(table.members) + (len(required.items) if required is not None else 0)
    yield _Measured("workers", "variables", "variables and secrets", count, table)
    for node in table.members.values():
        text = text_of(node)
        # A longer text has more bytes: most need not be encoded to know that they are short.
        if text is not None and len(text) * 4 > 1024:
            size = len(text.encode("utf-8", "surrogatepass"))
            yield _Measured("workers", "variable_bytes", "bytes in one variable", size, node)


def _routes(environment: Environment) -> Iterator[_Measured]:
    routes = environment.own("routes")
    if routes is None or not routes.items:
        return
    domains = sum(boolean_of(item.get("custom_domain")) is True for item in routes.items)
    yield _Measured("workers", "routes", "routes", len(routes.items) - domains, routes)
    yield _Measured("workers", "custom_domains", "custom domains", domains, routes)


def _databases(environment: Environment) -> Iterator[_Measured]:
    array = environment.own("d1_databases")
    ids = {each.database_id for each in environment.databases if each.has_real_id}
    if array is not None and ids:
        yield _Measured("d1", "databases", "D1 databases", len(ids), array)


def _queues(environment: Environment) -> Iterator[_Measured]:
    consumers = environment.own("queues", "consumers")
    for consumer in consumers.items if consumers is not None else ():
        for key, words in (
            ("max_batch_size", "messages in a batch"),
            ("max_batch_timeout", "seconds to fill a batch"),
            ("max_retries", "retries"),
            ("retry_delay", "seconds before a retry"),
        ):
            node = consumer.get(key)
            amount = integer_of(node)
            if node is not None and amount is not None:
                yield _Measured("queues", key, words, amount, node)
