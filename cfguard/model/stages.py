"""Which stage of a project's life an environment belongs to, by its name."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

DEVELOPMENT = "development"
PRODUCTION = "production"

#: Names that make an environment a stage; projects change them with ``[stages]`` in their settings.
DEFAULT_PATTERNS: Mapping[str, tuple[str, ...]] = {
    DEVELOPMENT: ("dev", "development", "local"),
    PRODUCTION: ("prod", "production", "live"),
}


class Stages:
    """The project's vocabulary of stages: each stage with the environment names that belong to it."""

    __slots__ = ("_patterns",)

    def __init__(self, patterns: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._patterns = {**DEFAULT_PATTERNS, **(patterns or {})}

    @property
    def names(self) -> tuple[str, ...]:
        """The stages, development and production first."""
        return tuple(self._patterns)

    def of(self, environment: str) -> str:
        """The stage of an environment's name, or the empty string where the name says nothing."""
        name = environment.lower()
        for stage, patterns in self._patterns.items():
            if any(fnmatchcase(name, pattern.lower()) for pattern in patterns):
                return stage
        return ""

    def of_top_level(self, environments: tuple[str, ...]) -> str:
        """The stage of a config's top level, which has no name and is a stage only by evidence.

        It is development where a production environment exists and no development one, production in
        the reverse case, and otherwise nothing can be said.
        """
        present = {self.of(name) for name in environments}
        if PRODUCTION in present and DEVELOPMENT not in present:
            return DEVELOPMENT
        if DEVELOPMENT in present and PRODUCTION not in present:
            return PRODUCTION
        return ""
