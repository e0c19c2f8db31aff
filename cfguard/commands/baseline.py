"""Accepts what is found today, so that only new findings are told, and takes out what has been mended."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cfguard.commands.shared_arguments import PATHS, PROFILE, SETTINGS
from cfguard.prose import abridged, counted
from cfguard.terminal import EMPTY, FINDINGS, OK, Usage, complain, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import SimpleNamespace

    from cfguard.baseline.entries import Entry, Identity
    from cfguard.baselining import Standing
    from cfguard.finding import Finding

ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "action": {
        "choices": ("create", "update", "prune", "show"),
        "help": "write a new file, bring it up to date, take out what is mended, or list it",
    },
    "paths": {**PATHS, "help": "what to check (default: the current folder)"},
    "--baseline": {"metavar": "FILE", "help": "this file instead of the nearest .cfguard-baseline.json"},
    "--profile": PROFILE,
    "--settings": SETTINGS,
    "--check": {"action": "store_true", "help": "write nothing; exit with 1 where something would change"},
    "--force": {
        "action": "store_true",
        "help": "let create replace a file, and update add findings in CI",
    },
}


def run(options: SimpleNamespace) -> int:
    """Do one of the four actions."""
    from cfguard.api import Request
    from cfguard.baselining import standing

    request = Request(
        paths=tuple(options.paths),
        profile=options.profile,
        settings=options.settings,
        baseline=options.baseline if options.baseline is not None else True,
    )
    found = standing(request)
    if options.action == "show":
        return _show(found)
    for problem in found.report.problems:
        complain(f"{problem.path + ': ' if problem.path else ''}{problem.message}")
    if found.report.problems:
        raise Usage("the check could not be done whole, so the baseline stays as it is")
    if found.report.empty:
        complain("there is nothing to check here, and nothing to accept")
        return EMPTY
    if options.action == "create":
        return _create(found, options)
    if not found.exists:
        raise Usage("there is no baseline here; `cfguard baseline create` writes one")
    return _change(found, found.pruned() if options.action == "prune" else found.drawn_up(), options)


def _create(found: Standing, options: SimpleNamespace) -> int:
    if found.exists and not options.force:
        raise Usage(
            f"`{_shown(found)}` exists and stays as it is; `update` brings it up to date, `create --force` starts anew"
        )
    fresh = found._replace(old=found.old._replace(entries={}))
    entries = fresh.drawn_up()
    if not options.check:
        _write(found, entries)
        write(
            f"{_shown(found)}: {_times(entries)} accepted. Commit the file; new findings are told from now on."
        )
    _tell_left_out(found.left_out)
    return FINDINGS if options.check else OK


def _change(found: Standing, entries: Mapping[Identity, Entry], options: SimpleNamespace) -> int:
    old = found.old.entries
    added = [name for name, entry in entries.items() if name not in old or entry.times > old[name].times]
    gone = [name for name, entry in old.items() if name not in entries or entries[name].times < entry.times]
    lines = [*(f"- {_line(name)}" for name in sorted(gone)), *(f"+ {_line(name)}" for name in sorted(added))]
    if options.check:
        write("\n".join([*lines, f"{_shown(found)}: {_changes(added, gone)}"]))
        return FINDINGS if lines else OK
    if added and os.environ.get("CI") and not options.force:
        raise Usage(
            f"`update` would accept {len(added)} more in CI, where nobody looks; `prune` only takes out, "
            "`--force` insists"
        )
    if lines:
        _write(found, entries)
    write("\n".join([*lines, f"{_shown(found)}: {_changes(added, gone)}"]))
    _tell_left_out(found.left_out if options.action == "update" else ())
    return OK


def _show(found: Standing) -> int:
    if not found.exists:
        complain("there is no baseline here; `cfguard baseline create` writes one")
        return EMPTY
    lines = []
    for name, entry in sorted(found.old.entries.items()):
        times = f" ({entry.times} times)" if entry.times > 1 else ""
        left = found.gone.get(name, entry.times)
        state = "" if left == entry.times else "  stale" if not left else f"  stale: {left} left"
        reason = f"  # {entry.reason}" if entry.reason else ""
        lines.append(f"{_line(name)}{times}{state}{reason}")
    stale = f", {len(found.gone)} of them stale (`cfguard baseline prune`)" if found.gone else ""
    entries = counted(len(found.old.entries), "entry", "entries")
    write("\n".join([*lines, f"{_shown(found)}: {entries}{stale}"]))
    return OK


def _write(found: Standing, entries: Mapping[Identity, Entry]) -> None:
    from cfguard.writing import Refused

    try:
        found.write(entries)
    except Refused as error:
        raise Usage(str(error)) from None


def _tell_left_out(findings: tuple[Finding, ...]) -> None:
    """Credentials stay told: a baseline without their values could not tell the next one from them."""
    if not findings:
        return
    from cfguard.report.shown import words

    places = sorted({finding.path for finding in findings})
    complain(
        f"{len(findings)} about exposed credentials left out ({abridged(places, shown=words)}): revoke "
        "them, or accept each with an ignore comment and a reason"
    )


def _line(name: Identity) -> str:
    from cfguard.report.shown import words

    return f"{words(name.path)}  {words(name.rule)}{f'  {words(name.key)}' if name.key else ''}"


def _changes(added: list[Identity], gone: list[Identity]) -> str:
    if not added and not gone:
        return "nothing has changed"
    return ", ".join(
        f"{len(names)} {what}" for names, what in ((gone, "taken out"), (added, "added")) if names
    )


def _times(entries: Mapping[Identity, Entry]) -> str:
    number = sum(entry.times for entry in entries.values())
    return counted(number, "finding")


def _shown(found: Standing) -> str:
    from cfguard.report.shown import words

    return words(os.path.relpath(os.path.join(found.root, found.path)).replace(os.sep, "/"))
