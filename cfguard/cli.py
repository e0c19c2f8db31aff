"""The command line: words in, the API asked, a report and an exit code out."""

from __future__ import annotations

import gc
import os
import sys

from cfguard import __version__
from cfguard.terminal import FAILED, INTERRUPTED, OK, Usage, complain, interrupted, write

TYPE_CHECKING = False  # typing.TYPE_CHECKING without the import: a version question must cost nothing
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


def run() -> NoReturn:
    """The program itself, in a process of its own, which ends here; profilers call :func:`main`."""
    # What a run makes lives until it ends: looking for garbage finds none, and doubles the time of large files.
    gc.disable()
    if sys.argv[1:] != ["--version"]:
        _end_on_interrupt()
    code = main()
    for stream in filter(None, (sys.stdout, sys.stderr)):  # None where the caller has closed it
        try:
            stream.flush()
        except (OSError, ValueError):  # reports are flushed where they are written, and failures told there
            continue
    # The interpreter would give everything back piece by piece first: a tenth of a short run.
    os._exit(code)


def _end_on_interrupt() -> None:
    """Take Ctrl-C as an order to end, unless whoever started the program made it deaf to that (``nohup``)."""
    from signal import SIGINT, default_int_handler, getsignal, signal

    if getsignal(SIGINT) is default_int_handler:
        signal(SIGINT, interrupted)


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
    except Usage as error:
        complain(str(error))
        return FAILED
    except Exception as error:  # the last line of defence: 1 would read as "findings"
        if os.environ.get("CFGUARD_DEBUG"):
            raise
        where = _last_frame(error)
        complain(
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
        write(f"cfguard {__version__}")
        return OK
    from cfguard.arguments import read_arguments

    options = read_arguments(words)
    if options is None:
        return FAILED
    from cfguard.api import RefusedRequest
    from cfguard.commands import module_of

    try:
        return module_of(options.command).run(options)
    except RefusedRequest as error:
        for line in error.lines:
            complain(line)
        return FAILED
