"""Regular expressions compiled when first needed: all of them take longer than a whole short run."""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The compiled form of a pattern; later calls cost a dictionary look-up."""
    return re.compile(pattern)
