"""Shows the environments of each Worker side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfguard.commands.shared_arguments import COLOR, PATHS, SETTINGS, TABLE_FORMAT
from cfguard.terminal import EMPTY, OK, complain, terminal_width, use_color, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import SimpleNamespace


ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "paths": PATHS,
    "--format": TABLE_FORMAT,
    "--only-differences": {"action": "store_true", "help": "only what differs, or is shared"},
    "--settings": SETTINGS,
    "--color": COLOR,
}


def run(options: SimpleNamespace) -> int:
    """Print the environments."""
    from cfguard.api import Request, environments_of
    from cfguard.report.envs import render

    request = Request(paths=tuple(options.paths), settings=options.settings)
    found = environments_of(request, only_differences=options.only_differences)
    if not found:
        complain("there is no wrangler config here")
        return EMPTY
    width = min(terminal_width(), 100)
    write(render(found, options.format, color=use_color(options.color), width=width))
    return OK
