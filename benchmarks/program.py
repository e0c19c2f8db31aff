"""The program as it is installed: compiled, started by a script of its own, with no checkout in sight."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_SCRIPT = "import sys\nfrom cfguard.cli import run\nsys.exit(run())\n"


class Program:
    """A compiled copy of cfguard in ``folder``, run by this interpreter.

    Byte code counts: users have it from the installer, so a machine that forbids writing it
    (``PYTHONDONTWRITEBYTECODE``) would measure the compiler.
    """

    def __init__(self, folder: Path) -> None:
        shutil.copytree(ROOT / "cfguard", folder / "cfguard", ignore=shutil.ignore_patterns("__pycache__"))
        for data in ("policies", "schemas"):
            shutil.copytree(ROOT / data, folder / "cfguard" / "_data" / data)
        compileall.compile_dir(folder / "cfguard", quiet=1)
        (folder / "start.py").write_text(_SCRIPT, "utf-8")
        self._script = str(folder / "start.py")
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
        }

    def command(self, *arguments: str) -> list[str]:
        """The words that start cfguard."""
        return [sys.executable, self._script, *arguments]

    def run(
        self, command: list[str], folder: Path, cache: Path, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in a folder, with a cache folder; ``extra`` are further environment variables."""
        environment: Mapping[str, str] = {**self._environment, "CFGUARD_CACHE_DIR": str(cache), **extra}
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )

    def seconds(self, command: list[str], folder: Path, cache: Path, expected: int) -> float:
        """How long a command takes; raises RuntimeError where it ends with another exit code."""
        start = time.perf_counter()
        done = self.run(command, folder, cache)
        elapsed = time.perf_counter() - start
        if done.returncode != expected:
            raise RuntimeError(
                f"exit code {done.returncode} instead of {expected}:\n{done.stdout}{done.stderr}"
            )
        return elapsed
