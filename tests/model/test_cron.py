from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfguard.model.cron import cron_fault

TAKEN = (
    "* * * * *", "*/30 * * * *", "0 9-17/2 * * mon-fri", "0,30 0 1,15 JAN,jul *", "0 3 L * *", "0 3 L-2W * *",
    "0 3 L-30 * *", "0 3 15W * *", "59 23 LW * *", "0 3 * * 7", "0 3 * * SUN#2", "0 3 * * 6L", "0 3 * * L",
    "5-1 * * * *",
    "05 03 * * *", "5,* * * * *", "5/10 * * * *", "*/59 */23 */30 */11 */6", "1,*/5 * * * *",
)  # fmt: skip
REFUSED = (
    "", "* * * *", "* * * * * *", "@daily", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *",
    "* * * 13 *", "* * * * 0", "* * * * 8", "? * * * *", "* * ? * *", "*/0 * * * *", "*/60 * * * *", "* */24 * * *",
    "*,5 * * * *", "*-5 * * * *", "1- * * * *", "1,,2 * * * *", "* * * * MONDAY", "* * * JANUARY *", "* * * * 1#0",
    "* * * * 1#6", "* * L-31 * *", "* * 32W * *", "* * 1W,2 * *", "* * L,1 * *", "a * * * *", "-1 * * * *",
    "1.5 * * * *", "99999999999999999999 * * * *", "\u0661 * * * *", "* * \u0661W * *", "1," * 101 + "1 * * * *",
)  # fmt: skip


@pytest.mark.parametrize("text", TAKEN)
def test_what_the_api_takes_has_no_fault(text: str) -> None:
    assert cron_fault(text) is None


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_api_refuses_has_one(text: str) -> None:
    assert cron_fault(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("0 3 * * 0", "the weekday `0` is not in 1 to 7 or SUN to SAT"),
        ("0 3 * *", "it has 4 fields, and 5 are expected"),
        ("61 0 * * *", "the minute `61` is not in 0 to 59"),
        ("*/60 0 * * *", "the step `/60` of the minute is not in 1 to 59"),
    ],
)
def test_a_fault_says_what_is_there_and_what_was_expected(text: str, fault: str) -> None:
    assert cron_fault(text) == fault


@given(st.lists(st.text("0123456789*,-/#LWSUN ?", max_size=8), max_size=6).map(" ".join))
def test_no_text_makes_it_raise(text: str) -> None:
    fault = cron_fault(text)
    assert fault is None or fault


@given(st.integers(0, 59), st.integers(0, 23), st.integers(1, 31), st.integers(1, 12), st.integers(1, 7))
def test_numbers_within_bounds_are_taken(minute: int, hour: int, day: int, month: int, weekday: int) -> None:
    assert cron_fault(f"{minute} {hour} {day} {month} {weekday}") is None
