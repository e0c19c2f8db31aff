"""The whole project: every entity that rules can speak of, built once from the parsed files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from cfguard.discover import Located
from cfguard.model.applications import Application, applications
from cfguard.model.assembly import by_folder, env_files_of, introduce_workers, workers_of
from cfguard.model.config_file import ConfigFile, config_files
from cfguard.model.cron import Cron, crons
from cfguard.model.declared_secrets import undeclared_secrets
from cfguard.model.dev_ports import DevPorts, dev_ports
from cfguard.model.devcontainer import (
    CONTAINER_COLLECTIONS,
    CONTAINER_ENTITIES,
    Files,
    Opened,
    WithDevContainers,
    opened_folder,
)
from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.durable_objects import lifecycle_diagnostics
from cfguard.model.entity import Entity, field
from cfguard.model.entry_point import EntryPoint
from cfguard.model.git_answers import WithGit
from cfguard.model.git_file import GitFile
from cfguard.model.leaks import Scans, container_values, values_in_vars
from cfguard.model.lockfile import Lockfiles
from cfguard.model.migrations import MIGRATION_COLLECTIONS, MIGRATION_ENTITIES, Sources, WithMigrations
from cfguard.model.oauth import Redirect, StageHosts, hosts_of
from cfguard.model.package import Package
from cfguard.model.queue_consumer import QueueConsumer, queue_consumers
from cfguard.model.recorded_secret import RECORD, RecordedSecret, judge_record
from cfguard.model.records import RECORD_COLLECTIONS, RECORD_ENTITIES, RecordFiles, Surrounding, WithRecords
from cfguard.model.service_environment import service_environments
from cfguard.model.stages import Stages
from cfguard.model.surroundings import PathKind, Surroundings
from cfguard.model.usage import Usage, usages, written_by
from cfguard.model.validation import (
    env_diagnostics,
    reader_diagnostics,
    swallowed_diagnostics,
    syntax_diagnostics,
    wrangler_diagnostics,
)
from cfguard.model.variable import EnvFile, Variable, introduce
from cfguard.model.worker import Binding, Environment, Stage, Worker
from cfguard.syntax.node import Diagnostic

if TYPE_CHECKING:
    from cfguard.git import Repository
    from cfguard.model.database import Listing
    from cfguard.rotation import Key
    from cfguard.secrets.scan.documents import LeakyDocument
    from cfguard.syntax.node import Document


class Project(WithDevContainers, WithMigrations, WithRecords, WithGit):
    """Everything that the repository says about its Workers.

    ``documents`` are the parsed files by path. ``load`` parses a file that most runs never ask for (a
    package.json), ``read_text`` gives the text of a lockfile; both give None for what cannot be read.
    ``path_kind`` says what lies at a path below the root, None where nothing does, and ``has_code`` whether
    source files lie below a folder. ``scan`` looks for credentials in the tracked files that are not among
    the documents, or for all that may be one. ``plan`` is the plan of the settings, empty where they say none.
    ``d1_runtime`` is the date of the D1 runtime that they name, empty for the newest.
    ``read_file`` gives the text of any other file below the root that a checked file refers to.
    ``listing`` says what lies in a folder, so many levels down. ``read_key`` gives the key of recorded secrets.
    ``elsewhere`` tells the credentials that only git has: in its index, or in what was committed before.
    ``records`` are the files that may hold records.
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
        scan: Callable[[bool], Iterable[LeakyDocument]] = lambda every: (),
        has_code: Callable[[str], bool] = lambda folder: False,
        plan: str = "",
        d1_runtime: str = "",
        read_file: Callable[[str], str | None] = lambda path: None,
        listing: Listing = lambda path, depth: (),
        read_key: Callable[[], Key | None] = lambda: None,
        elsewhere: Callable[[], Iterable[DiagnosticEntity]] = tuple,
        records: RecordFiles | None = None,
    ) -> None:
        super().__init__(None, None)
        self._located, self.documents = files, documents
        self._vocabulary, self.repository = stages, repository
        self._load, self.path_kind = load, path_kind
        self._lockfiles = Lockfiles(read_text, lambda path: path_kind(path) == "file")
        self._around = Surroundings(
            lambda: self.packages,
            self._lockfiles,
            path_kind,
            has_code,
            lambda path: path in self._ignored_entries,
        )
        self._d1_runtime = d1_runtime
        self._plan, self._read_file, self._listing, self._read_key = plan, read_file, listing, read_key
        self._record_files = records if records is not None else RecordFiles()
        self._files: tuple[EnvFile, ...] | None = None
        self.scans, self._elsewhere = Scans(scan), elsewhere
        self._remarks: list[DiagnosticEntity] = []
        self._hosts: dict[tuple[str, ...], dict[str, StageHosts]] = {}
        self._said: dict[str, tuple[DiagnosticEntity, ...]] = {}

    def _of_role(self, role: str) -> list[Document]:
        paths = (each.path for each in self._located if each.role == role)
        return [self.documents[path] for path in paths if path in self.documents]

    @field
    def workers(self) -> tuple[Worker, ...]:
        """Every Worker, by the path of its config."""
        workers = workers_of(self._of_role("wrangler"), self._vocabulary)
        introduce_workers(workers, self._build_env_files(workers), self._around)
        return workers

    @field
    def env_files(self) -> tuple[EnvFile, ...]:
        """Every env file, examples included, by path."""
        return self._build_env_files(self.workers)

    def _build_env_files(self, workers: tuple[Worker, ...]) -> tuple[EnvFile, ...]:
        if self._files is None:
            self._files = env_files_of(self._of_role("env"), workers, self._vocabulary, self.repository)
        return self._files

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
    def recorded_secrets(self) -> tuple[RecordedSecret, ...]:
        """The secrets of this machine of which `cfguard-secrets.json` keeps a fingerprint; none without that file."""
        text = self._read_file(RECORD)
        return tuple(judge_record(self.env_files, text, self._read_key)) if text is not None else ()

    @field
    def redirects(self) -> tuple[Redirect, ...]:
        """Every OAuth redirect URI."""
        return tuple(
            self._redirect(variable)
            for variable in self.variables
            if variable.is_redirect or variable.is_sign_in_base
        )

    def _redirect(self, variable: Variable) -> Redirect:
        if variable.workers not in self._hosts:
            self._hosts[variable.workers] = self._hosts_of(variable.workers)
        by_stage = self._hosts[variable.workers]
        others = (hosts for stage, hosts in by_stage.items() if stage not in ("", variable.stage))
        return Redirect(variable, by_stage[variable.stage], tuple(others), lambda: self._dev_ports)

    @cached_property
    def _dev_ports(self) -> DevPorts:
        """The ports of the dev servers, where there is one Worker and no doubt."""
        if len(self.workers) != 1 or not self.packages:
            return DevPorts()
        files = Files(self._read_file, lambda path: self.path_kind(path) == "file")
        return dev_ports(self.workers[0], self.packages, files)

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
        return tuple(Package(document, self._lockfiles) for document in loaded if document is not None)

    @field
    def config_files(self) -> tuple[ConfigFile, ...]:
        """Every wrangler config of a plain name, those included that wrangler never reads."""
        return tuple(config_files(self._of_role("wrangler"), self._around))

    @field
    def crons(self) -> tuple[Cron, ...]:
        """Every cron trigger, once for the environment that states it."""
        return tuple(crons(self.environments))

    @field
    def queue_consumers(self) -> tuple[QueueConsumer, ...]:
        """Every consumer of a queue."""
        return tuple(queue_consumers(self.workers))

    @field
    def usages(self) -> tuple[Usage, ...]:
        """What every environment uses of what Cloudflare's plans limit."""
        return (*usages(self.workers), *written_by(self.migration_replays))

    @field
    def plan(self) -> str:
        """Cloudflare's plan by the settings: `free`, `paid`, or empty where they do not say."""
        return self._plan

    @cached_property
    def _ignored_entries(self) -> frozenset[str]:
        """The entry files that are not there and that git ignores: a build makes them. Asked of git at once."""
        paths = {each.entry_point.path for each in self.environments}
        return self.ignored(path for path in paths if path is not None and self.path_kind(path) is None)

    def opened_folders(self) -> Iterator[tuple[Document, Opened]]:
        """Every devcontainer.json with the Workers and packages below the folder that it opens."""
        documents = self._of_role("devcontainer")
        if not documents:
            return  # without asking for every package.json
        workers = by_folder((worker.folder, worker) for worker in self.workers)
        packages = by_folder((package.folder, package) for package in self.packages)
        for document in documents:
            folder = opened_folder(document.path)
            files = Files(self._read_file, lambda path: self.path_kind(path) == "file")
            below = (tuple(workers.get(folder, ())), tuple(packages.get(folder, ())))
            yield document, Opened(folder, *below, files)

    def migration_sources(self) -> Sources:
        tracked = None if self.repository is None else self.repository.files()
        return Sources(
            self.databases,
            self._listing,
            self._load,
            self._lockfiles.wrangler,
            tracked,
            lambda paths: self.committed & set(paths),
            self._d1_runtime,
        )

    def record_files(self) -> tuple[RecordFiles, Surrounding]:
        return self._record_files, Surrounding(self.workers, lambda: self.migration_folders)

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

    def secret_diagnostics(self) -> Iterator[DiagnosticEntity]:
        """Live credentials where they must not be: in `vars`, in dev container files, and in what git tracks."""
        configs, containers = self._of_role("wrangler"), self._of_role("devcontainer")
        yield from values_in_vars(configs, self.environments)
        tracked = self.repository.files() if self.repository is not None else None
        variables = self.container_variables
        elsewhere = {each.elsewhere for each in variables} - {""}
        hidden = elsewhere & {*(tracked or ()), *self.ignored(elsewhere)}
        inside = tuple(container_values(variables, hidden))
        yield from inside
        structured = (*configs, *containers)
        yield from self.scans.credentials(self.env_files, structured, inside, self.documents, tracked)
        yield from self._elsewhere()

    def suspicion_diagnostics(self) -> Iterator[DiagnosticEntity]:
        """What detect-secrets reports of every tracked text file, beyond the credentials told already."""
        return self.scans.suspicions() if self.repository is not None else iter(())

    def remark(self, remarks: Iterable[tuple[str, Diagnostic]]) -> None:
        """Tell the project what is wrong with ignore comments: each a path and a diagnostic."""
        known = {**self.migration_documents, **self.record_documents, **self.documents}
        self._remarks = [
            DiagnosticEntity(known[path], diagnostic) for path, diagnostic in remarks if path in known
        ]

    def ignore_diagnostics(self) -> Iterator[DiagnosticEntity]:
        """What is wrong with ignore comments, once a run has shown which of them are used."""
        return iter(self._remarks)


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
    **CONTAINER_COLLECTIONS,
    "package": "packages",
    "config_file": "config_files",
    "cron": "crons",
    "git_file": "git_files",
    "queue_consumer": "queue_consumers",
    "recorded_secret": "recorded_secrets",
    "usage": "usages",
    **MIGRATION_COLLECTIONS,
    **RECORD_COLLECTIONS,
}

