"""Looks for secrets where a check does not: an action for each kind of question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfguard.commands.shared_arguments import COLOR, PATHS, SETTINGS, day
from cfguard.terminal import EMPTY, FINDINGS, OK, complain, shows_progress, use_color, write, write_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import SimpleNamespace


def run(options: SimpleNamespace) -> int:
    """Do one of :data:`ACTIONS`."""
    return ACTIONS[options.action](options)


def _record(options: SimpleNamespace) -> int:
    from cfguard.api import Request, record_secrets

    request = Request(paths=tuple(options.paths), settings=options.settings, today=day(options.today))
    made = record_secrets(request)
    if not made.text:
        complain("there are no secrets in env files here")
        return EMPTY
    write_file(made.path, made.text)
    if made.key_made is not None:
        write(f"made the key {made.key_made}: keep it, and keep it out of every repository")
    write(f"cfguard-secrets.json: {made.new} new, {made.changed} changed, {made.same} the same")
    return OK


def _history(options: SimpleNamespace) -> int:
    from cfguard.api import Request, history_of
    from cfguard.report.history import render

    request = Request(paths=tuple(options.paths))
    if shows_progress():
        from cfguard.progress import ProgressLine

        with ProgressLine() as line:
            past = history_of(request, lambda done, total: line("{} versions of files", done, total))
    else:
        past = history_of(request, lambda done, total: None)
    if not past.blobs:
        complain("nothing has been committed here")
        return EMPTY
    write(render(past, options.format, color=use_color(options.color)))
    return FINDINGS if past.leaks else OK


#: What can be done, by its word.
ACTIONS: Mapping[str, Callable[[SimpleNamespace], int]] = {"history": _history, "record": _record}

ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "action": {
        "choices": tuple(ACTIONS),
        "help": "history: every secret in everything that was ever committed, with its commit; "
        "record: write keyed fingerprints of the secrets in env files into cfguard-secrets.json",
    },
    "paths": {**PATHS, "help": "where the repository is (default: here)"},
    "--format": {"choices": ("text", "json"), "default": "text", "help": "of the history (default: text)"},
    "--color": COLOR,
    "--today": {"metavar": "DATE", "help": "record as of this date (YYYY-MM-DD)"},
    "--settings": SETTINGS,
}
