"""What lets a container act on the machine that it runs on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from cfguard.model.devcontainer.docker_options import Option, run_options
from cfguard.model.devcontainer.features import FeatureUse
from cfguard.model.devcontainer.mounts import MountEntry
from cfguard.model.entity import boolean_of, text_of
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Node

if TYPE_CHECKING:
    from cfguard.model.devcontainer.compose import Service

Kind = Literal["docker", "privileged", "namespace", "capability", "unconfined", "files", "credentials"]

_SOCKET = lazy(r"(?:docker|podman|containerd)(?:-host)?\.sock\Z|/run/user/[^/]+/podman")
_HOME = r"(?:~|\$\{(?:localEnv|env):(?:HOME|USERPROFILE)[^}]*\}|\$\{?HOME\}?|/root|/home/[^/]+|/Users/[^/]+)+"
_WHOLE_HOME = lazy(_HOME + r"/?\Z")
_CREDENTIALS = lazy(
    _HOME + r"/(?:\.ssh|\.aws|\.docker|\.gnupg|\.kube|\.azure|\.config/gh|\.config/gcloud|\.netrc|\.npmrc"
    r"|\.git-credentials|(?:\.config/|Library/Preferences/)?\.wrangler)(?:/|\Z)"
)
#: Two levels or more above the workspace: one is what the templates for Compose mount, for a repository beside it.
_ABOVE = lazy(r"\$\{localWorkspaceFolder\}(?:/\.\.){2,}/?\Z")
_NAMESPACE = lazy(r"--(pid|ipc|userns|uts|net|network|cgroupns)\Z")
_CAPABILITIES = frozenset({"ALL", "SYS_ADMIN", "CAP_SYS_ADMIN"})
_TRACING = frozenset({"SYS_PTRACE", "CAP_SYS_PTRACE"})


class Access(NamedTuple):
    """One way out of the container: its kind, words for it, and the node that opens it."""

    kind: Kind
    what: str
    node: Node | None


def host_access(
    root: Node, mounts: Sequence[MountEntry], features: Sequence[FeatureUse], service: Service | None
) -> Iterator[Access]:
    """Every way in which a container reaches its host."""
    for feature in features:
        if feature.name in ("docker-outside-of-docker", "docker-from-docker") and not feature.local:
            yield Access("docker", f"feature `{feature.name}` gives it the host's Docker", feature.node)
    if boolean_of(root.get("privileged")):
        yield Access("privileged", "it is privileged", root.get("privileged"))
    if service is not None:
        yield from _of_service(service, root.get("service"))
    for mount in mounts:
        if mount.type == "bind" and mount.raw_source is not None:
            yield from _bind(mount, root.get("service"))
    options = tuple(run_options(root))
    granted = _granted(root, options)
    traced = any(name in _TRACING for name, _ in granted)
    for name, node in granted:
        if name in _CAPABILITIES:
            yield Access("capability", f"it has the capability `{name}`", node)
    yield from _unconfined(root, options, traced)
    yield from _flags(options)


def _of_service(service: Service, node: Node | None) -> Iterator[Access]:
    if service.privileged:
        yield Access("privileged", "its Compose service is privileged", node)
    for namespace in service.host_namespaces:
        yield Access("namespace", f"its Compose service shares the host's {_shared(namespace)}", node)
    for name in service.capabilities:
        if name.upper() in _CAPABILITIES:
            yield Access("capability", f"its Compose service has the capability `{name}`", node)
    traced = any(name.upper() in _TRACING for name in service.capabilities)
    for name in _lifted(service.security, traced):
        yield Access("unconfined", f"its Compose service runs without {name}'s confinement", node)


def _bind(mount: MountEntry, service: Node | None) -> Iterator[Access]:
    source = mount.raw_source or ""
    node = mount.node if mount.node is not None else service
    if _SOCKET.search(source):
        yield Access("docker", "it has the socket of the host's Docker", node)
    elif source == "/" or _WHOLE_HOME.fullmatch(source):
        what = "the host's whole disk" if source == "/" else "the user's whole home folder"
        yield Access("files", f"it mounts {what}", node)
    elif _ABOVE.match(source):
        yield Access("files", f"it mounts `{source}`, a folder far above the workspace", node)
    elif _CREDENTIALS.match(source) and not mount.readonly:
        yield Access("credentials", f"it mounts `{source}`, which holds credentials of the host's user", node)


def _granted(root: Node, options: Sequence[Option]) -> list[tuple[str, Node]]:
    array = root.get("capAdd")
    found = [
        (text.upper(), item)
        for item in (array.items if array is not None else ())
        if (text := text_of(item)) is not None
    ]
    return found + [(each.value.upper(), each.node) for each in options if each.name == "--cap-add"]


def _unconfined(root: Node, options: Sequence[Option], traced: bool) -> Iterator[Access]:
    array = root.get("securityOpt")
    given = [(text_of(item) or "", item) for item in (array.items if array is not None else ())]
    given += [(each.value, each.node) for each in options if each.name == "--security-opt"]
    for text, node in given:
        for name in _lifted((text,), traced):
            yield Access("unconfined", f"it runs without {name}'s confinement", node)


def _lifted(options: Sequence[str], traced: bool) -> Iterator[str]:
    """The confinements that security options lift: `seccomp`, `apparmor`."""
    for text in options:
        name, _, value = text.replace(":", "=", 1).partition("=")
        # Debuggers need ptrace, which the templates for Go, C++ and Rust allow by this pair.
        if value == "unconfined" and not (traced and name == "seccomp"):
            yield name


def _flags(options: Sequence[Option]) -> Iterator[Access]:
    for option in options:
        if option.name == "--privileged" and option.word.value in ("--privileged", "--privileged=true"):
            yield Access("privileged", "it is privileged", option.word)
        match = _NAMESPACE.match(option.name)
        if match is not None and option.value == "host":
            yield Access("namespace", f"it shares the host's {_shared(match[1])}", option.word)


def _shared(namespace: str) -> str:
    return {"net": "network", "pid": "processes", "userns": "users"}.get(namespace, namespace)
