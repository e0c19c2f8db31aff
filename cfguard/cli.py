"""The command line: words in, the API asked, a report and an exit code out."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper

from cfguard import __version__

TYPE_CHECKING = False  # typing.TYPE_CHECKING without the import: a version question must cost nothing
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from types import SimpleNamespace
    from typing import NoReturn

    from cfguard.finding import Report

OK, FINDINGS, FAILED, EMPTY, INTERRUPTED = 0, 1, 2, 3, 130


class Usage(Exception):
    """A mistake on the command line."""


def run() -> NoReturn:
    """The program itself, in a process of its own, which ends here; profilers call :func:`main`."""
    # What a run makes lives until it ends: looking for garbage finds none, and doubles the time of large files.
    gc.disable()
    code = main()
    for stream in filter(None, (sys.stdout, sys.stderr)):  # None where the caller has closed it
        try:
            stream.flush()
        except (OSError, ValueError):  # reports are flushed where they are written, and failures told there
            continue
    # The interpreter would give everything back piece by piece first: a tenth of a short run.
    os._exit(code)


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
    words = sys.argv[1:] if arguments is None else arguments
    if words == ["--version"]:
        _write(f"cfguard {__version__}")
        return OK
    from cfguard.arguments import read_arguments

    options = read_arguments(words)
    if options is None:
        return FAILED
    from cfguard.api import RefusedRequest

    try:
        if options.command == "check":
            return _check(options)
        if options.command == "rule":
            return _rule(options)
        if options.command == "envs":
            return _envs(options)
        if options.command == "migrations":
            return _migrations(options)
        return _test(options)
    except RefusedRequest as error:
        for line in error.lines:
            _complain(line)
        return FAILED
    except Usage as error:
        _complain(str(error))
        return FAILED


def _date(text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Usage(f"`--today {text}` is not a date (YYYY-MM-DD)") from None


def _words(options: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for option in options for word in option.replace(",", " ").split())


def _check(options: SimpleNamespace) -> int:
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
            today=_date(options.today) if options.today is not None else None,
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
    from cfguard.finding import SEVERITIES

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


def _rule(options: SimpleNamespace) -> int:
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


def _envs(options: SimpleNamespace) -> int:
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


def _migrations(options: SimpleNamespace) -> int:
    from cfguard.api import Request, migration_plans_of
    from cfguard.report.migrations import render

    found = migration_plans_of(Request(paths=tuple(options.paths), settings=options.settings))
    if not found:
        _complain("there are no D1 migrations here")
        return EMPTY
    _write(render(found, options.format, schema=options.schema))
    return OK


def terminal_width() -> int:
    """The width of the terminal, in columns; 100 where there is none."""
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def _test(options: SimpleNamespace) -> int:
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
