"""Writes devcontainer.json files that are wrong in one place each, to be judged by a validator of the schema.

Takes the readable files below a folder, adds a few more properties to each and then changes, removes or renames
one value. What the validator makes of them is held against ours by ``devcontainer_parity.py``.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cfguard.syntax import decode, parse
from cfguard.syntax.node import Node

_FURTHER: dict[str, Any] = {
    "forwardPorts": [3000, "db:5432"],
    "portsAttributes": {"3000": {"label": "web", "onAutoForward": "notify"}},
    "otherPortsAttributes": {"onAutoForward": "silent"},
    "mounts": ["source=a,target=/b", {"type": "volume", "source": "a", "target": "/b"}],
    "containerEnv": {"A": "b"},
    "remoteEnv": {"A": None},
    "waitFor": "onCreateCommand",
    "hostRequirements": {"cpus": 2, "memory": "4gb", "gpu": "optional"},
    "secrets": {"A": {"description": "a"}},
    "userEnvProbe": "none",
    "init": True,
    "capAdd": ["SYS_PTRACE"],
    "runArgs": ["--init"],
    "shutdownAction": "none",
    "overrideCommand": False,
    "remoteUser": "node",
    "postCreateCommand": {"a": ["npm", "ci"], "b": "true"},
    "features": {"ghcr.io/a/b/c:1": {"x": True}},
    "appPort": [3000, "1:2"],
    "workspaceFolder": "/w",
    "workspaceMount": "source=a,target=/w",
    "customizations": {"vscode": {"extensions": ["a.b"]}},
}
_VALUES: list[Any] = [None, True, 3, -1, 70000, 1.5, "x", "8787", "a:1", [], [1], ["x"], {}, {"a": 1}, {"a": ["x", 1]},
                      "notify", "stopCompose", "4tb", "4 GB"]  # fmt: skip


def main() -> int:
    """Write the files; always 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--count", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    choose = random.Random(arguments.seed)
    known = list(documents(arguments.folder))
    arguments.output.mkdir(parents=True, exist_ok=True)
    for number in range(arguments.count):
        text = json.dumps(mutated(choose.choice(known), choose))
        (arguments.output / f"{number}.json").write_text(text)
    return 0


def documents(folder: Path) -> Iterator[dict[str, Any]]:
    """The files below a folder that can be read, as plain data."""
    for path in sorted(folder.rglob("*devcontainer.json")):
        if path.is_file():
            document = parse(decode(path.name, path.read_bytes())[0], "jsonc")
            if not document.recovered and document.root.kind == "table":
                yield plain(document.root)


def plain(node: Node) -> Any:
    """A node as plain data."""
    if node.kind == "table":
        return {key: plain(child) for key, child in node.members.items()}
    return [plain(item) for item in node.items] if node.kind == "array" else node.value


def mutated(document: dict[str, Any], choose: random.Random) -> dict[str, Any]:
    """A copy with further properties, wrong in one place."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    for key in choose.sample(sorted(_FURTHER), choose.randint(1, 5)):
        copy.setdefault(key, json.loads(json.dumps(_FURTHER[key])))
    holder, key = choose.choice(list(places(copy)))
    action = choose.random()
    if action < 0.7:
        holder[key] = choose.choice(_VALUES)
    elif action < 0.85 or not isinstance(key, str):
        del holder[key]
    else:
        holder[choose.choice([f"x{key}", f"{key}s", key.lower()])] = holder.pop(key)
    return copy


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value as what holds it and its key there."""
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(child, dict | list):
            yield from places(child)


if __name__ == "__main__":
    raise SystemExit(main())
