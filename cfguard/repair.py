"""Checks, makes the fixes that are wanted, and checks again, until there is nothing left to make."""

from __future__ import annotations

from cfguard.api import Request, check_request, root_of
from cfguard.finding import Finding, Problem, Report
from cfguard.fixing import Edited, Skipped, Unwritable, plan_fixes, write_files
from cfguard.named_tuple import NamedTuple
from cfguard.reading import Progress, Unreadable, path_kind, read_bytes
from cfguard.syntax import decode
from cfguard.text import Source

#: Rounds of fixes: one may uncover the next, but never without end.
MAX_ROUNDS = 8


class Repair(NamedTuple):
    """What fixes did, or would do.

    ``report`` is that of the files as they are now. ``files`` are those that were changed, or would be.
    """

    report: Report
    files: tuple[Edited, ...]
    made: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]


def repair(request: Request, *, unsafe: bool, write: bool, progress: Progress | None = None) -> Repair:
    """Make the fixes of a run's findings; ``write`` False only says what the first round would do.

    ``unsafe``: those that may change what the project means, too. Raises like
    :func:`cfguard.api.check_request`; a file that cannot be written is a problem in the report.
    """
    root = root_of(request)
    made: list[Finding] = []
    files: dict[str, Edited] = {}
    for _ in range(MAX_ROUNDS):
        report = check_request(request, progress)
        plan = plan_fixes(report.findings, report.documents, lambda path: _text(root, path), unsafe=unsafe)
        report.problems += plan.problems
        if not write:
            return Repair(report, plan.files, plan.made, plan.skipped)
        try:
            write_files(root, plan.files)
        except Unwritable as error:
            report.problems += (Problem("unwritable", None, str(error)),)
            return Repair(report, tuple(files.values()), tuple(made), plan.skipped)
        made += plan.made
        for file in plan.files:
            first = files.get(file.path)
            files[file.path] = file._replace(before=first.before) if first is not None else file
        if not plan.files:
            break
    return Repair(report, tuple(files[path] for path in sorted(files)), tuple(made), plan.skipped)


def _text(root: str, path: str) -> Source | None:
    """A file that is no document; None where there is none."""
    if path_kind(root, path) != "file":
        return None
    try:
        return decode(path, read_bytes(root, path))[0]
    except Unreadable:
        return None
