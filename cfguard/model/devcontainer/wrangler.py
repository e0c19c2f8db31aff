"""Whether a container brings wrangler, by every way in which people install it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from cfguard.model.devcontainer.definition import Definition
from cfguard.model.devcontainer.features import FeatureUse, brings_wrangler, is_plain
from cfguard.model.devcontainer.files import Files, join
from cfguard.model.devcontainer.lifecycle import Reach, unread
from cfguard.model.devcontainer.shell import run_text, simple_commands
from cfguard.model.package import Package
from cfguard.named_tuple import NamedTuple

Answer = Literal["yes", "no", "unknown"]

_INSTALLERS = frozenset({"npm", "pnpm", "yarn", "bun", "volta", "deno", "mise"})
_INSTALL_WORDS = frozenset({"ci", "i", "in", "install", "add", "clean-install", "use"})
_GLOBAL = frozenset({"-g", "--global", "--location=global", "global"})
_ON_DEMAND = frozenset({"dlx", "exec", "x"})
_BRINGS_WRANGLER = ("wrangler", "@cloudflare/vite-plugin", "@cloudflare/vitest-pool-workers")


class Install(NamedTuple):
    """A command that installs wrangler: the version asked for, or None; and whether for everybody."""

    version: str | None
    everywhere: bool


def run_texts(definition: Definition) -> Iterator[str]:
    """The shell texts that a Dockerfile runs."""
    for step in definition.steps:
        if step.name == "RUN":
            yield run_text(step.text)


def installs(texts: Iterable[str]) -> Iterator[Install]:
    """The commands among texts that install wrangler."""
    for text in texts:
        for words in simple_commands(text):
            words = words[1:] if words[0] == "corepack" else words
            if not words or words[0].rpartition("/")[2] not in _INSTALLERS:
                continue
            if not _INSTALL_WORDS & set(words) and words[0] != "volta":
                continue
            for word in words:
                name, _, version = word.removeprefix("npm:").partition("@")
                if name == "wrangler":
                    everywhere = bool(_GLOBAL & set(words)) or words[0] in ("volta", "deno", "mise")
                    yield Install(version or None, everywhere)


def runs_on_demand(texts: Iterable[str]) -> bool:
    """Whether a command fetches wrangler when it needs it: ``npx wrangler``, ``pnpm dlx wrangler``."""
    for text in texts:
        for words in simple_commands(text):
            names = [word.partition("@")[0] for word in words if not word.startswith("-")]
            if names[:1] in (["npx"], ["pnpx"], ["bunx"]) and "wrangler" in names[1:2]:
                return True
            if names[1:2] and names[1] in _ON_DEMAND and "wrangler" in names[2:3]:
                return True
    return False


def declares_wrangler(packages: Iterable[Package]) -> bool:
    """Whether a package.json asks for wrangler, or for a tool that brings it."""
    return any(name in package.dependencies for package in packages for name in _BRINGS_WRANGLER)


def installs_dependencies(texts: Iterable[str]) -> bool:
    """Whether a command installs what package.json asks for."""
    for text in texts:
        for words in simple_commands(text):
            words = words[1:] if words[0] == "corepack" else words
            name = words[0].rpartition("/")[2] if words else ""
            names = [word for word in words[1:] if not word.startswith("-")]
            if name == "yarn" and (not names or names[0] == "install"):
                return True
            if name in ("npm", "pnpm", "bun", "ni", "aube", "vp") and (
                name == "ni" or (names and names[0] in ("ci", "i", "install", "clean-install"))
            ):
                return True
    return False


class Evidence(NamedTuple):
    """Whether a container brings wrangler, and by what, or why nobody can say, as a phrase."""

    answer: Answer
    reason: str


def find_wrangler(
    definition: Definition,
    features: tuple[FeatureUse, ...],
    reach: Reach,
    packages: tuple[Package, ...],
    files: Files,
    opened: str,
) -> Evidence:
    """Whether the container brings wrangler; ``unknown`` where something that could bring it is not readable."""
    texts = (*reach.texts, *run_texts(definition))
    for feature in features:
        if brings_wrangler(feature):
            return Evidence("yes", f"feature `{feature.id}`")
    if any(installs(texts)):
        return Evidence("yes", "a command that installs it")
    if declares_wrangler(packages):
        return Evidence("yes", "package.json")
    if runs_on_demand(texts) or any(runs_on_demand(package.scripts.values()) for package in packages):
        return Evidence("yes", "a command that fetches it when it runs")
    if any("mise" in feature.name for feature in features) or any("mise" in text for text in texts):
        names = ("mise.toml", ".mise.toml", ".tool-versions")
        for name in names:
            if "npm:wrangler" in (files.text(join(opened, name)) or ""):
                return Evidence("yes", name)
    hidden = _hidden(definition, features, reach)
    return Evidence("unknown", hidden) if hidden else Evidence("no", "nothing installs it")


def _hidden(definition: Definition, features: tuple[FeatureUse, ...], reach: Reach) -> str:
    """What is not read and could bring wrangler; empty where all was read."""
    image = definition.image
    if not definition.whole or image is None:
        return "the definition is not read whole"
    if not image.recognised:
        return f"image `{image.reference.text}` may hold anything"
    if any(unread(text) for text in run_texts(definition)):
        return "the Dockerfile runs what is not read"
    if not reach.complete:
        return "a command runs what is not read"
    unknown = next((feature for feature in features if not is_plain(feature)), None)
    return f"feature `{unknown.id}` may bring anything" if unknown is not None else ""


def floor_wanted(texts: Iterable[str]) -> str | None:
    """The version of wrangler that a global install asks for; empty for whatever is newest, None without one."""
    for install in installs(texts):
        if install.everywhere:
            return install.version or ""
    return None


def installs_retired_wrangler(text: str) -> bool:
    """Whether a text installs `@cloudflare/wrangler`, which ended with version 1."""
    if "@cloudflare/wrangler" not in text:
        return False
    for words in simple_commands(text):
        if words[0] in _INSTALLERS and _INSTALL_WORDS & set(words):
            return any(re.fullmatch(r"@cloudflare/wrangler(?:@.*)?", word) for word in words)
    return False
