"""The machine that the tests run on, for the few that need more of it than a scratch folder."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

#: The environment that the tests were started in, for the few that install packages: how an index is
#: reached is the machine's own affair (proxies, certificates, mirrors).
OUTSIDE = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))}


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
