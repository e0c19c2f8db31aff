"""What texts of a wrangler config stand for: dates, templates, ids that name nothing yet."""

from __future__ import annotations

import re
from datetime import date

from cfguard.pattern import lazy

_CALENDAR_DATE = lazy(r"(\d{4})-(\d{2})-(\d{2})\Z", re.ASCII)
_TEMPLATE = lazy(r"\{\{.*?\}\}|<[^<>]+>|\$\{[^}]*\}|__\w+__|\A%\w+%\Z")
#: What build scripts replace before wrangler reads the file; `<your-id>` is for people and not among them.
_SUBSTITUTED = lazy(r"\{\{.*?\}\}|<%|\$\{[^}]*\}|\A\$\w+\Z|\A__\w+__\Z|\A%\w+%\Z|\A@@?\w+@@?\Z")
#: wrangler refuses typographic dashes before it looks at the date (4.164.0, read 2026-11-22).
_DASHES = lazy("[\u2013\u2014]")
_UUID = lazy(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
#: UUIDs that people type: one digit throughout, counting up, or zeros with a last number.
_TYPED_UUID = lazy(r"(.)\1{7}-(?:\1{4}-){3}\1{12}|0{8}-(?:0{4}-){3}\d{12}|12345678-.*|01234567-.*")
_PLACEHOLDER_ID = lazy(
    r"\A\W*\Z|\{\{|<|\$\{|__|(?i:your|replace|change|todo|placeholder|example|dummy|insert|put|fill|here\b|local\b"
    r"|database[_-]?id|xxx|\bid\b|\btbd\b|\bn/?a\b|none|null|undefined|test)|\A(.)\1*\Z|\A[0-]+\d?\Z"
)


def is_template_text(text: str) -> bool:
    """Whether a value is filled in by another tool before wrangler reads it."""
    return _TEMPLATE.search(text) is not None


def calendar_date(text: str) -> date | None:
    """The day that a text written ``YYYY-MM-DD`` names, if a calendar has it."""
    match = _CALENDAR_DATE.match(text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_placeholder_id(text: str) -> bool:
    """Whether an id names no resource: empty, a template, an instruction, zeros."""
    return _PLACEHOLDER_ID.search(text) is not None


def is_substituted(text: str) -> bool:
    """Whether a value is of a form that build scripts replace, and no words to a person."""
    return _SUBSTITUTED.search(text) is not None


def is_database_id(text: str) -> bool:
    """Whether a text can be the id of a D1 database: a UUID, and none that was typed by hand."""
    return _UUID.fullmatch(text) is not None and _TYPED_UUID.fullmatch(text.lower()) is None


def is_date_refused(text: str) -> bool:
    """Whether wrangler's validator stops at a date; it lets pass whatever JavaScript's `Date` reads."""
    if calendar_date(text) is not None:
        return False
    from cfguard.wrangler.javascript_date import is_date

    return _DASHES.search(text) is not None or not is_date(text)
