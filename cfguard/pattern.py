"""Regular expressions that are compiled when they are first used: all of them cost more than a whole short run."""

from __future__ import annotations

import re
from typing import Any, cast


class _Lazy:
    """Stands in for a compiled pattern and becomes as fast as one: its methods are the pattern's own."""

    __slots__ = ("__dict__", "_flags", "_text")

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._text, self._flags)
        self.__dict__.update({each: getattr(compiled, each) for each in _METHODS})
        return getattr(compiled, name)


_METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "split", "pattern", "flags")


def lazy(text: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern that is compiled when one of its methods is first called; mistakes in it show only then."""
    return cast("re.Pattern[str]", _Lazy(text, flags))
