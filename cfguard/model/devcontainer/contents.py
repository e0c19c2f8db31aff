"""Everything that is read for one dev container, each part once and only when a rule asks for it."""

from __future__ import annotations

from functools import cached_property

from cfguard.model.devcontainer import requirements, wrangler
from cfguard.model.devcontainer.definition import Definition, read_definition
from cfguard.model.devcontainer.demands import builds_images
from cfguard.model.devcontainer.features import FeatureUse, brings_wrangler, read_features
from cfguard.model.devcontainer.hazards import denies_global_installs, installs_globally, races
from cfguard.model.devcontainer.isolation import host_access
from cfguard.model.devcontainer.lifecycle import Reach, Step, follow, read_steps
from cfguard.model.devcontainer.mounts import (
    MountEntry,
    Workspace,
    mounted_part,
    read_mounts,
    read_workspace,
)
from cfguard.model.devcontainer.node import Found, infer_node
from cfguard.model.devcontainer.node_version import NodeVersion
from cfguard.model.devcontainer.opened import Opened
from cfguard.model.devcontainer.parts import (
    CommandFacts,
    ContainerVariable,
    ForwardedPort,
    HostAccess,
    LifecycleCommand,
    Mount,
    MountFacts,
    Owner,
)
from cfguard.model.devcontainer.persistence import UNKNOWN, LocalData, State
from cfguard.model.devcontainer.pins import read_pin
from cfguard.model.devcontainer.ports import forwarded, is_local
from cfguard.model.devcontainer.reachability import Reachability
from cfguard.model.devcontainer.settings import (
    extensions,
    home_of,
    refused_extensions,
    stated_user,
    variables_of,
)
from cfguard.model.entity import text_of
from cfguard.syntax.node import Document


