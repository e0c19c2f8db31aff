"""Mounts in all their forms, the folder that people work in, and which mount holds a path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cfguard.model.devcontainer.docker_options import run_options
from cfguard.model.devcontainer.files import is_outside, join
from cfguard.model.devcontainer.variables import substitute
from cfguard.model.entity import boolean_of, text_of
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Node

if TYPE_CHECKING:
    from cfguard.model.devcontainer.compose import Service

#: Stands for the name of the folder that people cloned into, which no file says.
BASENAME = "\N{HORIZONTAL ELLIPSIS}"
DEFAULT_WORKSPACE = f"/workspaces/{BASENAME}"

_DEFAULT_FOLDER = lazy(r"/workspaces/[^/]+(?=/|\Z)")


class MountEntry(NamedTuple):
    """A mount as its source, its target and its kind (`bind`, `volume`, `tmpfs`).

    ``raw_source`` and ``raw_target`` are as written. ``target`` has its variables replaced, None where
    that is not possible; ``node`` is None for a mount of the Compose service.
    """

    type: str
    raw_source: str | None
    raw_target: str
    target: str | None
    readonly: bool
    node: Node | None
    origin: str


class Workspace(NamedTuple):
    """Where the opened folder lies in the container: ``folder`` is None where nobody can say.

    ``is_named`` is whether a literal path can be compared with it: in a subfolder of a repository the tools
    mount the whole and open the part, and where that lies depends on what people cloned. ``mounted`` is
    whether the tools mount it themselves.
    """

    folder: str | None
    is_named: bool
    mounted: bool


def read_workspace(root: Node, opened: str, *, compose: bool) -> Workspace:
    """The working folder of a devcontainer.json; ``opened`` is the folder that it opens, relative to the root."""
    stated = text_of(root.get("workspaceFolder"))
    mount = root.get("workspaceMount")
    unmounted = mount is not None and text_of(mount) == ""
    if stated is None:
        folder = "/" if compose else None if mount is not None else DEFAULT_WORKSPACE
        return Workspace(folder, not opened, not compose and not unmounted)
    known = resolved(stated, DEFAULT_WORKSPACE)
    return Workspace(known, BASENAME not in (known or "") or not opened, not compose and not unmounted)


def resolved(text: str, workspace: str | None) -> str | None:
    """A path of the container with its variables replaced; None where one is unknown."""
    values = {"localWorkspaceFolderBasename": BASENAME, "devcontainerId": "id"}
    if workspace is not None:
        values["containerWorkspaceFolder"] = workspace
        values["containerWorkspaceFolderBasename"] = workspace.rpartition("/")[2]
    known = substitute(text, values)
    return None if known is None or "$" in known else known.rstrip("/") or "/"


def read_mounts(root: Node, service: Service | None, workspace: Workspace) -> tuple[MountEntry, ...]:
    """The mounts that a file adds to the workspace's own, those of the Compose service included."""
    found: list[MountEntry] = []
    array = root.get("mounts")
    for item in array.items if array is not None else ():
        fields = mount_fields(item)
        if fields is not None:
            found.append(_entry(fields, item, workspace, "mounts"))
    found += _run_arguments(root, workspace)
    for volume in service.volumes if service is not None else ():
        target = _target(volume.target, workspace)
        found.append(
            MountEntry(volume.type, volume.source, volume.target, target, False, None, "the Compose service")
        )
    return tuple(found)


def mount_fields(item: Node) -> dict[str, str] | None:
    """A mount in either form as a table of ``type``, ``source``, ``target`` and ``readonly``."""
    if item.kind == "table":
        named = {key: text for key in ("type", "source", "target") if (text := text_of(item.get(key)))}
        if boolean_of(item.get("readonly")):
            named["readonly"] = "true"
        return named if "target" in named else None
    text = text_of(item)
    return parse_mount(text) if text is not None else None


def parse_mount(text: str) -> dict[str, str] | None:
    """The syntax of ``docker run --mount``; None where it has no target."""
    names = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly"}
    fields: dict[str, str] = {}
    for part in text[:4_000].split(","):
        name, equals, value = part.partition("=")
        name = name.strip().lower()
        fields[names.get(name, name)] = value.strip() if equals else "true"
    return fields if fields.get("target") else None


def _entry(fields: dict[str, str], node: Node, workspace: Workspace, origin: str) -> MountEntry:
    target = fields["target"]
    return MountEntry(
        fields.get("type", "volume"),
        fields.get("source") or None,
        target,
        _target(target, workspace),
        fields.get("readonly", "false") in ("true", "1"),
        node,
        origin,
    )


def _target(text: str, workspace: Workspace) -> str | None:
    if not workspace.is_named and text.startswith("/workspaces/"):
        return None
    return resolved(text, workspace.folder)


def _run_arguments(root: Node, workspace: Workspace) -> Iterator[MountEntry]:
    for name, text, _, node in run_options(root):
        if name == "--mount" and (fields := parse_mount(text)) is not None:
            yield _entry(fields, node, workspace, "runArgs")
        elif name in ("-v", "--volume"):
            from cfguard.model.devcontainer.compose import split_volume

            parts = split_volume(text)
            if len(parts) == 1:
                yield _entry({"target": parts[0]}, node, workspace, "runArgs")
            else:
                kind = "bind" if parts[0].startswith((".", "/", "~", "$")) else "volume"
                mode = "true" if "ro" in (parts[2] if len(parts) > 2 else "").split(",") else "false"
                fields = {"type": kind, "source": parts[0], "target": parts[1], "readonly": mode}
                yield _entry(fields, node, workspace, "runArgs")
        elif name == "--tmpfs":
            yield _entry({"type": "tmpfs", "target": text.partition(":")[0]}, node, workspace, "runArgs")


def covering(path: str, mounts: Sequence[MountEntry]) -> MountEntry | None:
    """The mount that holds a path: the one with the deepest target above it; the last of equals."""
    best: MountEntry | None = None
    for mount in mounts:
        if (
            mount.target is not None
            and is_below(path, mount.target)
            and (best is None or best.target is None or len(mount.target) >= len(best.target))
        ):
            best = mount
    return best


def is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies below it."""
    return path == folder or folder == "/" or path.startswith(folder.rstrip("/") + "/")


def same_place(target: str, workspace: Workspace) -> str:
    """A target with the default working folder spelled as the workspace's own: the name of the clone is open."""
    if workspace.folder == DEFAULT_WORKSPACE:
        return _DEFAULT_FOLDER.sub(DEFAULT_WORKSPACE, target, count=1)
    return target


def mounted_part(text: str, opened: str) -> str | None:
    """The folder of the repository that the source of ``workspaceMount`` names; None where it is another place."""
    fields = parse_mount(text)
    source = fields.get("source") if fields is not None else None
    match = re.match(r"\$\{localWorkspaceFolder\}(/.*)?\Z", source or "")
    if match is None:
        return None
    part = join(opened, "." + (match[1] or ""))
    return None if is_outside(part) else part
