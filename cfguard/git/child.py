"""One program run to its end, with input, output and a limit of time.

``subprocess`` can do more, and importing it takes longer than git takes to answer: where POSIX offers
``posix_spawn`` nothing else is needed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHUNK = 1 << 16
_SIGKILL = 9  # signal.SIGKILL, without the import of signal and its enums


class Ended(NamedTuple):
    """What a program left: its exit code (below 0: the signal that ended it), its output, its errors."""

    code: int
    output: bytes
    errors: bytes


class TimedOut(Exception):
    """A program was stopped because its time was over."""


def run(command: tuple[str, ...], environment: Mapping[str, str], feed: bytes, timeout: float) -> Ended:
    """Run a program, given by its path, on the bytes of ``feed``, for at most ``timeout`` seconds.

    Raises OSError where it cannot be started, and :class:`TimedOut`.
    """
    if not hasattr(os, "posix_spawn"):
        return _by_subprocess(command, environment, feed, timeout)
    with _Pipes() as pipes:
        if min(pipes.theirs) <= 2:  # without standard streams of our own, one copy could overwrite another
            return _by_subprocess(command, environment, feed, timeout)
        actions = [(os.POSIX_SPAWN_DUP2, end, number) for number, end in enumerate(pipes.theirs)]
        pid = os.posix_spawn(command[0], command, environment, file_actions=actions)
        try:
            output, errors = pipes.exchange(feed, timeout)
        except BaseException:
            os.kill(pid, _SIGKILL)
            raise
        finally:
            _, status = os.waitpid(pid, 0)
        return Ended(os.waitstatus_to_exitcode(status), output, errors)


class _Pipes:
    """The three streams of a child, both ends of each; all are closed on the way out."""

    __slots__ = ("_open", "_ours", "theirs")

    def __enter__(self) -> _Pipes:
        its_input, feeding = os.pipe()
        output, its_output = os.pipe()
        errors, its_errors = os.pipe()
        self._ours, self.theirs = (feeding, output, errors), (its_input, its_output, its_errors)
        self._open = {*self._ours, *self.theirs}
        return self

    def __exit__(self, *_: object) -> None:
        for end in tuple(self._open):
            self._close(end)

    def _close(self, end: int) -> None:
        self._open.discard(end)
        os.close(end)

    def exchange(self, feed: bytes, timeout: float) -> tuple[bytes, bytes]:
        """Write all input while reading all output, so that neither side waits for the other for ever."""
        from select import POLLIN, POLLOUT, poll
        from time import monotonic

        for end in self.theirs:
            self._close(end)
        feeding, output, errors = self._ours
        os.set_blocking(feeding, False)
        waiting = poll()
        waiting.register(feeding, POLLOUT)
        waiting.register(output, POLLIN)
        waiting.register(errors, POLLIN)
        found: dict[int, list[bytes]] = {output: [], errors: []}
        deadline = monotonic() + timeout
        while not self._open.isdisjoint(found):
            ready = waiting.poll(max(deadline - monotonic(), 0) * 1000)
            if not ready:
                raise TimedOut
            for end, _ in ready:
                if end == feeding:
                    feed = _written(end, feed)
                    is_done = not feed
                else:
                    found[end].append(os.read(end, _CHUNK))
                    is_done = not found[end][-1]
                if is_done:
                    waiting.unregister(end)
                    self._close(end)
        return b"".join(found[output]), b"".join(found[errors])


def _written(end: int, feed: bytes) -> bytes:
    """What is left of the input after one write; nothing, where the program has stopped reading."""
    try:
        return feed[os.write(end, feed) :]
    except BrokenPipeError:
        return b""


def _by_subprocess(
    command: tuple[str, ...], environment: Mapping[str, str], feed: bytes, timeout: float
) -> Ended:
    import subprocess

    try:
        done = subprocess.run(
            command, env=environment, input=feed, capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise TimedOut from None
    return Ended(done.returncode, done.stdout, done.stderr)
