"""Looks for secrets where a check does not: an action for each kind of question."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from cfguard.commands.shared_arguments import COLOR
from cfguard.terminal import EMPTY, FINDINGS, OK, complain, use_color, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import SimpleNamespace


def run(options: SimpleNamespace) -> int:
    """Do one of :data:`ACTIONS`."""
    return ACTIONS[options.action](options)


def _history(options: SimpleNamespace) -> int:
    from cfguard.api import Request, history_of
    from cfguard.report.history import render

    past = history_of(Request(paths=tuple(options.paths)), _progress)
    _end_of_progress()
    if not past.blobs:
        complain("nothing has been committed here")
        return EMPTY
    write(render(past, options.format, color=use_color(options.color)))
    return FINDINGS if past.leaks else OK


#: What can be done, by its word.
ACTIONS: Mapping[str, Callable[[SimpleNamespace], int]] = {"history": _history}

ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "action": {
        "choices": tuple(ACTIONS),
        "help": "history: every secret in everything that was ever committed, with its commit",
    },
    "paths": {
        "nargs": "*",
        "default": ["."],
        "metavar": "PATH",
        "help": "where the repository is (default: here)",
    },
    "--format": {"choices": ("text", "json"), "default": "text"},
    "--color": COLOR,
}


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2Kcfguard: {done} of {total} versions of files")
        sys.stderr.flush()


def _end_of_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()
