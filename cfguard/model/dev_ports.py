"""On which ports the dev servers of a project listen, where its scripts leave no doubt."""

from __future__ import annotations

from collections.abc import Iterable

from cfguard.model.commands import dev_servers, port_of
from cfguard.model.devcontainer.files import Files
from cfguard.model.devcontainer.vite import vite_port
from cfguard.model.entity import text_of
from cfguard.model.package import Package
from cfguard.model.worker import Worker
from cfguard.named_tuple import NamedTuple

_STARTING = frozenset({"dev", "develop", "start", "serve", "preview"})
#: Whoever depends on one of these may start it in ways that no script shows.
_OTHER_SERVERS = frozenset(
    {
        "@angular/cli", "@react-router/dev", "@remix-run/dev", "@sveltejs/kit", "astro", "express", "fastify", "koa",
        "next", "nuxt", "parcel", "sst", "vinxi", "webpack", "webpack-dev-server", "@nestjs/core", "alchemy", "expo",
        "@hono/node-server", "rwsdk", "waku", "@tanstack/react-start",
    }
)  # fmt: skip


class DevPorts(NamedTuple):
    """The ports, none where any server's is unknown; ``wrangler`` are those of `wrangler dev`.

    ``protocol`` is what `wrangler dev` speaks; empty where a command decides.
    """

    all: frozenset[int] = frozenset()
    wrangler: frozenset[int] = frozenset()
    protocol: str = "http"


def dev_ports(worker: Worker, packages: Iterable[Package], files: Files) -> DevPorts:
    """The ports of a project with one Worker; unknown if a script starts anything but wrangler and Vite."""
    protocol = text_of(worker.node.get("dev", "local_protocol")) if worker.node is not None else None
    protocol = protocol or "http"
    found: set[int] = set()
    by_wrangler: set[int] = set()
    for package in packages:
        if not _OTHER_SERVERS.isdisjoint(package.dependencies):
            return DevPorts()
        for name, command in package.scripts.items():
            if name.partition(":")[0] not in _STARTING:
                continue
            servers = dev_servers(command, worker.dev_port)
            if not servers:
                return DevPorts()
            for server in servers:
                port = server.port
                if server.tool == "vite":
                    port = port_of(server.stated) if server.stated else vite_port(files, package.folder)
                if port is None:
                    return DevPorts()
                found.add(port)
                if server.tool == "wrangler":
                    by_wrangler.add(port)
                    protocol = "" if "--local-protocol" in command else protocol
    return DevPorts(frozenset(found), frozenset(by_wrangler), protocol)
