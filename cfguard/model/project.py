"""The whole project: every entity that rules can speak of, built once from the parsed files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal, TypeVar

from cfguard.discover import Located, environment_in_name
from cfguard.git import GitFailure
from cfguard.model.database import Listing, Migration, MigrationFolder, migration_folders
from cfguard.model.devcontainer import DevContainer, opened_folder
from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.entity import Entity, field
from cfguard.model.oauth import Application, Redirect, StageHosts, applications, hosts_of
from cfguard.model.package import Package
from cfguard.model.stages import Stages
from cfguard.model.variable import EnvFile, Variable, introduce
from cfguard.model.worker import Binding, Environment, Stage, Worker
from cfguard.syntax.node import Diagnostic

if TYPE_CHECKING:
    from cfguard.git import Repository
    from cfguard.syntax.node import Document

PathKind = Literal["file", "folder"] | None

_Item = TypeVar("_Item")
_EXAMPLE_NAMES = frozenset({"example", "sample", "template", "dist", "default", "tmpl"})
#: When several configs lie in one folder wrangler takes the first of these (4.164, read 2026-11-22).
_PREFERENCE = ("wrangler.json", "wrangler.jsonc", "wrangler.toml")


class Project(Entity):
    """Everything that the repository says about its Workers.

    ``documents`` are the parsed files by path. ``load`` parses a file that most runs never ask for (a
    package.json), ``read_text`` gives the text of a lockfile; both give None for what cannot be read.
    ``path_kind`` says what lies at a path below the root, None where nothing does; ``listing`` what lies in
    a folder, so many levels down.
    """

    expression_type = "project"

    def __init__(
        self,
        files: tuple[Located, ...],
        documents: Mapping[str, Document],
        *,
        stages: Stages,
        repository: Repository | None = None,
        load: Callable[[Located], Document | None] = lambda file: None,
        read_text: Callable[[str], str | None] = lambda path: None,
        path_kind: Callable[[str], PathKind] = lambda path: None,
        listing: Listing = lambda path, depth: (),
    ) -> None:
        super().__init__(None, None)
        self._located, self._documents = files, documents
        self._vocabulary, self._repository = stages, repository
        self._load, self._read_text, self._path_kind = load, read_text, path_kind
        self._listing = listing
        self._remarks: list[DiagnosticEntity] = []
        self._hosts: dict[tuple[str, ...], dict[str, StageHosts]] = {}
        self._said: dict[str, tuple[DiagnosticEntity, ...]] = {}

    def _of_role(self, role: str) -> list[Document]:
        paths = (each.path for each in self._located if each.role == role)
        return [self._documents[path] for path in paths if path in self._documents]

    @field
    def workers(self) -> tuple[Worker, ...]:
        """Every Worker, by the path of its config."""
        folders: dict[str, list[Document]] = {}
        for document in self._of_role("wrangler"):
            folders.setdefault(document.path.rpartition("/")[0], []).append(document)
        found = [self._worker(documents) for documents in folders.values()]
        workers = tuple(sorted((each for each in found if each is not None), key=lambda worker: worker.path))
        files = self._build_env_files(workers)
        by_path = {worker.path: worker for worker in workers}
        concerned: dict[str, list[EnvFile]] = {}
        for file in files:
            for path in file.workers:
                concerned.setdefault(path, []).append(file)
            file.serve(partial(_names_in_vars, tuple(by_path[path] for path in file.workers)))
        for worker in workers:
            worker.own(tuple(concerned.get(worker.path, ())))
        return workers

    def _worker(self, documents: list[Document]) -> Worker | None:
        by_name = {document.path.rpartition("/")[2]: document for document in documents}
        base = next((by_name[name] for name in _PREFERENCE if name in by_name), None)
        named: list[tuple[str, Document]] = []
        for name, document in sorted(by_name.items()):
            environment = environment_in_name(name)
            if environment and not _EXAMPLE_NAMES.intersection(environment.lower().split(".")):
                named.append((environment, document))
        if base is None and not named:
            return None
        return Worker(base, tuple(named), self._vocabulary)

    @field
    def env_files(self) -> tuple[EnvFile, ...]:
        """Every env file, examples included, by path."""
        return self._build_env_files(self.workers)

    def _build_env_files(self, workers: tuple[Worker, ...]) -> tuple[EnvFile, ...]:
        if "_files" not in self.__dict__:
            below = _by_folder((worker.folder, worker.path) for worker in workers)
            files = tuple(
                EnvFile(document, self._vocabulary, tuple(below.get(document.path.rpartition("/")[0], ())))
                for document in self._of_role("env")
            )
            self._ask_git(files)
            folders: dict[str, list[EnvFile]] = {}
            for file in files:
                folders.setdefault(file.folder, []).append(file)
            for file in files:
                file.meet(tuple(folders[file.folder]))
            self.__dict__["_files"] = files
        built: tuple[EnvFile, ...] = self.__dict__["_files"]
        return built

    def _ask_git(self, files: tuple[EnvFile, ...]) -> None:
        if self._repository is None or not files:
            return
        tracked = self._repository.files()
        try:
            ignored = self._repository.ignored([file.path for file in files])
        except GitFailure:
            return
        for file in files:
            file.know_git(file.path in tracked, ignored.get(file.path))

    @field
    def environments(self) -> tuple[Environment, ...]:
        """Every environment of every Worker, top levels included."""
        return tuple(environment for worker in self.workers for environment in worker.environments)

    @field
    def stages(self) -> tuple[Stage, ...]:
        """The stages of every Worker, absent ones included."""
        return tuple(stage for worker in self.workers for stage in worker.stages)

    @field
    def bindings(self) -> tuple[Binding, ...]:
        """Every binding of every environment."""
        return tuple(binding for environment in self.environments for binding in environment.bindings)

    @field
    def databases(self) -> tuple[Binding, ...]:
        """Every D1 binding of every environment."""
        return tuple(binding for binding in self.bindings if binding.kind == "d1")

    @field
    def variables(self) -> tuple[Variable, ...]:
        """Every variable: those in `vars`, and those in env files of a Worker that are no examples."""
        found = [variable for environment in self.environments for variable in environment.vars]
        files = [file for file in self.env_files if file.workers and not file.is_example]
        found += [variable for file in files for variable in file.variables]
        introduce(iter(found))
        return tuple(found)

    @field
    def secrets(self) -> tuple[Variable, ...]:
        """Every variable in an env file, examples included, whose value is a credential."""
        return tuple(
            variable
            for file in self.env_files
            for variable in file.variables
            if variable.credential is not None
        )

    @field
    def redirects(self) -> tuple[Redirect, ...]:
        """Every OAuth redirect URI."""
        return tuple(self._redirect(variable) for variable in self.variables if variable.is_redirect)

    def _redirect(self, variable: Variable) -> Redirect:
        if variable.workers not in self._hosts:
            self._hosts[variable.workers] = self._hosts_of(variable.workers)
        by_stage = self._hosts[variable.workers]
        others = (hosts for stage, hosts in by_stage.items() if stage not in ("", variable.stage))
        return Redirect(variable, by_stage[variable.stage], tuple(others))

    def _hosts_of(self, workers: tuple[str, ...]) -> dict[str, StageHosts]:
        """The hosts of each stage of some Workers; those of no stage under the empty name."""
        environments = [each for path in workers for each in self._by_path[path].environments]
        known = (each for path in workers for each in self._variables_of[path])
        nearby = tuple({id(each): each for each in known}.values())
        return {stage: hosts_of(stage, environments, nearby) for stage in ("", *self._vocabulary.names)}

    @cached_property
    def _by_path(self) -> dict[str, Worker]:
        return {worker.path: worker for worker in self.workers}

    @cached_property
    def _variables_of(self) -> dict[str, list[Variable]]:
        """The variables that concern each Worker, by the path of its config."""
        found: dict[str, list[Variable]] = {}
        for variable in self.variables:
            for path in variable.workers:
                found.setdefault(path, []).append(variable)
        return found

    @field
    def applications(self) -> tuple[Application, ...]:
        """Every OAuth application that an environment or env file names."""
        return tuple(applications(self.variables))

    @field
    def packages(self) -> tuple[Package, ...]:
        """Every package.json, by path."""
        loaded = (self._load(each) for each in self._located if each.role == "package")
        return tuple(Package(document, self._read_text) for document in loaded if document is not None)

    @field
    def devcontainers(self) -> tuple[DevContainer, ...]:
        """Every devcontainer.json with the Workers below the folder that it opens."""
        workers = _by_folder((worker.folder, worker) for worker in self.workers)
        packages = _by_folder((package.folder, package) for package in self.packages)
        found: list[DevContainer] = []
        for document in self._of_role("devcontainer"):
            folder = opened_folder(document.path)
            found.append(
                DevContainer(document, tuple(workers.get(folder, ())), tuple(packages.get(folder, ())))
            )
        return tuple(found)

    @field
    def migration_folders(self) -> tuple[MigrationFolder, ...]:
        """Every folder of migrations that a D1 binding names, once for equal settings."""
        tracked = None if self._repository is None else self._repository.files()
        load = partial(_once, {}, self._load)
        return tuple(migration_folders(self.databases, self._listing, load, tracked, self._wrangler_in))

    @field
    def migrations(self) -> tuple[Migration, ...]:
        """Every migration of every folder, in wrangler's order."""
        return tuple(migration for folder in self.migration_folders for migration in folder.migrations)

    def _wrangler_in(self, folder: str) -> str | None:
        """The version of wrangler that the nearest package.json above a folder resolves to."""
        packages = {package.folder: package for package in self.packages}
        while folder and folder not in packages:
            folder = folder.rpartition("/")[0]
        return packages[folder].wrangler_version if folder in packages else None

    def d1_diagnostics(self) -> Iterator[DiagnosticEntity]:
        """What playing the migrations through shows."""
        if not self.migration_folders:
            return iter(())
        from cfguard.model.migration_findings import findings_of

        return findings_of(self.migration_folders)

    def documents_of(self, role: str) -> tuple[Document, ...]:
        """The parsed files of a role, by path."""
        if role == "package":
            return tuple(package.document for package in self.packages if package.document is not None)
        return tuple(self._of_role(role))

    def diagnostics(self, fact: str) -> tuple[DiagnosticEntity, ...]:
        """What a fact has to say, worked out once; ``fact`` is a key of :data:`FACTS`."""
        if fact == "ignore":  # these come when the other rules have run
            return tuple(self._remarks)
        if fact not in self._said:
            self._said[fact] = tuple(FACTS[fact](self))
        return self._said[fact]

    def syntax_diagnostics(self) -> Iterator[DiagnosticEntity]:
        """What the parsers said of every file."""
        configs = {document.path for document in self._of_role("wrangler")}
        for document in self._documents.values():
            for diagnostic in document.diagnostics:
                refused = document.path in configs and diagnostic.code == "syntax-error"
                yield DiagnosticEntity(document, diagnostic, upstream="wrangler" if refused else None)

    def _beside(self, document: Document) -> Callable[[str], PathKind]:
        """What a path in a file leads to, relative to the file's folder."""
        folder = document.path.rpartition("/")[0]
        return lambda path: self._path_kind(f"{folder}/{path}" if folder else path)

    def wrangler_diagnostics(self) -> Iterator[DiagnosticEntity]:
        """What wrangler's own validator says of every config, for all environments at once."""
        from cfguard.wrangler.validate import validate

        for worker in self.workers:
            for name, document in worker.files:
                for found in validate(document, path_kind=self._beside(document)):
                    environment = found.environment if found.environment is not None else name
                    diagnostic = Diagnostic(
                        found.code, found.message, found.span, found.key, found.help, found.related
                    )
                    yield DiagnosticEntity(document, diagnostic, worker=worker.path, environment=environment)

    def env_diagnostics(self) -> Iterator[DiagnosticEntity]:
        """Where the readers of env files differ, in the files that belong to a Worker."""
        from cfguard.env_readers import ambiguous_values

        for file in self.env_files:
            if file.workers and file.document is not None:
                names = {name for each in self.env_files if each.folder == file.folder for name in each.names}
                expands = file.base == ".env"
                for diagnostic in ambiguous_values(file.document, expands=expands, names=names):
                    yield DiagnosticEntity(file.document, diagnostic, environment=file.environment)

    def remark(self, remarks: Iterable[tuple[str, Diagnostic]]) -> None:
        """Tell the project what is wrong with ignore comments: each a path and a diagnostic."""
        self._remarks = [
            DiagnosticEntity(self._documents[path], diagnostic)
            for path, diagnostic in remarks
            if path in self._documents
        ]

    def ignore_diagnostics(self) -> Iterator[DiagnosticEntity]:
        """What is wrong with ignore comments, once a run has shown which of them are used."""
        return iter(self._remarks)

    @field
    def git_known(self) -> bool:
        """Whether git could be asked what is committed and ignored."""
        return self._repository is not None


