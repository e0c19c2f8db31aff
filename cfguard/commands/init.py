"""Looks at a project and writes what it could begin with; asks before every file, and never overwrites one."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

from cfguard.commands.shared_arguments import PROFILE
from cfguard.prose import abridged, counted
from cfguard.terminal import EMPTY, OK, Usage, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import SimpleNamespace

    from cfguard.proposal import Proposed, Seen

ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "path": {"nargs": "?", "default": ".", "metavar": "PATH", "help": "the project (default: here)"},
    "--yes": {"action": "store_true", "help": "write what is proposed without asking"},
    "--dry-run": {"action": "store_true", "help": "show what would be written, and write nothing"},
    "--profile": PROFILE,
    "--repository": {
        "metavar": "URL",
        "help": "where cfguard's repository is, for the hook and the workflow (default: where it was installed from)",
    },
}

#: Findings from which on a baseline is proposed: fewer are mended faster than they are discussed.
MANY = 10

_ADDRESS = re.compile(r"[A-Za-z0-9._~:/@%+-]+\Z")


def run(options: SimpleNamespace) -> int:
    """Propose, ask and write."""
    from cfguard.api import Request, check_request, project_of, root_of
    from cfguard.proposal import look_at, proposals
    from cfguard.published import REPOSITORY, installed_from

    asks = not options.yes and not options.dry_run
    if asks and not (sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()):
        raise Usage("nobody can be asked here: `--yes` writes what is proposed, `--dry-run` shows it")
    repository = options.repository or REPOSITORY or installed_from()
    if repository and not _ADDRESS.match(repository):
        raise Usage(f"`{repository}` is not the address of a repository")
    root = root_of(Request(paths=(options.path,)))
    request = Request(paths=(root,), baseline=False)
    if not os.path.lexists(options.path):
        raise Usage(f"`{options.path}` does not exist")
    report = check_request(request)
    if report.empty:
        from cfguard.report import render

        write(render(report, "text"))
        return EMPTY
    seen = look_at(project_of(request))
    write(_told(seen, len(report.findings)))
    profile = options.profile or (_asked_profile() if asks else "recommended")
    files = proposals(root, seen, profile=profile, repository=repository)
    if options.dry_run:
        _show(files, len(report.findings))
        return OK
    for file in files:
        _offer(root, file, asks=asks)
    _offer_baseline(root, asks=asks)
    write("Next: `cfguard check`")
    return OK


def _told(seen: Seen, findings: int) -> str:
    from cfguard.report.shown import words

    paths = abridged(seen.workers, shown=words)
    workers = counted(len(seen.workers), "Worker") + (f" ({paths})" if paths else "")
    return f"Seen: {workers}, {counted(findings, 'finding')} today.\n\n"


def _asked_profile() -> str:
    from cfguard.settings import PROFILES

    while True:
        answer = _ask(f"Which profile: {', '.join(PROFILES)}? [recommended] ") or "recommended"
        found = [profile for profile in PROFILES if profile.startswith(answer)]
        if found:
            return found[0]


def _show(files: tuple[Proposed, ...], findings: int) -> None:
    from cfguard.proposal import shown

    write(shown(files))
    if findings >= MANY:
        write(".cfguard-baseline.json: accepts what is found today, so that only new findings are told\n\n")
    write("Nothing is written (`--dry-run`).")


def _offer(root: str, file: Proposed, *, asks: bool) -> None:
    from cfguard.proposal import shown
    from cfguard.writing import Refused, write_inside

    if file.only_shown:
        write(shown((file,)))
        return
    if not (_agreed(file) if asks else file.wanted):
        return
    try:
        write_inside(root, file.path, file.text)
    except Refused as error:
        raise Usage(str(error)) from None
    write(f"written: {file.path}, {file.about}")


def _agreed(file: Proposed) -> bool:
    from cfguard.proposal import shown

    default = "Y/n" if file.wanted else "y/N"
    while True:
        answer = _ask(f"Write {file.path} ({file.about})? [{default}, s to see it] ")
        if answer != "s":
            return answer.startswith("y") if answer else file.wanted
        write(shown((file,)))


def _offer_baseline(root: str, *, asks: bool) -> None:
    """Under the settings that are there now: they decide what is found."""
    from cfguard.api import Request
    from cfguard.baselining import standing
    from cfguard.writing import Refused

    found = standing(Request(paths=(root,)))
    entries = found.drawn_up()
    number = sum(entry.times for entry in entries.values())
    if found.exists or found.report.problems or not number:
        return
    if asks:
        question = f"Accept the {counted(number, 'finding')} of today in a baseline"
        answer = _ask(f"{question}, so that only new ones are told? [{'Y/n' if number >= MANY else 'y/N'}] ")
        agreed = answer.startswith("y") if answer else number >= MANY
    else:
        agreed = number >= MANY
    if not agreed:
        return
    try:
        found.write(entries)
    except Refused as error:
        raise Usage(str(error)) from None
    write(f"written: {found.path}, {counted(number, 'finding')} accepted; `cfguard baseline show` lists them")


def _ask(question: str) -> str:
    """An answer in lower case; the end of the input is a no, which changes nothing."""
    try:
        return input(question).strip().lower()
    except EOFError:
        write("")
        return "n"
