"""What stands in a line of text, as scanning and caching hand it on: never with its value."""

from __future__ import annotations

import re
from typing import Literal

from cfguard.named_tuple import NamedTuple

#: By what a value is known: its provider's form, the name it stands under, or by detect-secrets alone.
Ground = Literal["provider", "name", "suspicion"]

_NAME_BEFORE = (
    r"(?<!\\)([A-Za-z_][\w.-]{0,80})[\"'\]]{0,3}\s*(?:\?\?=?|\|\|=?|:=|=>|={1,3}|!==?|:|\()\s*@?[\"'`]?\Z"
)


# The neighbour of a value in a list or in a row, if it is quoted like a name.
_NEIGHBOUR = r"[\"'`]([A-Za-z_][\w.-]{1,80})[\"'`]\s*[,|]\s*[\"'`]?\Z"


class Confirmed(NamedTuple):
    """A credential, or what may be one: line from 1, columns in the line (from 0), what it is, and how known."""

    line: int
    start: int
    end: int
    kind: str
    ground: Ground


def name_before(line: str, start: int) -> str:
    """The name to which the value at an offset is assigned; empty where there is none."""
    before = line[max(0, start - 120) : start]
    match = re.search(_NAME_BEFORE, before) or re.search(_NEIGHBOUR, before)
    return match[1] if match is not None else ""
