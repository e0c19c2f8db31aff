"""Shows what applying the D1 migrations does, and whether each can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfguard.commands.shared_arguments import PATHS, SETTINGS, TABLE_FORMAT
from cfguard.terminal import EMPTY, OK, complain, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import SimpleNamespace


ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "paths": {
        **PATHS,
        "help": "where to look (default: here); the word `schema` in front shows the schema in the end instead",
    },
    "--format": TABLE_FORMAT,
    "--settings": SETTINGS,
}


def run(options: SimpleNamespace) -> int:
    """Print the plans, or behind the word ``schema`` what they lead to."""
    from cfguard.api import Request, migration_plans_of
    from cfguard.report.migrations import render

    schema = options.paths[:1] == ["schema"]
    paths = options.paths[1:] if schema else options.paths
    found = migration_plans_of(Request(paths=tuple(paths) or (".",), settings=options.settings))
    if not found:
        complain("there are no D1 migrations here")
        return EMPTY
    write(render(found, options.format, schema=schema))
    return OK
