"""A dev container as far as a Workers project depends on it: Node, wrangler, ports, local data, the host."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.entity import Entity, Place, blame, field, shown_of

if TYPE_CHECKING:
    from cfguard.finding import Severity
    from cfguard.model.devcontainer.contents import Contents
    from cfguard.model.devcontainer.node_version import NodeVersion
    from cfguard.model.devcontainer.opened import Opened
    from cfguard.model.devcontainer.parts import (
        ContainerVariable,
        ForwardedPort,
        HostAccess,
        LifecycleCommand,
        Mount,
    )
    from cfguard.syntax.node import Document


class DevContainer(Entity):
    """A devcontainer.json together with the Workers that people develop inside it."""

    expression_type = "devcontainer"

    def __init__(self, document: Document, opened: Opened) -> None:
        super().__init__(document, document.root)
        self._document, self._opened = document, opened

    def is_whole(self) -> bool:
        parts = (self, *self._opened.packages)
        documents = [part.document for part in parts if part.document is not None]
        return self._document.root.kind == "table" and not any(each.recovered for each in documents)

    def diagnostics(self) -> Iterator[DiagnosticEntity]:
        """What is wrong with the file by itself; a near miss of a known key is graver than any other."""
        from cfguard.model.devcontainer.diagnostics import diagnose

        for found in diagnose(self._document, self.contents, self._opened.files):
            near = found.code == "unknown-key" and "did you mean" in found.message
            upstream = "devcontainer" if found.code == "invalid" else None
            severity: Severity | None = "warning" if near else None
            yield DiagnosticEntity(self._document, found, upstream=upstream, severity=severity)

    @cached_property
    def contents(self) -> Contents:
        """What the file and those behind it say; the reading is loaded with the first question."""
        from cfguard.model.devcontainer.contents import Contents

        return Contents(self._document, self._opened, is_whole=self.is_whole())

    @field
    def path(self) -> str:
        """The file's path, relative to the root."""
        return self._document.path

    @field
    def serves_workers(self) -> bool:
        """Whether there is a Worker below the folder that the container opens."""
        return bool(self._opened.workers)

    @field
    def uses_d1(self) -> bool:
        """Whether one of its Workers has a D1 binding."""
        return self.contents.uses_d1

    @field
    def kind(self) -> str:
        """What it is made from: `image`, `dockerfile`, `compose`, or `none` where the file does not say."""
        return self.contents.kind

    @field
    def image(self) -> str | None:
        """The image below everything, through Dockerfile and Compose; absent where it cannot be known."""
        return self.contents.image

    @field
    def unpublished(self) -> str:
        """Why the image's tag was never published, as a clause; empty where it was, or nobody knows."""
        return self.contents.unpublished

    @field
    def config(self) -> object:
        """The file as written, of any shape."""
        return shown_of(self._document, self._document.root)

    @field
    def extensions(self) -> tuple[str, ...]:
        """The extensions for VS Code by their ids in lower case, without versions."""
        return self.contents.extensions

    @field
    def refused_extensions(self) -> tuple[str, ...]:
        """The extensions that it takes out of what an image or a feature brings."""
        return self.contents.refused_extensions

    @field
    def node_version(self) -> NodeVersion | None:
        """The Node that a shell inside finds; absent where the files do not say."""
        return self.contents.node_version

    @field
    def libc(self) -> str | None:
        """The C library: `musl`, `glibc 2.31`; absent where the image does not say."""
        return self.contents.libc

    @field
    def needed_libc(self) -> str:
        """The C library that the local runtime needs, where the container's is another; else empty."""
        return self.contents.needed_libc

    @field
    def wrangler(self) -> str:
        """Whether the container brings wrangler: `yes`, `no`, or `unknown` where the files do not say."""
        return self.contents.wrangler.answer

    @field
    def wrangler_reason(self) -> str:
        """By what it brings wrangler, or why nobody can say, as a phrase."""
        return self.contents.wrangler.reason

    @field
    def installs_dependencies(self) -> str:
        """Whether a command installs what package.json asks for: `yes`, `no` or `unknown`."""
        return self.contents.installs_dependencies

    @field
    def declares_wrangler(self) -> bool:
        """Whether a package.json asks for wrangler, or for a tool that brings it."""
        return self.contents.declares_wrangler

    @field
    def installs_wrangler_globally(self) -> bool:
        """Whether a feature or a command installs wrangler for the whole container."""
        return self.contents.installs_wrangler_globally

    @field
    def lacks_typescript(self) -> bool:
        """Whether a Worker is written in TypeScript and nothing brings the compiler."""
        return self.contents.lacks_typescript

    @field
    def unreachable_ports(self) -> tuple[int, ...]:
        """Ports of dev servers that nothing forwards or publishes; empty where a port cannot be known."""
        return self.contents.unreachable_ports

    @field
    def missing_port(self) -> int | None:
        """The lowest of the unreachable ports."""
        return min(self.contents.unreachable_ports, default=None)

    @field
    def expected_ports(self) -> tuple[int, ...]:
        """The ports on which dev servers of its Workers may be heard; empty where one cannot be known."""
        return self.contents.expected_ports

    @field
    def silenced_ports(self) -> tuple[int, ...]:
        """Unreachable ports that `onAutoForward` tells editors to ignore."""
        return self.contents.silenced_ports

    @field
    def forwarded_ports(self) -> tuple[int, ...]:
        """The single ports that are forwarded or published, in order."""
        return self.contents.forwarded_ports

    @field
    def deaf_ports(self) -> tuple[int, ...]:
        """Ports of dev servers on a loopback address that are published but not forwarded."""
        return self.contents.deaf_ports

    @field
    def state(self) -> str:
        """What becomes of local D1 data when the container is rebuilt: `kept`, `lost` or `unknown`."""
        return self.contents.state

    @field
    def state_reason(self) -> str:
        """Why it is lost, as a clause; empty otherwise."""
        return self.contents.state_reason

    @field
    def hidden_workers(self) -> tuple[str, ...]:
        """The configs of Workers that the container does not see, because only another folder is mounted."""
        return self.contents.hidden_workers

    @field
    def runs_as(self) -> str | None:
        """The user that commands and terminals run as, where the file or the image says it."""
        return self.contents.runs_as

    @field
    def mounts(self) -> tuple[Mount, ...]:
        """The mounts that it adds to the workspace's own."""
        return self.contents.mounts

    @field
    def lifecycle_commands(self) -> tuple[LifecycleCommand, ...]:
        """Its lifecycle commands; each entry of an object form is one."""
        return self.contents.lifecycle_commands

    @field
    def ports(self) -> tuple[ForwardedPort, ...]:
        """The entries of `forwardPorts`."""
        return self.contents.ports

    @field
    def host_accesses(self) -> tuple[HostAccess, ...]:
        """The ways in which it reaches the machine that it runs on."""
        return self.contents.host_accesses

    @field
    def variables(self) -> tuple[ContainerVariable, ...]:
        """The environment variables and build arguments that it sets."""
        return self.contents.variables

    def place(self, at: str) -> Place:
        """``state`` is where the loss of local data is decided; every other path is one of the file."""
        if at == "state":
            node = self.contents.fate.node
            if node is not None:
                return Place(self._document.path, blame(node), node.path)
            return super().place("name")
        return super().place(at)
