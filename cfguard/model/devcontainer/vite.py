"""The port of Vite's dev server, as far as its config says it in so many words."""

from __future__ import annotations

import re

from cfguard.model.devcontainer.files import Files, join
from cfguard.pattern import lazy

#: Vite 6 to 8 without ``server.port`` (read 2026-11-22).
VITE_PORT = 5173

_NAMES = (
    "vite.config.ts",
    "vite.config.js",
    "vite.config.mts",
    "vite.config.mjs",
    "vite.config.cts",
    "vite.config.cjs",
)
_PORT = lazy(r"(?<![\w.])port\b(?:\s*:\s*(\d{2,5})(?=\s*[,}\n]))?")


def vite_port(files: Files, folder: str) -> int | None:
    """The port that ``vite`` listens on in a folder; None where the config computes it or says several."""
    for name in _NAMES:
        path = join(folder, name)
        if not files.exists(path):
            continue
        text = files.text(path)
        if text is None:
            return None
        stated = {match[1] for match in _PORT.finditer(_without_comments(text))}
        if not stated:
            return VITE_PORT
        port = stated.pop()
        return int(port) if not stated and port is not None else None
    return VITE_PORT


def _without_comments(text: str) -> str:
    return re.sub(r"(?m)(?<!:)//.*$", "", text)
