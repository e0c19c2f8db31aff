"""A dev container as far as a Workers project depends on it: ports that reach the host, and wrangler inside."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

from cfguard.model.commands import DevServer, dev_servers, program, split_commands
from cfguard.model.entity import Entity, field, shown_of, strings_of, text_of
from cfguard.model.package import Package
from cfguard.model.worker import Worker
from cfguard.syntax.node import Document, Node

Answer = Literal["yes", "no", "unknown"]

_LIFECYCLE = (
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
    "postAttachCommand",
)
_SCRIPT_FILE = re.compile(r"(?:\.{1,2}/|/|[\w.-]+/).*|.*\.(?:sh|bash|zsh|py|js|mjs|ts)\Z")
#: Image repositories known not to bring wrangler (their published sources, read 2026-11-22).
_PLAIN_IMAGES = re.compile(
    r"(?:mcr\.microsoft\.com/(?:vscode/)?devcontainers/[\w-]+|(?:docker\.io/)?(?:library/)?"
    r"(?:node|ubuntu|debian|alpine|python|golang|rust|buildpack-deps))(?:[:@].*)?\Z"
)
#: Features of one tool each, which is in their name (same date); any other feature may bring anything.
_PLAIN_FEATURES = re.compile(
    r"ghcr\.io/(?:devcontainers|devcontainers-extra|devcontainers-contrib)/features/[\w.-]+"
)
_INSTALLERS = frozenset({"npm", "pnpm", "yarn", "bun", "volta", "deno", "mise", "corepack"})
_INSTALL_WORDS = frozenset({"ci", "i", "install", "add", "clean-install"})
_INDIRECT = frozenset(
    {"make", "just", "task", "bash", "sh", "zsh", "source", ".", "mise", "nix", "devbox", "ansible"}
)
_ON_DEMAND = re.compile(
    r"\b(?:npx|pnpx|bunx|(?:pnpm|yarn|npm|bun)\s+(?:dlx|exec|x))\s+(?:-y\s+|--yes\s+)?wrangler\b"
)
_BRINGS_WRANGLER = ("wrangler", "@cloudflare/vite-plugin", "@cloudflare/vitest-pool-workers")


class PortRange(NamedTuple):
    """Ports of the container that something makes reachable, both ends included."""

    first: int
    last: int

    def __contains__(self, port: object) -> bool:
        return isinstance(port, int) and self.first <= port <= self.last


def opened_folder(path: str) -> str:
    """The folder that a devcontainer.json opens: the one that holds ``.devcontainer``."""
    if path.rpartition("/")[2] == ".devcontainer.json":
        return path.rpartition("/")[0]
    return path.rpartition(".devcontainer/")[0].rstrip("/")


class DevContainer(Entity):
    """A devcontainer.json together with the Workers that people develop inside it."""

    expression_type = "devcontainer"

    def __init__(
        self, document: Document, workers: tuple[Worker, ...], packages: tuple[Package, ...]
    ) -> None:
        super().__init__(document, document.root)
        self._document, self._root = document, document.root
        self._workers, self._packages = workers, packages
        self._folder = opened_folder(document.path)

    @field
    def path(self) -> str:
        """The file's path, relative to the root."""
        return self._document.path

    def is_whole(self) -> bool:
        parts = (self, *self._packages)
        documents = [part.document for part in parts if part.document is not None]
        return self._root.kind == "table" and not any(document.recovered for document in documents)

    @field
    def serves_workers(self) -> bool:
        """Whether there is a Worker below the folder that the container opens."""
        return bool(self._workers)

    @field
    def unreachable_ports(self) -> tuple[int, ...]:
        """Ports of dev servers that nothing forwards or publishes; empty where a port cannot be known."""
        expected = self._expected_ports()
        if expected is None or not self._ports_are_known():
            return ()
        return tuple(port for port in sorted(expected) if not any(port in ports for ports in self._covered))

    @field
    def forwarded_ports(self) -> tuple[int, ...]:
        """The single ports that are forwarded or published, in order."""
        return tuple(sorted({ports.first for ports in self._covered if ports.first == ports.last}))

    @field
    def wrangler(self) -> str:
        """Whether the container brings wrangler: `yes`, `no`, or `unknown` where the files do not say."""
        return self._wrangler()

    @field
    def config(self) -> object:
        """The file as written, of any shape."""
        return shown_of(self._document, self._root)

    # Ports

    def _expected_ports(self) -> set[int] | None:
        """One port for each Worker's dev server, or None where one of them cannot be known."""
        expected: set[int] = set()
        for worker in self._workers:
            servers = list(self._servers_of(worker))
            if any(server.port is None for server in servers):
                return None
            ports = {server.port for server in servers if server.port is not None}
            if not servers:
                if worker.dev_port is None:
                    return None
                ports = {worker.dev_port}
            if not any(port in each for port in ports for each in self._covered):
                expected.add(min(ports))
        return expected

    def _servers_of(self, worker: Worker) -> Iterator[DevServer]:
        for package in self._packages_above(worker.folder):
            for command in package.scripts.values():
                yield from _starting(worker, dev_servers(command, worker.dev_port), package.folder)
            if "@cloudflare/vite-plugin" in package.dependencies:
                yield DevServer("vite", None)
        for command in self._commands():
            yield from _starting(worker, dev_servers(command, worker.dev_port), self._folder)

    def _packages_above(self, folder: str) -> Iterator[Package]:
        """The package.json files of a folder and of those above it."""
        while True:
            if folder in self._package_in:
                yield self._package_in[folder]
            if not folder:
                return
            folder = folder.rpartition("/")[0]

    @cached_property
    def _package_in(self) -> dict[str, Package]:
        return {package.folder: package for package in self._packages}

    def _ports_are_known(self) -> bool:
        """Compose and variables in run arguments say more than this file does."""
        arguments = strings_of(self._root.get("runArgs"))
        hidden = any(flag in ("--network=host", "--net=host", "-P", "--publish-all") for flag in arguments)
        hosted = any(
            flag in ("--network", "--net") and value == "host" for flag, value in pairwise(arguments)
        )
        return self._root.get("dockerComposeFile") is None and not hidden and not hosted

    @cached_property
    def _covered(self) -> tuple[PortRange, ...]:
        return (*self._forwarded(), *self._attributed(), *self._published())

    def _forwarded(self) -> Iterator[PortRange]:
        array = self._root.get("forwardPorts")
        for item in array.items if array is not None else ():
            if isinstance(item.value, int) and not isinstance(item.value, bool):
                yield PortRange(item.value, item.value)
            elif (text := text_of(item)) is not None:
                # "8787" and "8787:8787" are slips that the tools read differently; the intent is plain.
                yield from _ports(text.rpartition(":")[2])

    def _attributed(self) -> Iterator[PortRange]:
        table = self._root.get("portsAttributes")
        for key, node in table.members.items() if table is not None else ():
            if text_of(node.get("onAutoForward")) != "ignore":
                yield from _ports(key.rpartition(":")[2])

    def _published(self) -> Iterator[PortRange]:
        app = self._root.get("appPort")
        items = [] if app is None else app.items or [app]
        for item in items:
            yield from _published(str(item.value))
        arguments = strings_of(self._root.get("runArgs"))
        for flag, value in zip(arguments, [*arguments[1:], ""], strict=False):
            name, equals, inline = flag.partition("=")
            if name in ("-p", "--publish"):
                yield from _published(inline if equals else value)
            elif flag.startswith("-p"):
                yield from _published(flag[2:])

    # Wrangler

    def _wrangler(self) -> Answer:
        if self._feature_brings_wrangler():
            return "yes"
        judged = [_installs(command) for command in self._commands()]
        if "wrangler" in judged or self._declared_or_on_demand():
            return "yes"
        return "no" if self._contents_are_known(judged) else "unknown"

    def _contents_are_known(self, judged: list[str]) -> bool:
        image = text_of(self._root.get("image"))
        if image is None or not _PLAIN_IMAGES.match(image):
            return False
        if any(self._root.get(key) for key in ("build", "dockerFile", "dockerComposeFile")):
            return False
        features = self._root.get("features")
        if features is not None and not all(_PLAIN_FEATURES.match(name) for name in features.members):
            return False
        return "indirect" not in judged

    def _declared_or_on_demand(self) -> bool:
        for package in self._packages:
            if any(name in package.dependencies for name in _BRINGS_WRANGLER):
                return True
            if any(_ON_DEMAND.search(command) for command in package.scripts.values()):
                return True
        return any(_ON_DEMAND.search(command) for command in self._commands())

    def _feature_brings_wrangler(self) -> bool:
        features = self._root.get("features")
        for name, node in features.members.items() if features is not None else ():
            last = name.rpartition("/")[2].partition(":")[0].partition("@")[0]
            if last in ("wrangler", "cloudflare-wrangler"):
                return True
            if last in ("npm-package", "npm-packages"):
                packages = text_of(node.get("package")) or text_of(node.get("packages")) or ""
                if any(each.strip().partition("@")[0] == "wrangler" for each in packages.split(",")):
                    return True
        return False

    def _commands(self) -> Iterator[str]:
        for key in _LIFECYCLE:
            node = self._root.get(key)
            if node is not None:
                yield from _command_texts(node)


