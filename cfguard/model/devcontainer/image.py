"""What an image brings, read off its reference: Node, the distribution, the user. Nothing is ever pulled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from cfguard.model.devcontainer.tables import Distribution, distribution, node_from_name, tables
from cfguard.model.devcontainer.versions import ANY, NodeRange, at_least, exactly, line
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy

_ABSENT = NodeRange(None, None, absent=True)
_IMAGE_VERSION = lazy(r"\d(?:\.\d{1,3}){0,2}\Z", re.ASCII)
_NUMBER = lazy(r"\d{1,3}\Z", re.ASCII)
_NODE_IN_NAME = lazy(r"(?:nodejs|node)-?(\d{2})(?:-debian\d+)?\Z", re.ASCII)
_UBI = lazy(r"(?:^|/)ubi(\d)(?:/|\Z)")
_LONGEST = 500


class Reference(NamedTuple):
    """An image reference in parts; ``repository`` is normalised (`docker.io/library/node` is `node`)."""

    text: str
    repository: str
    tag: str | None
    digest: str | None


class Image(NamedTuple):
    """What is known of an image; None and ``unknown`` are honest answers.

    ``user`` is the user that commands run as. ``unpublished`` says why the tag cannot be pulled, or is
    empty. ``recognised`` is true for the images of the tables.
    """

    reference: Reference
    recognised: bool
    node: NodeRange | None
    distribution: Distribution | None
    user: str | None
    unpublished: str = ""


def read_reference(text: str) -> Reference | None:
    """The parts of ``[registry/]path[:tag][@digest]``, None where it is none or still holds a variable."""
    text = text.strip()
    if not text or len(text) > _LONGEST or "$" in text or "{" in text or re.search(r"\s", text):
        return None
    name, _, digest = text.partition("@")
    head, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    repository = (head + slash + last).lower()
    for prefix in ("docker.io/", "index.docker.io/", "registry.hub.docker.com/"):
        repository = repository.removeprefix(prefix)
    if "library/" in repository:
        repository = repository.rpartition("library/")[2]
    return Reference(text, repository, tag or None, digest or None) if repository else None


def read_image(text: str) -> Image | None:
    """What an image reference says; None where it is no plain reference."""
    reference = read_reference(text)
    if reference is None:
        return None
    if reference.tag is None and reference.digest is not None:
        family = _families().get(reference.repository)
        absent = family is not None and family["grammar"] == "no-node"
        user = family["user"] if family is not None else None
        return Image(reference, family is not None, _ABSENT if absent else None, None, user)
    return _recognised(reference) or _by_name(reference)


def _recognised(reference: Reference) -> Image | None:
    family = _families().get(reference.repository)
    if family is None:
        return None
    tag = (reference.tag or "latest").lower()
    node, unpublished = _GRAMMARS[family["grammar"]](reference.repository, tag)
    if node is not None:
        node = node.because(f"`{reference.text}`")
    return Image(reference, True, node, _distribution(reference, tag), family["user"], unpublished)


def _by_name(reference: Reference) -> Image:
    """An image that no table holds: some say the version in their name."""
    match = _NODE_IN_NAME.search(reference.repository)
    red_hat = _UBI.search(reference.repository)
    official = red_hat is not None or reference.repository.startswith("gcr.io/distroless/")
    if match is None or not official:
        return Image(reference, False, None, distribution(reference.tag or ""), None)
    found = distribution(f"rhel{red_hat[1]}") if red_hat else distribution(reference.repository)
    return Image(reference, True, line(int(match[1])).because(f"`{reference.text}`"), found, None)


def _distribution(reference: Reference, tag: str) -> Distribution | None:
    name = reference.repository.rpartition("/")[2]
    if name in ("ubuntu", "debian", "alpine"):
        return distribution(f"{name}{tag}") or distribution(tag) or (distribution(name))
    return distribution(tag)


@lru_cache(maxsize=1)
def _families() -> Mapping[str, Mapping[str, Any]]:
    return {name: family for family in tables()["images"]["families"] for name in family["repositories"]}


def _official(repository: str, tag: str) -> tuple[NodeRange | None, str]:
    first = tag.partition("-")[0]
    if first in ("latest", "current", "slim", "lts") or distribution(first) is not None:
        return at_least(tables()["node_lines"]["lts_before"]), ""
    if first in ("none", "node", "stable", "") or first.startswith("v"):
        return None, ""
    return node_from_name(first), ""


def _leading_version(repository: str, tag: str) -> tuple[NodeRange | None, str]:
    first = tag.removeprefix("node-").partition("-")[0]
    if first in ("lts", "current", "latest"):
        moves = repository == "cimg/node" or repository.startswith("bitnami/")
        return (at_least(tables()["node_lines"]["lts_before"]) if moves else None), ""
    return (exactly(first) if first[:1].isdigit() else None), ""


def _no_node(repository: str, tag: str) -> tuple[NodeRange | None, str]:
    return _ABSENT, ""


def _universal(repository: str, tag: str) -> tuple[NodeRange | None, str]:
    facts = tables()["images"]
    tag = tag.removeprefix("dev-")
    if "vscode/" in repository and tag.startswith("2"):
        return line(16), ""
    if tag in facts["universal_names"]:
        return line(facts["universal_names"][tag]), ""
    if tag in ("latest", "linux", "noble"):
        return at_least(22), ""
    match = re.match(r"(\d{1,2})(?:\.(\d{1,2}))?(?:\.\d{1,3})?(?:-|\Z)", tag, re.ASCII)
    if match is None:
        return None, ""
    version = (int(match[1]), int(match[2]) if match[2] else ANY)
    found: int | None = None
    for row in facts["universal"]:
        major, _, minor = row["from"].partition(".")
        if version >= (int(major), int(minor)):
            found = row["node"]
    return (line(found) if found is not None else None), ""


def _vscode_node(repository: str, tag: str) -> tuple[NodeRange | None, str]:
    _, node, _ = _split_tag(tag)
    if node is not None:
        return line(node), ""
    return line(14, 20), ""


def _devcontainers_node(repository: str, tag: str) -> tuple[NodeRange | None, str]:
    version, node, variant = _split_tag(tag)
    generation = _generation(repository, version) if version is not None else None
    if node is not None:
        unpublished = _unpublished(version, node, variant, generation)
        return line(node), unpublished
    if version is None:
        moving = tag.removeprefix("dev-")
        return (at_least(22) if moving == "latest" or distribution(moving) is not None else None), ""
    if generation is None or not variant:
        return None, ""
    return line(*generation["default"]), ""


def _split_tag(tag: str) -> tuple[str | None, int | None, str]:
    """The image's own version, the Node line and the rest of a tag; a lone small number is neither."""
    parts = tag.removeprefix("dev-").split("-")
    version: str | None = None
    if _IMAGE_VERSION.match(parts[0]) and len(parts) > 1:
        number = _NUMBER.match(parts[1]) is not None and int(parts[1]) >= 10
        if number or distribution("-".join(parts[1:])) is not None:
            version = parts.pop(0)
    elif re.match(r"0\.\d{1,3}(?:\.\d{1,3})?\Z", parts[0], re.ASCII):
        version = parts.pop(0)
    node: int | None = None
    if parts and _NUMBER.match(parts[0]) and int(parts[0]) >= 10:
        node = int(parts.pop(0))
    return version, node, "-".join(parts)


def _generation(repository: str, version: str) -> Mapping[str, Any] | None:
    """The row of the tables for an image version; None before the first and after the last."""
    facts = tables()["images"]
    rows = list(facts["node_generations"])
    if repository.endswith("typescript-node"):
        rows += facts["typescript_generations"]
    major = int(version.partition(".")[0])
    return next((row for row in rows if row["from"] == major), None)


def _unpublished(version: str | None, node: int, variant: str, generation: Mapping[str, Any] | None) -> str:
    if generation is None:
        return ""
    if node not in generation["offered"]:
        return f"version {version} of the image has no variant for Node {node}"
    known = distribution(variant)
    if known is not None and known.name == "trixie" and "trixie" not in generation["distributions"]:
        return f"version {version} of the image has no `trixie` variant"
    return ""


_GRAMMARS: Mapping[str, Callable[[str, str], tuple[NodeRange | None, str]]] = {
    "node": _official,
    "leading-version": _leading_version,
    "no-node": _no_node,
    "universal": _universal,
    "vscode-node": _vscode_node,
    "devcontainers-node": _devcontainers_node,
}
