"""What every test stands on: an environment that is the same on every machine."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cfguard import __version__
from tests.machine import OUTSIDE, git

_MACHINE = (
    "NO_COLOR",
    "FORCE_COLOR",
    "COLUMNS",
    "CFGUARD_DEBUG",
    "GITHUB_ACTIONS",
    "PYTHONPATH",
    # Without compiled modules every process that a test starts costs a second.
    "PYTHONDONTWRITEBYTECODE",
)


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh folder for each test; ``mktemp`` would look through all earlier ones each time."""
    base = tmp_path_factory.mktemp("homes")
    return (base / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch, _homes: Iterator[Path]) -> None:
    """No git settings, home folder, cache or colours of the machine reach a test, or the other way round."""
    home = next(_homes)
    home.mkdir()
    for name in list(os.environ):
        if name.startswith(("GIT_", "XDG_")) or name in _MACHINE:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("CFGUARD_CACHE_DIR", str(home / "cache"))
    monkeypatch.setenv("CFGUARD_KEY_FILE", str(home / "secrets.key"))


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of this checkout."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def outside() -> dict[str, str]:
    """The environment of the machine, for programs that install packages."""
    return dict(OUTSIDE)


@pytest.fixture(scope="session")
def snapshot(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with this checkout's files as they are now, committed and tagged as a release.

    Packages and hooks are made from it, so that nothing is left in the checkout and nothing that git
    ignores here can help them along.
    """
    folder = tmp_path_factory.mktemp("snapshot") / "cfguard"
    listed = git(checkout, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in listed.split("\0"):
        source = checkout / name
        if name and source.is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    git(folder, "init", "-q", "-b", "main")
    # Examples hold files that a user's own settings may ignore (.env), so everything is forced.
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "-m", "Release")
    git(folder, "tag", f"v{__version__}")
    return folder
