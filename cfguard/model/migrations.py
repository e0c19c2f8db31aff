"""The part of the project that is about D1 migrations; nothing is read before a rule asks."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from cfguard.discover import Located
from cfguard.model.database import InGit, Listing, Load, Migration, MigrationFolder, migration_folders
from cfguard.model.entity import Entity, field
from cfguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cfguard.model.diagnostic import DiagnosticEntity
    from cfguard.model.migration_replay import FolderReplay
    from cfguard.model.worker import Binding
    from cfguard.syntax.node import Document


class Sources(NamedTuple):
    """Where migrations come from.

    ``databases`` are the D1 bindings. ``listing`` says what lies in a folder, ``load`` parses a file,
    ``version`` gives the wrangler that a folder's lockfile resolves to. ``tracked`` are the paths in git,
    None where git cannot be asked; ``committed`` picks those of some paths that are in the last commit.
    ``runtime`` is the date of the D1 runtime to play them on, empty for the newest.
    """

    databases: Iterable[Binding]
    listing: Listing
    load: Load
    version: Callable[[str], str | None]
    tracked: Collection[str] | None
    committed: Callable[[Iterable[str]], Collection[str]]
    runtime: str = ""


class WithMigrations(Entity):
    """A project that knows its migrations."""

    @abstractmethod
    def migration_sources(self) -> Sources:
        """Where its migrations come from."""

    @cached_property
    def migration_documents(self) -> dict[str, Document]:
        """Migrations and rollbacks that a rule has asked for, by path."""
        return {}

    @field
    def migration_folders(self) -> tuple[MigrationFolder, ...]:
        """Every folder of migrations that a D1 binding names, once for equal settings."""
        sources = self.migration_sources()

        def load(file: Located) -> Document | None:
            document = self.migration_documents.get(file.path) or sources.load(file)
            if document is not None:
                self.migration_documents[file.path] = document
            return document

        git = InGit(sources.tracked, sources.committed) if sources.tracked is not None else None
        return tuple(
            migration_folders(
                sources.databases, sources.listing, load, git, sources.version, runtime=sources.runtime
            )
        )

    @field
    def migrations(self) -> tuple[Migration, ...]:
        """Every migration of every folder, in wrangler's order."""
        return tuple(migration for folder in self.migration_folders for migration in folder.migrations)

    def d1_diagnostics(self) -> Iterator[DiagnosticEntity]:
        """What playing the migrations through shows."""
        if not self.migration_folders:
            return iter(())
        from cfguard.model.migration_findings import findings_of

        return findings_of(self.migration_replays)

    @cached_property
    def migration_replays(self) -> tuple[FolderReplay, ...]:
        """Every folder of migrations, played through when somebody asks what that shows."""
        if not self.migration_folders:
            return ()
        from cfguard.model.migration_replay import FolderReplay

        return tuple(FolderReplay(folder) for folder in self.migration_folders)


MIGRATION_COLLECTIONS: Mapping[str, str] = {
    "migration_folder": "migration_folders",
    "migration": "migrations",
}
MIGRATION_ENTITIES: tuple[type[Entity], ...] = (MigrationFolder, Migration)
