"""Starts processes and makes folders that cannot outlive the run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import IO

from cfguard.verify import watchdog

#: A process waits for a word before it becomes the command: by then the watchdog knows of it.
_STARTER = 'read -r go || exit 1; exec "$@"'


class Guard:
    """A scratch folder and the processes that run in it; both go when the block ends or the program dies."""

    def __enter__(self) -> Guard:
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", watchdog.__file__], stdin=subprocess.PIPE, start_new_session=True
        )
        self.folder = os.path.join(
            os.path.realpath(tempfile.gettempdir()), f"cfguard-verify-{os.urandom(8).hex()}"
        )
        self._tell(f"folder {self.folder}")
        os.mkdir(self.folder, 0o700)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._watchdog.stdin is not None  # noqa: S101 - it was made with a pipe
        self._watchdog.stdin.close()
        self._watchdog.wait()

    def start(
        self, command: Sequence[str], *, folder: str, environment: Mapping[str, str], log: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        """Start a command as a process group of its own; it has no input, and writes to ``log``.

        Raises OSError where it cannot be started at all.
        """
        process = subprocess.Popen(
            ["/bin/sh", "-c", _STARTER, "sh", *command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._tell(f"group {process.pid}")
        assert process.stdin is not None  # noqa: S101 - it was made with a pipe
        process.stdin.write(b"go\n")
        process.stdin.close()
        return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and everything that it started."""
        watchdog.end_group(process.pid, process.poll)
        process.wait()
        self._tell(f"ended {process.pid}")

    def _tell(self, line: str) -> None:
        assert self._watchdog.stdin is not None  # noqa: S101 - it was made with a pipe
        self._watchdog.stdin.write(os.fsencode(line) + b"\n")
        self._watchdog.stdin.flush()
