"""Checks of one value that look at several of its parts together; the table names them with ``x-check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.syntax.node import Cure
from cfguard.wrangler.javascript import is_falsy, kind_of, number, string
from cfguard.wrangler.suggest import closest
from cfguard.wrangler.wording import field, listed, noun, number_shown, one_of, quoted

if TYPE_CHECKING:
    from cfguard.syntax.node import Node
    from cfguard.wrangler.diagnostic import Findings

# Binding types that have a section of their own (wrangler 4.164.0).
_NATIVE_BINDING_TYPES = frozenset(
    (
        "plain_text",
        "secret_text",
        "json",
        "wasm_module",
        "data_blob",
        "text_blob",
        "browser",
        "analytics",
        "ai",
        "ai_search_namespace",
        "ai_search",
        "agent_memory",
        "kv_namespace",
        "durable_object_namespace",
        "d1_database",
        "r2_bucket",
        "service",
        "logfwdr",
        "mtls_certificate",
        "pipeline",
        "k2",
        "worker_loader",
        "vpc_service",
        "flagship",
        "vpc_network",
        "stream",
        "media",
        "artifacts",
    )
)
_DASHES = ("\u2013", "\u2014")
_TARGETS = ("region", "host", "hostname")


def compatibility_date(node: Node, findings: Findings) -> None:
    """Any text that JavaScript's Date accepts passes; typographic dashes do not."""
    text = str(node.value)
    if _is_usual(text):
        return
    from cfguard.wrangler.javascript_date import is_date

    plain = text
    for dash in _DASHES:
        plain = plain.replace(dash, "-")
    shown = quoted(text) if len(text) <= 40 else f"a string of {len(text)} characters"
    if plain != text:
        message = f"{field(node.path)} is {shown} with a typographic dash; `2026-01-31` has hyphens"
        findings.at(node, message, help=f"Use hyphens: `{plain}`" if is_date(plain) else "")
    elif not is_date(text):
        findings.at(node, f"{field(node.path)} is {shown}; a date such as `2026-01-31` was expected")


def _is_usual(text: str) -> bool:
    """Whether a text is an ISO date; decides nearly all cases without loading the rest."""
    parts = text.split("-")
    digits = "".join(parts)
    if [len(part) for part in parts] != [4, 2, 2] or not (digits.isascii() and digits.isdigit()):
        return False
    return 1 <= int(parts[1]) <= 12 and 1 <= int(parts[2]) <= 31


def route(node: Node, findings: Findings) -> None:
    """A route in a table names its zone once, or is a custom domain."""
    members = node.members
    if "zone_id" in members and "zone_name" in members:
        message = f"{field(node.path)} has `zone_id` and `zone_name`, which exclude each other"
        related = ((members["zone_id"].part("key"), "the other one"),)
        findings.at(members["zone_name"], message, part="key", related=related)
    for key in ("enabled", "previews_enabled"):
        if key in members and "custom_domain" not in members:
            message = f"{field(members[key].path)} is set without `custom_domain`, which it belongs to"
            findings.at(members[key], message, part="key")
            return
    # An unknown key is an error already, and most likely one of these misspelt.
    if members.keys() <= {"pattern", "enabled", "previews_enabled"}:
        message = f"{field(node.path)} has no `zone_name`, `zone_id` or `custom_domain`; one was expected"
        help = "Without a zone, write the route as a string"
        findings.missing(node, "zone_name", message, help=help)


def milliseconds(node: Node, findings: Findings) -> None:
    """A delay in seconds must be a whole number of milliseconds."""
    value = number(node)
    if value is None or not 0 <= value <= 86400:
        return
    exact = value * 1000
    rounded = round(exact)
    if (value > 0 and rounded == 0) or abs(exact - rounded) > 1e-6:
        findings.at(
            node,
            f"{field(node.path)} is {number_shown(value)}; seconds with at most three decimals were expected",
        )


def placement(node: Node, findings: Findings) -> None:
    """Placement is either by mode with a hint, or targeted at one region or host."""
    members = node.members
    targets = [key for key in members if key in _TARGETS]
    hint, mode = members.get("hint"), members.get("mode")
    if hint is not None and targets:
        message = f"{field(node.path)} has `hint` and {quoted(targets[0])}, which exclude each other"
        findings.at(hint, message, part="key", related=((members[targets[0]].part("key"), "the other one"),))
    elif hint is not None:
        _mode(node, mode, ("off", "smart"), findings, required=True)
        if kind_of(hint) != "string":
            findings.at(hint, f"{field(hint.path)} is {noun(hint)}; a string was expected")
        if not is_falsy(hint) and string(mode) != "smart":
            findings.at(hint, '`hint` has a meaning only beside `mode = "smart"`', part="key")
    elif targets:
        _mode(node, mode, ("targeted",), findings, required=False)
        for key in targets:
            if not string(members[key]):
                findings.at(
                    members[key], f"{field(members[key].path)} is {noun(members[key])}; a name was expected"
                )
        if len(targets) > 1:
            message = f"{field(node.path)} has {listed(targets)}, which exclude each other"
            related = ((members[targets[0]].part("key"), "the other one"),)
            findings.at(members[targets[1]], message, part="key", related=related)
    else:
        _mode(node, mode, ("off", "smart", "targeted"), findings, required=True)
        if string(mode) == "targeted":
            message = (
                "`placement` is targeted but has none of `region`, `host` and `hostname`; one was expected"
            )
            findings.missing(node, "region", message)


