"""Text that must not be printed by accident: a user's rule holds it, compares it and cannot show it."""

from __future__ import annotations

MASK = "••••"
"""What is shown in place of a secret: no first or last characters, and not its length."""


class Sensitive(str):
    """A string that equals and hashes like its text but formats as :data:`MASK`."""

    __slots__ = ()

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def reveal(self) -> str:
        """The text itself, for comparing and for writing into the user's own file."""
        return "".join([self])
