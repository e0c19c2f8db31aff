"""Compatibility dates: what is a day of the calendar, and which texts wrangler refuses itself."""

from __future__ import annotations

import re
from datetime import date

_CALENDAR_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z", re.ASCII)
#: wrangler refuses typographic dashes before it looks at the date (4.164.0, read 2026-11-22).
_DASHES = re.compile("[\u2013\u2014]")


def calendar_date(text: str) -> date | None:
    """The day that a text names as `YYYY-MM-DD`, or None where it is none."""
    match = _CALENDAR_DATE.match(text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_refused_by_wrangler(text: str) -> bool:
    """Whether wrangler's validator stops at a date; it lets pass whatever JavaScript's `Date` reads."""
    if calendar_date(text) is not None:
        return False
    from cfguard.wrangler.javascript_date import is_date

    return _DASHES.search(text) is not None or not is_date(text)
