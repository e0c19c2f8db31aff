"""Points in time as records write them: ISO 8601, SQLite's own form, seconds or milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cfguard.pattern import lazy

_ISO = lazy(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)?\Z")
#: Numbers from here on are milliseconds; as seconds they would lie after the year 5000.
_MILLISECONDS_FROM = 10**11
_LAST_MILLISECOND = 253_402_300_799_999
_EXAMPLE = "2026-11-22T09:30:00Z"
SAYS = f"a time such as `{_EXAMPLE}`"


def point_in_time(value: object) -> datetime | None:
    """The time that a value of a record stands for, in UTC; None for what is none.

    Without a zone it is UTC, as in SQLite's ``CURRENT_TIMESTAMP``. A date alone is none: it orders nothing.
    """
    if isinstance(value, datetime):
        return _in_utc(value)
    if isinstance(value, bool | date):
        return None
    if isinstance(value, int | float):
        return _since_1970(value)
    if not isinstance(value, str) or not _ISO.match(value):
        return None
    try:
        return _in_utc(datetime.fromisoformat(value.upper()))
    except ValueError:
        return None


def _in_utc(value: datetime) -> datetime | None:
    try:
        return value.astimezone(UTC) if value.tzinfo is not None else value.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None


def _since_1970(value: int | float) -> datetime | None:
    milliseconds = value if value >= _MILLISECONDS_FROM else value * 1000
    if not 0 < milliseconds <= _LAST_MILLISECOND:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
