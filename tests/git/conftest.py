"""Real repositories in a temporary folder, cut off from the configuration of this machine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

IDENTITY = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "t"), ("EMAIL", "t@t.invalid"), ("DATE", "2026-01-01T00:00:00Z"))
}


class Sandbox:
    """A repository and the plain git that sets it up."""

    def __init__(self, root: Path, *options: str, create: bool = True) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        if create:
            self.git("init", "-q", "-b", "main", *options)

    def git(self, *arguments: str, check: bool = True) -> str:
        environment = {**os.environ, **IDENTITY}
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, check=False)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout.decode()

    def write(self, path: str, text: str = "") -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, newline="")
        return file

    def commit(self, **files: str) -> None:
        for path, text in files.items():
            self.write(path, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path / "repo")
