"""How the environments of one Worker have grown apart: what some have and others lack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfguard.model.configuration import Configuration
from cfguard.model.entity import text_of


def differences(own: Configuration, siblings: Sequence[Configuration]) -> tuple[str, ...]:
    """What named environments have and this one lacks, as `` `NAME` (kind) ``, in the order of the file.

    What the top level has counts as nothing here: that an environment lacks it is wrangler's own warning.
    """
    if not own.is_nested:
        return ()
    key = "_drift_names"
    top = next((each for each in siblings if not each.is_nested), None)
    if top is None:
        return ()
    if key not in top.__dict__:
        everything: dict[str, None] = {}
        for each in siblings:
            if each.is_nested:
                everything.update(dict.fromkeys(_names(each)))
        for name in _names(top):
            everything.pop(name, None)
        top.__dict__[key] = everything
    mine = set(_names(own))
    return tuple(name for name in top.__dict__[key] if name not in mine)


def _names(configuration: Configuration) -> Iterator[str]:
    for place, node in configuration.binding_entries():
        name = text_of(node.get(place.name_key))
        if name:
            yield f"`{name}` ({place.kind})"
    table = configuration.own("vars")
    for name in table.members if table is not None else ():
        yield f"`{name}` (vars)"
