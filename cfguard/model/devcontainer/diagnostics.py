"""What is wrong with a dev container file by file: its shape, its variables, the files and versions it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cfguard.model.devcontainer.lifecycle import KEYS
from cfguard.model.devcontainer.lockfile import Locked, locked_features, lockfile_path
from cfguard.model.devcontainer.shape import shape_diagnostics
from cfguard.model.devcontainer.variables import PATHS, Use, is_known, uses
from cfguard.model.devcontainer.wrangler import installs_retired_wrangler, run_texts
from cfguard.model.entity import text_of
from cfguard.suggest import did_you_mean
from cfguard.syntax.node import Diagnostic, Node
from cfguard.text import Span

if TYPE_CHECKING:
    from cfguard.model.devcontainer.contents import Contents
    from cfguard.model.devcontainer.features import FeatureUse
    from cfguard.model.devcontainer.files import Files
    from cfguard.syntax.node import Document

#: Variables that a shell or another tool replaces, and those of templates that are not filled in yet.
_FOREIGN = frozenset({"templateOption", "input", "command", "config"})
_MOST = 200


def diagnose(document: Document, contents: Contents, files: Files) -> Iterator[Diagnostic]:
    """Everything that can be said of one devcontainer.json as diagnostics, in no particular order."""
    yield from shape_diagnostics(document)
    if document.root.kind != "table":
        return
    yield from _variables(document)
    yield from _troubles(document, contents, files)
    if not document.recovered:
        yield from _retired(contents)
        lock = files.text(lockfile_path(document.path))
        locked = locked_features(lock)
        yield from _unpinned(contents, locked)
        if locked is not None:
            yield from _stale(document, contents.features, locked)


def _variables(document: Document) -> Iterator[Diagnostic]:
    """Variables that no tool replaces, that lose a part of their default, or that stop the tools."""
    said = 0
    for node in document.root.walk():
        text = text_of(node)
        if text is None or "${" not in text:
            continue
        top = node.path[0] if node.path else ""
        for use in uses(text):
            if said >= _MOST:
                return
            found = _variable(use.kind, use.name, use.cut, str(top))
            if found is not None:
                said += 1
                span = _span(document, node, use)
                yield Diagnostic(found[0], found[1], span, node.path, help=found[2])


def _span(document: Document, node: Node, use: Use) -> Span:
    """The variable itself where the string is written without escapes before it, else the whole string."""
    start = node.span.start + 1 + use.offset
    exact = document.source.text.startswith(use.text, start)
    return Span(start, start + len(use.text)) if exact else node.span


def _variable(kind: str, name: str, cut: str, top: str) -> tuple[str, str, str] | None:
    if kind in ("localEnv", "env", "containerEnv"):
        if not name:
            return "invalid", f"`${{{kind}}}` names no variable; `${{{kind}:NAME}}` was expected", ""
        if cut:
            message = f"the default of `{name}` is cut at its colon: the tools split at every one"
            return (
                "variable-default-cut",
                message,
                "Set the variable on the host, or use a value without a colon",
            )
        return None
    if is_known(kind) or kind in _FOREIGN or top in KEYS or top in ("customizations", "settings"):
        return None
    if not kind.isidentifier() or kind.isupper():
        return None  # a variable of the shell that some program will see
    meant = did_you_mean(kind, (*PATHS, "localEnv", "containerEnv"))
    message = f"`${{{kind}}}` is no variable of dev containers and stays as it is"
    return "variable-unknown", message + meant, "Known: " + ", ".join(f"`{each}`" for each in sorted(PATHS))


def _troubles(document: Document, contents: Contents, files: Files) -> Iterator[Diagnostic]:
    evidence = contents.definition.evidence
    for trouble in files.troubles:
        node = evidence if evidence is not None else document.root
        span = node.span if node.key is not None else None
        if trouble.kind == "missing":
            yield Diagnostic("file-missing", f"there is no `{trouble.path}`", span, node.path)
        else:
            message = f"`{trouble.path}` is not judged: {trouble.reason}"
            yield Diagnostic("file-unreadable", message, span, node.path)


def _retired(contents: Contents) -> Iterator[Diagnostic]:
    """Commands that install the wrangler of version 1, which has another name."""
    found = [(step.node, f"`{step.key}`") for step in contents.steps if installs_retired_wrangler(step.text)]
    evidence = contents.definition.evidence
    if evidence is not None and any(map(installs_retired_wrangler, run_texts(contents.definition))):
        found.append((evidence, "the Dockerfile"))
    for node, who in found:
        message = f"{who} installs `@cloudflare/wrangler`, which ended with version 1"
        yield Diagnostic("wrangler-retired", message, node.span, node.path)


def _unpinned(contents: Contents, locked: Locked | None) -> Iterator[Diagnostic]:
    definition = contents.definition
    image = definition.image
    if image is not None and image.reference.digest is None and definition.evidence is not None:
        tag = image.reference.tag
        if tag is None or tag in ("latest", "dev"):
            stated = f"image `{image.reference.text}`"
            origin = f" ({definition.origin})" if definition.origin else ""
            says = f"has the tag `{tag}`" if tag else "has no tag"
            message = f"{stated}{origin} {says}: every rebuild may bring another one"
            yield Diagnostic("unpinned", message, definition.evidence.span, definition.evidence.path)
    for feature in contents.features:
        pinned = feature.digest or (feature.version is not None and feature.version != "latest")
        if pinned or feature.local or (locked is not None and feature.id.lower() in locked.features):
            continue
        if "/" not in feature.id:
            continue  # a legacy name, which has no versions
        message = f"feature `{feature.id}` has no version: every rebuild may bring another one"
        yield Diagnostic("unpinned", message, feature.node.key_span, feature.node.path)


def _stale(document: Document, features: tuple[FeatureUse, ...], locked: Locked) -> Iterator[Diagnostic]:
    """Features that the lockfile does not hold, and those that only it still holds."""
    path = lockfile_path(document.path)
    for feature in features:
        if not feature.local and "/" in feature.id and feature.id.lower() not in locked.features:
            message = f"feature `{feature.id}` is not in `{path}`: the lockfile is out of step"
            yield Diagnostic("lockfile-stale", message, feature.node.key_span, feature.node.path)
    if any(feature.local for feature in features):
        return  # what a local feature depends on is locked, but nothing there says for whom
    table = document.root.get("features")
    for id in sorted(locked.features - locked.needed - {feature.id.lower() for feature in features})[:_MOST]:
        message = f"`{path}` holds feature `{id}`, which is not asked for any more"
        span = table.key_span if table is not None else None
        yield Diagnostic("lockfile-stale", message, span, ("features",))
