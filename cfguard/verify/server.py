"""The project's own wrangler, started where nothing of the user can be touched or reached."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.secrets.masking import mask_text
from cfguard.verify.guard import Guard
from cfguard.verify.request import LOOPBACK
from cfguard.verify.toolchain import Toolchain

#: Credentials of Cloudflare: empty, so that not even an env file of the project can set them.
_NO_CREDENTIALS = (
    "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY", "CLOUDFLARE_EMAIL", "CLOUDFLARE_API_USER_SERVICE_KEY",
    "CF_API_TOKEN", "CF_API_KEY", "CF_EMAIL",
)  # fmt: skip
#: Bytes of a log that are looked at for what went wrong.
_LOG_TAIL = 64_000
_COLOURS = lazy("\x1b\\[[0-9;]*[A-Za-z]")
_MARK = r"[ \t]*(?:[X✘•-][ \t]+)?(?:\[(?:wrangler:)?(?:ERROR|error)\][ \t]*)?"
_ERROR = lazy(
    r"^[ \t]*(?:X|✘)[ \t]*(?:\[ERROR\][ \t]*)?(.+)|\[(?:wrangler:)?(?:ERROR|error)\][ \t]*(.+)", re.MULTILINE
)
_MARKED = lazy(_MARK)


class Target(NamedTuple):
    """What is verified: the config and the environment (empty for the top level), in the copy of the project."""

    folder: str
    config: str
    environment: str
    state: str

    def words(self) -> list[str]:
        """The arguments that name it for wrangler."""
        chosen = ["--env", self.environment] if self.environment else []
        return ["--config", self.config, *chosen, "--persist-to", self.state]


class Wrangler:
    """Runs wrangler in a guarded scratch folder, offline and without an account."""

    def __init__(self, guard: Guard, tools: Toolchain) -> None:
        self._guard, self._tools = guard, tools
        self._logs = 0

    def run(self, target: Target, words: Sequence[str], *, timeout: float) -> tuple[int | None, float, str]:
        """Run a command to its end: its exit code (None where the time was up), seconds, and what it wrote."""
        started = time.monotonic()
        with self._started(target, words) as (process, log):
            try:
                code: int | None = process.wait(timeout)
            except subprocess.TimeoutExpired:
                code = None
            return code, time.monotonic() - started, read_log(log)

    @contextmanager
    def serve(self, target: Target, entry: str | None) -> Iterator[DevServer]:
        """A dev server for as long as the block lasts."""
        port, inspector = _free_port(), _free_port()
        words = ["dev", *([entry] if entry is not None else []), "--local", "--ip", LOOPBACK]
        words += ["--port", str(port), "--inspector-port", str(inspector)]
        words += ["--show-interactive-dev-session=false", "--live-reload=false"]
        started = time.monotonic()
        with self._started(target, words) as (process, log):
            yield DevServer(process, port, started, log)

    @contextmanager
    def _started(self, target: Target, words: Sequence[str]) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
        self._logs += 1
        log = os.path.join(self._guard.folder, f"log-{self._logs}")
        with open(log, "wb") as opened:
            process = self._guard.start(
                [*self._tools.command, *words, *target.words()],
                folder=target.folder,
                environment=self._environment(),
                log=opened,
            )
        try:
            yield process, log
        finally:
            self._guard.end(process)

    def _environment(self) -> Mapping[str, str]:
        """What wrangler may know of the machine: no home, no credentials, nobody to report to."""
        home = os.path.join(self._guard.folder, "home")
        temporary = os.path.join(self._guard.folder, "tmp")
        os.makedirs(home, exist_ok=True)
        os.makedirs(temporary, exist_ok=True)
        node = os.path.dirname(self._tools.command[0])
        return {
            "PATH": os.pathsep.join([node, os.environ.get("PATH", os.defpath)]),
            "HOME": home,
            "XDG_CONFIG_HOME": os.path.join(home, ".config"),
            "TMPDIR": temporary,
            "LANG": os.environ.get("LANG", "C.UTF-8"),
            "CI": "true",
            "NO_COLOR": "1",
            "WRANGLER_SEND_METRICS": "false",
            "WRANGLER_LOG_PATH": os.path.join(temporary, "wrangler"),
            "CLOUDFLARE_CF_FETCH_ENABLED": "false",
            **dict.fromkeys(_NO_CREDENTIALS, ""),
        }


class DevServer(NamedTuple):
    """A dev server that was started; ``started`` is a point of :func:`time.monotonic`."""

    process: subprocess.Popen[bytes]
    port: int
    started: float
    log: str

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def complaint(self) -> str:
        """What it says went wrong, in one line."""
        return complaint_of(read_log(self.log))


def read_log(path: str) -> str:
    """The end of a log as text without colours."""
    with open(path, "rb") as opened:
        opened.seek(max(0, os.path.getsize(path) - _LOG_TAIL))
        return _COLOURS.sub("", opened.read().decode("utf-8", "replace"))


def complaint_of(log: str) -> str:
    """The first error in a log, else its last line; masked, since a Worker may log what it likes."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    words = lines[-1] if lines else "it wrote nothing"
    found = _ERROR.search(log)
    if found is not None:
        words = next(filter(None, found.groups())).strip()
        following = log[found.end() :].split(maxsplit=0) if words.endswith(":") else []
        if following:  # "Build failed with 1 error:" names none
            line = following[0].splitlines()[0]
            words += f" {_MARKED.sub('', line, count=1).strip()}"
    return mask_text(words.strip())[:300]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
