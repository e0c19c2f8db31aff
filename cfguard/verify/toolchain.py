"""Finds the wrangler that a project uses and a Node that runs it; never another version, never the newest."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping

from cfguard.named_tuple import NamedTuple
from cfguard.paths import upwards
from cfguard.pattern import lazy

_VERSION = lazy(r"v?(\d+)\.(\d+)\.(\d+)")
_FLOOR = lazy(r"\A>=\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?", re.ASCII)
_EXACT = lazy(r"\d+\.\d+\.\d+(?:-[\w.]+)?\Z", re.ASCII)
#: Seconds that ``node --version`` and the installation of wrangler may take.
_NODE_SECONDS, _INSTALL_SECONDS = 20, 300


class Missing(Exception):
    """What verification needs is not there; ``str`` says what to install."""


class Toolchain(NamedTuple):
    """How to start wrangler: the command's first words, and its version."""

    command: tuple[str, ...]
    version: str


def find_toolchain(
    root: str, folder: str, *, locked: str | None, npx: Callable[[str], str] | None
) -> Toolchain:
    """The wrangler of the package that a Worker lies in, on the Node of the ``PATH``.

    ``folder`` is relative to ``root``. ``locked`` is the version that the lockfile resolves to; ``npx``
    installs exactly it and gives the folder, None where that is not allowed. Raises :class:`Missing`.
    """
    package = _installed(root, folder)
    if package is None:
        package = _fetched(locked, npx)
    about = _manifest(package)
    version = str(about.get("version", ""))
    binary = about.get("bin")
    script = binary.get("wrangler") if isinstance(binary, Mapping) else None
    if not isinstance(script, str):
        raise Missing("the `wrangler` in node_modules is not whole; install the project's packages again")
    node = _node(version, about)
    return Toolchain((node, os.path.join(package, script)), version)


def install_exactly(into: str) -> Callable[[str], str]:
    """A function that installs one version of wrangler into a folder; without running its scripts."""

    def install(version: str) -> str:
        npm = shutil.which("npm")
        if npm is None:
            raise Missing("`npm` is not on the PATH, and `--allow-npx` needs it to fetch wrangler")
        command = [
            npm,
            "install",
            "--prefix",
            into,
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-save",
        ]
        try:
            done = subprocess.run(
                [*command, f"wrangler@{version}"],
                cwd=into,
                capture_output=True,
                timeout=_INSTALL_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            raise Missing(f"npm could not install wrangler {version} in {_INSTALL_SECONDS} s") from None
        if done.returncode:
            raise Missing(f"npm could not install wrangler {version}: it exited with {done.returncode}")
        return os.path.join(into, "node_modules", "wrangler")

    return install


def _installed(root: str, folder: str) -> str | None:
    for place in upwards(folder):
        package = os.path.join(root, place, "node_modules", "wrangler")
        if os.path.isfile(os.path.join(package, "package.json")):
            return package
    return None


def _fetched(locked: str | None, npx: Callable[[str], str] | None) -> str:
    if npx is None:
        raise Missing(
            "wrangler is not installed: install the project's packages (`npm ci`), "
            "or let `--allow-npx` fetch the version of the lockfile"
        )
    if locked is None or not _EXACT.match(locked):
        raise Missing("no lockfile says which wrangler the project uses, so that none is fetched")
    return npx(locked)


def _manifest(package: str) -> Mapping[str, object]:
    try:
        with open(os.path.join(package, "package.json"), encoding="utf-8") as opened:
            found = json.load(opened)
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise Missing("the `wrangler` in node_modules is not whole; install the project's packages again")
    return found


def _node(wrangler: str, about: Mapping[str, object]) -> str:
    """The Node on the PATH; raises :class:`Missing` where it is older than wrangler wants."""
    node = shutil.which("node")
    engines = about.get("engines")
    wanted = engines.get("node") if isinstance(engines, Mapping) else None
    if node is None:
        raise Missing(f"Node is not on the PATH, and wrangler {wrangler} needs it{_at_least(wanted)}")
    try:
        told = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=_NODE_SECONDS, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        told = ""
    found = _VERSION.match(told.strip())
    if found is None:
        raise Missing(f"`{node} --version` gives no version; install Node{_at_least(wanted)}")
    floor = _FLOOR.match(wanted) if isinstance(wanted, str) else None
    if floor is not None and tuple(map(int, found.groups())) < tuple(
        int(part or 0) for part in floor.groups()
    ):
        raise Missing(
            f"Node {told.strip()} is too old for wrangler {wrangler}; install Node{_at_least(wanted)}"
        )
    return node


def _at_least(wanted: object) -> str:
    return f" {wanted}" if isinstance(wanted, str) else ""
