"""What texts of a wrangler config stand for: dates, templates, ids that name nothing yet."""

from __future__ import annotations

import re
from datetime import date

_CALENDAR_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z", re.ASCII)
_TEMPLATE = re.compile(r"\{\{.*?\}\}|<[^<>]+>|\$\{[^}]*\}|__\w+__|\A%\w+%\Z")
_PLACEHOLDER_ID = re.compile(
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
