"""Text that must not be shown: a string that masks itself wherever it is printed."""

from __future__ import annotations

MASK = "\u2022" * 4


class Sensitive(str):
    """A string whose every printed form is the mask, so that a message cannot leak it by accident.

    It compares, hashes and measures like the text it holds. ``str.join``, ``+`` and slices give plain text:
    code that derives text from it wraps the result again.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK

    def __format__(self, specification: str) -> str:
        return MASK

    def reveal(self) -> str:
        """The plain text, for the few places that must have it (writing a fix, hashing)."""
        return str.__str__(self)
