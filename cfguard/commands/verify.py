"""Runs the project's Workers with the real wrangler and measures them; it executes the project's code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from cfguard.commands.shared_arguments import SETTINGS
from cfguard.terminal import EMPTY, FAILED, FINDINGS, OK, Usage, complain, shows_progress, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import SimpleNamespace

ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "paths": {"nargs": "*", "default": ["."], "metavar": "PATH", "help": "where to look (default: here)"},
    "--only": {
        "action": "append",
        "default": [],
        "metavar": "CHECK",
        "help": "only these: migrations, startup, reload, health, contract",
    },
    "--env": {
        "action": "append",
        "default": [],
        "metavar": "NAME",
        "help": "these environments (default: development)",
    },
    "--timeout": {
        "metavar": "SECONDS",
        "default": "60",
        "help": "how long to wait for each thing (default: 60)",
    },
    "--allow-npx": {
        "action": "store_true",
        "help": "fetch the lockfile's exact version of wrangler where it is not installed",
    },
    "--record": {"action": "store_true", "help": "append the measurements as records beside each config"},
    "--format": {"choices": ("text", "markdown", "json"), "default": "text"},
    "--settings": SETTINGS,
}


def run(options: SimpleNamespace) -> int:
    """Measure, print the table, and say by the exit code whether everything kept its limit."""
    if os.name != "posix":
        raise Usage("`cfguard verify` needs process groups, which only Unix has (WSL does)")
    from cfguard.api import Request
    from cfguard.verify.run import CHECKS, Wishes, verify
    from cfguard.verify.table import render
    from cfguard.verify.toolchain import Missing

    checks = tuple(word for each in options.only for word in each.replace(",", " ").split()) or CHECKS
    wrong = [word for word in checks if word not in CHECKS]
    if wrong:
        raise Usage(f"`--only {wrong[0]}` is none of {', '.join(CHECKS)}")
    wishes = Wishes(checks, tuple(options.env), _seconds(options.timeout), options.allow_npx)
    request = Request(paths=tuple(options.paths), settings=options.settings)
    tell = _Progress()
    try:
        results = list(verify(request, wishes, tell))
    except Missing as error:
        tell.end()
        complain(str(error))
        return FAILED
    tell.end()
    if not results:
        complain("there is no Worker here to run")
        return EMPTY
    write(render(results, options.format))
    if options.record:
        _record(request, results)
    return FINDINGS if any(row.verdict in ("slow", "failed") for each in results for row in each.rows) else OK


def _record(request: Any, results: Any) -> None:
    from datetime import UTC, datetime

    from cfguard.api import root_of
    from cfguard.verify.record import append_records

    try:
        append_records(root_of(request), results, datetime.now(UTC))
    except OSError as error:
        raise Usage(f"cannot append the records: {(error.strerror or 'unknown reason').lower()}") from None


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:
        raise Usage(f"`--timeout {text}` is no number of seconds up to 3600")
    return seconds


class _Progress:
    """One line on standard error that says what is being done; nothing where nobody watches."""

    def __init__(self) -> None:
        self._is_watched = shows_progress()

    def __call__(self, words: str) -> None:
        if self._is_watched:
            sys.stderr.write(f"\r\x1b[K{words[:100]}")
            sys.stderr.flush()

    def end(self) -> None:
        if self._is_watched:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