def _by_folder(items: Iterable[tuple[str, _Item]]) -> dict[str, list[_Item]]:
    """What lies at or below each folder, of items given with the folder that each lies in."""
    found: dict[str, list[_Item]] = {}
    for folder, item in items:
        while True:
            found.setdefault(folder, []).append(item)
            if not folder:
                break
            folder = folder.rpartition("/")[0]
    return found


def _once(
    kept: dict[str, Document | None], load: Callable[[Located], Document | None], file: Located
) -> Document | None:
    if file.path not in kept:
        kept[file.path] = load(file)
    return kept[file.path]


def _names_in_vars(workers: Iterable[Worker]) -> Iterator[tuple[str, frozenset[str]]]:
    for worker in workers:
        for environment in worker.environments:
            yield environment.name, frozenset(variable.name for variable in environment.vars)


#: The entities that a rule can go through (``each = "environment"``) and where the project keeps them.
COLLECTIONS: Mapping[str, str] = {
    "project": "",
    "worker": "workers",
    "environment": "environments",
    "stage": "stages",
    "binding": "bindings",
    "database": "databases",
    "variable": "variables",
    "secret": "secrets",
    "env_file": "env_files",
    "redirect": "redirects",
    "application": "applications",
    "devcontainer": "devcontainers",
    "package": "packages",
    "migration_folder": "migration_folders",
    "migration": "migrations",
}

#: The facts whose diagnostics a rule can report (``each = "syntax.duplicate-key"``).
FACTS: Mapping[str, Callable[[Project], Iterator[DiagnosticEntity]]] = {
    "syntax": Project.syntax_diagnostics,
    "ignore": Project.ignore_diagnostics,
    "wrangler": Project.wrangler_diagnostics,
    "d1": Project.d1_diagnostics,
    "env": Project.env_diagnostics,
}

ENTITIES: tuple[type[Entity], ...] = (
    Project, Worker, Environment, Stage, Binding, Variable, EnvFile, Redirect, Application, DevContainer, Package,
    MigrationFolder, Migration,
)  # fmt: skip
