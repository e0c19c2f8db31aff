"""What the program writes and how it ends: standard output, standard error, files, exit codes."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

OK, FINDINGS, FAILED, EMPTY, INTERRUPTED = 0, 1, 2, 3, 130


class Usage(Exception):
    """A mistake on the command line, told in one line; the exit code is 2."""


def write(text: str) -> None:
    """Write to standard output, and end the last line."""
    encoding = sys.stdout.encoding or "utf-8"
    if text.startswith(("{", "[\n")) and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding=(encoding := "utf-8"))  # JSON is, whatever the terminal speaks
    # A terminal may know fewer characters than a report holds; it is told their numbers.
    text = text.encode(encoding, "backslashreplace").decode(encoding)
    sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")
    sys.stdout.flush()


def write_file(path: str, text: str) -> None:
    """Write a report whole or not at all: half a report would close alerts that are still open.

    A device or a pipe (``/dev/stdout``) is written to as it is, and a link keeps leading to its file.
    Raises :class:`Usage` where the file cannot be written.
    """
    text = text if text.endswith("\n") or not text else text + "\n"
    try:
        if path.startswith("/dev/") or (os.path.exists(path) and not os.path.isfile(path)):
            _fill(path, text)
            return
        target = os.path.realpath(path)
        unfinished = f"{target}.{os.getpid()}.part"
        _fill(unfinished, text)
        os.replace(unfinished, target)
    except OSError as error:
        raise Usage(f"cannot write `{path}`: {(error.strerror or 'unknown reason').lower()}") from None


def _fill(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as opened:
        opened.write(text)


def write_aside(text: str) -> None:
    """Write to standard error, for people, where standard output is for a machine."""
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding))


def complain(message: str) -> None:
    """Tell people on standard error why something could not be done."""
    from cfguard.secrets.masking import escape_controls, mask_text

    sys.stderr.write(f"cfguard: {escape_controls(mask_text(message))}\n")


def use_color(wish: str) -> bool:
    """Whether to write in colours; ``wish`` is ``always``, ``never`` or ``auto``."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def terminal_width() -> int:
    """The width of the terminal, in columns; 100 where there is none."""
    import shutil

    return shutil.get_terminal_size((100, 24)).columns
