"""cfguard agrees with wrangler 4.164.0 on recorded configs.

The texts are this project's own (scripts/wrangler_mutations.py); the verdicts are what wrangler's validator
said of them on 2026-11-22, without its sentences: refused, warned, and the names in each error.
"""

from __future__ import annotations

import json
import os

import pytest

from cfguard.syntax.node import Format
from scripts.wrangler_parity import names_in
from tests.wrangler.read import findings

_DATA = os.path.join(os.path.dirname(__file__), "data", "verdicts.jsonl")
with open(_DATA, encoding="utf-8") as _file:
    RECORDS = [json.loads(line) for line in _file]


def names_of_errors(text: str, format: Format) -> list[set[str]]:
    """The names that each of our errors gives, its key's last name included."""
    named = []
    for row in findings(text, format):
        if row.severity == "error":
            last = next((step for step in reversed(row.key) if isinstance(step, str)), "")
            named.append(names_in(row.message) | {last})
    return named


@pytest.mark.parametrize("number", range(len(RECORDS)))
def test_verdict(number: int) -> None:
    record = RECORDS[number]
    rows = findings(record["text"], record["format"])
    assert any(row.severity == "error" for row in rows) is record["refused"]
    if not record["refused"]:
        assert bool(rows) is record["warned"]


def test_errors_name_the_same_field() -> None:
    named = total = 0
    for record in RECORDS:
        ours = names_of_errors(record["text"], record["format"])
        for wanted in record["fields"]:
            total += 1
            named += any(names & set(wanted) for names in ours)
    assert total > 300
    assert named >= 0.97 * total


def test_records_hold_every_sort_of_verdict() -> None:
    sorts = {(record["format"], record["refused"], record["warned"]) for record in RECORDS}
    assert len(sorts) == 8
