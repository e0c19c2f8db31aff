"""The dev containers of a project and their parts, gathered for rules that go through them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from cfguard.model.devcontainer.container import DevContainer
from cfguard.model.devcontainer.node_version import NodeVersion
from cfguard.model.devcontainer.opened import Opened
from cfguard.model.devcontainer.parts import (
    ContainerVariable,
    ForwardedPort,
    HostAccess,
    LifecycleCommand,
    Mount,
)
from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.entity import Entity, field
from cfguard.syntax.node import Document


class WithDevContainers(Entity):
    """What a project says of its dev containers; the project itself tells where they are."""

    @abstractmethod
    def opened_folders(self) -> Iterator[tuple[Document, Opened]]:
        """Every devcontainer.json with what it opens."""

    @field
    def devcontainers(self) -> tuple[DevContainer, ...]:
        """Every devcontainer.json with the Workers below the folder that it opens."""
        return tuple(DevContainer(document, opened) for document, opened in self.opened_folders())

    @field
    def node_versions(self) -> tuple[NodeVersion, ...]:
        """The Node of every dev container whose files say which."""
        found = (container.node_version for container in self.devcontainers)
        return tuple(version for version in found if version is not None)

    @field
    def mounts(self) -> tuple[Mount, ...]:
        """Every mount of every dev container."""
        return tuple(mount for container in self.devcontainers for mount in container.mounts)

    @field
    def lifecycle_commands(self) -> tuple[LifecycleCommand, ...]:
        """Every lifecycle command of every dev container."""
        return tuple(command for container in self.devcontainers for command in container.lifecycle_commands)

    @field
    def forwarded_ports(self) -> tuple[ForwardedPort, ...]:
        """Every entry of `forwardPorts` of every dev container."""
        return tuple(port for container in self.devcontainers for port in container.ports)

    @field
    def host_accesses(self) -> tuple[HostAccess, ...]:
        """Every way in which a dev container reaches its host."""
        return tuple(access for container in self.devcontainers for access in container.host_accesses)

    @field
    def container_variables(self) -> tuple[ContainerVariable, ...]:
        """Every environment variable and build argument that a devcontainer.json sets."""
        return tuple(variable for container in self.devcontainers for variable in container.variables)

    def devcontainer_diagnostics(self) -> Iterator[DiagnosticEntity]:
        """What is wrong with every devcontainer.json by itself: shape, variables, the files that it names."""
        for container in self.devcontainers:
            yield from container.diagnostics()


#: The collections above by the names that rules use.
CONTAINER_COLLECTIONS = {
    "devcontainer": "devcontainers",
    "node_version": "node_versions",
    "mount": "mounts",
    "lifecycle_command": "lifecycle_commands",
    "forwarded_port": "forwarded_ports",
    "host_access": "host_accesses",
    "container_variable": "container_variables",
}
#: Their types.
CONTAINER_ENTITIES: tuple[type[Entity], ...] = (
    DevContainer, NodeVersion, Mount, LifecycleCommand, ForwardedPort, HostAccess, ContainerVariable,
)  # fmt: skip
