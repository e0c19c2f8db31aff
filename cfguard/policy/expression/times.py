"""Dates, timestamps and durations: reading, arithmetic and parts.

Times keep microseconds, as Python's do; finer digits are cut.
"""

from __future__ import annotations

import datetime
import re

from cfguard.policy.expression.conversions import plain
from cfguard.policy.expression.errors import RANGE, VALUE, EvaluationError
from cfguard.policy.expression.values import instant

# Compiled on first use (``re`` keeps what it has compiled): import is on the way of every run.
_TIMESTAMP = r"(?a:(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d))"
_DATE = r"(?a:\d{4}-\d\d-\d\d)"
_DURATION = r"(?a:([+-]?)((?:\d{1,20}(?:\.\d{0,20})?(?:h|ms|m|s|us|µs|ns))+|0))"
_PART = r"(?a:(\d+)(?:\.(\d*))?(h|ms|m|s|us|µs|ns))"
_NANOSECONDS = {
    "h": 3_600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000,
    "ms": 1_000_000, "us": 1_000, "µs": 1_000, "ns": 1,
}  # fmt: skip
_OFFSET = r"(?a:([+-]?)(\d\d):(\d\d))"
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_LONGEST = datetime.timedelta(microseconds=2**63 // 1000)
_SECOND = datetime.timedelta(seconds=1)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAST_MONTH, _LAST_MONTH = 12, 9999 * 12 + 11


def bounded(value: datetime.timedelta) -> datetime.timedelta:
    """The duration, if its nanoseconds fit into 64 bits, as CEL demands."""
    if not -_LONGEST <= value <= _LONGEST:
        raise EvaluationError(RANGE, "the duration is out of range")
    return value


def timestamp_from_text(text: str) -> datetime.datetime:
    """RFC 3339 with a zone: ``2026-01-10T09:30:00Z``."""
    match = re.fullmatch(_TIMESTAMP, plain(text, "timestamp"))
    if match is None:
        raise EvaluationError(VALUE, "the string is no timestamp like 2026-01-10T09:30:00Z")
    day, clock, fraction, zone = match.groups()
    try:
        time = datetime.datetime.fromisoformat(
            f"{day}T{clock}.{(fraction or '').ljust(6, '0')[:6]}{'+00:00' if zone in 'Zz' else zone}"
        )
        return time.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise EvaluationError(RANGE, "the timestamp does not exist") from None


def timestamp_from_seconds(seconds: int) -> datetime.datetime:
    try:
        return _EPOCH + datetime.timedelta(seconds=seconds)
    except OverflowError:
        raise EvaluationError(RANGE, "the timestamp is out of range") from None


def duration_from_text(text: str) -> datetime.timedelta:
    """A signed sequence of numbers with units: ``1h30m``, ``-1.5s``."""
    match = re.fullmatch(_DURATION, plain(text, "duration"))
    if match is None:
        raise EvaluationError(VALUE, "the string is no duration like 1h30m")
    total = 0
    for whole, fraction, unit in re.findall(_PART, match[2]):
        scale = _NANOSECONDS[unit]
        total += int(whole) * scale + int(fraction or 0) * scale // 10 ** len(fraction)
    try:
        value = datetime.timedelta(microseconds=total // 1000)
    except OverflowError:
        raise EvaluationError(RANGE, "the duration is out of range") from None
    return bounded(-value if match[1] == "-" else value)


def date_from_text(text: str) -> datetime.date:
    """A day of the calendar: ``2026-01-10``."""
    if not re.fullmatch(_DATE, plain(text, "date")):
        raise EvaluationError(VALUE, "the string is no date like 2026-01-10")
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise EvaluationError(RANGE, "the date does not exist") from None


def date_from_timestamp(time: datetime.datetime) -> datetime.date:
    return utc(time).date()


def utc(time: datetime.datetime) -> datetime.datetime:
    """The timestamp in UTC; at the ends of the calendar, where that has no year, with its own zone."""
    try:
        return instant(time).astimezone(datetime.UTC)
    except OverflowError:
        return instant(time)


def text_from_timestamp(time: datetime.datetime) -> str:
    time = utc(time)
    fraction = f".{time.microsecond:06}".rstrip("0") if time.microsecond else ""
    return f"{time.replace(microsecond=0, tzinfo=None).isoformat()}{fraction}Z"


def text_from_duration(value: datetime.timedelta) -> str:
    sign = "-" if value < datetime.timedelta(0) else ""
    value = abs(value)
    fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
    return f"{sign}{value // _SECOND}{fraction}s"


def shift(time: datetime.datetime, by: datetime.timedelta) -> datetime.datetime:
    try:
        return utc(time) + by
    except OverflowError:
        raise EvaluationError(RANGE, "the timestamp is out of range") from None


def difference(later: datetime.datetime, earlier: datetime.datetime) -> datetime.timedelta:
    return bounded(instant(later) - instant(earlier))


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day of an earlier month, or that month's last day; held in years 1 to 9999: cannot fail."""
    index = min(max(day.year * 12 + day.month - 1 - months, _LEAST_MONTH), _LAST_MONTH)
    year, month = index // 12, index % 12 + 1
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = 29 if month == 2 and leap else _DAYS[month - 1]
    return datetime.date(year, month, min(day.day, last))


def age_days(day: datetime.date, today: datetime.date) -> int:
    """Days from ``day`` to ``today``; negative for a day to come."""
    return (today - day).days


def in_zone(time: datetime.datetime, zone: str) -> datetime.datetime:
    """The timestamp at a fixed offset (``+02:00``) or in ``UTC``.

    Zones by name are refused: their rules come from the machine, and a verdict must not depend on it.
    """
    if zone in ("UTC", "Z"):
        return utc(time)
    match = re.fullmatch(_OFFSET, zone)
    if match is None or int(match[2]) > 23 or int(match[3]) > 59:
        raise EvaluationError(VALUE, "the zone is neither UTC nor an offset like +02:00")
    offset = datetime.timedelta(hours=int(match[2]), minutes=int(match[3]))
    try:
        return utc(time).astimezone(datetime.timezone(-offset if match[1] == "-" else offset))
    except OverflowError:
        raise EvaluationError(RANGE, "the timestamp is out of range") from None


PARTS = {
    "getFullYear": lambda time: time.year,
    "getMonth": lambda time: time.month - 1,
    "getDate": lambda time: time.day,
    "getDayOfMonth": lambda time: time.day - 1,
    "getDayOfWeek": lambda time: time.isoweekday() % 7,
    "getDayOfYear": lambda time: time.timetuple().tm_yday - 1,
    "getHours": lambda time: time.hour,
    "getMinutes": lambda time: time.minute,
    "getSeconds": lambda time: time.second,
    "getMilliseconds": lambda time: time.microsecond // 1000,
}
"""The parts of a timestamp; as in CEL, months and days count from 0, except for ``getDate``."""


def _truncated(value: datetime.timedelta, unit: datetime.timedelta) -> int:
    return value // unit if value >= datetime.timedelta(0) else -(-value // unit)


DURATION_PARTS = {
    "getHours": lambda value: _truncated(value, datetime.timedelta(hours=1)),
    "getMinutes": lambda value: _truncated(value, datetime.timedelta(minutes=1)),
    "getSeconds": lambda value: _truncated(value, _SECOND),
    "getMilliseconds": lambda value: _truncated(value % _SECOND, datetime.timedelta(milliseconds=1)),
}
"""A duration in whole units; ``getMilliseconds`` is the part below a second."""
