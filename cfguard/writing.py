"""Writes into a checked project: whole files or none, never through a link, never outside the root."""

from __future__ import annotations

import os


class Refused(Exception):
    """A file that is not written; the text says why, for people."""


def write_inside(root: str, path: str, text: str, *, replace: bool = False) -> None:
    """Write a file below the root, with the folders above it.

    A reader sees the old file or the new one, never half. What exists stays unless ``replace`` is given; a
    link is never written through. Raises :class:`Refused`.
    """
    full = os.path.join(root, path)
    if os.path.islink(full):
        raise Refused(f"`{path}` is a link; it is not written through")
    if not replace and os.path.lexists(full):
        raise Refused(f"`{path}` exists and stays as it is")
    unfinished = f"{full}.{os.getpid()}.part"
    try:
        _make_folder(root, os.path.dirname(path))
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            with open(descriptor, "w", encoding="utf-8", newline="\n") as opened:
                opened.write(text)
            _put(unfinished, full, replace=replace)
        finally:
            if os.path.lexists(unfinished):
                os.unlink(unfinished)
    except FileExistsError:
        raise Refused(f"`{path}` exists and stays as it is") from None
    except OSError as error:
        raise Refused(f"cannot write `{path}`: {(error.strerror or 'unknown reason').lower()}") from None


def _make_folder(root: str, folder: str) -> None:
    """Make the folders of a path one by one; a link on the way may not lead out of the root."""
    real_root = os.path.realpath(root)
    here = root
    for name in filter(None, folder.split("/")):
        here = os.path.join(here, name)
        if not os.path.isdir(here):
            os.mkdir(here)
        real = os.path.realpath(here)
        if name == os.pardir or os.path.commonpath([real, real_root]) != real_root:
            raise Refused(f"`{folder}` leads out of the project; nothing is written there")


def _put(unfinished: str, full: str, *, replace: bool) -> None:
    if replace:
        if os.path.exists(full):
            os.chmod(unfinished, os.stat(full).st_mode & 0o7777)
        os.replace(unfinished, full)
        return
    try:
        os.link(unfinished, full)  # unlike a rename it fails where somebody made the file meanwhile
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(full):
            raise FileExistsError(full) from None
        os.rename(unfinished, full)
