"""A copy of the project to run in, so that neither its files nor its local state are touched."""

from __future__ import annotations

import os
import shutil
import stat

from cfguard.verify.toolchain import Missing

#: What is not copied: history, what is installed (linked instead), wrangler's state, Python's environments.
_LEFT_OUT = frozenset({".git", "node_modules", ".wrangler", ".venv", "__pycache__"})
#: Bounds of the copy: a project of ordinary size has a hundredth of it.
MAX_FILES, MAX_BYTES = 50_000, 500_000_000


def copy_project(root: str, target: str) -> None:
    """Copy what lies below ``root``; raises :class:`Missing` where that is too much.

    Links that lead out of the project are left out, and installed packages are linked one by one, so that
    what a tool writes into ``node_modules`` (its caches) stays in the copy.
    """
    left_files, left_bytes = MAX_FILES, MAX_BYTES
    real_root = os.path.realpath(root)
    for folder, folders, files in os.walk(root):
        relative = os.path.relpath(folder, root)
        here = os.path.normpath(os.path.join(target, relative))
        os.makedirs(here, exist_ok=True)
        if "node_modules" in folders:
            _link_packages(os.path.join(folder, "node_modules"), os.path.join(here, "node_modules"))
        folders[:] = [name for name in folders if name not in _LEFT_OUT]
        for name in [*files, *(each for each in folders if os.path.islink(os.path.join(folder, each)))]:
            source, copy = os.path.join(folder, name), os.path.join(here, name)
            status = os.lstat(source)
            left_files, left_bytes = left_files - 1, left_bytes - status.st_size
            if left_files < 0 or left_bytes < 0:
                raise Missing("the project is too large to copy; name the folder of the Worker")
            if stat.S_ISREG(status.st_mode):
                shutil.copy2(source, copy)
            elif stat.S_ISLNK(status.st_mode) and _is_inside(source, real_root):
                os.symlink(os.readlink(source), copy)


def _link_packages(source: str, target: str) -> None:
    os.makedirs(target, exist_ok=True)
    for entry in os.scandir(source):
        if not entry.name.startswith(".") or entry.name in (".bin", ".pnpm"):
            os.symlink(os.path.realpath(entry.path), os.path.join(target, entry.name))


def _is_inside(link: str, real_root: str) -> bool:
    target = os.readlink(link)
    return not os.path.isabs(target) and os.path.realpath(link).startswith(real_root + os.sep)
