"""Runs the project's Workers with the real wrangler and measures them; it executes the project's code."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cfguard.commands.shared_arguments import PATHS, SETTINGS, TABLE_FORMAT, listed_words
from cfguard.terminal import EMPTY, FAILED, FINDINGS, OK, Usage, complain, shows_progress, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import SimpleNamespace

    from cfguard.api import Request
    from cfguard.verify.run import Verified

ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "paths": PATHS,
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
    "--format": TABLE_FORMAT,
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

    checks = listed_words(options.only) or CHECKS
    wrong = [word for word in checks if word not in CHECKS]
    if wrong:
        raise Usage(f"`--only {wrong[0]}` is none of {', '.join(CHECKS)}")
    wishes = Wishes(checks, tuple(options.env), _seconds(options.timeout), options.allow_npx)
    request = Request(paths=tuple(options.paths), settings=options.settings)
    try:
        results = _watched(lambda tell: list(verify(request, wishes, tell)))
    except Missing as error:
        complain(str(error))
        return FAILED
    if not results:
        complain("there is no Worker here to run")
        return EMPTY
    write(render(results, options.format))
    if options.record:
        _record(request, results)
    return FINDINGS if any(row.verdict in ("slow", "failed") for each in results for row in each.rows) else OK


def _record(request: Request, results: list[Verified]) -> None:
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


def _watched(work: Callable[[Callable[[str], None]], list[Verified]]) -> list[Verified]:
    """The results of ``work``, which is given a function to tell what it does; nobody hears it in CI."""
    if not shows_progress():
        return work(lambda told: None)
    from cfguard.progress import ProgressLine
    from cfguard.report.shown import words

    with ProgressLine() as line:
        return work(lambda told: line.say(words(told)))
