"""Ends processes and removes folders when the program that named them is gone, however it went.

It runs as a process of its own, by its path and without any other module of cfguard: reads a line for each
thing to look after from standard input, and does its work when that ends, which the kernel sees to even
where the other side was killed. Lines: ``group <id>``, ``ended <id>``, ``folder <path>``.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable

#: Seconds between asking a group of processes to end and ending it.
PATIENCE = 3.0


def end_group(group: int, forget: Callable[[], object] = bool) -> None:
    """Ask all processes of a group to end, then make them.

    ``forget`` takes note of a child of this process that has ended: until then it counts as a member.
    """
    for signal_number, seconds in ((signal.SIGTERM, PATIENCE), (signal.SIGKILL, 1.0)):
        try:
            os.killpg(group, signal_number)
            for _ in range(int(seconds / 0.02)):
                forget()
                os.killpg(group, 0)
                time.sleep(0.02)
        except (ProcessLookupError, PermissionError):
            return


def main() -> None:
    """Listen until nobody is left on the other side, then clean up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[int, None] = {}
    folders: list[str] = []
    for line in sys.stdin.buffer:
        if not line.endswith(b"\n"):
            break  # cut off in the middle: half a path names something else
        word, _, rest = os.fsdecode(line[:-1]).partition(" ")
        if word == "group":
            groups[int(rest)] = None
        elif word == "ended":
            groups.pop(int(rest), None)
        else:
            folders.append(rest)
    for group in groups:
        end_group(group)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
