"""Configs that a build tool writes for wrangler to deploy in place of the one that people edit (wrangler 4.164).

The folder of such builds is never entered: what lies there is made anew by the next one. That a redirect exists is
all that matters, and is seen without reading it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.paths import below, upwards

if TYPE_CHECKING:
    from cfguard.model.surroundings import Surroundings
    from cfguard.syntax.node import Node

#: Where wrangler looks for a redirect, from the config's folder upwards (read 2026-11-22).
REDIRECT = ".wrangler/deploy/config.json"
#: Keys that only a build tool writes into a config (same source).
_WRITTEN = frozenset(
    {"configPath", "userConfigPath", "definedEnvironments", "targetEnvironment", "topLevelName"}
)


def redirect_from(folder: str, around: Surroundings) -> str | None:
    """The redirect that `wrangler deploy` follows in a folder, relative to the root; None where there is none."""
    paths = (below(each, REDIRECT) for each in upwards(folder))
    return next((path for path in paths if around.path_kind(path) == "file"), None)


def is_written_by_build(root: Node) -> bool:
    """Whether a config was written by a build tool, by the keys that nobody else writes."""
    return not _WRITTEN.isdisjoint(root.members)
