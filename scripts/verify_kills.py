"""Kills `cfguard verify` at random moments and looks for what it leaves behind.

    python scripts/verify_kills.py FOLDER [--seed N] [--times N]

``FOLDER`` is a project with its packages installed; Node has to be on the ``PATH``. Each run has a folder for
scratch of its own, and what counts as left are its contents and processes that work in it or name it. The exit
code is 1 where anything is left ten seconds after the signal.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
#: Seconds that cleaning up may take, and the longest time before a signal: a run of the example takes ten.
PATIENCE, LATEST = 10.0, 11.0


def processes(scratch: str) -> Iterator[str]:
    """The processes that work in a folder, or have it in their command or their environment."""
    for entry in os.listdir("/proc"):
        if not entry.isdecimal() or int(entry) == os.getpid():
            continue
        try:
            told = [os.readlink(f"/proc/{entry}/cwd").encode()]
            for name in ("cmdline", "environ"):
                with open(f"/proc/{entry}/{name}", "rb") as opened:
                    told.append(opened.read())
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as opened:
                is_zombie = opened.read().rpartition(")")[2].split()[0] == "Z"
        except (OSError, IndexError):
            continue
        if not is_zombie and any(os.fsencode(scratch) in each for each in told):
            yield f"{entry} ({told[1][:60].replace(bytes(1), b' ').decode(errors='replace').strip()})"


def left_in(scratch: str) -> list[str]:
    """What is left: processes, and names in the folder for scratch."""
    return [*processes(scratch), *os.listdir(scratch)]


def kill_once(folder: str, number: signal.Signals, after: float) -> tuple[str, list[str]]:
    """One run that is killed: how it went in words, and what is left."""
    scratch = tempfile.mkdtemp(prefix="verify-kills-")
    python_path = os.pathsep.join(filter(None, (ROOT, os.environ.get("PYTHONPATH"))))
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "cfguard", "verify", folder],
            env={**os.environ, "TMPDIR": scratch, "PYTHONPATH": python_path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(after)
        running, is_late = len(list(processes(scratch))), process.poll() is not None
        process.send_signal(number)
        started = time.monotonic()
        code = process.wait()
        while (left := left_in(scratch)) and time.monotonic() - started < PATIENCE:
            time.sleep(0.05)
        seconds = time.monotonic() - started
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    when = "after its end" if is_late else f"with {running} processes"
    return f"{when}, exit code {code}, clean after {seconds:.2f} s", left


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--times", type=int, default=10)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    dirty = 0
    for turn in range(options.times):
        number, after = SIGNALS[turn % len(SIGNALS)], chance.uniform(0.05, LATEST)
        told, left = kill_once(options.folder, number, after)
        dirty += bool(left)
        print(
            f"{number.name} at {after:5.2f} s: {told}{': LEFT ' + ', '.join(left) if left else ''}",
            flush=True,
        )
    print(f"{options.times} runs killed, {dirty} left something behind")
    return 1 if dirty else 0


if __name__ == "__main__":
    sys.exit(main())
