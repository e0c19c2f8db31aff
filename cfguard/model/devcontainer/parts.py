"""The parts of a dev container that rules speak of one by one: mounts, commands, ports, variables, ways to the host."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cfguard.model.entity import Entity, field, shown_of
from cfguard.named_tuple import NamedTuple
from cfguard.sensitive import Sensitive

if TYPE_CHECKING:
    from cfguard.model.devcontainer.isolation import Access
    from cfguard.model.devcontainer.lifecycle import Step
    from cfguard.model.devcontainer.mounts import MountEntry
    from cfguard.model.devcontainer.ports import Entry
    from cfguard.model.devcontainer.settings import SetVariable
    from cfguard.syntax.node import Document, Node


class Owner(NamedTuple):
    """The dev container that parts belong to, as far as they need to know it."""

    document: Document
    is_whole: bool
    serves_workers: bool


class MountFacts(NamedTuple):
    """What only the whole container tells about a mount; see the fields of :class:`Mount`."""

    holds_state: bool
    misses_state: str | None
    misses_home: str | None
    owner_can_write: bool


class CommandFacts(NamedTuple):
    """What only the whole container tells about a command; see the fields of :class:`LifecycleCommand`."""

    races_with: str | None
    is_denied: bool


class Part(Entity):
    """A part of a devcontainer.json, whole when the file is."""

    def __init__(self, owner: Owner, node: Node | None) -> None:
        super().__init__(owner.document, node if node is not None else owner.document.root)
        self._owner = owner

    def is_whole(self) -> bool:
        return self._owner.is_whole

    @field
    def serves_workers(self) -> bool:
        """Whether there is a Worker below the folder that the container opens."""
        return self._owner.serves_workers


class Mount(Part):
    """A mount: of `mounts`, of `runArgs` or of the Compose service."""

    expression_type = "mount"

    def __init__(self, owner: Owner, entry: MountEntry, facts: MountFacts) -> None:
        node = entry.node if entry.node is not None else owner.document.root.get("service")
        super().__init__(owner, node)
        self._entry, self._facts = entry, facts

    @field
    def type(self) -> str:
        """`bind`, `volume` or `tmpfs`."""
        return self._entry.type

    @field
    def source(self) -> str | None:
        """What is mounted, as written; absent for anonymous volumes."""
        return self._entry.raw_source

    @field
    def target(self) -> str:
        """Where it is mounted, as written."""
        return self._entry.raw_target

    @field
    def origin(self) -> str:
        """What states it: `mounts`, `runArgs` or `the Compose service`."""
        return self._entry.origin

    @field
    def readonly(self) -> bool:
        """Whether nothing can be written to it."""
        return self._entry.readonly

    @field
    def has_fixed_name(self) -> bool:
        """Whether it is a volume whose name is the same for every clone of the repository."""
        from_compose = self._entry.node is None
        source = self._entry.raw_source
        return self._entry.type == "volume" and source is not None and "$" not in source and not from_compose

    @field
    def holds_state(self) -> bool:
        """Whether the local state of a Worker lies on it."""
        return self._facts.holds_state

    @field
    def misses_state(self) -> str | None:
        """The real place of local state, where the target looks like one but is none."""
        return self._facts.misses_state

    @field
    def misses_home(self) -> str | None:
        """The home folder of the user, where the target is wrangler's settings in another one."""
        return self._facts.misses_home

    @field
    def owner_can_write(self) -> bool:
        """Whether the container's user can write to it, or nobody can say: a new volume belongs to root."""
        return self._facts.owner_can_write

    @field
    def target_is_unexpanded(self) -> bool:
        """Whether the target begins with `~` or `$HOME`, which no tool expands."""
        return re.match(r"~|\$HOME|\$\{HOME\}", self._entry.raw_target) is not None


