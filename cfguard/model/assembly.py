"""Which files make a Worker, and which env files concern it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from cfguard.discover import environment_in_name
from cfguard.git import GitFailure
from cfguard.model.config_file import PREFERENCE
from cfguard.model.surroundings import Surroundings
from cfguard.model.variable import EnvFile, Needs
from cfguard.model.worker import Worker
from cfguard.paths import upwards

if TYPE_CHECKING:
    from cfguard.git import Repository
    from cfguard.model.stages import Stages
    from cfguard.syntax.node import Document

_Item = TypeVar("_Item")
_EXAMPLE_NAMES = frozenset({"example", "sample", "template", "dist", "default", "tmpl"})


def workers_of(configs: Iterable[Document], vocabulary: Stages) -> tuple[Worker, ...]:
    """The Workers of a project by the path of their config: one for each folder that has any."""
    folders: dict[str, list[Document]] = {}
    for document in configs:
        folders.setdefault(document.path.rpartition("/")[0], []).append(document)
    found = [_worker(documents, vocabulary) for documents in folders.values()]
    return tuple(sorted((each for each in found if each is not None), key=lambda worker: worker.path))


def _worker(documents: list[Document], vocabulary: Stages) -> Worker | None:
    by_name = {document.path.rpartition("/")[2]: document for document in documents}
    base = next((by_name[name] for name in PREFERENCE if name in by_name), None)
    named: list[tuple[str, Document]] = []
    for name, document in sorted(by_name.items()):
        environment = environment_in_name(name)
        if environment and not _EXAMPLE_NAMES.intersection(environment.lower().split(".")):
            named.append((environment, document))
    if base is None and not named:
        return None
    return Worker(base, tuple(named), vocabulary)


def env_files_of(
    documents: Iterable[Document],
    workers: Iterable[Worker],
    vocabulary: Stages,
    repository: Repository | None,
) -> tuple[EnvFile, ...]:
    """The env files, each with the Workers at or below its folder, its neighbours, and what git says of it."""
    below = by_folder((worker.folder, worker.path) for worker in workers)
    files = tuple(
        EnvFile(document, vocabulary, tuple(below.get(document.path.rpartition("/")[0], ())))
        for document in documents
    )
    _ask_git(files, repository)
    folders: dict[str, list[EnvFile]] = {}
    for file in files:
        folders.setdefault(file.folder, []).append(file)
    for file in files:
        file.meet(tuple(folders[file.folder]))
    return files


def introduce_workers(workers: tuple[Worker, ...], files: Iterable[EnvFile], around: Surroundings) -> None:
    """Tell Workers and env files of each other, and the Workers what lies around them."""
    by_path = {worker.path: worker for worker in workers}
    concerned: dict[str, list[EnvFile]] = {}
    for file in files:
        for path in file.workers:
            concerned.setdefault(path, []).append(file)
        file.serve(partial(_needs_of, tuple(by_path[path] for path in file.workers)))
    for worker in workers:
        worker.own(tuple(concerned.get(worker.path, ())))
        worker.stand_in(around)


def by_folder(items: Iterable[tuple[str, _Item]]) -> dict[str, list[_Item]]:
    """What lies at or below each folder, of items given with the folder that each lies in."""
    found: dict[str, list[_Item]] = {}
    for folder, item in items:
        for each in upwards(folder):
            found.setdefault(each, []).append(item)
    return found


def _ask_git(files: tuple[EnvFile, ...], repository: Repository | None) -> None:
    if repository is None or not files:
        return
    tracked = repository.files()
    try:
        ignored = repository.ignored([file.path for file in files])
    except GitFailure:
        return
    for file in files:
        file.know_git(file.path in tracked, ignored.get(file.path))


def _needs_of(workers: Iterable[Worker]) -> Iterator[Needs]:
    for worker in workers:
        for environment in worker.environments:
            in_vars = frozenset(variable.name for variable in environment.vars)
            yield Needs(worker.folder, environment.name, in_vars, environment.required_secrets)
