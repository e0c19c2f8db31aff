"""Dev containers: their entity, its parts, and the reading of everything that they refer to."""

from __future__ import annotations

from cfguard.model.devcontainer.container import DevContainer
from cfguard.model.devcontainer.files import Files
from cfguard.model.devcontainer.opened import Opened, opened_folder
from cfguard.model.devcontainer.parts import (
    ContainerVariable,
    ForwardedPort,
    HostAccess,
    LifecycleCommand,
    Mount,
    NodeVersion,
)

__all__ = [
    "ContainerVariable",
    "DevContainer",
    "Files",
    "ForwardedPort",
    "HostAccess",
    "LifecycleCommand",
    "Mount",
    "NodeVersion",
    "Opened",
    "opened_folder",
]