class LifecycleCommand(Part):
    """One lifecycle command; each entry of the object form is one."""

    expression_type = "lifecycle_command"

    def __init__(self, owner: Owner, step: Step, facts: CommandFacts) -> None:
        super().__init__(owner, step.node)
        self._step, self._facts = step, facts

    @field
    def stage(self) -> str:
        """The property that holds it, as `postCreateCommand`."""
        return self._step.key

    @field
    def name(self) -> str:
        """Its name in the object form, or empty."""
        return self._step.name

    @field
    def text(self) -> str:
        """The command as shell text; a list is joined."""
        shown = shown_of(self._owner.document, self._step.node)
        words = shown if isinstance(shown, list) else [shown]
        secret = any(isinstance(word, Sensitive) for word in words)
        return Sensitive(self._step.text) if secret else self._step.text

    @field
    def is_list(self) -> bool:
        """Whether it is a list, which runs without a shell."""
        return self._step.words is not None

    @field
    def runs_on_host(self) -> bool:
        """Whether it runs on the machine of whoever opens the container."""
        return self._step.on_host

    @field
    def needs_shell(self) -> bool:
        """Whether it is a list that only a shell could run."""
        from cfguard.model.devcontainer.hazards import is_shell_line

        return self._step.words is not None and is_shell_line(self._step.words)

    @field
    def lacks_nvm(self) -> bool:
        """Whether it calls nvm, a shell function, without loading it."""
        from cfguard.model.devcontainer.hazards import is_unloaded_nvm

        return not self._step.on_host and self._step.words is None and is_unloaded_nvm(self._step.text)

    @field
    def races_with(self) -> str | None:
        """The sibling of the object form that installs what it uses, at the same time."""
        return self._facts.races_with

    @field
    def runs_download(self) -> bool:
        """Whether it pipes a download into a shell."""
        from cfguard.model.devcontainer.hazards import downloads_into_shell

        return downloads_into_shell(self._step.text)

    @field
    def uses_sudo(self) -> bool:
        """Whether it asks for administrator's rights."""
        from cfguard.model.devcontainer.hazards import uses_sudo

        return uses_sudo(self._step.text)

    @field
    def is_denied(self) -> bool:
        """Whether it installs packages for everybody, in a folder that only root can write."""
        return self._facts.is_denied and not self._step.on_host


class ForwardedPort(Part):
    """An entry of `forwardPorts`."""

    expression_type = "forwarded_port"

    def __init__(
        self, owner: Owner, entry: Entry, *, repeated: bool, stray: bool, instead: tuple[int, ...]
    ) -> None:
        super().__init__(owner, entry.node)
        self._entry, self._repeated, self._stray, self._instead = entry, repeated, stray, instead

    @field
    def port(self) -> int | None:
        """The port of the container."""
        return self._entry.port

    @field
    def host(self) -> str:
        """The host before the colon, or empty."""
        return self._entry.host

    @field
    def is_mapping(self) -> bool:
        """Whether it has Docker's form `8080:8080`, which here names a host `8080`."""
        return self._entry.host.isdigit() and self._entry.port is not None

    @field
    def is_repeated(self) -> bool:
        """Whether an entry before it says the same."""
        return self._repeated

    @field
    def host_is_unknown(self) -> bool:
        """Whether the host is none of the services of the Compose files, all of which were read."""
        return self._stray

    @field
    def instead(self) -> tuple[int, ...]:
        """Where the only Worker really listens, if this is a default port of wrangler; else empty."""
        return self._instead


class HostAccess(Part):
    """A way in which the container reaches the machine that it runs on."""

    expression_type = "host_access"

    def __init__(self, owner: Owner, access: Access, *, justified: bool) -> None:
        super().__init__(owner, access.node)
        self._access, self._justified = access, justified

    @field
    def kind(self) -> str:
        """`docker`, `privileged`, `namespace`, `capability`, `unconfined`, `files` or `credentials`."""
        return self._access.kind

    @field
    def what(self) -> str:
        """What it is, as a clause: `it has the socket of the host's Docker`."""
        return self._access.what

    @field
    def is_justified(self) -> bool:
        """Whether the project needs it: Cloudflare Containers build images in `wrangler dev`."""
        return self._justified


class ContainerVariable(Part):
    """An environment variable or build argument that a dev container sets."""

    expression_type = "container_variable"

    def __init__(self, owner: Owner, variable: SetVariable) -> None:
        super().__init__(owner, variable.node)
        self._name, self._place, self._value = variable.name, variable.source, variable.value
        #: The file that the value stands in, where that is another than devcontainer.json.
        self.elsewhere = variable.path

    @field
    def name(self) -> str:
        """Its name."""
        return self._name

    @field
    def source(self) -> str:
        """What sets it: `containerEnv`, `remoteEnv`, `build.args`, `runArgs` or `the Compose service`."""
        return self._place

    @field
    def credential(self) -> str | None:
        """The kind of credential that stands there, defaults of variables included."""
        from cfguard.model.devcontainer.variables import uses
        from cfguard.secrets.detect import judge

        if "${" in self._value:
            defaults = (use.default for use in uses(self._value) if use.default)
            verdicts = (judge(self._name, default) for default in defaults)
            return next((verdict.kind for verdict in verdicts if verdict is not None), None)
        verdict = judge(self._name, self._value)
        return verdict.kind if verdict is not None else None

    @field
    def is_credential_name(self) -> bool:
        """Whether its name says that its value is a credential."""
        from cfguard.secrets.names import is_credential_name

        return is_credential_name(self._name)

    @field
    def is_empty(self) -> bool:
        """Whether it has no value."""
        return not self._value.strip()
