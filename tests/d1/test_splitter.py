"""The cuts of both of wrangler's splitters, recorded from wrangler 4.86.0 and 4.164.0 on 2026-11-22."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.syntax.sql import cut

_DATA = os.path.join(os.path.dirname(__file__), "data", "splits.jsonl")
with open(_DATA, encoding="utf-8") as _file:
    _RECORDED = [json.loads(line) for line in _file]

_BITS = [
    "CREATE TRIGGER t BEGIN ",
    "SELECT 1;",
    " END;",
    "CASE ",
    "--x\n",
    "/*;*/",
    "';'",
    "[;]",
    "$a",
    "-",
    "/",
    " ",
]


@pytest.mark.parametrize("splitter", ["scanner", "complete"])
def test_pieces_are_those_of_wrangler(splitter: str) -> None:
    for row in _RECORDED:
        found = cut(row["text"], splitter)  # type: ignore[arg-type]
        wanted = row[splitter]
        if wanted is None:
            assert found.several_transactions is not None, row["text"]
        else:
            got = [piece.text for piece in found.pieces]
            if "BEGIN TRANSACTION;" in row["text"]:
                got = [text.strip() for text in got]
                wanted = [text.strip() for text in wanted]
            assert got == wanted, row["text"]


def test_a_second_transaction_is_placed() -> None:
    text = "BEGIN TRANSACTION; SELECT 1; COMMIT; BEGIN TRANSACTION; COMMIT;"
    found = cut(text)
    assert found.several_transactions == text.rindex("BEGIN TRANSACTION")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_BITS), max_size=12).map("".join), st.sampled_from(["scanner", "complete"]))
def test_every_character_leads_back_to_the_text(text: str, splitter: str) -> None:
    for piece in cut(text, splitter).pieces:  # type: ignore[arg-type]
        for offset, character in enumerate(piece.text):
            origin = piece.origin(offset)
            assert text[origin] == character or character == "\n"
