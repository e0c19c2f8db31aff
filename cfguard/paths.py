"""Paths relative to the root of a run, with ``/``; the root itself is ``""``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def folder_above(path: str) -> str:
    """The folder that a file or a folder lies in."""
    return path.rpartition("/")[0]


def upwards(folder: str) -> Iterator[str]:
    """A folder and those above it, nearest first; the root is the last."""
    while folder:
        yield folder
        folder = folder_above(folder)
    yield ""


def below(folder: str, name: str) -> str:
    """The path of a name in a folder, of which nothing is resolved."""
    return f"{folder}/{name}" if folder else name
