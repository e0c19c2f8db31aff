"""The part of the project that is about records; nothing is read before a rule asks, and most projects have none."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from cfguard.model.entity import Entity, field
from cfguard.model.records.entities import (
    ContractTest,
    Deployment,
    DevState,
    HealthCheck,
    IntegrationTest,
    MigrationRecord,
)
from cfguard.model.records.sources import RecordFiles, Surrounding

if TYPE_CHECKING:
    from cfguard.model.diagnostic import DiagnosticEntity
    from cfguard.model.records.findings import Records
    from cfguard.syntax.node import Document


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
        return self.records.diagnostics() if self.records is not None else iter(())


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
