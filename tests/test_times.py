"""Points in time as records write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfguard.times import point_in_time

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-22T12:00:00Z",
        "2026-11-22t12:00:00.000z",
        "2026-11-22 12:00:00",
        "2026-11-22T12:00",
        "2026-11-22T13:00:00+01:00",
        "2026-11-22T06:30:00-0530",
        1795348800,
        1795348800.0,
        1795348800000,
        datetime(2026, 11, 22, 12, 0),
        datetime(2026, 11, 22, 13, 0, tzinfo=timezone(timedelta(hours=1))),
    ],
)
def test_every_spelling_means_the_same(value: object) -> None:
    assert point_in_time(value) == NOON


@pytest.mark.parametrize(
    "value",
    [
        None, True, "", "yesterday", "2026-11-22", "12:00:00", "2026-13-22T12:00:00Z", "2026-11-22T25:00:00Z",
        "2026-11-22T12:00:00Z ", "+2026-11-22T12:00:00Z", 0, -5, 1e300, float("nan"), float("inf"), date(2026, 11, 22),
        [1], {}, "9" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_time(value: object) -> None:
    assert point_in_time(value) is None


@given(
    value=st.one_of(
        st.text(), st.integers(), st.floats(), st.datetimes(), st.datetimes(timezones=st.timezones())
    )
)
def test_nothing_raises_and_all_times_are_in_utc(value: object) -> None:
    found = point_in_time(value)
    assert found is None or found.utcoffset() == timedelta(0)


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1)))
def test_a_javascript_time_comes_back(value: datetime) -> None:
    milliseconds = int(value.replace(tzinfo=UTC).timestamp() * 1000)
    found = point_in_time(milliseconds)
    assert found is not None
    if milliseconds >= 10**11:
        assert abs(found - value.replace(tzinfo=UTC)) < timedelta(milliseconds=2)
