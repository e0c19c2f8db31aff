"""Run the examples of README.md and put what they print there; ``--check`` only says whether they differ.

They run in a scratch copy of examples/shop. A block whose fence names a path (```` ```toml cfguard.toml````)
is written to that file of it; the commands of a ``console`` block run in it, in the order of the page.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
EXAMPLE = ROOT / "examples" / "shop"

#: The day on which the commands run, so that the ages in what they print stay.
TODAY = "2026-11-22"

_BLOCK = re.compile(r"^(`{3,})(\w+)(?: (\S+))?\n(.*?)^\1\n", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: its language, the file it stands for (empty for none) and its text."""

    language: str
    path: str
    text: str


def shop(folder: Path) -> None:
    """Copy the example into an empty folder as a git repository of its own, in which everything is staged."""
    left = shutil.ignore_patterns("README.md", "cfguard.toml")  # ours, and not the project's
    shutil.copytree(EXAMPLE, folder, ignore=left, dirs_exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=folder, env=environment, check=True)


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    for match in _BLOCK.finditer(page):
        yield Block(match[2], match[3] or "", match[4])


def commands(console: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with the output shown below it."""
    for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def rerun(page: str, folder: Path) -> str:
    """The page with what every command prints now, its files written below ``folder``.

    Raises ValueError for a command that is not cfguard's.
    """

    def again(match: re.Match[str]) -> str:
        fence, language, path, body = match.groups()
        if language == "console":
            shown = "".join(f"$ {command}\n{_run(command, folder)}" for command, _ in commands(body))
            return f"{fence}console\n{shown}{fence}\n"
        if path:
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body, "utf-8")
        return match[0]

    return _BLOCK.sub(again, page)


def _run(command: str, folder: Path) -> str:
    program, verb, *arguments = shlex.split(command)
    if program != "cfguard":
        raise ValueError(f"`{command}` is not a command of cfguard")
    today = ["--today", TODAY] if verb == "check" else []
    done = subprocess.run(
        [sys.executable, "-m", "cfguard", verb, *today, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def main(arguments: list[str]) -> int:
    """Exit code 1 where ``--check`` finds that the README shows something else."""
    page = README.read_text("utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        shop(Path(scratch))
        fresh = rerun(page, Path(scratch))
    if fresh == page:
        return 0
    if "--check" in arguments:
        print("README.md: the examples print something else now")
        return 1
    README.write_text(fresh, "utf-8")
    print("README.md: written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