class Contents:
    """What a devcontainer.json and the files behind it say; the fields of the entity come from here.

    Loaded only where there is a dev container. ``is_whole`` is whether all files were read without an error.
    """

    def __init__(self, document: Document, opened: Opened, *, is_whole: bool) -> None:
        self._document, self._root, self._is_whole = document, document.root, is_whole
        self._opened, self._files = opened, opened.files
        self._workers, self._packages = opened.workers, opened.packages

    @cached_property
    def definition(self) -> Definition:
        """What the container is made from."""
        return read_definition(self._document, self._files)

    @cached_property
    def features(self) -> tuple[FeatureUse, ...]:
        """The features in the order of the file."""
        return read_features(self._root)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The lifecycle commands in the order in which they run."""
        return read_steps(self._root)

    @cached_property
    def _reach(self) -> Reach:
        texts = tuple(step.text for step in self.steps if not step.on_host)
        scripts = {
            name: text
            for package in self._packages
            if package.folder == self._opened.folder
            for name, text in package.scripts.items()
        }
        return follow(texts, self._files, self._opened.folder, scripts)

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        """Every shell text that runs while the container is made: RUN, lifecycle commands, their scripts."""
        return (*wrangler.run_texts(self.definition), *self._reach.texts)

    @cached_property
    def _workspace(self) -> Workspace:
        compose = self.definition.kind == "compose"
        return read_workspace(self._root, self._opened.folder, compose=compose)

    @cached_property
    def _mounts(self) -> tuple[MountEntry, ...]:
        return read_mounts(self._root, self.definition.service, self._workspace)

    @cached_property
    def _node(self) -> Found:
        def pin() -> str | None:
            named = read_pin(self._packages, self._files, self._opened.folder)
            return named.text if named is not None else None

        return infer_node(self.definition, self.features, self._reach, pin)

    @cached_property
    def _owner(self) -> Owner:
        return Owner(self._document, self._is_whole, bool(self._workers))

    # The file and the project

    @cached_property
    def uses_d1(self) -> bool:
        """Whether one of its Workers has a D1 binding."""
        return any(worker.uses_d1 for worker in self._workers)

    @cached_property
    def kind(self) -> str:
        """What it is made from: `image`, `dockerfile`, `compose`, or `none` where the file does not say."""
        return self.definition.kind

    @cached_property
    def image(self) -> str | None:
        """The image below everything, through Dockerfile and Compose; absent where it cannot be known."""
        return self.definition.image.reference.text if self.definition.image is not None else None

    @cached_property
    def unpublished(self) -> str:
        """Why the image's tag was never published, as a clause; empty where it was, or nobody knows."""
        return self.definition.image.unpublished if self.definition.image is not None else ""

    @cached_property
    def extensions(self) -> tuple[str, ...]:
        """The extensions for VS Code by their ids in lower case, without versions."""
        return extensions(self._root)

    @cached_property
    def refused_extensions(self) -> tuple[str, ...]:
        """The extensions that it takes out of what an image or a feature brings."""
        return refused_extensions(self._root)

    # Node and libc

    @cached_property
    def node_version(self) -> NodeVersion | None:
        """The Node that a shell inside finds; absent where the files do not say."""
        found = self._node
        if found.range is None or (found.range.lowest is None and not found.range.absent):
            return None
        floor = requirements.node_floor(self._packages, self._texts)
        pin = read_pin(self._packages, self._files, self._opened.folder)
        return NodeVersion(self._owner, found.evidence, found.range, floor, pin)

    @cached_property
    def libc(self) -> str | None:
        """The C library: `musl`, `glibc 2.31`; absent where the image does not say."""
        image = self.definition.image
        found = image.distribution if image is not None else None
        if found is None or (found.libc == "glibc" and found.glibc is None):
            return None
        return requirements.show_libc(found)

    @cached_property
    def needed_libc(self) -> str:
        """The C library that the local runtime needs, where the container's is another; else empty."""
        image = self.definition.image
        if image is None or image.distribution is None:
            return ""
        return requirements.missing_libc(image.distribution, self._packages, self._texts)

    # Tools

    @cached_property
    def wrangler(self) -> wrangler.Evidence:
        """Whether the container brings wrangler, and by what."""
        return wrangler.find_wrangler(
            self.definition, self.features, self._reach, self._packages, self._files, self._opened.folder
        )

    @cached_property
    def installs_dependencies(self) -> str:
        """Whether a command installs what package.json asks for: `yes`, `no` or `unknown`."""
        if wrangler.installs_dependencies(self._texts):
            return "yes"
        return "no" if self._reach.complete and self.definition.whole else "unknown"

    @cached_property
    def declares_wrangler(self) -> bool:
        """Whether a package.json asks for wrangler, or for a tool that brings it."""
        return wrangler.declares_wrangler(self._packages)

    @cached_property
    def installs_wrangler_globally(self) -> bool:
        """Whether a feature or a command installs wrangler for the whole container."""
        everywhere = wrangler.floor_wanted(self._texts) is not None
        return everywhere or any(brings_wrangler(feature) for feature in self.features)

    @cached_property
    def lacks_typescript(self) -> bool:
        """Whether a Worker is written in TypeScript and nothing brings the compiler."""
        if not requirements.is_typescript(self._workers, self._files, self._opened.folder):
            return False
        image = self.image or ""
        known = self.definition.whole and self._reach.complete
        return (
            known
            and "typescript-node" not in image
            and not requirements.brings_typescript(self._packages, self._texts)
        )

    # Ports

    @cached_property
    def _reachability(self) -> Reachability:
        texts = [step.text for step in self.steps if not step.on_host]
        return Reachability(self._root, self.definition, self._opened, texts)

    @cached_property
    def unreachable_ports(self) -> tuple[int, ...]:
        """Ports of dev servers that nothing forwards or publishes; empty where a port cannot be known."""
        return self._reachability.unreachable()

    @cached_property
    def expected_ports(self) -> tuple[int, ...]:
        """The ports on which dev servers of its Workers may be heard; empty where one cannot be known."""
        return self._reachability.expected()

    @cached_property
    def silenced_ports(self) -> tuple[int, ...]:
        """Unreachable ports that `onAutoForward` tells editors to ignore."""
        return self._reachability.silenced()

    @cached_property
    def forwarded_ports(self) -> tuple[int, ...]:
        """The single ports that are forwarded or published, in order."""
        covered = self._reachability.covered
        return tuple(sorted({ports.first for ports in covered if ports.first == ports.last}))

    @cached_property
    def deaf_ports(self) -> tuple[int, ...]:
        """Ports of dev servers on a loopback address that are published but not forwarded."""
        return self._reachability.deaf()

    # Local data

    @cached_property
    def _local_data(self) -> LocalData:
        commands = [(each.folder, text) for each in self._packages for text in each.scripts.values()]
        commands += [(self._opened.folder, text) for text in self._reach.texts]
        folders = tuple(dict.fromkeys(worker.folder for worker in self._workers))
        return LocalData(self._workspace, self._mounts, self._opened.folder, folders, commands)

    @cached_property
    def fate(self) -> State:
        return self._local_data.judge(self._root, self.definition) if self.uses_d1 else UNKNOWN

    @cached_property
    def state(self) -> str:
        """What becomes of local D1 data when the container is rebuilt: `kept`, `lost` or `unknown`."""
        return self.fate.fate

    @cached_property
    def state_reason(self) -> str:
        """Why it is lost, as a clause; empty otherwise."""
        return self.fate.reason

    @cached_property
    def hidden_workers(self) -> tuple[str, ...]:
        """The configs of Workers that the container does not see, because only another folder is mounted."""
        mount = text_of(self._root.get("workspaceMount"))
        part = mounted_part(mount, self._opened.folder) if mount else None
        if not part or self._root.get("mounts") is not None or self._root.get("runArgs") is not None:
            return ()
        return tuple(each.path for each in self._workers if not (each.folder + "/").startswith(part + "/"))

    @cached_property
    def runs_as(self) -> str | None:
        """The user that commands and terminals run as, where the file or the image says it."""
        return stated_user(self._root, self.definition)

    def _can_write(self, target: str) -> bool:
        """Whether the user can write to a new volume: root can, and others when a command sees to it."""
        if self.runs_as in (None, "root", "0") or not self._reach.complete:
            return True
        last = target.rstrip("/").rpartition("/")[2]
        return any("chown" in text or "chmod" in text or (last and last in text) for text in self._texts)

    # Parts

    @cached_property
    def mounts(self) -> tuple[Mount, ...]:
        """The mounts that it adds to the workspace's own."""
        data = self._local_data
        return tuple(
            Mount(
                self._owner,
                entry,
                MountFacts(
                    data.is_held_by(entry),
                    data.missed_by(entry),
                    home_of(self._root, self.definition, entry),
                    self._can_write(entry.raw_target),
                ),
            )
            for entry in self._mounts
        )

    @cached_property
    def lifecycle_commands(self) -> tuple[LifecycleCommand, ...]:
        """Its lifecycle commands; each entry of an object form is one."""
        racing = races(self.steps)
        denied = denies_global_installs(self._root, self.definition)
        return tuple(
            LifecycleCommand(
                self._owner, step, CommandFacts(racing.get(i), denied and installs_globally(step.text))
            )
            for i, step in enumerate(self.steps)
        )

    @cached_property
    def ports(self) -> tuple[ForwardedPort, ...]:
        """The entries of `forwardPorts`."""
        service = self.definition.service
        names = service.names if service is not None and service.whole else None
        seen: set[tuple[str, int | None]] = set()
        found: list[ForwardedPort] = []
        for entry in forwarded(self._root):
            key = ("" if entry.host == "localhost" else entry.host, entry.port)
            host = entry.host
            stray = names is not None and not is_local(host) and not host.isdigit() and host not in names
            repeated = key in seen and entry.port is not None
            instead = self._reachability.instead_of(entry.port) if is_local(host) else ()
            found.append(ForwardedPort(self._owner, entry, repeated=repeated, stray=stray, instead=instead))
            seen.add(key)
        return tuple(found)

    @cached_property
    def host_accesses(self) -> tuple[HostAccess, ...]:
        """The ways in which it reaches the machine that it runs on."""
        needs_docker = any(builds_images(worker) for worker in self._workers)
        found = host_access(self._root, self._mounts, self.features, self.definition.service)
        return tuple(
            HostAccess(self._owner, each, justified=needs_docker and each.kind in ("docker", "privileged"))
            for each in found
        )

    @cached_property
    def variables(self) -> tuple[ContainerVariable, ...]:
        """The environment variables and build arguments that it sets."""
        found = variables_of(self._root, self.definition.service)
        return tuple(ContainerVariable(self._owner, each) for each in found)
