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
