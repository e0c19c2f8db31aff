"""A line on the terminal about how far a long run has come; short runs never show it."""

from __future__ import annotations

import sys
from time import monotonic

from cfguard.ending import unfinished

#: Seconds of silence before the line appears, and between two versions of it.
DELAY = 0.5
INTERVAL = 0.1

#: Characters that are shown: of a line that breaks only the last part could be taken away.
_LONGEST = 100
_CLEAR = "\r\x1b[2K"


class ProgressLine:
    """Writes ``reading 120 of 1000 files`` over and over on standard error, and takes it away in the end.

    Use as a context; the line is gone when it ends, however it ends.
    """

    def __init__(self) -> None:
        self._next = monotonic() + DELAY
        self._shown = False

    def __call__(self, what: str, done: int, total: int) -> None:
        """Tell that ``done`` of ``total`` things are done; ``what`` has a ``{}`` for both numbers."""
        if monotonic() >= self._next:
            self.say(what.format(f"{done} of {total}"))

    def say(self, words: str) -> None:
        """Tell at once what is being done, where that takes long; the words hold no control characters."""
        self._next = monotonic() + INTERVAL
        self._shown = True
        self._write(f"{_CLEAR}cfguard: {words[:_LONGEST]}")

    def __enter__(self) -> ProgressLine:
        unfinished.append(self.clear)
        return self

    def __exit__(self, *_: object) -> None:
        unfinished.remove(self.clear)
        self.clear()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._shown = False
            self._write(_CLEAR)

    @staticmethod
    def _write(text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:  # the terminal has gone; the check has not
            return
