"""The command line: words in, the API asked, a report and an exit code out."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Collection, Sequence
from datetime import date
from io import TextIOWrapper

from cfguard import __version__
from cfguard.finding import SEVERITIES, Report

OK, FINDINGS, FAILED, EMPTY, INTERRUPTED = 0, 1, 2, 3, 130

_EPILOG = """\
exit codes:
  0  nothing at or above --fail-on      2  could not do the job (usage, settings, unreadable files)
  1  findings                           3  nothing to check here

examples:
  cfguard check                         the repository you are in
  cfguard check --profile strict        with every requirement of the specification
  cfguard rule d1/database-shared       what a rule is about and how to put it right
"""


class Usage(Exception):
    """A mistake on the command line."""


def run() -> int:
    """The program itself, in a process of its own."""
    # What a run makes lives until it ends: looking for garbage finds none, and doubles the time of large files.
    gc.disable()
    return main()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code and lets nothing but it out."""
    try:
        return _main(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone; a second failure while the interpreter flushes would be noise.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        return FAILED
    except Exception as error:  # the last line of defence: 1 would read as "findings"
        if os.environ.get("CFGUARD_DEBUG"):
            raise
        where = _last_frame(error)
        _complain(
            f"internal error in {where}: {type(error).__name__}; this is a bug of cfguard (CFGUARD_DEBUG=1 shows more)"
        )
        return FAILED


def _last_frame(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "cfguard"
    code = trace.tb_frame.f_code
    return f"{os.path.basename(code.co_filename)}:{trace.tb_lineno}"


def _main(arguments: Sequence[str] | None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return FAILED
    from cfguard.api import RefusedRequest

    try:
        if options.command == "check":
            return _check(options)
        if options.command == "rule":
            return _rule(options)
        if options.command == "envs":
            return _envs(options)
        return _test(options)
    except RefusedRequest as error:
        for line in error.lines:
            _complain(line)
        return FAILED
    except Usage as error:
        _complain(str(error))
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cfguard",
        description="Checks the configuration of Cloudflare Workers + D1 projects before it is deployed:\n"
        "wrangler.toml/.json/.jsonc, devcontainer.json, .env* and .dev.vars*. Works offline.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"cfguard {__version__}")
    # Without a name of its own argparse formats a help text, and imports what that takes, for every run.
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", prog="cfguard")
    _add_check(commands.add_parser("check", help="check a repository, a folder or a file"))
    rule = commands.add_parser("rule", help="explain a rule, or list all rules")
    rule.add_argument(
        "id", nargs="?", metavar="ID", help="a rule, as in `d1/database-shared`; all rules without it"
    )
    rule.add_argument("--format", choices=("text", "json"), default="text")
    rule.add_argument("--settings", metavar="FILE", help="settings that name further policy folders")
    envs = commands.add_parser("envs", help="show the environments of each Worker side by side")
    envs.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="where to look (default: here)")
    envs.add_argument("--format", choices=("text", "markdown", "json"), default="text")
    envs.add_argument("--only-differences", action="store_true", help="only what differs, or is shared")
    envs.add_argument("--settings", metavar="FILE", help="use this settings file instead of the repository's")
    envs.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    test = commands.add_parser("test", help="run the cases of policies")
    test.add_argument(
        "folder", nargs="?", metavar="DIR", help="a policy folder; the bundled policies without it"
    )
    return parser


def _add_check(check: argparse.ArgumentParser) -> None:
    add = check.add_argument
    add("paths", nargs="*", default=["."], metavar="PATH", help="what to check (default: the current folder)")
    add(
        "--format", metavar="FORMAT", default="text", help="text (default), json or sarif, to standard output"
    )
    add(
        "--output",
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="write a further report; repeatable",
    )
    add("--profile", choices=("recommended", "strict", "all"), help="the set of rules (default: recommended)")
    add("--select", action="append", default=[], metavar="RULE", help="only these rules or areas (`d1/*`)")
    add("--ignore", action="append", default=[], metavar="RULE", help="without these rules or areas")
    add(
        "--fail-on",
        choices=SEVERITIES,
        default="error",
        help="lowest severity that gives exit code 1 (default: error)",
    )
    add("--settings", metavar="FILE", help="use this settings file instead of the repository's")
    add("--no-ignores", action="store_true", help="report what ignore comments hide, too")
    add("--today", type=_date, metavar="DATE", help="judge by this date (YYYY-MM-DD)")
    add("--color", choices=("auto", "always", "never"), default="auto")
    add("--quiet", action="store_true", help="findings only: no notes and no closing line")
    add("--exit-zero", action="store_true", help="exit with 0 where findings would give 1")
    add("--allow-empty", action="store_true", help="exit with 0 where nothing to check would give 3")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{text}` is not a date (YYYY-MM-DD)") from None


def _words(options: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for option in options for word in option.replace(",", " ").split())


def _check(options: argparse.Namespace) -> int:
    from cfguard.api import Request, check_request
    from cfguard.report import FORMATS, render

    outputs = [_output(text, FORMATS) for text in options.output]
    if options.format not in FORMATS:
        raise Usage(f"`{options.format}` is not a format; there are {', '.join(FORMATS)}")
    report = check_request(
        Request(
            paths=tuple(options.paths),
            profile=options.profile,
            select=_words(options.select),
            ignore=_words(options.ignore),
            settings=options.settings,
            ignores=not options.no_ignores,
            today=options.today,
        )
    )
    color = _use_color(options.color)
    _write(render(report, options.format, color=color, quiet=options.quiet))
    for format, path in outputs:
        _write_file(path, render(report, format))
    return exit_code(report, options.fail_on, exit_zero=options.exit_zero, allow_empty=options.allow_empty)


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


def _output(text: str, formats: Collection[str]) -> tuple[str, str]:
    format, equals, path = text.partition("=")
    if not equals or not path or format not in formats:
        raise Usage(f"`--output {text}` is not FORMAT=FILE with one of the formats {', '.join(formats)}")
    return format, path


def _use_color(wish: str) -> bool:
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _rule(options: argparse.Namespace) -> int:
    from cfguard.api import Request, rules_of
    from cfguard.explain import NoSuchRule, explain, list_rules

    rules = rules_of(Request(settings=options.settings))
    if options.id is None:
        _write(list_rules(rules, options.format))
        return OK
    try:
        _write(explain(rules, options.id, options.format))
    except NoSuchRule as error:
        raise Usage(str(error)) from None
    return OK


def _envs(options: argparse.Namespace) -> int:
    from cfguard.api import Request, environments_of
    from cfguard.report.envs import render

    request = Request(paths=tuple(options.paths), settings=options.settings)
    found = environments_of(request, only_differences=options.only_differences)
    if not found:
        _complain("there is no wrangler config here")
        return EMPTY
    width = min(terminal_width(), 100)
    _write(render(found, options.format, color=_use_color(options.color), width=width))
    return OK


def terminal_width() -> int:
    """The width of the terminal, in columns; 100 where there is none."""
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def _test(options: argparse.Namespace) -> int:
    from cfguard.resources import policies_dir
    from cfguard.testing import run_folder

    bundled = options.folder is None
    folder = policies_dir() if bundled else options.folder
    if not os.path.isdir(folder):
        raise Usage(f"there is no folder `{folder}`")
    bundled = bundled or os.path.realpath(folder) == os.path.realpath(policies_dir())
    failed = passed = 0
    for result in run_folder(folder, bundled=bundled):
        passed += not result.wrong
        failed += bool(result.wrong)
        if result.wrong:
            _write(f"FAILED {result.rule}: {result.case}\n" + "".join(f"  {line}\n" for line in result.wrong))
    _write(f"{passed} passed, {failed} failed\n")
    if not passed and not failed:
        return EMPTY
    return FINDINGS if failed else OK


def _write(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    if text.startswith(("{", "[\n")) and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding=(encoding := "utf-8"))  # JSON is, whatever the terminal speaks
    # A terminal may know fewer characters than a report holds; it is told their numbers.
    text = text.encode(encoding, "backslashreplace").decode(encoding)
    sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")
    sys.stdout.flush()


def _write_file(path: str, text: str) -> None:
    """Write a report whole or not at all: half a report would close alerts that are still open."""
    unfinished = f"{path}.{os.getpid()}.part"
    try:
        with open(unfinished, "w", encoding="utf-8", newline="\n") as opened:
            opened.write(text if text.endswith("\n") else text + "\n")
        os.replace(unfinished, path)
    except OSError as error:
        raise Usage(f"cannot write `{path}`: {(error.strerror or 'unknown reason').lower()}") from None


def _complain(message: str) -> None:
    from cfguard.secrets.masking import escape_controls, mask_text

    sys.stderr.write(f"cfguard: {escape_controls(mask_text(message))}\n")
