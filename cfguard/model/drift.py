"""How the environments of one config have grown apart: what some have and others lack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cfguard.model.configuration import Configuration
from cfguard.model.entity import text_of


def names_of_environments(configurations: Sequence[Configuration]) -> tuple[str, ...]:
    """What the named environments of a file have and its top level has not, as `` `NAME` (kind) ``.

    What the top level has counts as nothing here: that an environment lacks it is wrangler's own warning.
    """
    found: dict[str, None] = {}
    for each in configurations:
        if each.is_nested:
            found.update(dict.fromkeys(_names(each)))
    for each in configurations:
        if not each.is_nested:
            for name in _names(each):
                found.pop(name, None)
    return tuple(found)


def lacking(configuration: Configuration, names: Iterable[str]) -> tuple[str, ...]:
    """Those of some names that an environment has not; the top level lacks nothing."""
    own = set(_names(configuration))
    return tuple(name for name in names if name not in own) if configuration.is_nested else ()


def _names(configuration: Configuration) -> Iterator[str]:
    for place, node in configuration.binding_entries():
        name = text_of(node.get(place.name_key))
        if name:
            yield f"`{name}` ({place.kind})"
    table = configuration.own("vars")
    for name in table.members if table is not None else ():
        yield f"`{name}` (vars)"
