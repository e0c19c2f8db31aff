"""What the program writes and how it ends: standard output, standard error, files, exit codes."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

from cfguard.ending import unfinished

TYPE_CHECKING = False  # typing.TYPE_CHECKING without the import: a version question must cost nothing
if TYPE_CHECKING:
    from collections.abc import Mapping

OK, FINDINGS, FAILED, EMPTY, INTERRUPTED = 0, 1, 2, 3, 130


class Usage(Exception):
    """A mistake on the command line, told in one line; the exit code is 2."""


def write(text: str) -> None:
    """Write to standard output, and end the last line.

    Raises BrokenPipeError where nobody reads it any more, and :class:`Usage` where it takes nothing more.
    """
    if sys.stdout is None:
        raise BrokenPipeError
    encoding = sys.stdout.encoding or "utf-8"
    if text.startswith(("{", "[\n")) and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding=(encoding := "utf-8"))  # JSON is, whatever the terminal speaks
    # A terminal may know fewer characters than a report holds; it is told their numbers.
    text = text.encode(encoding, "backslashreplace").decode(encoding)
    try:
        sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:  # a full disk, mostly
        reason = (error.strerror or "unknown reason").lower()
        raise Usage(f"cannot write to standard output: {reason}") from None


def write_file(path: str, text: str) -> None:
    """Write a report whole or not at all: half a report would close alerts that are still open.

    A device or a pipe (``/dev/stdout``) is written to as it is, and a link keeps leading to its file.
    Raises :class:`Usage` where the file cannot be written.
    """
    from cfguard.writing import put

    text = text if text.endswith("\n") or not text else text + "\n"
    try:
        if path.startswith("/dev/") or (os.path.exists(path) and not os.path.isfile(path)):
            with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as opened:
                opened.write(text)
            return
        put(os.path.realpath(path), text.encode(errors="backslashreplace"))
    except OSError as error:
        raise Usage(f"cannot write `{path}`: {(error.strerror or 'unknown reason').lower()}") from None


def write_aside(text: str) -> None:
    """Write to standard error, for people, where standard output is for a machine."""
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding))


def complain(message: str) -> None:
    """Tell people on standard error why something could not be done."""
    from cfguard.secrets.masking import escape_controls, mask_text

    sys.stderr.write(f"cfguard: {escape_controls(mask_text(message))}\n")


def interrupted(*_: object) -> None:
    """End at once on Ctrl-C, in silence and with nothing half done left behind.

    A ``KeyboardInterrupt`` would do, if it were not lost where Python runs inside of C: SQLite takes one in
    its authorizer for a refusal, and the check would go on and tell what is not so.
    """
    for put_right in unfinished:
        try:
            put_right()
        except OSError:
            continue
    os._exit(INTERRUPTED)


def use_color(wish: str) -> bool:
    """Whether to write in colours; ``wish`` is ``always``, ``never`` or ``auto``.

    A wish counts most, then NO_COLOR (https://no-color.org), FORCE_COLOR and CLICOLOR_FORCE, CLICOLOR
    (https://bixense.com/clicolors), and whether there is a terminal that can.
    """
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if os.environ.get(name):
            return os.environ[name] not in ("0", "false")
    return os.environ.get("CLICOLOR") != "0" and _is_terminal(sys.stdout)


def use_links(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether standard output is a terminal that shows OSC 8 hyperlinks; others would show their codes.

    No terminal can be asked, so those count that are known to (2026-11); FORCE_HYPERLINK overrules, but never
    for a pipe.
    """
    if not _is_terminal(sys.stdout):
        return False
    if environment.get("FORCE_HYPERLINK"):
        return environment["FORCE_HYPERLINK"] != "0"
    if environment.get("CI") or environment.get("TERM", "").startswith(("screen", "linux")):
        return False
    programs = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "zed")
    return (
        environment.get("TERM_PROGRAM") in programs
        or environment.get("TERM", "").startswith(("xterm-kitty", "alacritty", "foot", "xterm-ghostty"))
        or "WT_SESSION" in environment
        or environment.get("VTE_VERSION", "0").zfill(5) >= "05000"
    )


def shows_progress() -> bool:
    """Whether somebody is watching: standard error is a terminal, and no CI system keeps what it shows."""
    return _is_terminal(sys.stderr) and not os.environ.get("CI")


def terminal_width() -> int:
    """The width of the terminal, in columns: what COLUMNS says, else the terminal's own, else 100."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isdecimal() and 0 < int(stated) < 10_000:
        return int(stated)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 100
    except (OSError, ValueError, AttributeError):
        return 100


def _is_terminal(stream: object) -> bool:
    """Whether a stream is a terminal that obeys control codes; None stands for one that was closed."""
    return stream is not None and getattr(stream, "isatty", bool)() and os.environ.get("TERM") != "dumb"
