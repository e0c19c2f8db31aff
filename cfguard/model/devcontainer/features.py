"""The features of a dev container: what each is, and whether it brings Node or wrangler."""

from __future__ import annotations

from cfguard.model.devcontainer.variables import substitute
from cfguard.model.entity import text_of
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Node

#: Published by the dev container project itself, and read: they bring no Node but where named otherwise.
_OWN = "ghcr.io/devcontainers/features/"
#: Features of one tool each (their published sources, read 2026-11-22).
_PLAIN = lazy(r"ghcr\.io/(?:devcontainers|devcontainers-extra|devcontainers-contrib)/features/[\w.-]+")
_DEFAULT = "lts"
_MAY_BRING_NODE = (
    "node",
    "npm",
    "nvm",
    "mise",
    "asdf",
    "volta",
    "proto",
    "nix",
    "fnm",
    "devbox",
    "rtx",
    "flox",
)


class FeatureUse(NamedTuple):
    """A feature as a file names it: ``name`` is the last part of its id, ``version`` the part behind it."""

    id: str
    name: str
    version: str | None
    digest: bool
    local: bool
    node: Node


def read_features(root: Node) -> tuple[FeatureUse, ...]:
    """The features of a devcontainer.json, in its order."""
    table = root.get("features")
    return tuple(_feature(id, node) for id, node in (table.members.items() if table is not None else ()))


def _feature(id: str, node: Node) -> FeatureUse:
    body, at, _ = id.partition("@")
    _, _, last = body.rpartition("/")
    name, _, version = last.partition(":")
    local = id.startswith((".", "/")) or "://" in id
    return FeatureUse(id, name.lower(), version or None, bool(at), local, node)


def brings_node(feature: FeatureUse) -> bool:
    """Whether it is the Node feature, of any registry."""
    if feature.local:
        return False
    path = feature.id.lower().partition("@")[0]
    stem = path.rpartition(":")[0] if ":" in path.rpartition("/")[2] else path
    return stem == "node" or stem.endswith(("/features/node", "/node-asdf"))


def node_version(feature: FeatureUse) -> str | None:
    """The version asked for; None where that cannot be known."""
    node = feature.node
    option = node.get("version") if node.kind == "table" else node if node.kind == "string" else None
    if option is None:
        return "latest" if feature.name == "node-asdf" else _DEFAULT
    if option.kind in ("integer", "float"):
        return str(option.value)
    text = text_of(option)
    return substitute(text) if text is not None else None


def may_bring_node(feature: FeatureUse, *, known_absent: bool) -> bool:
    """Whether a feature other than Node's own may change which Node there is."""
    if brings_node(feature):
        return False
    if feature.id.lower().startswith(_OWN):
        return feature.name in ("nix", "anaconda", "oryx")
    if known_absent:
        return True
    return any(word in feature.name for word in _MAY_BRING_NODE)


def is_plain(feature: FeatureUse) -> bool:
    """Whether it brings one tool, the one in its name; features of unknown authors may bring anything."""
    return _PLAIN.match(feature.id) is not None


def brings_wrangler(feature: FeatureUse) -> bool:
    """Whether it installs wrangler for everybody in the container."""
    if feature.name in ("wrangler", "cloudflare-wrangler"):
        return True
    if feature.name not in ("npm-package", "npm-packages"):
        return False
    packages = text_of(feature.node.get("package")) or text_of(feature.node.get("packages")) or ""
    return any(each.strip().partition("@")[0] == "wrangler" for each in packages.split(","))
