"""Lists and numbers as a sentence has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def enumerated(parts: Sequence[str], joiner: str = "and") -> str:
    """All parts: ``a, b and c``; the parts are put into back-ticks, and masked, by the caller."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {joiner} {parts[-1]}"


def abridged(parts: Sequence[str], most: int = 3, *, shown: Callable[[str], str] = str) -> str:
    """The first parts as ``shown`` writes them, and how many more there are: ``a, b, c and 2 more``."""
    more = f" and {len(parts) - most} more" if len(parts) > most else ""
    return ", ".join(map(shown, parts[:most])) + more


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: ``1 finding``, ``2 entries``; the plural has an ``s`` unless it is given."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
