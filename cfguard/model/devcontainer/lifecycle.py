"""Lifecycle commands in their three forms, and the scripts of the repository that they run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from cfguard.model.devcontainer.files import Files, join
from cfguard.model.devcontainer.shell import simple_commands
from cfguard.model.entity import strings_of, text_of
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Node

#: In the order in which they run; the first runs on the host.
HOST_KEY = "initializeCommand"
CONTAINER_KEYS = (
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
    "postAttachCommand",
)
KEYS = (HOST_KEY, *CONTAINER_KEYS)

_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "source", "."})
_RUNNERS = frozenset({"npm", "pnpm", "yarn", "bun"})
#: Programs that run what another file says, which nobody reads here.
_INDIRECT = frozenset(
    {
        "make",
        "just",
        "task",
        "nix",
        "nix-shell",
        "devbox",
        "ansible",
        "ansible-playbook",
        "direnv",
        "devenv",
        "moon",
    }
)
#: The same, but they do not change which Node a shell finds.
_LANGUAGES = frozenset(
    {"python", "python3", "node", "tsx", "deno", "rake", "cargo", "go", "lefthook", "turbo", "nx"}
)
_FOLDER = lazy(r"\$\{?(?:containerWorkspaceFolder|localWorkspaceFolder|PWD|pwd)\}?|\$\(pwd\)|\"|'")
_OWN_WORDS = frozenset(
    {"install", "i", "ci", "add", "exec", "x", "dlx", "test", "config", "init", "why", "cache", "store", "setup",
     "set", "create", "audit", "update", "up", "upgrade", "link", "root", "bin", "pack", "prune", "rebuild", "env",
     "global", "import", "info", "view", "version", "whoami", "login", "remove", "rm", "uninstall", "clean-install"}
)  # fmt: skip


class Step(NamedTuple):
    """One command: the shell text, or the words of a list, with the node that states it.

    ``key`` is the lifecycle property, ``name`` the name in the object form, or empty.
    """

    key: str
    name: str
    text: str
    words: tuple[str, ...] | None
    node: Node

    @property
    def on_host(self) -> bool:
        """Whether it runs outside the container."""
        return self.key == HOST_KEY


class Reach(NamedTuple):
    """Everything that commands run as far as files say: texts, and whether some could not be read.

    ``shells_known`` is whether everything was read that could change the tools a shell finds.
    """

    texts: tuple[str, ...]
    complete: bool
    shells_known: bool


def read_steps(root: Node) -> tuple[Step, ...]:
    """Every lifecycle command of a devcontainer.json, in the order in which they run."""
    return tuple(step for key in KEYS if (node := root.get(key)) is not None for step in _steps(key, node))


def _steps(key: str, node: Node) -> Iterator[Step]:
    if node.kind == "table":
        for name, child in node.members.items():
            if (step := _step(key, name, child)) is not None:
                yield step
    elif (step := _step(key, "", node)) is not None:
        yield step


def _step(key: str, name: str, node: Node) -> Step | None:
    if (text := text_of(node)) is not None:
        return Step(key, name, text, None, node)
    if node.kind != "array":
        return None
    words = strings_of(node)
    quoted = (f"'{word}'" if re.search(r"[\s;&|]", word) else word for word in words)
    return Step(key, name, " ".join(quoted), words, node)


def follow(texts: tuple[str, ...], files: Files, folder: str, scripts: Mapping[str, str]) -> Reach:
    """The texts with those of the scripts that they run, one level deep.

    ``folder`` is where the commands run, relative to the root; ``scripts`` are those of the package.json
    there. A file that is not in the repository makes the answer incomplete.
    """
    found = list(texts)
    complete = shells_known = True
    for text in texts:
        for words in simple_commands(text):
            name = script_name(words, scripts)
            if name is not None and name in scripts:
                found.append(scripts[name])
                continue
            path = script_file(words)
            if path is None:
                shells_known = shells_known and not _is_indirect(words)
                complete = complete and shells_known and words[0].rpartition("/")[2] not in _LANGUAGES
                continue
            inner = files.text(join(folder, path)) if path else None
            if inner is None:
                complete = shells_known = False
            else:
                found.append(inner)
                shells_known = shells_known and not _runs_further(inner)
                complete = complete and shells_known
    return Reach(tuple(found), complete, shells_known)


def script_name(words: list[str], scripts: Mapping[str, str]) -> str | None:
    """The script of package.json that a command runs: ``npm run setup``, ``yarn setup``."""
    if words[0] not in _RUNNERS or len(words) < 2:
        return None
    rest = [word for word in words[1:] if not word.startswith("-")]
    if rest[:1] == ["run"] and len(rest) > 1:
        return rest[1]
    if rest and rest[0] in scripts and (words[0] != "npm" or rest[0] in ("start", "test")):
        return rest[0] if rest[0] not in _OWN_WORDS or rest[0] == "setup" else None
    return None


def script_file(words: list[str]) -> str | None:
    """The file that a command runs, relative to the workspace; empty where it is named but not readable here."""
    program = words[0]
    if program in _SHELLS:
        names = [word for word in words[1:] if not word.startswith(("-", "<<"))]
        if not names or any(re.fullmatch(r"-[a-z]*c", word) for word in words[1:]):
            return None
        program = names[0]
        if program.endswith(("nvm.sh", ".bashrc", ".profile", ".zshrc", "/activate")):
            return None
    elif not (program.startswith(("./", "../", "/", "$", "~")) or re.search(r"/.*\.\w+\Z|\.sh\Z", program)):
        return None
    program = _FOLDER.sub("", program).lstrip("/") if "$" in program else program
    if program.startswith(("/", "~", "$")) or "$" in program:
        match = re.match(r"/workspaces?/(?:[^/]+/)?(\.devcontainer/.+)\Z", program)
        return match[1] if match else ""
    return program


def _is_indirect(words: list[str]) -> bool:
    name = words[0].rpartition("/")[2]
    if _reads_pipe(words):
        return True
    if name == "mise" and words[1:2] and words[1] in ("run", "r", "x", "exec", "tasks"):
        return True
    return name in _INDIRECT or (name in _RUNNERS and len(words) > 1 and words[1] == "run")


def _reads_pipe(words: list[str]) -> bool:
    """The end of ``curl … | sh -s``: a shell without a file, a text or a here-document."""
    if words[0].rpartition("/")[2] not in _SHELLS or any(word.startswith("<<") for word in words):
        return False
    return all(word.startswith("-") and not re.fullmatch(r"-[a-z]*c", word) for word in words[1:])


def unread(text: str) -> Literal["script", "download", ""]:
    """What a shell text runs that stands elsewhere: a script or build tool, or only a download."""
    found: Literal["script", "download", ""] = ""
    for words in simple_commands(text):
        if _reads_pipe(words):
            found = "download"
        elif script_file(words) is not None or _is_indirect(words):
            return "script"
    return found


def _runs_further(text: str) -> bool:
    return any(script_file(words) is not None or _is_indirect(words) for words in simple_commands(text))
