"""The machine that the tests run on, for the few that need more of it than a scratch folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

#: The environment that the tests were started in, for the few that install packages: how an index is
#: reached is the machine's own affair (proxies, certificates, mirrors).
OUTSIDE = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))}


def npm_packages(name: str) -> Path:
    """The `node_modules` that `./dev test` fills, with a package in it; passes a test over where npm could not."""
    found = Path(sys.prefix) / "npm" / "node_modules"
    if not (found / name).is_dir():
        pytest.skip(f"npm could not install {name} (`./dev test` does it)")
    return found


def git(folder: Path, *arguments: str) -> str:
    """What a git command says in a folder, with nobody's settings."""
    environment = {
        **OUTSIDE,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{role}_NAME": "Test" for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_EMAIL": "test@test.invalid" for role in ("AUTHOR", "COMMITTER")},
    }
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
