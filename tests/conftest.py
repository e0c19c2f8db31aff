"""What every test stands on: an environment that is the same on every machine."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

#: The environment that the tests were started in, for the few that install packages: how an index is
#: reached is the machine's own affair (proxies, certificates, mirrors).
OUTSIDE = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

_MACHINE = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "CFGUARD_DEBUG", "GITHUB_ACTIONS", "PYTHONPATH")


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


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of this checkout."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def outside() -> dict[str, str]:
    """The environment of the machine, for programs that install packages."""
    return dict(OUTSIDE)
