"""Which environments take messages from which queue: a queue has one consumer Worker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cfguard.model.entity import Entity, field, text_of
from cfguard.model.stages import DEVELOPMENT
from cfguard.model.values import is_template_text
from cfguard.model.worker import Environment, Worker
from cfguard.syntax.node import Document, Node


class QueueConsumer(Entity):
    """One entry of `queues.consumers`."""

    expression_type = "queue_consumer"

    def __init__(self, environment: Environment, document: Document, node: Node) -> None:
        super().__init__(document, node)
        self._environment, self._node = environment, node
        self._first: QueueConsumer | None = None

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._environment.belongs_to()

    def is_whole(self) -> bool:
        return self._environment.is_whole()

    def follow(self, first: QueueConsumer) -> None:
        """Tell the consumer which one took its queue before it."""
        self._first = first

    @field
    def queue(self) -> str | None:
        """The queue's name."""
        return text_of(self._node.get("queue"))

    @field
    def dead_letter_queue(self) -> str | None:
        """The queue that takes what could not be delivered."""
        return text_of(self._node.get("dead_letter_queue"))

    @field
    def environment(self) -> Environment:
        """The environment that has it."""
        return self._environment

    @field
    def first(self) -> QueueConsumer | None:
        """The consumer that takes the same queue before it: in the same list, or in another deployed environment."""
        return self._first


def queue_consumers(workers: Iterable[Worker]) -> Iterator[QueueConsumer]:
    """The consumers of all Workers, each with the one that took its queue first."""
    for worker in workers:
        deployed: dict[str, QueueConsumer] = {}
        for environment in worker.environments:
            here: dict[str, QueueConsumer] = {}
            for consumer in _own(environment):
                queue = consumer.queue
                if queue is not None and not is_template_text(queue):
                    first = here.get(queue) or (deployed.get(queue) if _is_deployed(environment) else None)
                    if first is not None:
                        consumer.follow(first)
                    here.setdefault(queue, consumer)
                yield consumer
            if _is_deployed(environment):
                for queue, consumer in here.items():
                    deployed.setdefault(queue, consumer)


def _own(environment: Environment) -> Iterator[QueueConsumer]:
    array = environment.own("queues", "consumers")
    for node in array.items if array is not None else ():
        if node.kind == "table" and environment.document is not None:
            yield QueueConsumer(environment, environment.document, node)


def _is_deployed(environment: Environment) -> bool:
    """Development runs on a developer's machine; so does a top level of no stage beside named environments."""
    if environment.is_top_level and environment.stage == "":
        return len(environment.siblings) == 1
    return environment.stage != DEVELOPMENT
