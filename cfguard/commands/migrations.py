"""Shows what applying the D1 migrations does, and whether each can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfguard.commands.shared_arguments import SETTINGS
from cfguard.terminal import EMPTY, OK, complain, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import SimpleNamespace


ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "paths": {
        "nargs": "*",
        "default": ["."],
        "metavar": "PATH",
        "help": "where to look (default: here)",
    },
    "--format": {"choices": ("text", "markdown", "json"), "default": "text"},
    "--schema": {"action": "store_true", "help": "the schema in the end instead of the steps"},
    "--settings": SETTINGS,
}


def run(options: SimpleNamespace) -> int:
    """Print the plans, or the schema in the end."""
    from cfguard.api import Request, migration_plans_of
    from cfguard.report.migrations import render

    found = migration_plans_of(Request(paths=tuple(options.paths), settings=options.settings))
    if not found:
        complain("there are no D1 migrations here")
        return EMPTY
    write(render(found, options.format, schema=options.schema))
    return OK
