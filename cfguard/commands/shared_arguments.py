"""Arguments that several commands take in the same way."""

from __future__ import annotations

from typing import Any

SETTINGS: dict[str, Any] = {"metavar": "FILE", "help": "use this settings file instead of the repository's"}
COLOR: dict[str, Any] = {"choices": ("auto", "always", "never"), "default": "auto"}
PROFILE: dict[str, Any] = {
    "choices": ("recommended", "strict", "all"),
    "help": "the set of rules (default: recommended)",
}
