"""Holds what a database has applied against the files that are there: missing, renamed, edited, late, pending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from cfguard.d1.folder import number_of, order
from cfguard.model.records.entities import MigrationRecord
from cfguard.model.records.said import RecordFile, Related, Said, said_of
from cfguard.syntax.node import Diagnostic

if TYPE_CHECKING:
    from cfguard.model.database import Migration, MigrationFolder
    from cfguard.syntax.node import Node


def about_applied(file: RecordFile, folders: Sequence[MigrationFolder]) -> Iterator[Said]:
    """What a file of records says about the folder of migrations that it goes with, if it is known which."""
    folder = _folder_of(file, folders)
    if folder is None or not folder.whole:
        return
    if file.wrangler is not None and file.wrangler.pending is not None:
        yield from _listed(file, folder, file.wrangler.pending)
        return
    records = [each for each in file.records if isinstance(each, MigrationRecord) and each.is_whole()]
    if records:
        yield from _Comparison(folder, records).said()


def _folder_of(file: RecordFile, folders: Sequence[MigrationFolder]) -> MigrationFolder | None:
    """The folder of the file's Worker, or of all, that shares most names with the file; None where it is open."""
    worker = file.worker.path if file.worker is not None else None
    near = [each for each in folders if worker is not None and each.belongs_to()[0] == worker]
    table = file.wrangler.table if file.wrangler is not None else None
    chosen = [each for each in near or folders if table is None or each.table == table]
    if len(chosen) < 2:
        return chosen[0] if chosen else None
    names = {each.name for each in file.records if isinstance(each, MigrationRecord)}
    if file.wrangler is not None and file.wrangler.pending is not None:
        names = {str(each.value) for each in file.wrangler.pending}
    shared = [len(names.intersection(each.applied)) for each in chosen]
    best = max(shared)
    return chosen[shared.index(best)] if best and shared.count(best) == 1 else None


def _listed(file: RecordFile, folder: MigrationFolder, pending: tuple[Node, ...]) -> Iterator[Said]:
    """The files that `wrangler d1 migrations list` named and that are still there."""
    migrations = {each.name: each for each in folder.migrations}
    names = [str(each.value) for each in pending if each.value in migrations]
    if names:
        where = ((file.document, pending[0].span, "listed here"),)
        yield _about_file(migrations[names[0]], "pending", _pending_words(names, file.document.path), where)


def _pending_words(names: Sequence[str], path: str) -> str:
    others = f" and {len(names) - 1} more" if len(names) > 1 else ""
    verb = "were" if others else "was"
    return f"`{names[0]}`{others} {verb} not applied when `{path}` was written"


def _about_file(migration: Migration, code: str, message: str, related: tuple[Related, ...] = ()) -> Said:
    diagnostic = Diagnostic(code, message, None)
    return Said(migration.source_document, diagnostic, migration.belongs_to()[0], related)


