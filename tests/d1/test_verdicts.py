"""Verdicts of the emulator against those of two real local runtimes, recorded on 2026-11-22."""

from __future__ import annotations

import json
import os

import pytest

from cfguard.d1.profile import PROFILES
from cfguard.d1.script import judge

_DATA = os.path.join(os.path.dirname(__file__), "data", "dev-statements.jsonl")
with open(_DATA, encoding="utf-8") as _file:
    _RECORDED = [json.loads(line) for line in _file]


def _disagreements(date: str, backend: str) -> list[str]:
    wrong = []
    for row in _RECORDED:
        verdict = judge(
            row["sql"], row.get("setup", ""), profile=PROFILES[date], backend=backend, splitter="scanner"
        )
        if verdict.accepted != row["d1"][f"workerd-{date}"]["ok"]:
            wrong.append(row["id"])
    return wrong


@pytest.mark.parametrize("date", sorted(PROFILES))
def test_the_standard_library_agrees(date: str) -> None:
    assert len(_disagreements(date, "sqlite3")) <= 0.02 * len(_RECORDED)


def test_apsw_agrees_where_it_is_installed() -> None:
    try:
        import apsw  # noqa: F401
    except ImportError:
        backend = ""
    else:
        backend = "apsw"
    assert len(_disagreements("2026-11-17", backend)) <= 0.02 * len(_RECORDED)


def test_what_the_local_library_cannot_read_is_no_verdict() -> None:
    verdict = judge("SELECT string_agg(name, ',') FROM sqlite_master", backend="sqlite3")
    assert verdict.accepted
