"""Dev containers built from texts in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cfguard.model.devcontainer import DevContainer
from tests.model.projects import project


def container(config: object, files: Mapping[str, str] | None = None) -> DevContainer:
    """The dev container of `.devcontainer/devcontainer.json`, with a Worker and further files."""
    everything = {
        ".devcontainer/devcontainer.json": config if isinstance(config, str) else json.dumps(config),
        "wrangler.toml": 'name = "acme"\n',
        **(files or {}),
    }
    (found,) = project(everything).devcontainers
    return found


def versions(config: object, files: Mapping[str, str] | None = None) -> str:
    """The versions of Node in words: `unknown`, `none`, or a range."""
    found = container(config, files).node_version
    return found.versions if found is not None else "unknown"
