"""Projects to verify: with a stand-in for wrangler, and with the real one where it is installed."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.machine import npm_packages

ROOT = Path(__file__).resolve().parents[2]
FAKE = Path(__file__).with_name("fake_wrangler.py")


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


class Project:
    """A Worker with a wrangler that behaves as told."""

    def __init__(self, root: Path, tools: Path) -> None:
        self.root, self.tools = root, tools
        files = {
            "wrangler.toml": 'name = "acme"\nmain = "src/index.js"\ncompatibility_date = "2026-11-01"\n',
            "src/index.js": "export default { fetch: () => new Response() }\n",
            "node_modules/wrangler/package.json": json.dumps(
                {"version": "4.0.0", "bin": {"wrangler": "wrangler.py"}, "engines": {"node": ">=22.12.0"}}
            ),
        }
        write(root, files)
        self.node("v22.12.0")
        self.behave()

    def node(self, version: str) -> None:
        """Put a Node on the PATH that tells this version and runs the stand-in."""
        asked = f'[ "$1" = --version ] && echo {version} && exit'
        script = f'#!/bin/sh\n{asked}\nshift\nexec {sys.executable} {FAKE} "$@"\n'
        self.tools.mkdir(exist_ok=True)
        (self.tools / "node").write_text(script)
        (self.tools / "node").chmod(0o755)

    def behave(self, **behaviour: Any) -> None:
        (self.root / "behaviour.json").write_text(json.dumps(behaviour))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("PATH", f"{tmp_path / 'tools'}:{os.environ['PATH']}")
    return Project(tmp_path / "project", tmp_path / "tools")


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example with the real wrangler beside it."""
    installed = npm_packages("wrangler")
    root = tmp_path / "live"
    shutil.copytree(ROOT / "examples" / "live", root)
    (root / "node_modules").symlink_to(installed, target_is_directory=True)
    monkeypatch.setenv("PATH", f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}")
    return root
