"""Draw docs/terminal.svg: what `cfguard check` really prints, with its colours, about examples/shop.

``--check`` writes nothing and fails where the picture shows something else than a run of today's code.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.rerun_readme import TODAY, shop  # noqa: E402

PICTURE = ROOT / "docs" / "terminal.svg"
COMMAND = "cfguard check"
COLUMNS = 118

#: Pixels. The width of a character is an average of monospace fonts; `textLength` holds every font to it.
CHARACTER, LINE, MARGIN, BAR = 7.8, 19, 16, 34
_FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_BACKGROUND, _TEXT, _MUTED = "#0d1117", "#e6edf3", "#8b949e"
_COLORS = {
    "31": "#ff7b72",
    "32": "#56d364",
    "33": "#e3b341",
    "34": "#79c0ff",
    "36": "#76e3ea",
}
_STYLE = re.compile(r"\x1b\[([0-9;]*)m")


class Piece(NamedTuple):
    """Text in one style: ``codes`` are the parameters of the escape sequence, as in ``1;31``."""

    text: str
    codes: str


def printed(folder: Path) -> str:
    """What the command prints about the example, copied below ``folder``, to a terminal with colours."""
    shop(folder)
    done = subprocess.run(
        [sys.executable, "-m", "cfguard", "check", "--color", "always", "--today", TODAY],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": str(COLUMNS)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 1:
        raise SystemExit(f"the check of the example ended with {done.returncode}: {done.stderr}")
    return done.stdout


def pieces(line: str) -> list[Piece]:
    """A line, taken apart where its style changes."""
    found, codes = [], ""
    for index, part in enumerate(_STYLE.split(line)):
        if index % 2:
            codes = "" if part in ("", "0") else part
        elif part:
            found.append(Piece(part, codes))
    return found


def wrapped(line: list[Piece], columns: int) -> Iterator[list[Piece]]:
    """A line cut where a terminal of that width goes on in the next row."""
    row: list[Piece] = []
    room = columns
    for text, codes in line:
        while len(text) > room:
            yield [*row, Piece(text[:room], codes)]
            row, text, room = [], text[room:], columns
        row.append(Piece(text, codes))
        room -= len(text)
    yield row


def drawn(text: str) -> str:
    """The picture of a terminal in which the command printed ``text``."""
    rows = [[Piece("$ ", "muted"), Piece(COMMAND, "1")]]
    rows += [row for line in text.rstrip("\n").split("\n") for row in wrapped(pieces(line), COLUMNS)]
    width, height = round(COLUMNS * CHARACTER + 2 * MARGIN), BAR + len(rows) * LINE + MARGIN
    lights = "".join(
        f'<circle cx="{MARGIN + 6 + 20 * at}" cy="{BAR // 2}" r="5.5" fill="{color}"/>'
        for at, color in enumerate(("#ff5f57", "#febc2e", "#28c840"))
    )
    body = "".join(
        f"{''.join(_text(row, BAR + number * LINE + 14))}\n" for number, row in enumerate(rows) if row
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="What '
        f'{COMMAND} says of an ordinary Worker">\n'
        f'<rect width="{width}" height="{height}" rx="8" fill="{_BACKGROUND}"/>\n{lights}\n'
        f'<g font-family="{_FONTS}" font-size="13" fill="{_TEXT}" xml:space="preserve">\n{body}</g>\n</svg>\n'
    )


def _text(row: list[Piece], y: int) -> Iterator[str]:
    column = 0
    for text, codes in row:
        shown = text.lstrip(" ")
        start = column + len(text) - len(shown)
        column += len(text)
        if not (shown := shown.rstrip(" ")):
            continue
        color = _MUTED if codes == "muted" else next(filter(None, map(_COLORS.get, codes.split(";"))), "")
        style = f' fill="{color}"' if color else ""
        style += ' font-weight="bold"' if "1" in codes.split(";") else ""
        yield (
            f'<text x="{MARGIN + start * CHARACTER:.1f}" y="{y}" textLength="{len(shown) * CHARACTER:.1f}"'
            f"{style}>{escape(shown, quote=False)}</text>"
        )


def main() -> int:
    """Write or check the picture; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where the picture is out of step")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as scratch:
        fresh = drawn(printed(Path(scratch)))
    if PICTURE.exists() and PICTURE.read_text("utf-8") == fresh:
        return 0
    if not check:
        PICTURE.write_text(fresh, "utf-8")
    print(f"docs/terminal.svg: {'is out of step' if check else 'written'}")
    return 1 if check else 0


if __name__ == "__main__":
    sys.exit(main())
