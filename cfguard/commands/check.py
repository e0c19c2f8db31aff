"""Checks a repository, a folder or a file, and writes the report in every format asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from cfguard.commands.shared_arguments import COLOR, PATHS, PROFILE, SETTINGS, day, listed_words
from cfguard.finding import SEVERITIES
from cfguard.report import FORMATS
from cfguard.terminal import (
    EMPTY,
    FAILED,
    FINDINGS,
    OK,
    Usage,
    shows_progress,
    terminal_width,
    use_color,
    use_links,
    write,
    write_aside,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import SimpleNamespace

    from cfguard.api import Request
    from cfguard.finding import Report
    from cfguard.reading import Progress

ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "paths": {**PATHS, "help": "what to check (default: the current folder)"},
    "--format": {
        "metavar": "FORMAT",
        "default": "text",
        "help": f"what to write to standard output: {', '.join(FORMATS)} (default: text)",
    },
    "--output": {
        "action": "append",
        "default": [],
        "metavar": "FORMAT=FILE",
        "help": "write a further report to a file; repeatable",
    },
    "--sarif-category": {
        "metavar": "NAME",
        "default": "cfguard",
        "help": "what code scanning files the SARIF report under (default: cfguard)",
    },
    "--profile": PROFILE,
    "--select": {
        "action": "append",
        "default": [],
        "metavar": "RULE",
        "help": "only these rules or areas (`d1/*`)",
    },
    "--ignore": {
        "action": "append",
        "default": [],
        "metavar": "RULE",
        "help": "without these rules or areas",
    },
    "--fail-on": {
        "choices": SEVERITIES,
        "default": "error",
        "help": "lowest severity that gives exit code 1 (default: error)",
    },
    "--fix": {"action": "store_true", "help": "make the safe fixes, then report what is left"},
    "--unsafe-fixes": {
        "action": "store_true",
        "help": "with --fix or --diff: fixes that may change what the project means, too",
    },
    "--diff": {"action": "store_true", "help": "show what --fix would change, and change nothing"},
    "--settings": SETTINGS,
    "--no-ignores": {"action": "store_true", "help": "report what ignore comments hide, too"},
    "--baseline": {
        "metavar": "FILE",
        "help": "use this baseline instead of the nearest .cfguard-baseline.json",
    },
    "--no-baseline": {"action": "store_true", "help": "report what the baseline hides, too"},
    "--history": {
        "action": "store_true",
        "help": "look for secrets in everything that was ever committed, too",
    },
    "--only-touching": {
        "action": "store_true",
        "help": "PATHs are files that changed: check all around them, report what they touch",
    },
    "--staged": {"action": "store_true", "help": "check what the next commit holds, report what it touches"},
    "--changed-from": {
        "metavar": "REVISION",
        "help": "report what has changed since this branch left REVISION",
    },
    "--today": {"metavar": "DATE", "help": "judge by this date (YYYY-MM-DD)"},
    "--color": COLOR,
    "--quiet": {"action": "store_true", "help": "findings only: no notes and no closing line"},
    "--exit-zero": {"action": "store_true", "help": "exit with 0 where findings would give 1"},
    "--allow-empty": {"action": "store_true", "help": "exit with 0 where nothing to check would give 3"},
}


def run(options: SimpleNamespace) -> int:
    """Check, write the reports, and judge them by ``--fail-on``."""
    from cfguard.api import Request, root_of
    from cfguard.commands.check_outputs import (
        category_of,
        forget_earlier,
        known_format,
        outputs_of,
        write_outputs,
    )
    from cfguard.report import render

    if options.unsafe_fixes and not (options.fix or options.diff):
        raise Usage("`--unsafe-fixes` says which fixes `--fix` makes or `--diff` shows; give one of these")
    outputs = outputs_of(options.output)
    format, category = known_format(options.format), category_of(options.sarif_category)
    forget_earlier(outputs)
    request = Request(
        paths=tuple(options.paths),
        profile=options.profile,
        select=listed_words(options.select),
        ignore=listed_words(options.ignore),
        settings=options.settings,
        ignores=not options.no_ignores,
        today=day(options.today),
        baseline=False if options.no_baseline else options.baseline or True,
        history=options.history,
        only=_only(options),
        revision=options.changed_from or "",
    )
    report = _report(request, options)
    # Before standard output, whose reader may go away.
    write_outputs(report, outputs, category=category, allow_empty=options.allow_empty)
    if not options.diff:
        links = root_of(request) if format == "text" and use_links() else ""
        color, width = use_color(options.color), terminal_width()
        shown = render(
            report, format, color=color, quiet=options.quiet, width=width, category=category, links=links
        )
        write(shown)
    return exit_code(report, options.fail_on, exit_zero=options.exit_zero, allow_empty=options.allow_empty)


def _only(options: SimpleNamespace) -> Literal["", "touching", "staged", "changed"]:
    """What the report is narrowed to."""
    wishes: dict[Literal["touching", "staged", "changed"], bool] = {
        "touching": options.only_touching,
        "staged": options.staged,
        "changed": options.changed_from is not None,
    }
    wished = [wish for wish, holds in wishes.items() if holds]
    if len(wished) > 1:
        raise Usage("`--only-touching`, `--staged` and `--changed-from` exclude each other")
    if options.staged and (options.fix or options.diff):
        raise Usage("`--staged` checks the index, and fixes change the files on disk")
    return wished[0] if wished else ""


def _report(request: Request, options: SimpleNamespace) -> Report:
    """Check, or fix, under the eyes of whoever watches."""
    from cfguard.api import check_request

    work = partial(_fix, options=options) if options.fix or options.diff else check_request
    if not shows_progress():
        return work(request)
    from cfguard.progress import ProgressLine

    with ProgressLine() as line:
        return work(request, line)


def _fix(request: Request, progress: Progress | None = None, *, options: SimpleNamespace) -> Report:
    """Make fixes, or show them; machines get the report alone on standard output."""
    from cfguard.repair import repair
    from cfguard.report.fixes import diff, summary

    repaired = repair(request, unsafe=options.unsafe_fixes, write=not options.diff, progress=progress)
    said = summary(repaired.made, repaired.skipped, written=not options.diff)
    if options.diff:
        write(diff(repaired.files))
    if options.format == "text" and not options.diff:
        write(f"{said}\n" if said else "")
    else:
        write_aside(said)
    return repaired.report


def exit_code(report: Report, fail_on: str, *, exit_zero: bool = False, allow_empty: bool = False) -> int:
    """The exit code of a check: problems come before findings, findings before emptiness."""
    if report.problems:
        return FAILED
    serious = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    if any(report.count(severity) for severity in serious):
        return OK if exit_zero else FINDINGS
    if report.empty:
        return OK if allow_empty else EMPTY
    return OK
