"""What lies below which folder, and which names the environments there set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from cfguard.model.worker import Worker

_Item = TypeVar("_Item")


def by_folder(items: Iterable[tuple[str, _Item]]) -> dict[str, list[_Item]]:
    """What lies at or below each folder, of items given with the folder that each lies in."""
    found: dict[str, list[_Item]] = {}
    for folder, item in items:
        while True:
            found.setdefault(folder, []).append(item)
            if not folder:
                break
            folder = folder.rpartition("/")[0]
    return found


def names_in_vars(workers: Iterable[Worker]) -> Iterator[tuple[str, frozenset[str]]]:
    """The names in ``vars`` of every environment, by the environment's name."""
    for worker in workers:
        for environment in worker.environments:
            yield environment.name, frozenset(variable.name for variable in environment.vars)
