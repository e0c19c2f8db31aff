"""Files as git sees them, so that a rule can say what must not be committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.model.entity import Entity, Place, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cfguard.git import Repository


class GitFile(Entity):
    """A file that git tracks, or would with the next `git add`; there are none where git cannot be asked."""

    expression_type = "git_file"

    def __init__(self, path: str, *, tracked: bool, symlink: bool = False, submodule: bool = False) -> None:
        super().__init__(None, None)
        self._path, self._tracked, self._symlink, self._submodule = path, tracked, symlink, submodule

    @field
    def path(self) -> str:
        """The path, relative to the root."""
        return self._path

    @field
    def name(self) -> str:
        """The last part of the path."""
        return self._path.rpartition("/")[2]

    @field
    def tracked(self) -> bool:
        """Whether it is committed or staged; a file that is not is not ignored either."""
        return self._tracked

    @field
    def is_symlink(self) -> bool:
        """Whether git keeps it as a symbolic link."""
        return self._symlink

    @field
    def is_submodule(self) -> bool:
        """Whether it stands for another repository."""
        return self._submodule

    def place(self, at: str) -> Place:
        return Place(self._path, None, ())


def git_files(repository: Repository) -> Iterator[GitFile]:
    """The tracked files of a repository, then those that no rule ignores, each by path."""
    for path, entry in sorted(repository.files().items()):
        yield GitFile(path, tracked=True, symlink=entry.symlink, submodule=entry.submodule)
    for path in sorted(repository.untracked()):
        yield GitFile(path, tracked=False)
