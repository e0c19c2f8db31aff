"""Keeps what was measured as records, which `cfguard check` reads like those of any other program."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from cfguard.paths import below, folder_above
from cfguard.verify.measurement import Measurement
from cfguard.verify.request import LOOPBACK
from cfguard.verify.run import Verified

#: The files beside a Worker's config that records are appended to.
DEV_STATES, HEALTH_CHECKS = "verify.dev-state.jsonl", "verify.health.jsonl"


def append_records(root: str, results: Iterable[Verified], now: datetime) -> tuple[str, ...]:
    """Append records of a run that ended at ``now``; gives the paths written, relative to the root.

    Raises OSError.
    """
    written: dict[str, None] = {}
    for result in results:
        folder = folder_above(result.worker)
        for name, lines in (
            (DEV_STATES, list(_dev_states(result.rows, now))),
            (HEALTH_CHECKS, list(_health_checks(result.rows, now))),
        ):
            if lines:
                path = below(folder, name)
                _append(os.path.join(root, path), lines)
                written[path] = None
    return tuple(written)


def _append(path: str, lines: list[dict[str, object]]) -> None:
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(path, flags, 0o666)
    with os.fdopen(descriptor, "rb+", buffering=0) as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, size - 1))
        # A last line without its end would swallow the first record.
        start = b"\n" if size and opened.read(1) != b"\n" else b""
        opened.write(start + "".join(f"{json.dumps(line)}\n" for line in lines).encode())


def _row(rows: Iterable[Measurement], check: str) -> Measurement | None:
    return next((row for row in rows if row.check == check), None)


def _dev_states(rows: tuple[Measurement, ...], now: datetime) -> Iterator[dict[str, object]]:
    startup, reload = _row(rows, "startup"), _row(rows, "reload")
    if startup is None:
        return
    migrated = [row for row in rows if row.check == "migrations"]
    failed = startup.seconds is None
    times = _Times(now)

    def state(name: str, **more: object) -> dict[str, object]:
        return {
            "state": name,
            "timestamp": times.next(),
            "wrangler_dev_pid": None,
            "database_status": "migrated"
            if migrated and all(row.verdict == "ok" for row in migrated)
            else "unknown",
            "last_migration": None,
            "hot_reload_enabled": reload is not None and reload.seconds is not None,
            "port_bindings": [f"{LOOPBACK}:0"],
            **more,
        }

    yield state("starting")
    if failed:
        yield state("failed_start")
        return
    yield state("running", startup_seconds=round(startup.seconds or 0.0, 3))
    if reload is not None and reload.seconds is not None:
        yield state("reloading")
        yield state("running", reload_seconds=round(reload.seconds, 3))
    yield state("stopping")
    yield state("stopped")


class _Times:
    """Points in time a millisecond apart, the last states of a run being the latest."""

    def __init__(self, now: datetime) -> None:
        self._at = now.astimezone(UTC)

    def next(self) -> str:
        self._at += timedelta(milliseconds=1)
        return self._at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _health_checks(rows: tuple[Measurement, ...], now: datetime) -> Iterator[dict[str, object]]:
    for row in rows:
        if row.check == "health" and row.seconds is not None:
            yield {
                "check_type": "application",
                "status": "healthy"
                if row.verdict == "ok"
                else "degraded"
                if row.verdict == "slow"
                else "unhealthy",
                "timestamp": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "details": row.detail or row.subject,
                "response_time": round(row.seconds * 1000, 1),
            }
