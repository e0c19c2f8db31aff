"""Writes files whole or not at all, and into a checked project never through a link or outside of the root."""

from __future__ import annotations

import os

from cfguard.ending import unfinished


class Refused(Exception):
    """A file that is not written; the text says why, for people."""


def put(full: str, data: bytes, *, mode: int | None = None, new: bool = False) -> None:
    """Put a whole file in its place: whoever looks, or kills the program, finds the old one or the new one.

    ``mode`` is given to the file (None: what is usual for new ones). With ``new`` nothing may be there yet.
    Raises OSError, FileExistsError among them.
    """
    part = os.path.join(os.path.dirname(full), f".{os.path.basename(full)}.cfguard-part")

    def discard() -> None:
        if os.path.lexists(part):
            os.unlink(part)

    discard()  # left by a run that was killed
    unfinished.append(discard)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        if mode is not None:
            os.chmod(part, mode)
        if new:
            _link(part, full)
        else:
            os.replace(part, full)
    finally:
        unfinished.remove(discard)
        discard()


def _link(part: str, full: str) -> None:
    """Give a file its name; unlike a rename a link fails where somebody made one of that name meanwhile."""
    try:
        os.link(part, full)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(full):
            raise FileExistsError(full) from None
        os.rename(part, full)


def write_inside(root: str, path: str, text: str, *, replace: bool = False) -> None:
    """Write a file below the root, with the folders above it.

    What exists stays unless ``replace`` is given; its mode is kept then. Raises :class:`Refused`.
    """
    full = os.path.join(root, path)
    if os.path.islink(full):
        raise Refused(f"`{path}` is a link; it is not written through")
    try:
        _make_folder(root, os.path.dirname(path))
        mode = os.stat(full).st_mode & 0o7777 if replace and os.path.exists(full) else None
        put(full, text.encode(), mode=mode, new=not replace)
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
