"""A Worker and its environments, with wrangler's inheritance between them resolved once and for all."""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property

from cfguard.model.binding import Resource
from cfguard.model.commands import PAGES_DEV_PORT, WRANGLER_DEV_PORT
from cfguard.model.configuration import Configuration
from cfguard.model.deploy_redirect import is_written_by_build, redirect_from
from cfguard.model.drift import lacking, names_of_environments
from cfguard.model.entity import Entity, field, integer_of, text_of
from cfguard.model.entry_point import EntryPoint
from cfguard.model.env_reading import read_for
from cfguard.model.inheritance import BindingPlace
from cfguard.model.stages import DEVELOPMENT, PRODUCTION, Stages
from cfguard.model.surroundings import NOWHERE, Surroundings
from cfguard.model.variable import EnvFile, Variable
from cfguard.paths import folder_above
from cfguard.pattern import lazy
from cfguard.syntax.node import Document, Node

_PAGES = lazy(r"(?:cloudflare|wrangler)\s+pages\b", re.IGNORECASE)


class Binding(Resource):
    """A resource that an environment gives to its code under a name."""

    expression_type = "binding"

    def __init__(self, environment: Environment, document: Document, place: BindingPlace, node: Node) -> None:
        super().__init__(document, place, node)
        self._environment = environment

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._environment.belongs_to()

    def is_whole(self) -> bool:
        return self._environment.is_whole()

    @field
    def environment(self) -> Environment:
        """The environment that has it."""
        return self._environment

    @field
    def in_production(self) -> Binding | None:
        """The same KV namespace, R2 bucket or queue as another environment of the Worker, production, binds it."""
        shared = self.shared_target
        if shared is None or self._environment.stage == PRODUCTION:
            return None
        return self._environment.worker.targets_of_production.get(shared)


class Environment(Configuration):
    """One deployable configuration of a Worker: the top level, an `env.<name>`, or a config file of its own."""

    expression_type = "environment"

    def __init__(
        self, worker: Worker, document: Document, node: Node, name: str, top: Node, *, own_file: bool = False
    ) -> None:
        super().__init__(document, node, name, top, own_file=own_file)
        self._worker = worker

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._worker.path, self._name

    def is_whole(self) -> bool:
        return self._worker.is_whole()

    @field
    def stage(self) -> str:
        """`development`, `production` or a stage of the settings; empty where nothing says."""
        vocabulary = self._worker.vocabulary
        if self._name:
            return vocabulary.of(self._name)
        # An environment that is deployed under the top level's own name is the same deployment. A file of its
        # own with that name is none: there the plain file is what people work with locally.
        name = self.worker_name
        for each in self._worker.environments:
            if (
                name is not None
                and each.name
                and not each.own_file
                and each.worker_name == name
                and each.stage
            ):
                return each.stage
        return vocabulary.of_top_level(self._worker.environment_names)

    @field
    def worker(self) -> Worker:
        """The Worker that it configures."""
        return self._worker

    @property
    def path(self) -> str:
        """The file that holds it."""
        return self._document.path

    @field
    def siblings(self) -> tuple[Environment, ...]:
        """The environments of the same file, itself and the top level included; the first hundred of them."""
        return self._worker.environments_by_file.get(self._document.path, ())

    @field
    def lacks_name(self) -> bool:
        """Whether nothing names what is deployed: no `name`, and none in a command of package.json."""
        folder, around = self._worker.folder, self._worker.around
        return not self.has_name and self.is_worker and not around.names_worker(folder)

    @field
    def is_worker(self) -> bool:
        """Whether it configures a Worker that is meant to be deployed: no Pages project, and nothing for tests."""
        folder, around = self._worker.folder, self._worker.around
        if self._worker.is_pages or around.is_for_tests(folder):
            return False
        if self.sets_what_pages_lacks:
            return True
        return self.has_name and not self._worker.mentions_pages and not around.is_for_pages(folder)

    @field
    def newest_supported_date(self) -> date | None:
        """The newest compatibility date that the workerd in the lockfile takes: seven days after its own."""
        return self._worker.around.newest_supported_date(self._worker.folder)

    @field
    def entry_point(self) -> EntryPoint:
        """What wrangler would bundle and upload."""
        return EntryPoint(self, self._worker.folder, self._worker.around)

    @field
    def bindings(self) -> tuple[Binding, ...]:
        """Its bindings of all kinds; environments inherit none."""
        return tuple(Binding(self, self._document, place, node) for place, node in self.binding_entries())

    @field
    def databases(self) -> tuple[Binding, ...]:
        """Its D1 bindings."""
        return tuple(binding for binding in self.bindings if binding.kind == "d1")

    @field
    def vars(self) -> tuple[Variable, ...]:
        """Its `vars`; environments inherit none."""
        table = self._node.get("vars")
        return tuple(
            Variable(
                self._document,
                node,
                stage=self.stage,
                environment=self._name,
                workers=(self._worker.path,),
                stages=self._worker.vocabulary,
            )
            for node in (table.members.values() if table is not None else ())
        )

    @field
    def drift(self) -> tuple[str, ...]:
        """What other environments have and this one lacks, in words; what the top level has is wrangler's to say."""
        names = self._worker.names_by_file.get(self.path, ())
        # In development variables stand in files that are not committed.
        return lacking(self, (name for name in names if self.stage != DEVELOPMENT or "(vars)" not in name))

    @field
    def env_files(self) -> tuple[EnvFile, ...]:
        """The env files that wrangler reads for it in local development, later ones winning."""
        beside = tuple(file for file in self._worker.env_files if file.folder == self._worker.folder)
        return read_for(beside, self._name)


