"""What the real readers of files say: wrangler's validator of configs, the dotenv libraries of env files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from cfguard.discover import role_of
from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.surroundings import PathKind
from cfguard.model.swallowed import swallowed_keys
from cfguard.model.variable import EnvFile
from cfguard.model.worker import Worker
from cfguard.paths import below, folder_above
from cfguard.syntax.node import Diagnostic, Document


def syntax_diagnostics(documents: Iterable[Document]) -> Iterator[DiagnosticEntity]:
    """What the parsers said of every file."""
    for document in documents:
        is_config = role_of(document.path) == "wrangler"
        for diagnostic in document.diagnostics:
            refused = is_config and diagnostic.code == "syntax-error"
            yield DiagnosticEntity(document, diagnostic, upstream="wrangler" if refused else None)


def wrangler_diagnostics(
    workers: Iterable[Worker], path_kind: Callable[[str], PathKind]
) -> Iterator[DiagnosticEntity]:
    """What wrangler's own validator says of every config, for all environments at once."""
    from cfguard.wrangler.validate import validate

    for worker in workers:
        for name, document in worker.files:
            swallowed = {each.key for each in swallowed_keys(document)}
            for found in validate(document, path_kind=_beside(document, path_kind)):
                if found.code == "unexpected-field" and found.key in swallowed:
                    continue  # one cause: `wrangler/swallowed-key` says where the key belongs
                environment = found.environment if found.environment is not None else name
                diagnostic = Diagnostic(
                    found.code, found.message, found.span, found.key, found.help, found.related, found.cure
                )
                yield DiagnosticEntity(document, diagnostic, worker=worker.path, environment=environment)


def swallowed_diagnostics(workers: Iterable[Worker]) -> Iterator[DiagnosticEntity]:
    """The keys that stand below a TOML header by mistake."""
    for worker in workers:
        for name, document in worker.files:
            for found in swallowed_keys(document):
                environment = str(found.key[1]) if found.key[:1] == ("env",) else name
                yield DiagnosticEntity(document, found, worker=worker.path, environment=environment)


def env_diagnostics(files: tuple[EnvFile, ...]) -> Iterator[DiagnosticEntity]:
    """Where the readers of env files differ, in the files that belong to a Worker."""
    from cfguard.env_readers import ambiguous_values

    names: dict[str, set[str]] = {}
    for file in files:
        names.setdefault(file.folder, set()).update(file.names)
    for file in files:
        if file.workers and file.document is not None:
            known = names[file.folder]
            for diagnostic in ambiguous_values(file.document, expands=_expands(file), names=known):
                yield DiagnosticEntity(file.document, diagnostic, environment=file.environment)


def reader_diagnostics(
    files: tuple[EnvFile, ...], ambiguous: Iterable[DiagnosticEntity]
) -> Iterator[DiagnosticEntity]:
    """Where programs beside Node read the env files of a Worker differently, and nothing graver is said."""
    from cfguard.env_readers_outside import reader_dependent

    told: dict[str, set[str]] = {}
    for each in ambiguous:
        told.setdefault(each.path, set()).update(map(str, each.diagnostic.key))
    for file in files:
        if file.workers and file.document is not None and not file.is_example:
            known = told.get(file.path, set())
            for diagnostic in reader_dependent(file.document, expands=_expands(file), told=known):
                yield DiagnosticEntity(file.document, diagnostic, environment=file.environment)


def _expands(file: EnvFile) -> bool:
    return file.base == ".env"


def _beside(document: Document, path_kind: Callable[[str], PathKind]) -> Callable[[str], PathKind]:
    """What a path in a file leads to, relative to the file's folder."""
    folder = folder_above(document.path)
    return lambda path: path_kind(below(folder, path))
