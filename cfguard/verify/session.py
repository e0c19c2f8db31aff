"""Startup and reload: one dev server, timed from outside as a developer would with a stopwatch."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

from cfguard.verify.entry import HEADER, Entry, wrap
from cfguard.verify.measurement import Limits, Measurement, timed
from cfguard.verify.request import wait_for
from cfguard.verify.server import DevServer, Target, Wrangler


class Subject:
    """Whom measurements are about: writes the rows of one environment of one Worker."""

    def __init__(self, worker: str, environment: str) -> None:
        self.worker, self.environment = worker, environment

    def timed(
        self, check: str, seconds: float, limit: float, subject: str = "", *, inclusive: bool = False
    ) -> Measurement:
        """A row for a time that was measured."""
        verdict = timed(seconds, limit, inclusive=inclusive)
        return Measurement(check, subject, self.worker, self.environment, seconds, limit, verdict)

    def failed(self, check: str, detail: str, subject: str = "", seconds: float | None = None) -> Measurement:
        """A row for what went wrong."""
        return Measurement(check, subject, self.worker, self.environment, seconds, None, "failed", detail)

    def unknown(self, check: str, detail: str, subject: str = "") -> Measurement:
        """A row for what cannot be told."""
        return Measurement(check, subject, self.worker, self.environment, None, None, "unknown", detail)


def measure(
    wrangler: Wrangler,
    target: Target,
    main: str | None,
    subject: Subject,
    limits: Limits,
    *,
    timeout: float,
    reload: bool,
    more: Callable[[DevServer], Iterator[Measurement]],
) -> Iterator[Measurement]:
    """Start the dev server, change its code once, and let ``more`` ask it further questions.

    ``main`` is the path of the entry file, None where wrangler has none of its own. A Worker that cannot be
    wrapped, or fails when it is, is started as it is; its reload then cannot be told.
    """
    entry = wrap(os.path.join(target.folder, main)) if main is not None and reload else None
    if entry is not None:
        with wrangler.serve(target, entry.path) as server:
            seconds = _startup(server, timeout)
            if seconds is not None:
                yield subject.timed("startup", seconds, limits.startup)
                yield _reload(server, entry, subject, limits, timeout)
                yield from more(server)
                return
    with wrangler.serve(target, None) as server:
        seconds = _startup(server, timeout)
        if seconds is None:
            why = f"no answer within {timeout:g} s" if server.is_alive() else "wrangler ended"
            yield subject.failed("startup", f"{why}: {server.complaint()}")
            return
        yield subject.timed("startup", seconds, limits.startup)
        if reload:
            yield subject.unknown("reload", "the entry is no module that cfguard can tell versions of apart")
        yield from more(server)


def _startup(server: DevServer, timeout: float) -> float | None:
    answer = wait_for(server.port, lambda _: True, seconds=timeout, alive=server.is_alive)
    return time.monotonic() - server.started if answer is not None else None


def _reload(server: DevServer, entry: Entry, subject: Subject, limits: Limits, timeout: float) -> Measurement:
    version = os.urandom(4).hex()
    started = time.monotonic()
    entry.change(version)
    answer = wait_for(
        server.port,
        lambda answer: answer.headers.get(HEADER) == version,
        seconds=timeout,
        alive=server.is_alive,
    )
    if answer is None:
        return subject.failed("reload", f"the answer did not change within {timeout:g} s")
    return subject.timed("reload", time.monotonic() - started, limits.reload)