class _Comparison:
    """The records of one file beside the migrations of one folder."""

    def __init__(self, folder: MigrationFolder, records: Sequence[MigrationRecord]) -> None:
        self._folder, self._records = folder, records
        self._applied = [each for each in records if each.by_wrangler or each.is_applied]
        self._path = records[0].source_document.path

    def said(self) -> Iterator[Said]:
        """Everything that differs."""
        for record in self._applied:
            renamed = self._renamed.get(record.name or "")
            if renamed is not None:
                yield self._about_renamed(renamed, record)
            elif not self._is_there(record):
                yield self._about_missing(record)
        for record in self._applied:
            yield from self._about_edit(record)
        if self._applied:
            yield from self._about_waiting()

    @cached_property
    def _by_name(self) -> dict[str, Migration]:
        return {each.name: each for each in self._folder.migrations}

    @cached_property
    def _by_number(self) -> dict[int, list[Migration]]:
        found: dict[int, list[Migration]] = {}
        for migration in self._folder.migrations:
            if migration.number is not None:
                found.setdefault(migration.number, []).append(migration)
        return found

    def _file_of(self, record: MigrationRecord) -> Migration | None:
        """The file that a record is about: by its name, else the first one of its number."""
        if record.name is not None:
            return self._by_name.get(record.name)
        version = record.version
        if version is None or not (version.isascii() and version.isdigit()):
            return None
        same = self._by_number.get(int(version))
        return same[0] if same else None

    def _is_there(self, record: MigrationRecord) -> bool:
        # A rollback that wrangler took for a migration is in its table as well.
        return self._file_of(record) is not None or record.name in self._folder.applied

    @cached_property
    def _applied_names(self) -> frozenset[str]:
        found = (self._file_of(record) for record in self._applied)
        return frozenset(each.name for each in found if each is not None)

    @cached_property
    def _renamed(self) -> dict[str, Migration]:
        """Names that were applied and are gone, with the one file of the same number that is not applied."""
        found: dict[str, Migration] = {}
        for record in self._applied:
            number = number_of(record.name) if record.name is not None else None
            if number is None or self._is_there(record):
                continue
            same = [each for each in self._by_number.get(number, ()) if each.name not in self._applied_names]
            if len(same) == 1:
                found[str(record.name)] = same[0]
        return found

    def _about_renamed(self, file: Migration, record: MigrationRecord) -> Said:
        message = f"`{file.name}` was applied as `{record.name}`; wrangler goes by names and would apply it once more"
        return _about_file(file, "applied-renamed", message, (_place(record, "applied under this name"),))

    def _about_missing(self, record: MigrationRecord) -> Said:
        if record.name is not None:
            message = f"`{record.name}` was applied, but `{self._folder.path}` has no such file"
            return said_of(record, "applied-missing", message, record.value("name"))
        message = (
            f"version `{record.version}` was applied, but `{self._folder.path}` has no file of that number"
        )
        return said_of(record, "applied-missing", message, record.value("version"))

    def _about_edit(self, record: MigrationRecord) -> Iterator[Said]:
        """A file that is not the recorded script any more; without a script nothing can be told."""
        script, file = record.text("up_script"), self._file_of(record)
        if script is None or file is None or script.strip().endswith(".sql"):
            return
        if _normal(script) != _normal(file.source_document.source.text):
            message = f"`{file.name}` is not what was applied; wrangler does not apply it again"
            related = (_place(record, "what was run", "up_script"),)
            yield _about_file(file, "applied-edited", message, related)

    def _about_waiting(self) -> Iterator[Said]:
        """Files that the database does not have: those before its last one, and those after it."""
        last = max(self._applied, key=self._order)
        later: list[Migration] = []
        for migration in self._waiting():
            if order(migration.name) > self._order(last):
                later.append(migration)
                continue
            name = last.name or f"version {last.version}"
            message = (
                f"`{migration.name}` comes before `{name}`, which is applied: "
                "this database gets it last, a new one in its place"
            )
            yield _about_file(migration, "applied-late", message, (_place(last, "applied here"),))
        if later:
            words = _pending_words([each.name for each in later], self._path)
            yield _about_file(later[0], "pending", words)

    def _waiting(self) -> Iterator[Migration]:
        """The files that certainly are not applied: a table of wrangler's names all that are, other records do not."""
        recorded = (each for each in self._records if not (each.by_wrangler or each.is_applied))
        listed = {file.name for each in recorded if (file := self._file_of(each)) is not None}
        renamed = {each.name for each in self._renamed.values()}
        complete = self._applied[0].by_wrangler and self._is_complete()
        for name, migration in self._by_name.items():
            if name not in self._applied_names and name not in renamed and (complete or name in listed):
                yield migration

    def _is_complete(self) -> bool:
        """Whether the rows are the whole table: they begin with the first one, if they are numbered at all."""
        ids = [record.version_text("id") for record in self._applied]
        return "1" in ids or not any(ids)

    def _order(self, record: MigrationRecord) -> tuple[tuple[int, int, str], ...]:
        """Where wrangler puts what a record is about."""
        file = self._file_of(record)
        return order(file.name if file is not None else record.name or record.version or "")


def _place(record: MigrationRecord, words: str, name: str = "") -> Related:
    node = record.value(name or "name") or record.value("version")
    return record.source_document, node.span if node is not None else record.source_node.span, words


def _normal(script: str) -> str:
    """A script without what editors and git change by themselves."""
    return "\n".join(line.rstrip() for line in script.strip().splitlines())
