"""The table of what wrangler checks: ``schemas/wrangler.schema.json``, read once and only when asked for.

It is a JSON Schema (draft 2020-12: ``$ref`` inside the file, ``type``, ``enum``, ``pattern``, lengths and
bounds, ``items``, ``properties``, ``required``, ``additionalProperties``, ``anyOf`` for unions of types) with
annotations of its own:

``x-inheritance``   top-only, inheritable or not-inheritable (root properties only)
``x-binding``       the kind of binding whose name must be unique; ``x-names`` says where its names are
                    (array: ``binding`` of each entry; list: ``name`` in ``bindings``; keys: the keys)
``x-pages``         allowed in a Pages project; others only with their ``default``
``x-unknown``       unknown keys: warn (the default), warn-and-stop, silent or error
``x-removed``       keys that were removed or renamed, with what to do ``instead``; with a ``cure`` if that is all
``x-unexpected``    a key that is type-checked and still unexpected
``deprecated``      a warning, with what to do in ``x-instead``; ``x-renamed-values`` likewise for values
``x-experimental``  a warning that the field may change
``x-switch``        which schema holds depends on the key ``on``; ``absent`` is the value of a missing key
``x-exclusive``     groups of keys of which only one may be there; ``x-one-of``: and one must
``x-needs``         keys that need another one
``x-unless``        the property is not looked at beside that other key
``x-falsy``         false, 0, "" and null are skipped, as JavaScript code does; ``x-empty``: "" is ignored
``x-dates``         false where a TOML date is refused though other values pass
``x-says``, ``x-pattern-says``, ``x-unit``, ``x-soft-maximum``   words and bounds for messages
``x-check``         the checks of this package that join several places
``x-legal``         keys that only build tools write
``x-wrangler``      version, date and source of the facts
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cfguard.resources import read_schema

Schema = Mapping[str, Any]


class AnnotatedSchema:
    """A schema in this dialect, of whichever file format, with its references and patterns made ready."""

    __slots__ = ("_patterns", "_references", "root", "sections")

    def __init__(self, root: Schema) -> None:
        self.root = root
        self.sections: Mapping[str, Schema] = root["properties"]
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._references: dict[str, Schema] = {}

    def resolve(self, schema: Schema) -> Schema:
        """The schema behind a reference; references point inside the table and never in circles."""
        while "$ref" in schema:
            reference: str = schema["$ref"]
            known = self._references.get(reference)
            if known is None:
                known = self.root
                for step in reference.removeprefix("#/").split("/"):
                    known = known[step]
                self._references[reference] = known
            schema = known
        return schema

    def matches(self, pattern: str, text: str) -> bool:
        """Whether a pattern of the table holds for a whole text, as in JavaScript."""
        compiled = self._patterns.get(pattern)
        if compiled is None:
            compiled = self._patterns[pattern] = re.compile(pattern)
        # Python's `$` also stands before a final newline; fullmatch does not allow that.
        return (compiled.fullmatch if pattern.endswith("$") else compiled.match)(text) is not None


class Table(AnnotatedSchema):
    """The parsed table and what is derived from it once."""

    __slots__ = ("environment", "version")

    def __init__(self, root: Schema) -> None:
        super().__init__(root)
        self.version: str = root["x-wrangler"]["version"]
        self.environment: Mapping[str, Schema] = {
            name: section for name, section in self.sections.items() if section["x-inheritance"] != "top-only"
        }


_table: Table | None = None


def load() -> Table:
    """The table, read at the first call."""
    global _table
    if _table is None:
        _table = Table(read_schema("wrangler"))
    return _table
