"""The lockfile of dev container features, which lies beside the config."""

from __future__ import annotations

import json


def locked_features(text: str | None) -> frozenset[str] | None:
    """The feature ids of a dev container lockfile in lower case; None where there is none or it is broken."""
    if text is None:
        return None
    try:
        table = json.loads(text)
    except (ValueError, RecursionError):
        return None
    features = table.get("features") if isinstance(table, dict) else None
    return frozenset(key.lower() for key in features) if isinstance(features, dict) else None


def lockfile_path(config: str) -> str:
    """Where the lockfile of a config lies; its name begins with a dot where the config's does."""
    folder, slash, name = config.rpartition("/")
    return f"{folder}{slash}{'.' if name.startswith('.') else ''}devcontainer-lock.json"
