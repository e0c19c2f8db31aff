"""What a project asks of its container: a Node, a C library, a TypeScript compiler."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cfguard.model.commands import dev_servers
from cfguard.model.devcontainer.demands import entry_point
from cfguard.model.devcontainer.files import Files, join
from cfguard.model.devcontainer.shell import simple_commands
from cfguard.model.devcontainer.tables import (
    LEAST_NODE,
    Distribution,
    floor_of_wrangler,
    glibc_floor,
    newest_wrangler,
)
from cfguard.model.devcontainer.versions import Version, lowest_allowed, parse, show_floor
from cfguard.model.devcontainer.wrangler import floor_wanted
from cfguard.model.package import Package
from cfguard.model.worker import Worker
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy


class Floor(NamedTuple):
    """The lowest Node that may be there, and who says so, as a phrase.

    ``moving`` is whether it is that of the newest wrangler known, because the project names no version.
    """

    version: Version
    reason: str
    moving: bool = False


_LEAST = Floor(LEAST_NODE, "a Workers project")
_MOVING = frozenset({"latest", "*", "next", "x", ""})
_EXACT = lazy(r"=?v?\d+\.\d+\.\d+\Z", re.ASCII)


def node_floor(packages: Sequence[Package], texts: Iterable[str]) -> Floor:
    """The lowest Node that the project's wrangler starts on, never below 18."""
    wanted = [_resolved(package) for package in packages if "wrangler" in package.dependencies]
    if not any(wanted):
        everywhere = floor_wanted(texts)
        wanted = [_asked(everywhere)] if everywhere is not None else []
    known = [floor for floor in wanted if floor is not None and floor.version > LEAST_NODE]
    return max(known, key=lambda floor: (floor.version, not floor.moving), default=_LEAST)


def _resolved(package: Package) -> Floor | None:
    """What the wrangler of a package.json needs; of a range the lowest, so that a claim is always true."""
    locked = resolved_wrangler(package)
    if locked is not None:
        return _floor(locked, f"wrangler {'.'.join(map(str, locked))} of the lockfile")
    return _asked(package.dependencies["wrangler"])


def _asked(wanted: str) -> Floor | None:
    if wanted.strip() in _MOVING:
        newest = newest_wrangler()
        return _floor(newest, f"wrangler's newest version ({'.'.join(map(str, newest))})", moving=True)
    lowest = lowest_allowed(wanted)
    return _floor(lowest, f"wrangler `{wanted.strip()}`") if lowest is not None else None


def _floor(wrangler: Version, reason: str, *, moving: bool = False) -> Floor:
    return Floor(floor_of_wrangler(wrangler) or LEAST_NODE, reason, moving)


def resolved_wrangler(package: Package) -> Version | None:
    """The version of wrangler in the lockfile that holds for a package.json."""
    version = package.wrangler_version
    return parse(version) if version is not None else None


def show_libc(distribution: Distribution) -> str:
    """A C library in words."""
    if distribution.glibc is None:
        return distribution.libc
    return f"{distribution.libc} {show_floor(distribution.glibc)}"


def missing_libc(distribution: Distribution, packages: Sequence[Package], texts: Sequence[str]) -> str:
    """The C library that the runtime of `wrangler dev` needs, where the distribution has another; else empty."""
    if not _runs_locally(packages) or any("gcompat" in text or "libc6-compat" in text for text in texts):
        return ""
    versions = [
        version
        for package in packages
        if "wrangler" in package.dependencies and (version := _exact(package)) is not None
    ]
    if distribution.libc == "musl":
        return "" if versions and max(versions) < (3, 0, 0) else "glibc"
    needed = [floor for version in versions if (floor := glibc_floor(version)) is not None]
    if distribution.glibc is None or not needed or distribution.glibc >= max(needed):
        return ""
    return f"glibc {show_floor(max(needed))}"


def _exact(package: Package) -> Version | None:
    wanted = package.dependencies["wrangler"]
    locked = resolved_wrangler(package)
    return locked if locked is not None else parse(wanted) if _EXACT.match(wanted.strip()) else None


def _runs_locally(packages: Sequence[Package]) -> bool:
    """Whether a script starts the local runtime; a project without scripts is started by hand."""
    scripts = [text for package in packages for text in package.scripts.values()]
    if not scripts or any("@cloudflare/vite-plugin" in package.dependencies for package in packages):
        return True
    return any("wrangler" in text or dev_servers(text) for text in scripts)


def is_typescript(workers: Sequence[Worker], files: Files, folder: str) -> bool:
    """Whether a Worker is written in TypeScript."""
    if any(entry_point(worker).endswith((".ts", ".tsx", ".mts")) for worker in workers):
        return True
    folders = {folder, *(worker.folder for worker in workers)}
    return any(files.exists(join(each, "tsconfig.json")) for each in folders)


def brings_typescript(packages: Sequence[Package], texts: Iterable[str]) -> bool:
    """Whether a package.json asks for the TypeScript compiler, or a command installs it."""
    if any("typescript" in package.dependencies for package in packages):
        return True
    for text in texts:
        for words in simple_commands(text):
            if any(word.partition("@")[0] == "typescript" for word in words[1:]):
                return True
    return False
