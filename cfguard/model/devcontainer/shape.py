"""Holds devcontainer.json against ``schemas/devcontainer.schema.json``: types, closed lists, known keys.

The table says what the tools take, which is more than the published schema: that refuses a file with only a
``name``, ``workspaceFolder`` left out beside Compose, ``readonly`` in a mount, ``"4GB"``, numeric build
arguments and hosts like ``127.0.0.1`` or ``my_db`` in ``forwardPorts``, all of which work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from cfguard.model.entity import text_of
from cfguard.pattern import lazy
from cfguard.resources import read_schema
from cfguard.syntax.node import Cure, Diagnostic, Document, Node, Path
from cfguard.wrangler.diagnostic import Findings
from cfguard.wrangler.evaluate import Check, Evaluation
from cfguard.wrangler.table import AnnotatedSchema
from cfguard.wrangler.wording import field, noun

_CODES = {"invalid": "invalid", "unexpected-field": "unknown-key", "deprecated-field": "deprecated-key"}
_ENVIRONMENT_NAME = lazy(r"[A-Za-z_][A-Za-z0-9_]*\Z", re.ASCII)
#: What a container made by Compose never reads, because the Compose file says it.
_NOT_FOR_COMPOSE = ("runArgs", "appPort", "workspaceMount")


@lru_cache(maxsize=1)
def _table() -> AnnotatedSchema:
    return AnnotatedSchema(read_schema("devcontainer"))


def shape_diagnostics(document: Document) -> Iterator[Diagnostic]:
    """What is wrong with the shape of a devcontainer.json: ``invalid``, ``unknown-key``, ``deprecated-key``.

    Says nothing of a file with syntax errors, of which only a part was read.
    """
    if document.recovered:
        return
    findings = Findings(document)
    root = document.root
    table = _table()
    if root.kind != "table":
        message = f"the file is {noun(root)}; a table was expected"
        yield Diagnostic("invalid", message, None, ())
        return
    Evaluation(table, findings, _CHECKS).members(root, table.sections, table.root)
    joined = [*_missing(root), *_conflicts(root)]
    # What does nothing at all need not be told to have a newer name as well.
    idle = {found.key for found in joined if found.code == "ignored-key"}
    for found in findings.sorted():
        code = _CODES.get(found.code)
        if code is not None and not (code == "deprecated-key" and found.key in idle):
            cure = found.cure or _spelled_port(root, found.key)
            yield Diagnostic(code, found.message, found.span, found.key, found.help, found.related, cure)
    yield from joined


def _spelled_port(root: Node, key: Path) -> Cure | None:
    """The number that an entry of ``forwardPorts`` spells as a string."""
    text = text_of(root.get(*key)) if key[:1] == ("forwardPorts",) and len(key) == 2 else None
    known = text is not None and text.isascii() and text.isdigit() and len(text) <= 5
    return Cure("replace", value=int(text)) if text is not None and known and int(text) < 65_536 else None


def _names_of_secrets(node: Node, findings: Findings) -> None:
    for key, child in node.members.items():
        if not _ENVIRONMENT_NAME.match(key):
            message = f"{field(child.path)} is no name of a variable; letters, digits and `_` were expected"
            findings.at(child, message, part="key")


_CHECKS: dict[str, Check] = {"names-of-secrets": _names_of_secrets}


def _missing(root: Node) -> Iterator[Diagnostic]:
    """Definitions that the tools cannot start from."""
    build, compose = root.get("build"), root.get("dockerComposeFile")
    if compose is not None and root.get("service") is None and root.get("image") is None and build is None:
        message = "`dockerComposeFile` is set without `service`; the service to open was expected"
        yield Diagnostic("invalid", message, compose.key_span, compose.path, help="Name the service")
    others = (root.get("dockerFile"), root.get("image"), compose)
    unnamed = build is not None and build.kind == "table" and build.get("dockerfile") is None
    if build is not None and unnamed and all(other is None for other in others):
        message = "`build` names no `dockerfile`; a path was expected"
        yield Diagnostic("invalid", message, build.key_span, (*build.path, "dockerfile"))


def _conflicts(root: Node) -> Iterator[Diagnostic]:
    """Keys that have no effect because others decide."""
    dockerfile = root.get("build") or root.get("dockerFile")
    image, compose = root.get("image"), root.get("dockerComposeFile")
    if dockerfile is not None and image is not None:
        yield _conflict(image, dockerfile, f"`image` does nothing beside `{dockerfile.key}`")
    context, legacy = root.get("context"), root.get("dockerFile")
    if context is not None and legacy is None:
        yield Diagnostic(
            "ignored-key", "`context` does nothing without `dockerFile`", context.key_span, context.path
        )
    if compose is None:
        for key in ("service", "runServices"):
            node = root.get(key)
            if node is not None:
                message = f"`{key}` does nothing without `dockerComposeFile`"
                yield Diagnostic("ignored-key", message, node.key_span, node.path)
        return
    winner = dockerfile or image
    if winner is not None:
        yield _conflict(compose, winner, f"`dockerComposeFile` does nothing beside `{winner.key}`")
        return
    for key in _NOT_FOR_COMPOSE:
        node = root.get(key)
        if node is not None:
            message = f"`{key}` does nothing in a container that Compose makes"
            yield _conflict(node, compose, message)


def _conflict(loser: Node, winner: Node, message: str) -> Diagnostic:
    related = ((winner.part("key"), "this decides"),)
    return Diagnostic("ignored-key", message, loser.part("key"), loser.path, related=related)
