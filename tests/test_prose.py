"""Lists and numbers as a sentence has them."""

from __future__ import annotations

import pytest

from cfguard.prose import abridged, counted, enumerated


@pytest.mark.parametrize(
    ("parts", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_all_parts_of_a_list_are_named(parts, said):
    assert enumerated(parts) == said


def test_a_list_of_alternatives_is_joined_by_another_word():
    assert enumerated(["a", "b", "c"], "or") == "a, b or c"


@pytest.mark.parametrize(
    ("parts", "said"),
    [([], ""), (["a", "b", "c"], "a, b, c"), (["a", "b", "c", "d"], "a, b, c and 1 more")],
)
def test_a_long_list_tells_how_much_is_left_out(parts, said):
    assert abridged(parts) == said


def test_only_what_is_shown_of_a_list_is_made_ready_to_be_shown():
    asked = []

    def shown(part):
        asked.append(part)
        return part.upper()

    assert abridged(["a", "b", "c"], 1, shown=shown) == "A and 2 more"
    assert asked == ["a"]


def test_a_noun_follows_its_number():
    assert [counted(number, "finding") for number in (0, 1, 2)] == ["0 findings", "1 finding", "2 findings"]
    assert counted(1, "entry", "entries") == "1 entry"
    assert counted(2, "entry", "entries") == "2 entries"
