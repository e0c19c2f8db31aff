"""The model's short lists say the same as the table of wrangler's validator."""

from __future__ import annotations

from cfguard.model.inheritance import BINDING_PLACES, INHERITABLE, TOP_LEVEL_ONLY
from cfguard.wrangler.table import load

SECTIONS = load().sections
BY_KIND: dict[str, set[str]] = {}
for name, section in SECTIONS.items():
    BY_KIND.setdefault(section.get("x-inheritance", ""), set()).add(name)


def test_the_lists_are_those_of_the_table() -> None:
    assert BY_KIND["inheritable"] == INHERITABLE
    assert BY_KIND["top-only"] == TOP_LEVEL_ONLY
    assert BY_KIND["not-inheritable"].isdisjoint(INHERITABLE | TOP_LEVEL_ONLY)


def test_bindings_are_never_inherited() -> None:
    places = {place.path[0] for place in BINDING_PLACES}
    assert places <= set(SECTIONS)
    assert not places & (INHERITABLE | TOP_LEVEL_ONLY)
