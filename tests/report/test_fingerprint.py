from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.report.fingerprint import line_hashes
from cfguard.text import Source


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
    ],
)
def test_hashes_are_those_of_the_upload_action(text: str, hashes: list[str]) -> None:
    assert line_hashes(text) == hashes


def test_line_ends_and_blanks_do_not_matter() -> None:
    assert line_hashes("a\r\nb\r\n") == line_hashes("a\nb\n") == line_hashes(" a\rb\t\r")


def test_equal_surroundings_are_counted() -> None:
    hashes = line_hashes("x\n" * 150)
    assert hashes[0].partition(":")[0] == hashes[1].partition(":")[0]
    assert [entry.partition(":")[2] for entry in hashes[:3]] == ["1", "2", "3"]


def test_lines_far_below_do_not_change_a_hash() -> None:
    far = "filler = 1\n" * 20
    assert line_hashes("name = 1\n" + far + "a")[0] == line_hashes("name = 1\n" + far + "b")[0]


@settings(max_examples=100, deadline=None)
@given(st.text("ab \t\r\n😀\ud800", max_size=300))
def test_every_line_has_a_hash(text: str) -> None:
    assert len(line_hashes(text)) == Source("x", text).line_count
