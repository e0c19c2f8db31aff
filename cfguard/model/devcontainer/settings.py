"""Smaller settings of devcontainer.json: users, extensions, variables of the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cfguard.model.devcontainer.definition import Definition
from cfguard.model.devcontainer.docker_options import Option, options_of, run_options
from cfguard.model.devcontainer.mounts import MountEntry
from cfguard.model.devcontainer.variables import substitute_shell
from cfguard.model.entity import strings_of, text_of
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Node

if TYPE_CHECKING:
    from cfguard.model.devcontainer.compose import Service

_SETTINGS_TARGET = lazy(
    r"(?P<home>/root|/home/[^/]+|~|\$HOME|\$\{HOME\})/(?:\.config/)?\.wrangler(?:/config)?/?\Z"
)


def extensions(root: Node) -> tuple[str, ...]:
    """The VS Code extensions that a file asks for, in lower case and without versions; removed ones left out."""
    names = _named_extensions(root)
    removed = refused_extensions(root)
    return tuple(dict.fromkeys(name for name in names if name[:1] != "-" and name not in removed))


def refused_extensions(root: Node) -> tuple[str, ...]:
    """The VS Code extensions that a file takes out of what its image or features bring, in lower case."""
    return tuple(name[1:] for name in _named_extensions(root) if name.startswith("-"))


def _named_extensions(root: Node) -> list[str]:
    lists = (root.get("customizations", "vscode", "extensions"), root.get("extensions"))
    return [name.lower().partition("@")[0] for array in lists for name in strings_of(array)]


def stated_user(root: Node, definition: Definition) -> str | None:
    """The user of terminals and lifecycle commands: the file's, the Compose service's or Dockerfile's, the image's."""
    for key in ("remoteUser", "containerUser"):
        node = root.get(key)
        if node is not None:
            text = text_of(node)
            return text if text and "$" not in text else None
    if definition.service is not None and definition.service.user is not None:
        return definition.service.user
    for step in reversed(definition.steps):
        if step.name == "USER":
            return step.text if re.fullmatch(r"[\w.-]+", step.text) else None
    image = definition.image
    if image is None or (definition.service is not None and not definition.service.whole):
        return None
    return image.user


def home_of(root: Node, definition: Definition, mount: MountEntry) -> str | None:
    """The home of the container's user, where a mount holds wrangler's settings in another one; else None."""
    user = stated_user(root, definition)
    match = _SETTINGS_TARGET.match(mount.raw_target)
    if match is None or user is None or ":" in user or user.isdigit():
        return None
    home = "/root" if user == "root" else f"/home/{user}"
    return None if match["home"] == home else home


class SetVariable(NamedTuple):
    """A variable: its name, what sets it, its value, and the node that says so.

    ``path`` is the file that the value stands in where that is another than devcontainer.json.
    """

    name: str
    source: str
    value: str
    node: Node
    path: str = ""


def variables_of(root: Node, service: Service | None) -> Iterator[SetVariable]:
    """Every variable that a file, and the Compose service that it opens, sets."""
    tables = (
        ("containerEnv", root.get("containerEnv")),
        ("remoteEnv", root.get("remoteEnv")),
        ("build.args", root.get("build", "args")),
    )
    for place, table in tables:
        for name, child in table.members.items() if table is not None else ():
            if (value := text_of(child)) is not None:
                yield SetVariable(name, place, value, child)
    yield from _assigned(options_of(root.get("build", "options")), ("--build-arg",), "build.args")
    yield from _assigned(run_options(root), ("-e", "--env"), "runArgs")
    node = root.get("service")
    if service is None or node is None:
        return
    built = service.build.written if service.build is not None else {}
    for source, values in (("the Compose service", service.environment), ("build.args", built)):
        for name, text in values.items():
            # Defaults are read, variables are not: what a `.env` file holds does not stand here.
            if (known := substitute_shell(text, {})) is not None:
                yield SetVariable(name, source, known, node, service.path)
            elif source == "build.args":
                yield SetVariable(name, source, text, node, service.path)


def _assigned(options: Iterator[Option], names: tuple[str, ...], source: str) -> Iterator[SetVariable]:
    for option in options:
        name, has_value, value = option.value.partition("=")
        if option.name in names and has_value:
            yield SetVariable(name, source, value, option.node)
