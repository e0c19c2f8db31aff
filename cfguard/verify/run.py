"""Verifies Workers one after the other: what is asked for, in which order, and what of it is remembered."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from cfguard.api import Request, project_of, root_of
from cfguard.discover import in_scope
from cfguard.model.project import Project
from cfguard.model.records.entities import ContractTest
from cfguard.model.stages import DEVELOPMENT
from cfguard.model.worker import Environment, Worker
from cfguard.named_tuple import NamedTuple
from cfguard.paths import folder_above
from cfguard.reading import Unreadable, read_bytes
from cfguard.syntax import decode, parse
from cfguard.verify import contracts, health, migrations, session
from cfguard.verify.guard import Guard
from cfguard.verify.measurement import Limits, Measurement
from cfguard.verify.schemas import Schemas
from cfguard.verify.server import DevServer, Target, Wrangler
from cfguard.verify.toolchain import Missing, Toolchain, find_toolchain, install_exactly
from cfguard.verify.workspace import copy_project

#: What can be measured, in the order in which it is.
CHECKS = ("migrations", "startup", "reload", "health", "contract")


class Wishes(NamedTuple):
    """What to verify: the checks, the environments by name (none: development), how long to wait, in seconds."""

    checks: tuple[str, ...] = CHECKS
    environments: tuple[str, ...] = ()
    timeout: float = 60.0
    allow_npx: bool = False
    limits: Limits = Limits()


class Verified(NamedTuple):
    """The result for one environment of one Worker; ``tools`` is the wrangler that measured it."""

    worker: str
    environment: str
    tools: Toolchain
    rows: tuple[Measurement, ...]


def verify(request: Request, wishes: Wishes, tell: Callable[[str], None]) -> Iterator[Verified]:
    """Verify the Workers of a project; ``tell`` hears what is being done.

    Raises :class:`Missing` where Node, wrangler or an environment is not there, and what
    :func:`cfguard.api.check` raises. Everything started has ended when the last result is out, or the
    generator is closed.
    """
    root, project = root_of(request), project_of(request)
    chosen = [
        (worker, environment)
        for worker in project.workers
        for environment in _environments(worker, wishes.environments)
    ]
    there = {environment.name for _, environment in chosen}
    for name in wishes.environments:
        if name not in there:
            raise Missing(f"no Worker here has an environment `{name}`")
    for number, (worker, environment) in enumerate(chosen):
        with Guard() as guard:
            tools = _tools(root, project, worker, guard, allow_npx=wishes.allow_npx)
            tell(f"{worker.path} {environment.name}: copying the project".replace(" :", ":"))
            copy = os.path.join(guard.folder, "project")
            copy_project(root, copy)
            run = _Run(root, copy, project, environment, Wrangler(guard, tools), guard.folder, wishes)
            rows = []
            for row in run.measure():
                rows.append(row)
                tell(f"{worker.path} ({number + 1} of {len(chosen)}): {row.check} {row.subject}".rstrip())
        yield Verified(worker.path, environment.name, tools, tuple(rows))


def _environments(worker: Worker, names: Sequence[str]) -> Iterator[Environment]:
    """Those asked for; without a wish development's, which the top level is where no environment is."""
    if names:
        yield from (each for each in worker.environments if each.name in names)
        return
    named = [each for each in worker.environments if each.stage == DEVELOPMENT and each.name]
    yield from named[:1] or worker.environments[:1]


def _tools(root: str, project: Project, worker: Worker, guard: Guard, *, allow_npx: bool) -> Toolchain:
    folder = folder_above(worker.path)
    packages = [each for each in project.packages if in_scope(folder, (each.folder,))]
    nearest = max(packages, key=lambda each: len(each.folder), default=None)
    locked = nearest.wrangler_version if nearest is not None else None
    npx = None
    if allow_npx:
        into = os.path.join(guard.folder, "npx")
        os.mkdir(into)
        npx = install_exactly(into)
    return find_toolchain(root, folder, locked=locked, npx=npx)


class _Run:
    """One environment of one Worker, in its copy."""

    def __init__(
        self,
        root: str,
        copy: str,
        project: Project,
        environment: Environment,
        wrangler: Wrangler,
        scratch: str,
        wishes: Wishes,
    ) -> None:
        self._root, self._project, self._environment = root, project, environment
        self._wrangler, self._wishes = wrangler, wishes
        self._subject = session.Subject(environment.worker.path, environment.name)
        config = environment.path
        self._folder = folder_above(config)
        own = environment.own_file
        self._target = Target(
            os.path.join(copy, self._folder),
            os.path.join(copy, config),
            "" if own else environment.name,
            os.path.join(scratch, "state"),
        )

    def measure(self) -> Iterator[Measurement]:
        """The rows of everything that was asked for."""
        wishes = self._wishes
        if "migrations" in wishes.checks:
            yield from migrations.measure(
                self._wrangler,
                self._target,
                tuple(self._databases()),
                self._subject,
                wishes.limits,
                timeout=wishes.timeout,
            )
        if {"startup", "reload", "health", "contract"}.isdisjoint(wishes.checks):
            return
        entry = self._environment.entry_point.path
        main = os.path.relpath(entry, self._folder or ".") if entry is not None else None
        for row in session.measure(
            self._wrangler,
            self._target,
            main,
            self._subject,
            wishes.limits,
            timeout=wishes.timeout,
            reload="reload" in wishes.checks,
            more=self._ask,
        ):
            if row.check in wishes.checks or row.verdict == "failed":
                yield row

    def _ask(self, server: DevServer) -> Iterator[Measurement]:
        wishes, mine = self._wishes, tuple(self._contracts())
        if "health" in wishes.checks:
            paths = [each.endpoint for each in mine if "health" in each.endpoint and each.method == "GET"]
            yield from health.measure(server, paths, self._subject, wishes.limits, timeout=wishes.timeout)
        if "contract" in wishes.checks:
            yield from contracts.measure(
                server, mine, Schemas(self._load), self._subject, wishes.limits, timeout=wishes.timeout
            )

    def _databases(self) -> Iterator[migrations.Database]:
        for folder in self._project.migration_folders:
            for binding in folder.bindings:
                name = binding.name
                if binding.environment is self._environment and name and folder.migrations:
                    yield migrations.Database(
                        name,
                        folder.table,
                        tuple(migrations.Undo(each.name, each.rollback) for each in folder.played),
                    )

    def _contracts(self) -> Iterator[contracts.Contract]:
        for test in self._project.contract_tests:
            if (
                test.worker is None
                or test.worker.path != self._environment.worker.path
                or not test.is_whole()
            ):
                continue
            if test.endpoint and test.method and test.status_codes and self._is_meant(test.environment):
                yield _contract(test)

    def _is_meant(self, name: str | None) -> bool:
        """Whether a definition is for this environment, by its name or its stage."""
        vocabulary = self._environment.worker.vocabulary
        stage = self._environment.stage or DEVELOPMENT
        return name is not None and (name == self._environment.name or vocabulary.of(name) == stage)

    def _load(self, path: str) -> object:
        try:
            source = decode(path, read_bytes(self._root, path))[0]
        except Unreadable:
            return None
        return parse(source, "toml" if path.endswith(".toml") else "jsonc").root.plain()


def _contract(test: ContractTest) -> contracts.Contract:
    def plain(name: str) -> object:
        node = test.value(name)
        return node.plain() if node is not None else None

    return contracts.Contract(
        test.source_document.path,
        test.endpoint or "",
        test.method or "",
        test.status_codes,
        plain("request_schema"),
        plain("response_schema"),
        plain("request"),
    )
