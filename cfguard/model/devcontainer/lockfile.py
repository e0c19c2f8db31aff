"""The lockfile of dev container features, which lies beside the config."""

from __future__ import annotations

import json

from cfguard.named_tuple import NamedTuple


class Locked(NamedTuple):
    """What a lockfile holds: feature ids in lower case, and those that are there because others need them."""

    features: frozenset[str]
    needed: frozenset[str]


def locked_features(text: str | None) -> Locked | None:
    """The features of a dev container lockfile; None where there is none or it is broken."""
    if text is None:
        return None
    try:
        table = json.loads(text)
    except (ValueError, RecursionError):
        return None
    features = table.get("features") if isinstance(table, dict) else None
    if not isinstance(features, dict):
        return None
    needed: set[str] = set()
    for entry in features.values():
        others = entry.get("dependsOn") if isinstance(entry, dict) else None
        needed |= {str(each).lower() for each in others} if isinstance(others, list | dict) else set()
    return Locked(frozenset(key.lower() for key in features), frozenset(needed))


def lockfile_path(config: str) -> str:
    """Where the lockfile of a config lies; its name begins with a dot where the config's does."""
    folder, slash, name = config.rpartition("/")
    return f"{folder}{slash}{'.' if name.startswith('.') else ''}devcontainer-lock.json"