def _mode(
    container: Node, mode: Node | None, allowed: tuple[str, ...], findings: Findings, *, required: bool
) -> None:
    if mode is None:
        if required:
            message = f"{field(container.path)} has no `mode`; {one_of(allowed)} was expected"
            findings.missing(container, "mode", message)
        return
    text = string(mode)
    if text in allowed:
        return
    meant = closest(text, allowed) if text is not None else None
    wanted = f"did you mean {quoted(meant)}?" if meant else f"{one_of(allowed)} was expected"
    shown = noun(mode) if text is None else quoted(text)
    findings.at(mode, f"{field(mode.path)} is {shown}; {wanted}")


def observability(node: Node, findings: Findings) -> None:
    """At least one switch is set, and one of those that are is a boolean."""
    switches: list[tuple[Node, str]] = []
    for group in ("", "logs", "traces", "issues"):
        holder = node.members.get(group) if group else node
        if holder is not None and "enabled" in holder.members:
            switches.append((holder.members["enabled"], group))
    if not switches:
        message = (
            f"{field(node.path)} switches nothing on or off; `enabled`, `logs.enabled`, `traces.enabled` "
            "or `issues.enabled` was expected"
        )
        findings.missing(node, "enabled", message)
        return
    if any(switch.kind == "boolean" for switch, _ in switches):
        return
    for switch, group in switches:
        # Those in groups are judged by the table already.
        if not group:
            message = f"{field(switch.path)} is {noun(switch)}; `true` or `false` was expected"
            findings.at(
                switch, message, help="Remove the quotes" if string(switch) in ("true", "false") else ""
            )


def service_dev(node: Node, findings: Findings) -> None:
    """A local plugin takes the place of the remote service."""
    remote = node.members.get("remote")
    dev = node.members.get("dev")
    if remote is not None and remote.value is True and dev is not None and dev.kind == "table":
        message = "`remote` is ignored because `dev` routes the binding to a local plugin"
        findings.at(
            remote, message, code="suspicious-field", part="pair", related=((dev.part("key"), "set here"),)
        )


def pipeline(node: Node, findings: Findings) -> None:
    """A pipeline binding names its stream, or by the old name its pipeline."""
    stream, old = node.members.get("stream"), node.members.get("pipeline")
    if string(stream):
        return
    if string(old) and old is not None:
        message = f"{field(old.path)} is deprecated; use `stream`"
        cure = Cure("rename", key=(*node.path, "stream")) if stream is None else None
        findings.at(old, message, code="deprecated-field", part="key", cure=cure)
    elif stream is not None:
        findings.at(stream, f"{field(stream.path)} is {noun(stream)}; the name of a stream was expected")
    elif old is not None:
        findings.at(old, f"{field(old.path)} is {noun(old)}; the name of a stream was expected")
    else:
        findings.missing(node, "stream", f"{field(node.path)} has no `stream`; a string was expected")


def connect(node: Node, findings: Findings) -> None:
    """Each pair of protocol and port has one handler."""
    seen: dict[tuple[str, int | float], Node] = {}
    for entry in node.items:
        protocol, port = string(entry.members.get("protocol")), number(entry.members.get("port"))
        if protocol is None or port is None:
            continue
        first = seen.setdefault((protocol, port), entry)
        if first is not entry:
            message = f"{quoted(protocol)} port {number_shown(port)} has two handlers; one was expected"
            related = ((first.members["port"].span, "the first one"),)
            findings.at(entry.members["port"], message, related=related)


def unsafe_binding(node: Node, findings: Findings) -> None:
    """Unsafe bindings of a kind that has its own section draw a warning."""
    type_node = node.members.get("type")
    text = string(type_node)
    if type_node is None or text is None:
        return
    if text in _NATIVE_BINDING_TYPES:
        message = f"wrangler supports {quoted(text)} bindings itself; an unsafe one is not needed"
        findings.at(type_node, message, code="suspicious-field", help="Move it to its own section")
    elif text == "metadata" and string(node.members.get("name")) is not None:
        message = "an unsafe `metadata` binding is deprecated; use `version_metadata`"
        findings.at(type_node, message, code="deprecated-field")


def capnp(node: Node, findings: Findings) -> None:
    """A Cap'n Proto schema is compiled already, or has sources to compile."""
    members = node.members
    compiled = members.get("compiled_schema")
    if compiled is not None:
        for key in ("base_path", "source_schemas"):
            if key in members:
                message = (
                    f"`compiled_schema` and {quoted(key)} exclude each other; only one of them was expected"
                )
                findings.at(
                    members[key], message, part="key", related=((compiled.part("key"), "the other one"),)
                )
                return
        if string(compiled) is None:
            findings.at(compiled, f"{field(compiled.path)} is {noun(compiled)}; a string was expected")
        return
    base, sources = members.get("base_path"), members.get("source_schemas")
    if base is None:
        findings.missing(node, "base_path", f"{field(node.path)} has no `base_path`; a string was expected")
    elif string(base) is None:
        findings.at(base, f"{field(base.path)} is {noun(base)}; a string was expected")
    if sources is None:
        message = f"{field(node.path)} has no `source_schemas`; an array of strings was expected"
        findings.missing(node, "source_schemas", message)
    elif sources.kind != "array" or any(string(item) is None for item in sources.items):
        findings.at(sources, f"{field(sources.path)} is {noun(sources)}; an array of strings was expected")
