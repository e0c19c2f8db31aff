"""The word that a person probably meant, for messages about names nobody knows."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 100
"""Code points; comparing is quadratic in the length, and nobody mistypes a longer name."""


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known name most like a word, or None where nothing is near; ties go to the first by alphabet."""
    if not word or len(word) > _LONGEST:
        return None
    from difflib import get_close_matches

    candidates = sorted(name for name in set(known) if len(name) <= _LONGEST)
    found = get_close_matches(word, candidates, n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean `x` `` to append to a message, or nothing where no name is near."""
    name = closest(word, known)
    return f"; did you mean `{name}`" if name else ""


class Guesses:
    """Did-you-means for one file, of which a hostile one would ask for thousands: only the first get one."""

    __slots__ = ("_known", "_left")

    def __init__(self, known: Iterable[str], most: int = 50) -> None:
        self._known = frozenset(known)
        self._left = most

    def did_you_mean(self, word: str) -> str:
        """:func:`did_you_mean` for the first words asked about, nothing for later ones."""
        self._left -= 1
        return did_you_mean(word, self._known) if self._left >= 0 else ""
