"""Reads shell commands as far as needed to know which dev server they start and on which port."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy

#: wrangler 4.164: ``wrangler dev`` listens on 8787, ``wrangler pages dev`` on 8788 (read 2026-11-22).
WRANGLER_DEV_PORT = 8787
PAGES_DEV_PORT = 8788

_SEPARATORS = frozenset({"&&", "||", ";", "|", "&"})
_TOKEN = lazy(r"""&&|\|\||[;|&]|(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s;|&"'\\])+""")
_RUNNERS = frozenset(
    {"npx", "pnpm", "yarn", "bunx", "bun", "npm", "exec", "dlx", "x", "run", "--yes", "-y", "--bun"}
)
_ASSIGNMENT = lazy(r"[A-Za-z_]\w*=")
_WRAPPERS = frozenset(
    {"cross-env", "dotenv", "env", "sudo", "time", "command", "exec", "nohup", "doppler", "infisical", "op"}
)
#: Dev servers whose port stands in code that is not read: with one of them nothing is known.
_FRAMEWORKS = frozenset(
    {
        "astro", "gatsby", "hwc", "ng", "next", "nitro", "nuxi", "nuxt", "parcel", "react-router", "remix", "rsbuild",
        "rspack", "sst", "svelte-kit", "turbo", "vinxi", "vite", "waku", "webpack", "webpack-dev-server", "nx",
        "alchemy", "vike", "rwsdk", "honox", "opennextjs-cloudflare",
    }
)  # fmt: skip
#: Ways to start several commands from one script: the quoted parts are commands themselves.
_MULTIPLEXERS = frozenset({"concurrently", "npm-run-all", "run-p", "run-s", "wireit", "mprocs"})


class DevServer(NamedTuple):
    """A dev server that a command starts; ``port`` is None where only running it would tell.

    ``ip`` is the address it is told to listen on. ``stated`` is what ``--port`` says of a server whose
    port else stands in its own config.
    """

    tool: str
    port: int | None
    config: str | None = None
    ip: str | None = None
    stated: str | None = None


def split_commands(text: str) -> Iterator[list[str]]:
    """The simple commands of a shell line as lists of unquoted words."""
    words: list[str] = []
    for token in _TOKEN.findall(text):
        if token in _SEPARATORS:
            if words:
                yield words
            words = []
        else:
            words.append(unquote(token))
    if words:
        yield words


def unquote(token: str) -> str:
    """A shell word without its quotes."""
    return re.sub(r"""["']|\\(.)""", lambda match: match[1] or "", token)


def program(words: list[str]) -> list[str]:
    """A command without assignments, wrappers and package runners: the program and its arguments."""
    index = 0
    while index < len(words):
        word = words[index]
        if (
            _ASSIGNMENT.match(word)
            or word in _WRAPPERS
            or word in _RUNNERS
            or word == "--"
            or (index and word.startswith("-") and words[index - 1] not in _RUNNERS)
        ):
            index += 1
        else:
            break
    return words[index:]


def dev_servers(command: str, default_port: int | None = WRANGLER_DEV_PORT) -> tuple[DevServer, ...]:
    """The dev servers that a script's command starts.

    ``default_port`` is what ``wrangler dev`` uses when the command does not say (``dev.port`` of the
    config); None where that cannot be known.
    """
    found: list[DevServer] = []
    for name, head in _programs(command):
        if name == "wrangler" and head[1:2] == ["dev"]:
            found.append(_wrangler(head, default_port))
        elif name == "wrangler" and head[1:3] == ["pages", "dev"]:
            found.append(_wrangler(head, PAGES_DEV_PORT))
        elif name in _FRAMEWORKS and not {"build", "check", "lint", "sync", "generate"} & set(head[1:3]):
            found.append(DevServer(name, None, stated=_option(head, "--port")))
    return tuple(found)


def _programs(command: str) -> Iterator[tuple[str, list[str]]]:
    """Each program that a command starts by its bare name, and its words; what multiplexers start is told instead."""
    for words in split_commands(command):
        head = program(words)
        if not head:
            continue
        name = head[0].rpartition("/")[2].partition("@")[0] or head[0]
        if name in _MULTIPLEXERS:
            for part in head[1:]:
                if " " in part:
                    yield from _programs(part)
        else:
            yield name, head


def _wrangler(words: list[str], default_port: int | None) -> DevServer:
    port = default_port
    configs: list[str] = []
    for index, word in enumerate(words):
        option, equals, inline = word.partition("=")
        value = inline if equals else words[index + 1] if index + 1 < len(words) else ""
        if option == "--port":
            port = port_of(value)
        elif option in ("--config", "-c"):
            configs.append(value)
    # With several configs one server serves all their Workers.
    config = configs[0] if len(configs) == 1 else None
    return DevServer("wrangler", port, config, ip=_option(words, "--ip"))


def _option(words: list[str], name: str) -> str | None:
    """What a command gives an option in either form, None where it does not name it."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        option, equals, inline = word.partition("=")
        if option == name:
            return inline if equals else following
    return None


def port_of(text: str) -> int | None:
    """A port that a command names; 0 lets the system choose, which only running the command would tell."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
    return number or None


def wrangler_calls(command: str) -> Iterator[list[str]]:
    """The arguments of every call of wrangler in a script's command, options as `--name=value` split in two."""
    for name, head in _programs(command):
        if name == "wrangler":
            arguments: list[str] = []
            for word in head[1:]:
                option, equals, value = word.partition("=")
                arguments += [option, value] if equals and word.startswith("-") else [word]
            yield arguments
