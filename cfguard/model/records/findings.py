"""All records of a project, read once, and everything that there is to say about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeVar

from cfguard.discover import Located
from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.records.candidates import Candidate
from cfguard.model.records.entities import (
    ContractTest,
    Deployment,
    DevState,
    HealthCheck,
    IntegrationTest,
    MigrationRecord,
    Record,
)
from cfguard.model.records.kinds import is_certainly, kind_by_schema, record_nodes, speaks_of
from cfguard.model.records.said import RecordFile, Said
from cfguard.model.records.sources import RecordFiles, Surrounding
from cfguard.model.records.wrangler_files import WranglerFile, read_wrangler_file
from cfguard.model.worker import Worker
from cfguard.paths import folder_above, upwards
from cfguard.syntax.node import Document

R = TypeVar("R", bound=Record)
_ENTITIES: dict[str, type[Record]] = {
    "health-check": HealthCheck,
    "dev-state": DevState,
    "deployment": Deployment,
    "migration-record": MigrationRecord,
    "contract-test": ContractTest,
    "integration-test": IntegrationTest,
}
#: Diagnostics of one kind that are told of one file: nobody reads more, and a history may have thousands.
MOST = 100
_NO_KEYS: dict[str, tuple[str | int, ...]] = {}


class Records:
    """The records of a project."""

    def __init__(self, candidates: Iterable[Candidate], files: RecordFiles, surrounding: Surrounding) -> None:
        self._around, self._reader = surrounding, files
        self.documents: dict[str, Document] = {}
        found = (self._file(candidate) for candidate in candidates)
        self.files = tuple(file for file in found if file is not None)
        for file in self.files:
            if file.kind is not None and file.kind.schema == "dev-state":
                from cfguard.model.records.histories import link_states

                link_states(file.records)

    def of(self, entity: type[R]) -> tuple[R, ...]:
        """The records of one type, by file and then in the order of the file."""
        return tuple(record for file in self.files for record in file.records if isinstance(record, entity))

    def diagnostics(self) -> Iterator[DiagnosticEntity]:
        """Everything there is to say, of one kind at most so often for each file."""
        told: dict[tuple[str, str], int] = {}
        for said in self._said():
            key = (said.document.path, said.diagnostic.code)
            told[key] = told.get(key, 0) + 1
            if told[key] <= MOST:
                yield DiagnosticEntity(
                    said.document,
                    said.diagnostic,
                    worker=said.worker,
                    related=said.related,
                    certain=said.certain,
                )

    def _file(self, candidate: Candidate) -> RecordFile | None:
        document = self._reader.load(Located(candidate.path, "record"))
        if document is None:
            return None
        worker = self._worker_beside(candidate.path)
        wrangler = read_wrangler_file(document)
        if wrangler is not None:
            self.documents[document.path] = document
            return RecordFile(
                document, None, wrangler, worker, tuple(_of_wrangler(document, wrangler, worker))
            )
        kind = candidate.kind if candidate.certain else kind_by_schema(document)
        nodes = record_nodes(document)
        if kind is None:
            kind = candidate.kind
            if kind is None or not (is_certainly(kind, nodes) or speaks_of(kind, document)):
                return None
        self.documents[document.path] = document
        entity = _ENTITIES[kind.schema]
        records = tuple(entity(document, node, worker) for node in nodes)
        return RecordFile(document, kind, None, worker, records)

    def _worker_beside(self, path: str) -> Worker | None:
        """The Worker of the nearest folder above a file; with none above, the only one that there is."""
        for folder in upwards(folder_above(path)):
            if folder in self._workers:
                return self._workers[folder]
        return self._around.workers[0] if len(self._around.workers) == 1 else None

    @cached_property
    def _workers(self) -> dict[str, Worker]:
        return {worker.folder: worker for worker in self._around.workers}

    def _said(self) -> Iterator[Said]:
        from cfguard.model.records.histories import about_deployments, about_histories
        from cfguard.model.records.shape import about_shapes

        yield from about_shapes(self.files)
        yield from about_histories(self.files)
        yield from about_deployments(self.of(Deployment))
        yield from self._about_migrations()
        yield from self._about_tests()

    def _about_migrations(self) -> Iterator[Said]:
        told = [file for file in self.files if _tells_of_migrations(file)]
        if not told:
            return
        from cfguard.model.records.applied import about_applied

        for file in told:
            yield from about_applied(file, self._around.migration_folders())

    def _about_tests(self) -> Iterator[Said]:
        contracts, workflows = self.of(ContractTest), self.of(IntegrationTest)
        if contracts:
            from cfguard.model.records.contract_tests import about_contracts
            from cfguard.model.records.json_schemas import SchemaFiles, about_schemas

            yield from about_contracts(contracts)
            yield from about_schemas(contracts, SchemaFiles(self._load_schema, self.documents))
        if workflows:
            from cfguard.model.records.integration_tests import about_workflows

            yield from about_workflows(workflows)

    def _load_schema(self, path: str) -> Document | None:
        """A file below the root that a JSON Schema refers to; None where there is none."""
        if self._reader.path_kind(path) != "file":
            return None
        return self._reader.load(Located(path, "record"))


def _of_wrangler(document: Document, file: WranglerFile, worker: Worker | None) -> Iterator[Record]:
    for each in file.deployments:
        deployment = Deployment(document, each.node, worker, each.keys)
        deployment.implied_status = each.status
        yield deployment
    for row in file.applied or ():
        yield MigrationRecord(document, row, worker, _NO_KEYS)


def _tells_of_migrations(file: RecordFile) -> bool:
    if file.wrangler is not None:
        return file.wrangler.applied is not None or file.wrangler.pending is not None
    return file.kind is not None and file.kind.schema == "migration-record"
