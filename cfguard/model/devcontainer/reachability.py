"""Which ports the dev servers of the Workers listen on, and which of them nobody outside can reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from cfguard.model.commands import PAGES_DEV_PORT, WRANGLER_DEV_PORT, DevServer, dev_servers, port_of
from cfguard.model.devcontainer.definition import Definition
from cfguard.model.devcontainer.demands import listens_everywhere
from cfguard.model.devcontainer.opened import Opened
from cfguard.model.devcontainer.ports import (
    PortRange,
    attributed,
    forwarded,
    network_is_open,
    published,
    starting,
)
from cfguard.model.devcontainer.vite import vite_port
from cfguard.model.entity import text_of
from cfguard.model.package import Package
from cfguard.model.worker import Worker
from cfguard.paths import upwards
from cfguard.syntax.node import Node

#: Programs and images with a server on 8787 of their own.
_OTHERS_OF_THESE_PORTS = ("rstudio", "rocker", "dask")


class Reachability:
    """Ports that are wanted against ports that are open; ``texts`` are the commands of the container."""

    def __init__(self, root: Node, definition: Definition, opened: Opened, texts: Sequence[str]) -> None:
        self._root, self._definition, self._opened = root, definition, opened
        service = definition.service
        self._texts = [
            *texts,
            *(step.text for step in definition.steps if step.name in ("CMD", "ENTRYPOINT")),
            *([service.command] if service is not None else []),
        ]

    @cached_property
    def _own(self) -> tuple[PortRange, ...]:
        """What is forwarded, or noticed when something listens: it looks like a loopback address."""
        single = (each.port for each in forwarded(self._root) if each.port is not None)
        return (*(PortRange(port, port) for port in single), *attributed(self._root))

    @cached_property
    def _published(self) -> tuple[PortRange, ...]:
        return tuple(each.ports for each in published(self._root, self._definition.service))

    @property
    def covered(self) -> tuple[PortRange, ...]:
        """Every port that something makes reachable."""
        return (*self._own, *self._published)

    def unreachable(self) -> tuple[int, ...]:
        """Ports of dev servers outside everything that is reachable; empty where a port cannot be known."""
        service = self._definition.service
        if network_is_open(self._root, service):
            return ()
        if self._root.get("dockerComposeFile") is not None and (service is None or not service.whole):
            return ()
        found = {
            min(ports)
            for ports in self._wanted or ()
            if not any(port in each for port in ports for each in self.covered)
        }
        return tuple(sorted(found))

    def expected(self) -> tuple[int, ...]:
        """Every port on which a Worker may be heard; empty where one cannot be known."""
        return tuple(sorted({port for ports in self._wanted or () for port in ports}))

    def silenced(self) -> tuple[int, ...]:
        """Unreachable ports that editors are told to ignore, so that none of them forwards one by itself."""
        told = tuple(attributed(self._root, ignored=True))
        others = text_of(self._root.get("otherPortsAttributes", "onAutoForward")) == "ignore"
        return tuple(port for port in self.unreachable() if others or any(port in each for each in told))

    def instead_of(self, port: int | None) -> tuple[int, ...]:
        """Where the only Worker is heard, where a port is a default of wrangler and nobody listens there; else empty.

        With several Workers, or other services, somebody else may.
        """
        if port not in (WRANGLER_DEV_PORT, PAGES_DEV_PORT) or self._root.get("dockerComposeFile") is not None:
            return ()
        if self._wanted is None or len(self._wanted) != 1 or self.unreachable():
            return ()
        scripts = (text for package in self._opened.packages for text in package.scripts.values())
        image = self._definition.image
        named = (*scripts, *self._texts, image.reference.text if image is not None else "")
        if any(word in text for text in named for word in (str(port), *_OTHERS_OF_THESE_PORTS)):
            return ()
        return () if port in self._wanted[0] else self.expected()

    @cached_property
    def _wanted(self) -> tuple[frozenset[int], ...] | None:
        """For each Worker the ports on which it may be heard, any of which will do; None where one is unknown."""
        found: list[frozenset[int]] = []
        for worker in self._opened.workers:
            ports = self._ports_of(worker)
            if ports is None:
                return None
            found.append(frozenset(ports))
        return tuple(found)

    def _ports_of(self, worker: Worker) -> set[int] | None:
        servers = list(self._servers_of(worker))
        ports = {server.port for server in servers if server.port is not None}
        if any(server.port is None for server in servers):
            return None
        if not ports and worker.dev_port is not None:
            ports = {worker.dev_port}
        return ports or None

    def deaf(self) -> tuple[int, ...]:
        """Ports that are published only, although their server listens on a loopback address."""
        found = {
            server.port
            for worker in self._opened.workers
            if not listens_everywhere(worker)
            for server in self._servers_of(worker)
            if server.tool == "wrangler" and server.port is not None and server.ip is None
        }
        return tuple(
            port
            for port in sorted(found)
            if any(port in ports for ports in self._published)
            and not any(port in ports for ports in self._own)
        )

    def _servers_of(self, worker: Worker) -> Iterator[DevServer]:
        for package in self._packages_above(worker.folder):
            scripts = package.scripts.values()
            found = [server for text in scripts for server in dev_servers(text, worker.dev_port)]
            if "@cloudflare/vite-plugin" in package.dependencies:
                found = [self._with_vite_port(server, package.folder) for server in found]
                if all(server.tool != "vite" for server in found):
                    yield DevServer("vite", None)
            yield from starting(worker, found, package.folder)
        for text in self._texts:
            yield from starting(worker, dev_servers(text, worker.dev_port), self._opened.folder)

    def _packages_above(self, folder: str) -> Iterator[Package]:
        """The package.json files of a folder and of those above it."""
        return (self._package_in[each] for each in upwards(folder) if each in self._package_in)

    @cached_property
    def _package_in(self) -> dict[str, Package]:
        return {package.folder: package for package in self._opened.packages}

    def _with_vite_port(self, server: DevServer, folder: str) -> DevServer:
        """With Cloudflare's plugin Vite's dev server is the Worker's."""
        if server.tool != "vite":
            return server
        stated = server.stated
        return server._replace(port=port_of(stated) if stated else vite_port(self._opened.files, folder))
