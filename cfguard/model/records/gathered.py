"""The part of the project that is about records; nothing is read before a rule asks, and most projects have none."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cfguard.model.entity import Entity, field
from cfguard.model.records.entities import (
    ContractTest,
    Deployment,
    DevState,
    HealthCheck,
    IntegrationTest,
    MigrationRecord,
)

if TYPE_CHECKING:
    from cfguard.discover import Entry, Located
    from cfguard.model.database import MigrationFolder
    from cfguard.model.diagnostic import DiagnosticEntity
    from cfguard.model.records.findings import Records
    from cfguard.model.worker import Worker
    from cfguard.syntax.node import Document


class RecordFiles(NamedTuple):
    """The files that may hold records, and how to read them.

    ``named`` have the name or place of a record; of ``data`` only the format fits. ``patterns`` are those of
    the settings by kind, relative to ``folder``. ``head`` gives the first bytes of a file, ``load`` parses it,
    ``listing`` says what lies in a folder, and ``path_kind`` what lies at a path below the root.
    """

    named: tuple[Located, ...] = ()
    data: tuple[str, ...] = ()
    patterns: Mapping[str, tuple[str, ...]] = {}
    folder: str = ""
    head: Callable[[str, int], bytes] = lambda path, size: b""
    load: Callable[[Located], Document | None] = lambda file: None
    listing: Callable[[str, int], tuple[Entry, ...]] = lambda path, depth: ()
    path_kind: Callable[[str], str | None] = lambda path: None


class Surrounding(NamedTuple):
    """What records are held against: the Workers, and the folders of migrations once somebody asks."""

    workers: tuple[Worker, ...]
    migration_folders: Callable[[], tuple[MigrationFolder, ...]]


class WithRecords(Entity):
    """A project that knows its records."""

    @abstractmethod
    def record_files(self) -> tuple[RecordFiles, Surrounding]:
        """The files that may hold records, and what they are held against."""

    @cached_property
    def records(self) -> Records | None:
        """All records of the project; None where no file holds one."""
        files, surrounding = self.record_files()
        if not (files.named or files.data or files.patterns):
            return None
        from cfguard.model.records.candidates import candidates

        chosen = tuple(candidates(files))
        if not chosen:
            return None
        from cfguard.model.records.findings import Records

        return Records(chosen, files, surrounding)

    @property
    def record_documents(self) -> dict[str, Document]:
        """The files with records, by path, and the files of JSON Schemas that they refer to."""
        return self.records.documents if self.records is not None else {}

    @field
    def health_checks(self) -> tuple[HealthCheck, ...]:
        """Every recorded health check."""
        return self.records.of(HealthCheck) if self.records is not None else ()

    @field
    def dev_states(self) -> tuple[DevState, ...]:
        """Every recorded state of a local development environment."""
        return self.records.of(DevState) if self.records is not None else ()

    @field
    def deployments(self) -> tuple[Deployment, ...]:
        """Every recorded deployment or step of one, wrangler's own output and lists included."""
        return self.records.of(Deployment) if self.records is not None else ()

    @field
    def migration_records(self) -> tuple[MigrationRecord, ...]:
        """Every recorded migration, rows of a saved `d1_migrations` table included."""
        return self.records.of(MigrationRecord) if self.records is not None else ()

    @field
    def contract_tests(self) -> tuple[ContractTest, ...]:
        """Every definition of a contract test."""
        return self.records.of(ContractTest) if self.records is not None else ()

    @field
    def integration_tests(self) -> tuple[IntegrationTest, ...]:
        """Every definition of an integration test."""
        return self.records.of(IntegrationTest) if self.records is not None else ()

    def record_diagnostics(self) -> Iterator[DiagnosticEntity]:
        """What is wrong with records by themselves, with their order, and beside the files of the project."""
        return iter(self.records.diagnostics()) if self.records is not None else iter(())


#: The collections above by the names that rules use.
RECORD_COLLECTIONS: Mapping[str, str] = {
    "health_check": "health_checks",
    "dev_state": "dev_states",
    "deployment": "deployments",
    "migration_record": "migration_records",
    "contract_test": "contract_tests",
    "integration_test": "integration_tests",
}
#: Their types.
RECORD_ENTITIES: tuple[type[Entity], ...] = (
    HealthCheck, DevState, Deployment, MigrationRecord, ContractTest, IntegrationTest,
)  # fmt: skip
