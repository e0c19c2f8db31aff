"""What was measured: a row of the table that `cfguard verify` prints."""

from __future__ import annotations

from typing import Literal

from cfguard.named_tuple import NamedTuple

#: ``unknown``: it could not be measured, and nobody is to blame for that.
Verdict = Literal["ok", "slow", "failed", "unknown"]


class Measurement(NamedTuple):
    """One thing that was measured in one environment of one Worker.

    ``seconds`` is None where nothing was timed, ``limit`` None where no time is set. ``detail`` says what
    failed, or why nothing can be told; empty where all is well.
    """

    check: str
    subject: str
    worker: str
    environment: str
    seconds: float | None
    limit: float | None
    verdict: Verdict
    detail: str = ""


class Limits(NamedTuple):
    """The times of the specification, in seconds; each is a parameter of the rule that judges records by it."""

    startup: float = 10.0
    reload: float = 2.0
    migration: float = 30.0
    health: float = 5.0


def timed(seconds: float, limit: float, *, inclusive: bool) -> Verdict:
    """Whether a time keeps its limit; ``inclusive`` where the specification says "within", not "less than"."""
    return "ok" if seconds < limit or (inclusive and seconds == limit) else "slow"
