"""Arguments that several commands take, and read, in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfguard.terminal import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

PATHS: dict[str, Any] = {
    "nargs": "*",
    "default": ["."],
    "metavar": "PATH",
    "help": "where to look (default: here)",
}
SETTINGS: dict[str, Any] = {"metavar": "FILE", "help": "use this settings file instead of the repository's"}
COLOR: dict[str, Any] = {"choices": ("auto", "always", "never"), "default": "auto"}
PROFILE: dict[str, Any] = {
    "choices": ("recommended", "strict", "all"),
    "help": "the set of rules (default: recommended)",
}
#: Of what is told as a table; reports of checks have formats of their own.
TABLE_FORMAT: dict[str, Any] = {"choices": ("text", "markdown", "json"), "default": "text"}


def day(text: str | None) -> date | None:
    """The date that ``--today`` names, None where it is not given; raises :class:`Usage` where it names none."""
    if text is None:
        return None
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Usage(f"`--today {text}` is not a date (YYYY-MM-DD)") from None


def listed_words(options: Sequence[str]) -> tuple[str, ...]:
    """The words of a repeatable option, of which each may hold several with commas or spaces between."""
    return tuple(word for option in options for word in option.replace(",", " ").split())
