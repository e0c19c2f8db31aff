"""Containers: images, roll-outs, and the Durable Object that each one belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.wrangler.durable_objects import exports_of, is_live
from cfguard.wrangler.javascript import is_falsy, kind_of, number, string
from cfguard.wrangler.wording import field, listed, noun, number_shown, quoted

if TYPE_CHECKING:
    from cfguard.syntax.node import Node
    from cfguard.wrangler.diagnostic import Findings
    from cfguard.wrangler.scope import Scope

PathKind = Callable[[str], str | None]

_MANAGED = "durable_object"
_DIGEST = (
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)+@sha256:[a-f0-9]{64}"
)
# What a URL cannot hold in its host part; enough to tell an image reference from prose.
_NO_HOST = r"[\s<>\^|%\[\]\\@]"


def rollout_steps(node: Node, findings: Findings) -> None:
    """Steps rise from 10 or more to 100."""
    last: int | float | None = None
    sound = True
    for item in node.items:
        step = number(item)
        wanted = ""
        if step is None:
            wanted = "a number was expected"
        elif not 10 <= step <= 100:
            wanted = "a percentage from 10 to 100 was expected"
        elif last is not None and step < last:
            wanted = f"{number_shown(last)} or more was expected after the step before"
        if wanted:
            shown = noun(item) if step is None else number_shown(step)
            findings.at(item, f"{field(item.path)} is {shown}; {wanted}")
            sound = False
        last = step if step is not None else last
    if sound and last is not None and last != 100:
        message = f"{field(node.path)} ends at {number_shown(last)}; the last step must be `100`"
        findings.at(node.items[-1], message)


def observability(node: Node, findings: Findings) -> None:
    """Targeting some instances needs logs switched on, in one way."""
    members = node.members
    logs = members.get("logs")
    enabled = members.get("enabled")
    logs_enabled = logs.members.get("enabled") if logs is not None else None
    percentage, count = members.get("target_instance_percentage"), members.get("target_instance_count")
    if enabled is None and logs_enabled is None and percentage is None and count is None:
        if logs is None or kind_of(logs) == "object":
            message = f"{field(node.path)} has neither `enabled` nor `logs.enabled`; one of them was expected"
            findings.missing(node, "enabled", message)
        return
    if _booleans_differ(enabled, logs_enabled) and logs_enabled is not None and enabled is not None:
        message = (
            f"{field(enabled.path)} and `logs.enabled` contradict each other; the same value was expected"
        )
        findings.at(logs_enabled, message, related=((enabled.span, "the other one"),))
    if percentage is not None and count is not None:
        message = "`target_instance_percentage` and `target_instance_count` exclude each other"
        findings.at(count, message, part="key", related=((percentage.part("key"), "the other one"),))
    switched_on = any(node is not None and node.value is True for node in (enabled, logs_enabled))
    for target in (percentage, count):
        if target is not None and not switched_on:
            message = f"{field(target.path)} is set though logs are not switched on here"
            findings.at(target, message, part="key", help="Set `enabled = true` beside it")


def _booleans_differ(left: Node | None, right: Node | None) -> bool:
    if left is None or right is None or left.kind != "boolean" or right.kind != "boolean":
        return False
    return left.value is not right.value


def managed_container(node: Node, findings: Findings) -> None:
    """A container that a Durable Object manages logs all instances or none."""
    settings = node.members.get("observability")
    for key in ("target_instance_percentage", "target_instance_count"):
        if settings is not None and key in settings.members:
            message = f"{quoted(key)} is not supported for containers that a Durable Object manages"
            findings.at(settings.members[key], message, part="key")


def managed_image(node: Node, findings: Findings) -> None:
    """Only an image built from a Dockerfile takes build settings; its name is short."""
    name = str(node.key)
    if not 1 <= len(name) <= 128:
        findings.at(
            node, f"an image has a name of {len(name)} characters; 1 to 128 were expected", part="key"
        )
    members = node.members
    if "dockerfile" in members and "image" not in members:
        return
    for key in ("build_context", "build_vars"):
        if key in members:
            message = f"{quoted(key)} belongs to an image that is built from a `dockerfile`"
            findings.at(members[key], message, part="key")


def preview_containers(node: Node, findings: Findings) -> None:
    """Preview containers are named by wrangler and belong to one class each."""
    for entry in node.items:
        policy, name = entry.members.get("scheduling_policy"), entry.members.get("name")
        if policy is not None and policy.value == _MANAGED:
            message = "containers that a Durable Object manages cannot be set for previews"
            findings.at(policy, message)
        if name is not None:
            message = "a preview container cannot have a `name`; wrangler makes it from the class name"
            findings.at(name, message, part="key", help="Remove it and set `class_name`")
    findings.unique(
        node.items,
        "class_name",
        lambda name: f"class {quoted(name)} has two preview containers; one was expected",
    )


def container(node: Node, findings: Findings) -> None:
    """Limits are set in one way, and no more steps than instances."""
    members = node.members
    old, preset = members.get("configuration"), members.get("instance_type")
    if old is not None and preset is not None and not is_falsy(preset):
        for key in ("disk", "vcpu", "memory_mib"):
            if key in old.members:
                message = f"`configuration.{key}` and `instance_type` exclude each other; one was expected"
                findings.at(
                    old.members[key], message, part="key", related=((preset.part("key"), "the other one"),)
                )
                break
    steps, most = members.get("rollout_step_percentage"), number(members.get("max_instances"))
    if steps is not None and steps.kind == "array" and most is not None and len(steps.items) > most:
        message = (
            f"{field(steps.path)} has {len(steps.items)} steps for at most {number_shown(most)} instances"
        )
        findings.at(steps, message)


class Linked(NamedTuple):
    """A container as it is matched with Durable Objects: its name may be made up by wrangler."""

    node: Node
    name: str | None
    class_name: str | None
    has_class: bool


def check(scope: Scope, findings: Findings, path_kind: PathKind | None) -> None:
    """Images exist, names can be made, and containers and classes match one to one."""
    containers = scope.own("containers")
    if containers is not None and (containers.kind != "array"):
        return
    linked = [_link(scope, node, findings) for node in (containers.items if containers is not None else ())]
    registry = _registry(scope)
    for entry in linked:
        _check_images(entry.node, registry, findings, path_kind)
    if containers is not None or not _are_links_told_elsewhere(scope):
        _check_links(linked, scope.effective("exports"), findings)
    previews = scope.own("previews")
    shown = previews.members.get("containers") if previews is not None else None
    for preview in shown.items if shown is not None else ():
        _check_images(preview, registry, findings, path_kind)


def _link(scope: Scope, node: Node, findings: Findings) -> Linked:
    name_node, class_node = node.members.get("name"), node.members.get("class_name")
    name, class_name = string(name_node), string(class_node)
    managed = string(node.members.get("scheduling_policy")) == _MANAGED
    if name_node is None or is_falsy(name_node):
        if class_node is None:
            message = f"{field(node.path)} has neither `name` nor `class_name`; one of them was expected"
            findings.missing(node, "name", message)
        elif not managed or class_name:
            name = _default_name(scope, node, class_name, findings)
    return Linked(node, name, class_name, class_node is not None)


def _default_name(scope: Scope, node: Node, class_name: str | None, findings: Findings) -> str | None:
    worker = scope.worker_name()
    if worker is None:
        message = f"{field(node.path)} has no `name`, and the Worker has none to make one from"
        findings.missing(node, "name", message, help="Set `name` here or at the top level")
        return None
    suffix = "" if scope.is_top else f"-{scope.name}"
    return f"{worker}-{class_name}{suffix}".lower().replace(" ", "-")


def _registry(scope: Scope) -> str:
    region = string(scope.effective("compliance_region"))
    return "registry.fed.cloudflare.com" if region == "fedramp_high" else "registry.cloudflare.com"


def _are_links_told_elsewhere(scope: Scope) -> bool:
    """Whether a scope without containers leaves the exports that name one to the scopes that have some."""
    in_environments = any("containers" in child.members for child in _environments(scope.root))
    if scope.is_top:
        return in_environments
    return "containers" in scope.root.members or not (in_environments or "exports" in scope.node.members)


def _environments(root: Node) -> Iterable[Node]:
    node = root.members.get("env")
    return node.children() if node is not None else ()


def _check_images(node: Node, registry: str, findings: Findings, path_kind: PathKind | None) -> None:
    if node.kind != "table":
        return
    if string(node.members.get("scheduling_policy")) == _MANAGED:
        images = node.members.get("images")
        for managed in images.members.values() if images is not None else ():
            _check_digest(managed.members.get("image"), registry, findings)
        return
    old = node.members.get("configuration")
    image = node.members.get("image")
    if image is None or image.kind == "null":
        image = old.members.get("image") if old is not None else None
    if image is None or is_falsy(image):
        message = (
            f"{field(node.path)} has no `image`; the path of a Dockerfile or an image reference was expected"
        )
        findings.missing(node, "image", message)
    elif string(image) is None:
        findings.at(image, f"{field(image.path)} is {noun(image)}; a string was expected")
    else:
        _check_reference(image, findings, path_kind)


def _check_digest(node: Node | None, registry: str, findings: Findings) -> None:
    text = string(node)
    if node is None or not text:
        return
    if not text.startswith(f"{registry}/") or not re.fullmatch(_DIGEST, text[len(registry) + 1 :]):
        message = (
            f"{field(node.path)} is no pinned image; "
            f"`{registry}/<account-id>/<repository>@sha256:<64 hex digits>` was expected"
        )
        findings.at(node, message)


def _check_reference(node: Node, findings: Findings, path_kind: PathKind | None) -> None:
    """An image is an existing Dockerfile or a reference with a tag."""
    text = str(node.value)
    found = path_kind(text) if path_kind is not None else None
    if found == "file":
        return
    if found == "folder":
        findings.at(node, f"{field(node.path)} is a folder; the path of a Dockerfile was expected")
    elif "://" in text:
        findings.at(
            node, f"{field(node.path)} names a protocol; a reference such as `docker.io/httpd:1` was expected"
        )
    elif path_kind is not None and (
        ":" not in text.rsplit("/", 1)[-1] or not _is_host(text.split("/", 1)[0])
    ):
        # What stands before an @ may be a password.
        shown = noun(node) if "@" in text else quoted(text)
        message = f"{field(node.path)} is {shown}, neither an existing file nor an image with a tag"
        findings.at(
            node, message, help="Give the path of a Dockerfile, or an image such as `docker.io/httpd:1`"
        )


def _is_host(text: str) -> bool:
    host, _, port = text.partition(":")
    if not host or re.search(_NO_HOST, text):
        return False
    return not port or (port.isascii() and port.isdigit() and int(port) <= 65535)


def _check_links(containers: list[Linked], exports: Node | None, findings: Findings) -> None:
    named = [entry for entry in containers if entry.name is not None]
    crowded = _check_repeats(containers, named, findings)
    objects = dict(exports_of(exports, "durable-object"))
    live = {name: entry for name, entry in objects.items() if is_live(entry)}
    claims = _claims(live, {str(entry.name) for entry in named}, findings)
    holders: dict[str, str] = {}
    for class_name, export in objects.items():
        container_name = string(export.members.get("container"))
        if container_name is not None:
            holders.setdefault(container_name, class_name)
    for entry in named:
        if not entry.has_class:
            if entry.name not in holders:
                message = f"container {quoted(str(entry.name))} belongs to no Durable Object"
                help = "Set `class_name`, or name the container in a Durable Object of `exports`"
                findings.missing(entry.node, "class_name", message, help=help)
        elif entry.class_name is not None and entry.class_name not in crowded:
            _check_pair(entry, entry.class_name, objects, set(live), claims, findings)


def _check_repeats(containers: list[Linked], named: list[Linked], findings: Findings) -> set[str]:
    first_by_name: dict[str, Linked] = {}
    for entry in named:
        first = first_by_name.setdefault(str(entry.name), entry)
        if first is not entry:
            at = entry.node.members.get("name", entry.node)
            findings.at(at, f"two containers are called {quoted(str(entry.name))}; names must be unique")
    first_by_class: dict[str, Linked] = {}
    crowded: set[str] = set()
    for entry in containers:
        if entry.class_name is None:
            continue
        first = first_by_class.setdefault(entry.class_name, entry)
        if first is not entry:
            crowded.add(entry.class_name)
            message = f"Durable Object {quoted(entry.class_name)} has two containers; one was expected"
            at = entry.node.members["class_name"]
            findings.at(at, message, related=((first.node.members["class_name"].span, "the first one"),))
    return crowded


def _claims(live: dict[str, Node], names: set[str], findings: Findings) -> dict[str, list[str]]:
    """Which classes name each container; a container that is not there is told at once."""
    claims: dict[str, list[str]] = {}
    for name, entry in live.items():
        node = entry.members.get("container")
        wanted = string(node)
        if node is None or not wanted:
            continue
        if wanted not in names:
            if findings.complete:
                findings.at(node, f"{field(node.path)} names {quoted(wanted)}; no container is called so")
            continue
        claims.setdefault(wanted, []).append(name)
        if len(claims[wanted]) > 1:
            both = listed((claims[wanted][0], name))
            message = f"container {quoted(wanted)} is named by {both}; one class was expected"
            findings.at(node, message)
    return claims


def _check_pair(
    entry: Linked,
    class_name: str,
    objects: dict[str, Node],
    live: set[str],
    claims: dict[str, list[str]],
    findings: Findings,
) -> None:
    at = entry.node.members["class_name"]
    export = objects.get(class_name)
    wanted = string(export.members.get("container")) if export is not None else None
    claimants = claims.get(str(entry.name), [])
    name = quoted(str(entry.name))
    if wanted is not None and wanted != entry.name:
        message = f"container {name} names class {quoted(class_name)}, which names {quoted(wanted)}"
        findings.at(at, message)
    elif len(claimants) == 1 and claimants[0] != class_name:
        claimant = quoted(claimants[0])
        message = f"container {name} names class {quoted(class_name)}, but {claimant} names this container"
        findings.at(at, message)
    elif objects and class_name not in live:
        findings.at(
            at, f"{field(at.path)} is {quoted(class_name)}; `exports` has no such live Durable Object"
        )
    elif wanted is None and export is not None:
        storage = export.members.get("storage")
        if storage is not None and storage.value == "legacy-kv":
            message = (
                f"{field(at.path)} is {quoted(class_name)}, stored in `legacy-kv`; `sqlite` was expected"
            )
            findings.at(at, message, related=((storage.span, "storage is set here"),))
