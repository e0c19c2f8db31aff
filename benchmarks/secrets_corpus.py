"""Shows what the secret detector says about the configuration files below a folder.

    python -m benchmarks.secrets_corpus FOLDER [--show]

Prints how many pairs were judged and how many were called live; ``--show`` prints those values, so it
is meant for folders that hold no secrets of yours.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from cfguard.secrets.detect import judge
from cfguard.syntax import decode, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cfguard.syntax.node import Format


def _format(name: str) -> Format | None:
    if name.startswith((".env", ".dev.vars")) or name.endswith((".env", ".vars")):
        return "dotenv"
    if name.startswith("wrangler") and name.endswith(".toml"):
        return "toml"
    if name.endswith((".json", ".jsonc")) and not name.startswith("package"):
        return "jsonc"
    return None


def _pairs(folder: str) -> Iterator[tuple[str, str, str]]:
    for parent, _, names in os.walk(folder):
        for name in sorted(names):
            format = _format(name)
            if format is None:
                continue
            path = os.path.join(parent, name)
            with open(path, "rb") as file:
                source, _ = decode(path, file.read())
            for node in parse(source, format).root.walk():
                if isinstance(node.value, str):
                    keys = [step for step in node.path if isinstance(step, str)]
                    yield path, keys[-1] if keys else "", node.value


def main(arguments: list[str]) -> int:
    """Judges every pair below the folder; 0 always."""
    pairs = flagged = 0
    for path, name, value in _pairs(arguments[0]):
        pairs += 1
        verdict = judge(name, value)
        if verdict is not None:
            flagged += 1
            if "--show" in arguments:
                print(f"{os.path.relpath(path, arguments[0])}: {name} = {value[:90]!r}: {verdict.kind}")
    print(f"{pairs} pairs, {flagged} called live")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
