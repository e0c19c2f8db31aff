"""Whether local D1 data outlives a rebuild of the container: where it lies, and what holds that place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from cfguard.model.devcontainer.definition import Definition
from cfguard.model.devcontainer.files import join
from cfguard.model.devcontainer.mounts import MountEntry, Workspace, covering, is_below, same_place
from cfguard.model.devcontainer.shell import simple_commands
from cfguard.model.entity import text_of
from cfguard.named_tuple import NamedTuple
from cfguard.syntax.node import Node


class State(NamedTuple):
    """What becomes of local data: `kept`, `lost` or `unknown`, why, and the node to blame."""

    fate: Literal["kept", "lost", "unknown"]
    reason: str
    node: Node | None


UNKNOWN = State("unknown", "", None)


def persist_paths(commands: Iterable[tuple[str, str]]) -> Iterator[str | None]:
    """Where ``--persist-to`` puts state, relative to the root or absolute; None where a variable says.

    ``commands`` are pairs of a folder, relative to the root, and a shell text that runs there.
    """
    for folder, text in commands:
        if "--persist-to" not in text:
            continue
        for words in simple_commands(text):
            for word, following in zip(words, [*words[1:], ""], strict=False):
                name, equals, inline = word.partition("=")
                if name == "--persist-to":
                    path = inline if equals else following
                    yield None if "$" in path or not path else path if path[0] == "/" else join(folder, path)


def state_path(workspace: str, opened: str, folder: str) -> str | None:
    """The path in the container of the state of a Worker in ``folder``; None outside the opened folder."""
    if opened and not (folder + "/").startswith(opened + "/"):
        return None
    inside = folder[len(opened) :].strip("/")
    return "/".join(part for part in (workspace.rstrip("/"), inside, ".wrangler/state") if part)


class LocalData:
    """Where the state of every Worker lies in the container, and which mounts matter for it.

    ``folders`` are those of the Workers; ``commands`` as for :func:`persist_paths`.
    """

    def __init__(
        self,
        workspace: Workspace,
        mounts: Sequence[MountEntry],
        opened: str,
        folders: Sequence[str],
        commands: Iterable[tuple[str, str]],
    ) -> None:
        self._workspace, self._mounts = workspace, mounts
        self._moved = tuple(dict.fromkeys(persist_paths(commands)))
        inside = workspace.folder
        found = (state_path(inside, opened, folder) for folder in folders) if inside is not None else ()
        self._paths = tuple(path for path in found if path is not None)

    def is_held_by(self, mount: MountEntry) -> bool:
        """Whether the local state of a Worker lies on a mount."""
        if mount.target is None or not self._paths:
            return False
        return holds_state(same_place(mount.target, self._workspace), self._paths)

    def missed_by(self, mount: MountEntry) -> str | None:
        """The real place of local state, where a mount's target looks like one but is none."""
        if mount.target is None or not self._paths or self._moved:
            return None
        if not names_state(mount.target) or self.is_held_by(mount):
            return None
        return self._paths[0].removesuffix("/state")

    def judge(self, root: Node, definition: Definition) -> State:
        """What becomes of the state of all Workers."""
        workspace = self._workspace
        if workspace.folder is None or definition.kind == "none" or None in self._moved:
            return UNKNOWN
        mounts = [*self._mounts]
        if workspace.mounted:
            mounts.insert(0, MountEntry("bind", ".", "", workspace.folder, False, None, "the workspace"))
        placed = [
            each._replace(target=same_place(each.target, workspace)) if each.target is not None else each
            for each in mounts
        ]
        absolute = [
            same_place(path, workspace) for path in self._moved if path is not None and path[0] == "/"
        ]
        for path in (*self._paths, *absolute):
            state = _fate(root, definition, path, placed, stated=path in absolute)
            if state.fate != "kept":
                return state
        return State("kept", "", None)


def _fate(
    root: Node, definition: Definition, path: str, mounts: Sequence[MountEntry], *, stated: bool
) -> State:
    holder = covering(path, mounts)
    if holder is None:
        unclear = any(mount.target is None for mount in mounts)
        return UNKNOWN if unclear else _unheld(root, definition, path, stated=stated)
    if holder.type == "tmpfs" or (holder.type == "volume" and holder.raw_source is None):
        kind = "a tmpfs" if holder.type == "tmpfs" else "an anonymous volume"
        node = holder.node if holder.node is not None else root.get("service")
        return State("lost", f"{kind} holds `{holder.raw_target}`", node)
    return State("kept", "", None)


def _unheld(root: Node, definition: Definition, path: str, *, stated: bool) -> State:
    if stated:
        return State("lost", f"`--persist-to` puts it at `{_shown(path)}`, which no mount holds", None)
    if definition.kind == "compose":
        if definition.service is None or not definition.service.whole or root.get("workspaceFolder") is None:
            return UNKNOWN
        name = definition.service.name
        return State("lost", f"no volume of service `{name}` holds `{_shown(path)}`", root.get("service"))
    mount = root.get("workspaceMount")
    if mount is not None and text_of(mount) == "":
        return State("lost", f"`workspaceMount` is empty and no mount holds `{_shown(path)}`", mount)
    return UNKNOWN


def _shown(path: str) -> str:
    return (
        path.removesuffix("/state").removesuffix("/.wrangler") if path.endswith("/.wrangler/state") else path
    )


def names_state(target: str) -> bool:
    """Whether a mount's target looks like the place of local state, and not of wrangler's own settings."""
    if "/.config/" in target or target.startswith(("/root/", "/home/", "~", "$")):
        return False
    return target.endswith("/.wrangler") or "/.wrangler/state" in target


def holds_state(target: str, paths: Sequence[str]) -> bool:
    """Whether a mount at ``target`` holds the state at one of the paths, or a part of it."""
    return any(is_below(path, target) or is_below(target, path) for path in paths)
