"""What lets a container act on the machine that it runs on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from cfguard.model.devcontainer.compose import Service
from cfguard.model.devcontainer.features import FeatureUse
from cfguard.model.devcontainer.mounts import MountEntry
from cfguard.model.entity import boolean_of, text_of
from cfguard.pattern import lazy
from cfguard.syntax.node import Node

Kind = Literal["docker", "privileged", "namespace", "capability", "unconfined", "files", "credentials"]

_SOCKET = lazy(r"(?:docker|podman|containerd)(?:-host)?\.sock\Z|/run/user/[^/]+/podman")
_HOME = r"(?:~|\$\{(?:localEnv|env):(?:HOME|USERPROFILE)[^}]*\}|\$\{?HOME\}?|/root|/home/[^/]+|/Users/[^/]+)+"
_WHOLE_HOME = lazy(_HOME + r"/?\Z")
_CREDENTIALS = lazy(
    _HOME + r"/(?:\.ssh|\.aws|\.docker|\.gnupg|\.kube|\.azure|\.config/gh|\.config/gcloud|\.netrc|\.npmrc"
    r"|\.git-credentials|(?:\.config/|Library/Preferences/)?\.wrangler)(?:/|\Z)"
)
_NAMESPACE = lazy(r"--(pid|ipc|userns|uts|net|network|cgroupns)(?:=host)?\Z")
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
    if service is not None and service.privileged:
        yield Access("privileged", "its Compose service is privileged", root.get("service"))
    if service is not None and service.network == "host":
        yield Access("namespace", "its Compose service shares the host's network", root.get("service"))
    for mount in mounts:
        if mount.type == "bind" and mount.raw_source is not None:
            yield from _bind(mount, root.get("service"))
    arguments = root.get("runArgs")
    items = arguments.items if arguments is not None else []
    granted = _granted(root, items)
    traced = any(name in _TRACING for name, _ in granted)
    for name, node in granted:
        if name in _CAPABILITIES:
            yield Access("capability", f"it has the capability `{name}`", node)
    yield from _options(root, items, traced)
    yield from _flags(items)


def _bind(mount: MountEntry, service: Node | None) -> Iterator[Access]:
    source = mount.raw_source or ""
    node = mount.node if mount.node is not None else service
    if _SOCKET.search(source):
        yield Access("docker", "it has the socket of the host's Docker", node)
    elif source == "/" or _WHOLE_HOME.fullmatch(source):
        what = "the host's whole disk" if source == "/" else "the user's whole home folder"
        yield Access("files", f"it mounts {what}", node)
    elif _CREDENTIALS.match(source) and not mount.readonly:
        yield Access("credentials", f"it mounts `{source}`, which holds credentials of the host's user", node)


def _granted(root: Node, items: list[Node]) -> list[tuple[str, Node]]:
    array = root.get("capAdd")
    found = [
        (text.upper(), item)
        for item in (array.items if array is not None else ())
        if (text := text_of(item)) is not None
    ]
    return found + [(text.upper(), node) for text, node in _values(items, "--cap-add")]


def _options(root: Node, items: list[Node], traced: bool) -> Iterator[Access]:
    array = root.get("securityOpt")
    given = [(text_of(item) or "", item) for item in (array.items if array is not None else ())]
    for text, node in [*given, *_values(items, "--security-opt")]:
        name, _, value = text.replace(":", "=", 1).partition("=")
        # Debuggers need ptrace, which the templates for Go, C++ and Rust allow by this pair.
        if value == "unconfined" and not (traced and name == "seccomp"):
            yield Access("unconfined", f"it runs without {name}'s confinement", node)


def _flags(items: list[Node]) -> Iterator[Access]:
    for item, following in zip(items, [*items[1:], None], strict=False):
        flag = text_of(item) or ""
        if flag in ("--privileged", "--privileged=true"):
            yield Access("privileged", "it is privileged", item)
        match = _NAMESPACE.match(flag)
        if match is not None and (flag.endswith("=host") or text_of(following) == "host"):
            shown = {"net": "network", "pid": "processes", "userns": "users"}.get(match[1], match[1])
            yield Access("namespace", f"it shares the host's {shown}", item)


def _values(items: list[Node], name: str) -> list[tuple[str, Node]]:
    """The values of an option in either form: ``--x=y`` and ``--x``, ``y``."""
    found: list[tuple[str, Node]] = []
    for item, following in zip(items, [*items[1:], None], strict=False):
        text = text_of(item) or ""
        if text == name and following is not None:
            found.append((text_of(following) or "", following))
        elif text.startswith(name + "="):
            found.append((text[len(name) + 1 :], item))
    return found
