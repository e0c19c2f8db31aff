"""Commands that cannot work as they stand, or that do more than opening a container should."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cfguard.model.devcontainer.definition import Definition
from cfguard.model.devcontainer.lifecycle import Step
from cfguard.model.devcontainer.shell import simple_commands
from cfguard.model.entity import text_of
from cfguard.pattern import lazy
from cfguard.syntax.node import Node

_OPERATORS = frozenset({"&&", "||", ";", "|", ">", ">>", "<", "&"})
_SHELL = lazy(r"(?:^|/)(?:ba|z|da|a)?sh\Z")
_LOADS_NVM = lazy(r"nvm\.sh|\bbash\s+-\w*[il]|\bzsh\s+-\w*[il]|\.bashrc|\.profile|\.zshrc|\$NVM_DIR/nvm-exec")
_DOWNLOAD = lazy(r"\b(?:curl|wget)\s[^|;&\n]{1,400}\|\s*(?:sudo\s+(?:-\w+\s+)*)?(?:ba|z|da)?sh\b")
_SUBSTITUTED = lazy(r"\b(?:ba|z|da)?sh\s+(?:-c\s+)?[\"']?(?:<\(|\$\()\s*(?:curl|wget)\b")
_INSTALLS = frozenset({"install", "i", "ci", "clean-install"})


def is_shell_line(words: Sequence[str]) -> bool:
    """Whether a list of words is a shell line in disguise: it has operators, or is one word with arguments.

    A list that starts a shell itself is none.
    """
    if not words or _SHELL.search(words[0]) or any(re.fullmatch(r"-[a-z]*c", word) for word in words[1:2]):
        return False
    if len(words) == 1:
        return re.search(r"\S\s+\S", words[0]) is not None and not words[0].startswith(("/", "C:"))
    return (
        any(word in _OPERATORS for word in words[1:]) or re.search(r"\s(?:&&|\|\|)\s", words[0]) is not None
    )


def is_unloaded_nvm(text: str) -> bool:
    """Whether a text calls nvm in a shell that has not loaded it."""
    if "nvm" not in text or _LOADS_NVM.search(text):
        return False
    for words in simple_commands(text):
        if words[0] == "nvm" and words[1:2] in (["install"], ["use"], ["alias"], ["exec"], ["run"]):
            return True
    return False


def downloads_into_shell(text: str) -> bool:
    """Whether a text runs what it downloads."""
    text = text[:20_000]
    return _DOWNLOAD.search(text) is not None or _SUBSTITUTED.search(text) is not None


def uses_sudo(text: str) -> bool:
    """Whether a text asks for administrator's rights."""
    return re.search(r"(?:^|[\s;&|(])(?:sudo|doas)\s", text) is not None


def installs_globally(text: str) -> bool:
    """Whether a text installs packages of npm for everybody, and not as root or in a folder of its own."""
    if (
        "sudo" in text
        or "prefix" in text.lower()
        or re.search(r"(?:^|[\s;&|(])(?:su|doas|nvm|n|volta|fnm)\s", text)
    ):
        return False
    for words in simple_commands(text):
        if words[0] == "npm" and {"-g", "--global"} & set(words) and {"i", "install", "add"} & set(words):
            return True
    return False


def denies_global_installs(root: Node, definition: Definition) -> bool:
    """Whether npm's global folder is root's and the user is not: Node's own image with its user `node`.

    The images of the dev container project give that folder to their users, and so does the Node feature.
    """
    image = definition.image
    if definition.kind != "image" or image is None or image.reference.repository != "node":
        return False
    moved = any(
        "npm_config_prefix" in (name.lower() for name in table.members)
        for key in ("containerEnv", "remoteEnv")
        if (table := root.get(key)) is not None
    )
    return text_of(root.get("remoteUser")) == "node" and root.get("features") is None and not moved


def races(steps: Sequence[Step]) -> dict[int, str]:
    """For each command of an object form that uses packages, the sibling that installs them meanwhile.

    Keys are positions in ``steps``.
    """
    installers: dict[str, str] = {}
    for step in steps:
        if step.name and _installs_packages(step.text):
            installers.setdefault(step.key, step.name)
    found: dict[int, str] = {}
    for index, step in enumerate(steps):
        sibling = installers.get(step.key)
        if step.name and sibling is not None and sibling != step.name and _uses_packages(step.text):
            found[index] = sibling
    return found


def _installs_packages(text: str) -> bool:
    for words in simple_commands(text):
        if words[0] in ("npm", "pnpm", "yarn", "bun"):
            names = [word for word in words[1:] if not word.startswith("-")]
            if {"-g", "--global"} & set(words):
                continue
            if (names[:1] and names[0] in _INSTALLS and len(names) == 1) or (
                words[0] == "yarn" and not names
            ):
                return True
    return False


def _uses_packages(text: str) -> bool:
    """Whether a text first uses a package of the project; one that installs by itself waits for nobody."""
    for words in simple_commands(text):
        if _installs_packages(" ".join(words)):
            return False
        names = [word for word in words if not word.startswith("-")]
        if names[0] == "wrangler" or (names[0] in ("npx", "pnpx", "bunx") and names[1:2]):
            return names[0] == "wrangler" or names[1] in (
                "wrangler",
                "prisma",
                "drizzle-kit",
                "playwright",
                "vite",
            )
        if names[:2] in (
            ["pnpm", "exec"],
            ["yarn", "exec"],
            ["npm", "exec"],
            ["npm", "run"],
            ["pnpm", "run"],
            ["yarn", "run"],
        ):
            return True
    return False
