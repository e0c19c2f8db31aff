"""The ``${…}`` of devcontainer.json and of Compose files, replaced as the tools replace them on a bare machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy

#: Variables without a value of their own that the reference CLI knows (0.89.0).
PATHS = frozenset(
    {
        "localWorkspaceFolder",
        "localWorkspaceFolderBasename",
        "containerWorkspaceFolder",
        "containerWorkspaceFolderBasename",
        "devcontainerId",
    }
)
_ENVIRONMENTS = frozenset({"localEnv", "env", "containerEnv"})
_USE = lazy(r"\$\{([^${}]{0,200})\}")
_COMPOSE = lazy(
    r"\$(?:(?P<escaped>\$)|\{(?P<braced>[A-Za-z_]\w*)(?:(?P<operator>:?[-+?])(?P<word>[^{}]*))?\}"
    r"|(?P<plain>[A-Za-z_]\w*))"
)


class Use(NamedTuple):
    """A variable in a text: the whole ``${…}`` with its offset, its kind, the name asked for and the default.

    ``cut`` is what the tools drop of a default: they split at every colon.
    """

    text: str
    offset: int
    kind: str
    name: str
    default: str | None
    cut: str


def uses(text: str) -> Iterator[Use]:
    """Every ``${…}`` of a text, in order."""
    if "${" not in text:
        return
    for match in _USE.finditer(text):
        kind, *rest = match[1].split(":")
        name = rest[0] if rest else ""
        default = rest[1] if len(rest) > 1 else None
        yield Use(match[0], match.start(), kind, name, default, ":".join(rest[2:]))


def substitute(text: str, paths: Mapping[str, str] | None = None) -> str | None:
    """A text with its variables replaced; None where a variable's value cannot be known.

    Host variables read as unset, so their defaults hold; one without a default is unknown. ``paths``
    are the values of :data:`PATHS` that are known.
    """
    if "${" not in text:
        return text
    result: list[str] = []
    end = 0
    for use in uses(text):
        value = use.default if use.kind in _ENVIRONMENTS else (paths or {}).get(use.kind)
        if value is None:
            return None
        result += [text[end : use.offset], value]
        end = use.offset + len(use.text)
    result.append(text[end:])
    return "".join(result)


def is_known(kind: str) -> bool:
    """Whether the tools replace a ``${kind…}``; any other stays in the text as it is."""
    return kind in PATHS or kind in _ENVIRONMENTS


def substitute_shell(text: str, values: Mapping[str, str]) -> str | None:
    """A text of a Compose file or Dockerfile with its variables replaced; None where one is unset or empty."""
    unknown = False

    def replace(match: re.Match[str]) -> str:
        nonlocal unknown
        if match["escaped"]:
            return "$"
        value = values.get(match["braced"] or match["plain"], "")
        operator, word = match["operator"] or "", match["word"] or ""
        if operator.endswith("+"):
            return word if value else ""
        if not value and operator.endswith("-"):
            value = word
        if not value or "$" in value:
            unknown = True
        return value

    replaced = _COMPOSE.sub(replace, text)
    return None if unknown or "${" in replaced else replaced