def _command_texts(node: Node) -> Iterator[str]:
    """A lifecycle command in any of its three forms: a string, a list of words, named commands."""
    if (text := text_of(node)) is not None:
        yield text
    elif node.kind == "array":
        yield " ".join(f"'{word}'" if " " in word else word for word in strings_of(node))
    else:
        for child in node.members.values():
            yield from _command_texts(child)


def _ports(text: str) -> Iterator[PortRange]:
    match = re.fullmatch(r"\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*", text, re.ASCII)
    if match is not None:
        yield PortRange(int(match[1]), int(match[2] or match[1]))


def _published(text: str) -> Iterator[PortRange]:
    """The container's side of a published port: ``127.0.0.1:8787:8787/tcp``."""
    yield from _ports(text.partition("/")[0].rpartition(":")[2])


def _starting(worker: Worker, servers: Iterable[DevServer], folder: str) -> Iterator[DevServer]:
    """The dev servers that may be the Worker's: those of another config, named in the command, are not."""
    for server in servers:
        config = server.config
        if (
            config is None
            or "$" in config
            or posixpath.normpath(posixpath.join(folder, config)) == worker.path
        ):
            yield server


def _installs(command: str) -> str:
    """What a command line does for wrangler: `wrangler` installed, `indirect` if other files say, else nothing."""
    verdict = ""
    for words in split_commands(command):
        names = [word.rpartition("/")[2] for word in words]
        if _INSTALLERS.intersection(names) and _installs_wrangler(words):
            return "wrangler"
        head = program(words)
        if (head and (head[0] in _INDIRECT or _SCRIPT_FILE.match(head[0]))) or _runs_script(words):
            verdict = "indirect"
    return verdict


def _installs_wrangler(words: list[str]) -> bool:
    if not (_INSTALL_WORDS | {"use"}) & set(words):
        return False
    return any(word.removeprefix("npm:").partition("@")[0] == "wrangler" for word in words)


def _runs_script(words: list[str]) -> bool:
    """``npm run setup``: the script is in a package.json that may run anything."""
    return len(words) > 1 and words[0] in ("npm", "pnpm", "yarn", "bun") and words[1] == "run"
