from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.report.fingerprint import line_hashes
from cfguard.text import Source

GREETING = " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End"
GREETED = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]


#: Texts with the hashes that github/codeql-action v4.36.2 (8aad20d1) expects in its own tests.
@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
        (
            GREETING,
            [
                "8b7cf3e952e7aeb2:1",
                "b1ae1287ec4718d9:1",
                "bff680108adb0fcc:1",
                "c6805c5e1288b612:1",
                "b86d3392aea1be30:1",
                "e6ceba753e1a442:1",
            ],
        ),
        (GREETING + "\n", GREETED),
        ((GREETING + "\n").replace("\n", "\r"), GREETED),
        ((GREETING + "\n").replace("\n", "\r\n"), GREETED),
        (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETED),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            [
                *(f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)),
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
        (
            "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
            [
                "e54938cc54b302f1:1",
                "bb609acbe9138d60:1",
                "1131fd5871777f34:1",
                "5c482a0f8b35ea28:1",
                "54517377da7028d2:1",
                "2c644846cb18d53e:1",
                "f1b89f20de0d133:1",
                "c129715d7a2bc9a3:1",
            ],
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
