"""The files that a devcontainer.json refers to: found by relative paths, read at most once, never outside the root."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from cfguard.named_tuple import NamedTuple


class Trouble(NamedTuple):
    """A file that a definition needs and that could not be used: `missing` or `unreadable`, with words."""

    kind: str
    path: str
    reason: str


class Files:
    """Reads the repository's files for one dev container.

    ``read`` gives the text of a file below the root, None where it cannot be had; ``exists`` says whether
    there is one.
    """

    __slots__ = ("_exists", "_read", "_texts", "troubles")

    def __init__(self, read: Callable[[str], str | None], exists: Callable[[str], bool]) -> None:
        self._read, self._exists = read, exists
        self._texts: dict[str, str | None] = {}
        self.troubles: list[Trouble] = []

    def text(self, path: str) -> str | None:
        """The text of a file by its path below the root."""
        if path not in self._texts:
            self._texts[path] = None if is_outside(path) else self._read(path)
        return self._texts[path]

    def exists(self, path: str) -> bool:
        """Whether there is such a file below the root."""
        return not is_outside(path) and self._exists(path)

    def required(self, path: str) -> str | None:
        """The text of a file that a definition cannot do without; its absence is remembered."""
        text = self.text(path)
        if text is None and not is_outside(path):
            missing = not self._exists(path)
            reason = "there is no such file" if missing else "it cannot be read"
            self.refuse("missing" if missing else "unreadable", path, reason)
        return text

    def refuse(self, kind: str, path: str, reason: str) -> None:
        """Remember that a file could not be used."""
        trouble = Trouble(kind, path, reason)
        if trouble not in self.troubles:
            self.troubles.append(trouble)


def join(folder: str, path: str) -> str:
    """A path relative to a folder as a path below the root; ``../…`` where it leaves the root."""
    joined = posixpath.normpath(posixpath.join(folder, path.replace("\\", "/")))
    return "" if joined == "." else joined


def is_outside(path: str) -> bool:
    """Whether a joined path leaves the root."""
    return path.startswith(("../", "/", "~")) or path == ".." or len(path) > 1_000
