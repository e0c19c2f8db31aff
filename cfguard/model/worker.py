"""A Worker and its environments, with wrangler's inheritance between them resolved once and for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from cfguard.model.commands import PAGES_DEV_PORT, WRANGLER_DEV_PORT
from cfguard.model.entity import Entity, boolean_of, field, integer_of, shown_of, strings_of, text_of
from cfguard.model.hosts import HostPattern, route_hosts
from cfguard.model.inheritance import (
    BINDING_PLACES,
    INHERITABLE,
    SINGLE_BINDINGS,
    TOP_LEVEL_ONLY,
    BindingPlace,
)
from cfguard.model.stages import Stages
from cfguard.model.values import calendar_date, is_placeholder_id, is_template_text
from cfguard.model.variable import EnvFile, Variable, read_for
from cfguard.syntax.node import Document, Node


class Binding(Entity):
    """A resource that an environment gives to its code under a name."""

    expression_type = "binding"

    def __init__(self, environment: Environment, place: BindingPlace, node: Node) -> None:
        super().__init__(environment.source_document, node)
        self._environment, self._place, self._node = environment, place, node
        self._document = environment.source_document

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._environment.belongs_to()

    def is_whole(self) -> bool:
        return self._environment.is_whole()

    @field
    def kind(self) -> str:
        """What it gives: `d1`, `kv`, `r2`, `queue`, `durable-object`, `service`, …."""
        return self._place.kind

    @field
    def name(self) -> str | None:
        """The name under which the code finds it."""
        return text_of(self._node.get(self._place.name_key))

    @field
    def target(self) -> str | None:
        """What it is bound to: the id, bucket, queue, class or service that its kind has."""
        found = (text_of(self._node.get(key)) for key in self._place.targets)
        return next((text for text in found if text), None)

    @field
    def database_id(self) -> str | None:
        """D1: the id of the database."""
        return text_of(self._node.get("database_id"))

    @field
    def database_name(self) -> str | None:
        """D1: the name of the database."""
        return text_of(self._node.get("database_name"))

    @field
    def has_real_id(self) -> bool:
        """D1: whether the id names a database, and is not a placeholder that everyone shares."""
        return self.database_id is not None and not is_placeholder_id(self.database_id)

    @field
    def remote(self) -> bool | None:
        """Whether local development uses the deployed resource."""
        return boolean_of(self._node.get("remote"))

    @field
    def environment(self) -> Environment:
        """The environment that has it."""
        return self._environment

    @field
    def config(self) -> object:
        """The entry as written, of any shape."""
        return shown_of(self._document, self._node)


class Environment(Entity):
    """One deployable configuration of a Worker: the top level, an `env.<name>`, or a config file of its own."""

    expression_type = "environment"

    def __init__(
        self,
        worker: Worker,
        document: Document,
        node: Node,
        name: str,
        top: Node | None,
        *,
        own_file: bool = False,
    ) -> None:
        super().__init__(document, node)
        self._worker, self._node, self._name, self._top = worker, node, name, top
        self._document, self._own_file = document, own_file

    @property
    def source_document(self) -> Document:
        """The file that states it."""
        return self._document

    def scopes(self) -> Iterator[tuple[Document, Node]]:
        yield self._document, self._node
        if self._top is not None and self._top is not self._node:
            yield self._document, self._top

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._worker.path, self._name

    def is_whole(self) -> bool:
        return self._worker.is_whole()

    def setting(self, key: str) -> Node | None:
        """The node of a key as wrangler resolves it: its own, else the top level's where it is inherited."""
        own = self._node.get(key)
        if own is not None or self._top is None:
            return own
        return self._top.get(key) if key in INHERITABLE or key in TOP_LEVEL_ONLY else None

    @field
    def name(self) -> str:
        """The name as in `env.<name>` or `wrangler.<name>.toml`; empty for the top level."""
        return self._name

    @field
    def label(self) -> str:
        """How to speak of it in a message: its name in quotes, or `the top level`."""
        return f"`{self._name}`" if self._name else "the top level"

    @field
    def own_file(self) -> bool:
        """Whether it is a whole config file of its own (`wrangler.production.toml`)."""
        return self._own_file

    @field
    def is_top_level(self) -> bool:
        """Whether it is what wrangler uses without `--env`."""
        return self._name == ""

    @field
    def stage(self) -> str:
        """`development`, `production` or a stage of the settings; empty where nothing says."""
        vocabulary = self._worker.vocabulary
        if self._name:
            return vocabulary.of(self._name)
        return vocabulary.of_top_level(tuple(each.name for each in self._worker.environments if each.name))

    @field
    def worker(self) -> Worker:
        """The Worker that it configures."""
        return self._worker

    @field
    def worker_name(self) -> str | None:
        """The name under which it is deployed: `<name>-<environment>` unless it sets one itself."""
        own = text_of(self._node.get("name"))
        if own is not None or self._top is None or self._node is self._top:
            return own
        inherited = text_of(self._top.get("name"))
        return f"{inherited}-{self._name}" if inherited is not None else None

    @field
    def compatibility_date(self) -> date | None:
        """The date that its runtime behaves by, where it is a real `YYYY-MM-DD`; inherited."""
        return calendar_date(self.compatibility_date_text or "")

    @field
    def compatibility_date_text(self) -> str | None:
        """The compatibility date as written, if it is a string; inherited."""
        return text_of(self.setting("compatibility_date"))

    @field
    def has_compatibility_date(self) -> bool:
        """Whether the key is set at all, in any shape; inherited."""
        return self.setting("compatibility_date") is not None

    @field
    def compatibility_date_is_template(self) -> bool:
        """Whether the date is filled in by another tool (`{{date}}`, `<DATE>`)."""
        return is_template_text(self.compatibility_date_text or "")

    @field
    def compatibility_flags(self) -> tuple[str, ...]:
        """The flags in force; inherited as a whole."""
        return strings_of(self.setting("compatibility_flags"))

    @field
    def bindings(self) -> tuple[Binding, ...]:
        """Its bindings of all kinds; environments inherit none."""
        found: list[Binding] = []
        for place in BINDING_PLACES:
            array = self._node.get(*place.path)
            items = array.items if array is not None else []
            found += [Binding(self, place, item) for item in items if item.kind == "table"]
        for key in SINGLE_BINDINGS:
            table = self._node.get(key)
            if table is not None and table.kind == "table":
                found.append(Binding(self, BindingPlace((key,), key.replace("_", "-"), "binding", ()), table))
        return tuple(found)

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
    def env_files(self) -> tuple[EnvFile, ...]:
        """The env files that wrangler reads for it in local development, later ones winning."""
        beside = tuple(file for file in self._worker.env_files if file.folder == self._worker.folder)
        return read_for(beside, self._name)

    @field
    def declares_hosts(self) -> bool:
        """Whether routes or custom domains say where it answers."""
        return bool(self.host_patterns)

    @field
    def hosts(self) -> tuple[str, ...]:
        """The hosts of its routes and custom domains, patterns as written; inherited."""
        return tuple(dict.fromkeys(pattern.text for pattern in self.host_patterns))

    @property
    def host_patterns(self) -> tuple[HostPattern, ...]:
        """The hosts with the nodes that give them."""
        routes, route = self.setting("routes"), self.setting("route")
        nodes = [*(routes.items if routes is not None else ()), *([route] if route is not None else ())]
        return tuple(route_hosts(nodes))

    @field
    def config(self) -> Mapping[str, object]:
        """Every key as wrangler resolves it, of any shape."""
        top = self._top if self._top is not None and self._top is not self._node else None
        inherited = {
            key: shown_of(self._document, node)
            for key, node in (top.members.items() if top is not None else ())
            if key in INHERITABLE or (key in TOP_LEVEL_ONLY and key != "env")
        }
        own = {
            key: shown_of(self._document, node) for key, node in self._node.members.items() if key != "env"
        }
        return {**inherited, **own}


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
        self.folder = main.path.rpartition("/")[0]

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self.path, None

    def own(self, env_files: tuple[EnvFile, ...]) -> None:
        """Tell the Worker which env files concern it."""
        self._env_files = env_files

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
    def is_pages(self) -> bool:
        """Whether it is a Pages project."""
        return self._main.root.get("pages_build_output_dir") is not None

    @field
    def dev_port(self) -> int | None:
        """The port of `wrangler dev` unless the command says otherwise: `dev.port`, else 8787 (Pages: 8788)."""
        configured = integer_of(self._main.root.get("dev", "port"))
        if configured is None:
            return PAGES_DEV_PORT if self.is_pages else WRANGLER_DEV_PORT
        return configured or None