#: The facts whose diagnostics a rule can report (``each = "syntax.duplicate-key"``).
FACTS: Mapping[str, Callable[[Project], Iterator[DiagnosticEntity]]] = {
    "syntax": lambda project: syntax_diagnostics(
        [*project.documents.values(), *project.record_documents.values()]
    ),
    "ignore": Project.ignore_diagnostics,
    "wrangler": lambda project: wrangler_diagnostics(project.workers, project.path_kind),
    "secrets": Project.secret_diagnostics,
    "scan": Project.suspicion_diagnostics,
    "swallowed": lambda project: swallowed_diagnostics(project.workers),
    "lifecycle": lambda project: lifecycle_diagnostics(project.workers),
    "retired": lambda project: service_environments(project.environments),
    "devcontainer": Project.devcontainer_diagnostics,
    "env": lambda project: env_diagnostics(project.env_files),
    "reader": lambda project: reader_diagnostics(project.env_files, project.diagnostics("env")),
    "declaration": lambda project: undeclared_secrets(project.workers),
    "d1": Project.d1_diagnostics,
    "records": Project.record_diagnostics,
}

ENTITIES: tuple[type[Entity], ...] = (
    Project, Worker, Environment, Stage, Binding, Variable, EnvFile, Redirect, Application, Package,
    *CONTAINER_ENTITIES, ConfigFile, Cron, EntryPoint, GitFile, QueueConsumer, Usage, RecordedSecret,
    *MIGRATION_ENTITIES, *RECORD_ENTITIES,
)  # fmt: skip
