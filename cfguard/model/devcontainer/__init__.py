"""Dev containers: their entity, its parts, and the reading of everything that they refer to."""

from __future__ import annotations

from cfguard.model.devcontainer.container import DevContainer
from cfguard.model.devcontainer.files import Files
from cfguard.model.devcontainer.gathered import CONTAINER_COLLECTIONS, CONTAINER_ENTITIES, WithDevContainers
from cfguard.model.devcontainer.opened import Opened, opened_folder

__all__ = [
    "CONTAINER_COLLECTIONS",
    "CONTAINER_ENTITIES",
    "DevContainer",
    "Files",
    "Opened",
    "WithDevContainers",
    "opened_folder",
]
