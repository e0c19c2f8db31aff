"""The part of the project that asks git; where git cannot be asked, nothing is committed and nothing ignored."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from cfguard.git import GitFailure
from cfguard.model.entity import Entity, field
from cfguard.model.git_file import GitFile, git_files

if TYPE_CHECKING:
    from cfguard.git import Repository


class WithGit(Entity):
    """A project that knows what git says of its files."""

    repository: Repository | None = None

    def ignored(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of some paths that git ignores; none where git cannot be asked."""
        asked = sorted(paths)
        try:
            answers = self.repository.ignored(asked) if self.repository is not None and asked else {}
        except GitFailure:
            answers = {}
        return frozenset(path for path, rule in answers.items() if rule is not None)

    @cached_property
    def committed(self) -> frozenset[str]:
        """Every path of the last commit; asked of git once for all folders."""
        try:
            return frozenset(self.repository.tree()) if self.repository is not None else frozenset()
        except GitFailure:
            return frozenset()

    @field
    def git_files(self) -> tuple[GitFile, ...]:
        """Every file that git tracks or would add; none where git cannot be asked."""
        return tuple(git_files(self.repository)) if self.repository is not None else ()

    @field
    def git_known(self) -> bool:
        """Whether git could be asked what is committed and ignored."""
        return self.repository is not None
