"""Which ports of the container reach people: forwarded, published, or open because the network is the host's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cfguard.model.commands import DevServer
from cfguard.model.devcontainer.docker_options import run_options
from cfguard.model.devcontainer.files import join
from cfguard.model.entity import text_of
from cfguard.model.worker import Worker
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Node

if TYPE_CHECKING:
    from cfguard.model.devcontainer.compose import Service

_RANGE = lazy(r"\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*", re.ASCII)
#: A key may be an expression that finds the server by its command line, whatever its port.
_NAMES_SERVER = lazy(r"(?i)wrangler|workerd|vite")
_LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal"})  # noqa: S104 - names to compare with


class PortRange(NamedTuple):
    """Ports of the container that something makes reachable, both ends included."""

    first: int
    last: int

    def __contains__(self, port: object) -> bool:
        return isinstance(port, int) and self.first <= port <= self.last


class Entry(NamedTuple):
    """An entry of ``forwardPorts``: the port, and the host where it names one."""

    host: str
    port: int | None
    node: Node


class Published(NamedTuple):
    """Ports that Docker publishes, with the node that says so; servers on a loopback address do not hear them."""

    ports: PortRange
    node: Node | None


def forwarded(root: Node) -> Iterator[Entry]:
    """The entries of ``forwardPorts``; what is no port has None."""
    array = root.get("forwardPorts")
    for item in array.items if array is not None else ():
        if isinstance(item.value, int) and not isinstance(item.value, bool):
            yield Entry("", item.value, item)
        elif (text := text_of(item)) is not None:
            host, _, port = text.rpartition(":")
            number = next(port_ranges(port), None)
            yield Entry(host, number.first if number is not None else None, item)


def attributed(root: Node, *, ignored: bool = False) -> Iterator[PortRange]:
    """The ports under ``portsAttributes`` that are noticed when something listens, or those told to be ignored."""
    table = root.get("portsAttributes")
    for key, node in table.members.items() if table is not None else ():
        if (text_of(node.get("onAutoForward")) == "ignore") == ignored:
            yield from port_ranges(key.rpartition(":")[2])
            if not ignored and _NAMES_SERVER.search(key):
                yield PortRange(0, 65535)


def published(root: Node, service: Service | None) -> Iterator[Published]:
    """What ``appPort``, ``runArgs`` and the Compose service publish, as ports of the container."""
    app = root.get("appPort")
    for item in [] if app is None else app.items or [app]:
        for ports in port_ranges(str(item.value).partition("/")[0].rpartition(":")[2]):
            yield Published(ports, item)
    for option in run_options(root):
        if option.name in ("-p", "--publish"):
            for ports in port_ranges(option.value.partition("/")[0].rpartition(":")[2]):
                yield Published(ports, option.node)
        elif option.name.startswith("-p"):
            for ports in port_ranges(option.name[2:].partition("/")[0].rpartition(":")[2]):
                yield Published(ports, option.word)
    for text in service.ports if service is not None else ():
        for ports in port_ranges(text):
            yield Published(ports, root.get("service"))


def network_is_open(root: Node, service: Service | None) -> bool:
    """Whether every port is reachable, or who reaches what is decided elsewhere."""
    for name, value, word, _ in run_options(root):
        if name in ("-P", "--publish-all") or (name in ("--network", "--net") and value == "host"):
            return True
        if name.startswith(("-p", "--publish")) and ("$" in value or "$" in (text_of(word) or "")):
            return True
    return service is not None and service.network.startswith(("host", "service:", "container:"))


def is_local(host: str) -> bool:
    """Whether a host in ``forwardPorts`` is the container itself or the machine."""
    return host.lower() in _LOCAL or host == ""


def starting(worker: Worker, servers: Iterable[DevServer], folder: str) -> Iterator[DevServer]:
    """The dev servers that may be the Worker's: those of another config, named in the command, are not."""
    for server in servers:
        config = server.config
        if config is None or "$" in config or join(folder, config) == worker.path:
            yield server


def port_ranges(text: str) -> Iterator[PortRange]:
    """The port or range that a text is; nothing where it is neither."""
    match = _RANGE.fullmatch(text)
    if match is not None:
        yield PortRange(int(match[1]), int(match[2] or match[1]))
