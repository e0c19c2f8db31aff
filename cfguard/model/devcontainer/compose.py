"""The Compose service of a dev container: several files, ``extends``, variables; whatever is unclear says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from posixpath import relpath

from cfguard.model.devcontainer.files import Files, join
from cfguard.model.devcontainer.variables import substitute_shell
from cfguard.model.devcontainer.yaml_tree import Unreadable, read_yaml
from cfguard.named_tuple import NamedTuple
from cfguard.paths import folder_above

_MAX_EXTENDS = 10
#: Keys that share a namespace with the host, and words for what is shared.
_NAMESPACES = {"network_mode": "network", "pid": "pid", "ipc": "ipc", "userns_mode": "userns", "uts": "uts"}
_LISTS = frozenset({"ports", "volumes", "expose", "tmpfs", "cap_add", "security_opt", "devices"})


class Volume(NamedTuple):
    """A mount of a service: `bind`, `volume` or `tmpfs`; an anonymous volume has no source."""

    type: str
    source: str | None
    target: str


class Build(NamedTuple):
    """What a service is built from; paths are relative to the root.

    ``args`` have their variables replaced, ``written`` are the same as they stand in a Compose file.
    """

    dockerfile: str
    inline: str | None
    args: Mapping[str, str]
    target: str | None
    written: Mapping[str, str]


class Service(NamedTuple):
    """A Compose service as far as dev containers need it.

    ``whole`` is false where a part of it could not be read, so that nothing may be called absent.
    ``ports`` are the ports of the container, ``environment`` its variables, both as written. ``path`` is the
    last file that speaks of it; ``host_namespaces`` are those that it shares with its host.
    """

    name: str
    path: str
    image: str | None
    build: Build | None
    ports: tuple[str, ...]
    volumes: tuple[Volume, ...]
    environment: Mapping[str, str]
    network: str
    command: str
    user: str | None
    privileged: bool
    host_namespaces: tuple[str, ...]
    capabilities: tuple[str, ...]
    security: tuple[str, ...]
    whole: bool
    names: frozenset[str]


def read_service(files: Files, paths: Sequence[str], name: str) -> Service | None:
    """Read one service out of Compose files, later ones overriding; None where it is nowhere.

    ``paths`` are relative to the root. Files that are missing or broken are remembered in ``files``.
    """
    reader = _Reader(files, paths)
    table = reader.service(name)
    if table is None:
        return None
    return reader.build(name, table)


class _Layer(NamedTuple):
    """A Compose file: its path, and what it says."""

    path: str
    table: dict[str, object]

    @property
    def folder(self) -> str:
        return folder_above(self.path)


class _Reader:
    def __init__(self, files: Files, paths: Sequence[str]) -> None:
        self.files = files
        self.folder = paths[0].rpartition("/")[0] if paths else ""
        self.whole = True
        self.names: set[str] = set()
        self.layers = [layer for path in paths if (layer := self._load(path)) is not None]
        if len(self.layers) < len(paths):
            self.whole = False
        self.values = _env_values(files.text(join(self.folder, ".env")) or "")
        self.path = paths[0]

    def _load(self, path: str) -> _Layer | None:
        text = self.files.required(path)
        if text is None:
            return None
        try:
            document = read_yaml(text)
        except Unreadable as error:
            self.files.refuse("unreadable", path, str(error))
            return None
        if not isinstance(document, dict):
            return None
        # What another file adds, and what these tags take away, is not followed.
        if "include" in document or "!reset" in text or "!override" in text:
            self.whole = False
        services = document.get("services")
        self.names |= set(services) if isinstance(services, dict) else set()
        return _Layer(path, document)

    def service(self, name: str) -> dict[str, object] | None:
        """The service merged over all files and what it extends."""
        merged: dict[str, object] | None = None
        for layer in self.layers:
            table = self._extended(layer, name, 0)
            if table is not None:
                merged = _merge(merged, table) if merged is not None else table
                self.path = layer.path
        return merged

    def _extended(self, layer: _Layer, name: str, depth: int) -> dict[str, object] | None:
        """A service of one file on top of what it extends, with paths relative to that file."""
        services = layer.table.get("services")
        table = services.get(name) if isinstance(services, dict) else None
        if not isinstance(table, dict):
            return None
        extends = table.get("extends")
        if extends is None:
            return table
        if depth >= _MAX_EXTENDS:
            self.whole = False
            return table
        source: str | None = None
        other = _text(extends)
        if isinstance(extends, dict):
            other, source = _text(extends.get("service")), _text(extends.get("file"))
        below = self._load(join(layer.folder, source)) if source is not None else layer
        base = self._extended(below, other, depth + 1) if below is not None and other else None
        if base is None or below is None:
            self.whole = False
            return table
        if below.folder != layer.folder:
            base = _moved(base, relpath(below.folder or ".", layer.folder or "."))
        return _merge(base, {key: value for key, value in table.items() if key != "extends"})

    def build(self, name: str, table: dict[str, object]) -> Service:
        """The record of a merged service."""
        image = self._known(table.get("image"))
        mode = _text(table.get("network_mode")) or ""
        return Service(
            name=name,
            path=self.path,
            image=image,
            build=self._build(table.get("build")),
            ports=tuple(port for item in _list(table.get("ports")) for port in self._port(item)),
            volumes=tuple(volume for item in _list(table.get("volumes")) for volume in self._volume(item))
            + tuple(Volume("tmpfs", None, _text(item) or "") for item in _list(table.get("tmpfs"))),
            environment=_pairs(table.get("environment")),
            network=mode,
            command=_command(table.get("command")),
            user=self._known(table.get("user")),
            privileged=_text(table.get("privileged")) == "true",
            host_namespaces=tuple(
                kind for key, kind in _NAMESPACES.items() if _text(table.get(key)) == "host"
            ),
            capabilities=_texts(table.get("cap_add")),
            security=_texts(table.get("security_opt")),
            whole=self.whole,
            names=frozenset(self.names),
        )

    def _known(self, value: object) -> str | None:
        text = _text(value)
        return substitute_shell(text, self.values) if text is not None else None

    def _build(self, value: object) -> Build | None:
        table = {"context": value} if isinstance(value, str) else value
        if not isinstance(table, dict):
            return None
        context = self._known(table.get("context") or ".")
        dockerfile = self._known(table.get("dockerfile") or "Dockerfile")
        if context is None or dockerfile is None or "://" in context:
            self.whole = False
            return Build("", "", {}, None, {})
        written = _pairs(table.get("args"))
        args = {
            key: text
            for key, item in written.items()
            if (text := substitute_shell(item, self.values)) is not None
        }
        inline = _text(table.get("dockerfile_inline"))
        path = join(join(self.folder, context), dockerfile)
        return Build(path, inline, args, self._known(table.get("target")), written)

    def _port(self, item: object) -> list[str]:
        if isinstance(item, dict):
            target = self._known(item.get("target"))
            return [target] if target is not None else []
        text = self._known(item)
        if text is None:
            self.whole = False
            return []
        return [text.partition("/")[0].rpartition(":")[2]]

    def _volume(self, item: object) -> list[Volume]:
        if isinstance(item, dict):
            target = _text(item.get("target"))
            return (
                [Volume(_text(item.get("type")) or "volume", _text(item.get("source")), target)]
                if target
                else []
            )
        text = _text(item)
        if text is None:
            return []
        replaced = substitute_shell(text, {**self.values, "PWD": "."})
        parts = split_volume(replaced if replaced is not None else text)
        if len(parts) == 1:
            return [Volume("volume", None, parts[0])]
        bind = parts[0].startswith((".", "/", "~", "$"))
        return [Volume("bind" if bind else "volume", parts[0], parts[1])]


def split_volume(text: str) -> list[str]:
    """Source, target and mode of the short form; a variable may hold colons of its own."""
    parts: list[str] = [""]
    depth = 0
    for character in text[:4_000]:
        depth += (character == "{") - (character == "}")
        if character == ":" and depth <= 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _merge(base: dict[str, object], over: dict[str, object]) -> dict[str, object]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        if key in _LISTS and isinstance(old, list) and isinstance(value, list):
            merged[key] = [*old, *value]
        elif key in ("environment", "args") and old is not None:
            merged[key] = {**_pairs(old), **_pairs(value)}
        elif key == "build" and old is not None:
            merged[key] = _merge(_build_table(old), _build_table(value))
        else:
            merged[key] = value
    return merged


def _build_table(value: object) -> dict[str, object]:
    """What ``build`` says in either form as a table; its short form is the context."""
    return value if isinstance(value, dict) else {"context": value}


def _moved(table: dict[str, object], folder: str) -> dict[str, object]:
    """A service that another folder's file describes, with its relative paths seen from here."""
    moved = dict(table)
    build = table.get("build")
    if build is not None:
        made = _build_table(build)
        context = _text(made.get("context")) or "."
        moved["build"] = made if "://" in context else {**made, "context": f"{folder}/{context}"}
    moved["volumes"] = [_moved_volume(item, folder) for item in _list(table.get("volumes"))]
    return moved


def _moved_volume(item: object, folder: str) -> object:
    if isinstance(item, dict):
        source = _text(item.get("source"))
        return {**item, "source": f"{folder}/{source}"} if source and source.startswith(".") else item
    text = _text(item)
    return f"./{folder}/{text}" if text is not None and text.startswith(".") else item


def _pairs(value: object) -> dict[str, str]:
    """A mapping, or a list of ``NAME=value``, as a mapping; entries without a value are left out."""
    if isinstance(value, dict):
        return {key: text for key, item in value.items() if (text := _text(item)) is not None}
    found: dict[str, str] = {}
    for item in _list(value):
        name, equals, text = (_text(item) or "").partition("=")
        if equals:
            found[name] = text
    return found


def _command(value: object) -> str:
    words = [_text(item) or "" for item in _list(value)]
    return " ".join(words) if words else _text(value) or ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for item in _list(value) if (text := _text(item)) is not None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _env_values(text: str) -> dict[str, str]:
    """The variables of the ``.env`` beside the first Compose file, which Compose reads for its own use."""
    found: dict[str, str] = {}
    for line in text.splitlines()[:2_000]:
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            found[name.strip()] = value.strip().strip("\"'")
    return found
