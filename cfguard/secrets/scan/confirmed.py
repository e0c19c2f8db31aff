"""A live credential in a line of text, as scanning and caching hand it on: never with its value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cfguard.secrets.detect import Confidence

_NAME_BEFORE = r"([A-Za-z_][\w.-]{0,80})[\"'\]]{0,3}\s*(?:\?\?=|\|\|=|:=|=>|={1,3}|!==?|:|\()\s*@?[\"'`]?\Z"


class Confirmed(NamedTuple):
    """A live credential: line from 1, columns in the line (from 0), what it is, and by what that is known."""

    line: int
    start: int
    end: int
    kind: str
    confidence: Confidence


def name_before(line: str, start: int) -> str:
    """The name to which the value at an offset is assigned; empty where there is none."""
    match = re.search(_NAME_BEFORE, line[max(0, start - 120) : start])
    return match[1] if match is not None else ""