class Stage(Entity):
    """A stage that a Worker has, or that the specification expects it to have."""

    expression_type = "stage"

    def __init__(self, worker: Worker, name: str, environments: tuple[Environment, ...]) -> None:
        first = environments[0] if environments else None
        super().__init__(first.document if first else worker.document, first.node if first else worker.node)
        self._worker, self._name, self._environments = worker, name, environments

    def belongs_to(self) -> tuple[str | None, str | None]:
        first = self._environments[0] if self._environments else None
        return self._worker.path, first.name if first is not None else None

    def is_whole(self) -> bool:
        return self._worker.is_whole()

    @field
    def name(self) -> str:
        """`development`, `production` or a stage of the settings."""
        return self._name

    @field
    def worker(self) -> Worker:
        """The Worker."""
        return self._worker

    @field
    def environments(self) -> tuple[Environment, ...]:
        """The Worker's environments of this stage; none where the stage is absent."""
        return self._environments

    @field
    def is_named(self) -> bool:
        """Whether an environment of this stage says so by its own name."""
        return any(environment.name for environment in self._environments)


class Worker(Entity):
    """A Worker: one wrangler config with the separate files that configure further environments of it."""

    expression_type = "worker"

    def __init__(
        self, base: Document | None, files: tuple[tuple[str, Document], ...], vocabulary: Stages
    ) -> None:
        main = base if base is not None else files[0][1]
        super().__init__(main, main.root)
        self.vocabulary = vocabulary
        self._env_files: tuple[EnvFile, ...] = ()
        self.base = base
        self._files = files
        self._main = main
        self.folder = folder_above(main.path)
        self.around: Surroundings = NOWHERE

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self.path, None

    def own(self, env_files: tuple[EnvFile, ...]) -> None:
        """Tell the Worker which env files concern it."""
        self._env_files = env_files

    def stand_in(self, around: Surroundings) -> None:
        """Tell the Worker how to ask about what lies around its config."""
        self.around = around

    @field
    def env_files(self) -> tuple[EnvFile, ...]:
        """The env files beside its config and in the folders above, up to the root."""
        return self._env_files

    @field
    def name(self) -> str | None:
        """The name at the top level of its config."""
        return text_of(self._main.root.get("name"))

    @field
    def path(self) -> str:
        """The path of its config, relative to the root."""
        return self._main.path

    @property
    def files(self) -> tuple[tuple[str, Document], ...]:
        """Its config files with the environment that each stands for; the plain one stands for no name."""
        return (*([("", self.base)] if self.base is not None else []), *self._files)

    @field
    def environments(self) -> tuple[Environment, ...]:
        """The top level first, then each `env.<name>`, then the environments that have a file of their own."""
        found: list[Environment] = []
        for name, document in self.files:
            found.append(Environment(self, document, document.root, name, document.root, own_file=bool(name)))
            table = document.root.get("env")
            for key, node in table.members.items() if table is not None else ():
                if node.kind == "table":
                    found.append(Environment(self, document, node, key, document.root))
        return tuple(found)

    @field
    def environment_names(self) -> tuple[str, ...]:
        """The names of its environments, without the top level, which has none."""
        return tuple(each.name for each in self.environments if each.name)

    @cached_property
    def environments_by_file(self) -> dict[str, tuple[Environment, ...]]:
        """The first hundred environments of each config file: real ones have a handful."""
        found: dict[str, list[Environment]] = {}
        for environment in self.environments:
            found.setdefault(environment.path, []).append(environment)
        return {path: tuple(each[:100]) for path, each in found.items()}

    @cached_property
    def names_by_file(self) -> dict[str, tuple[str, ...]]:
        """The bindings and vars that only named environments have, by config file."""
        return {path: names_of_environments(each) for path, each in self.environments_by_file.items()}

    @cached_property
    def targets_of_production(self) -> dict[tuple[str, str], Binding]:
        """The first binding in production of each resource that certainly is the same under another name."""
        found: dict[tuple[str, str], Binding] = {}
        for environment in self.environments:
            for binding in environment.bindings if environment.stage == PRODUCTION else ():
                if binding.shared_target is not None:
                    found.setdefault(binding.shared_target, binding)
        return found

    @field
    def stages(self) -> tuple[Stage, ...]:
        """Development, production and the stages of the settings, each with its environments."""
        return tuple(
            Stage(self, name, tuple(each for each in self.environments if each.stage == name))
            for name in self.vocabulary.names
        )

    @field
    def uses_d1(self) -> bool:
        """Whether any environment has a D1 binding."""
        return bool(self.databases)

    def is_whole(self) -> bool:
        return not self._main.recovered and not any(document.recovered for _, document in self._files)

    @field
    def databases(self) -> tuple[Binding, ...]:
        """The D1 bindings of all its environments."""
        return tuple(binding for environment in self.environments for binding in environment.databases)

    @field
    def has_top_level_databases(self) -> bool:
        """Whether the top level has a D1 binding, which wrangler itself then misses in environments."""
        return any(environment.databases for environment in self.environments if environment.is_top_level)

    @field
    def redirect(self) -> str | None:
        """The file by which `wrangler deploy` takes the config that a build wrote in place of this one."""
        return redirect_from(self.folder, self.around)

    @field
    def is_written_by_build(self) -> bool:
        """Whether a build tool wrote its config (`userConfigPath`, `definedEnvironments`)."""
        return is_written_by_build(self._main.root)

    @field
    def is_pages(self) -> bool:
        """Whether it is a Pages project."""
        return self._main.root.get("pages_build_output_dir") is not None

    @field
    def mentions_pages(self) -> bool:
        """Whether a comment of its config speaks of Pages: `wrangler pages deploy` reads no config of its own."""
        source = self._main.source
        return any(_PAGES.search(source.slice(comment.span)) for comment in self._main.comments)

    @field
    def dev_port(self) -> int | None:
        """The port of `wrangler dev` unless the command says otherwise: `dev.port`, else 8787 (Pages: 8788)."""
        configured = integer_of(self._main.root.get("dev", "port"))
        if configured is None:
            return PAGES_DEV_PORT if self.is_pages else WRANGLER_DEV_PORT
        return configured or None
