"""Variables and the env files that hold them: who reads which file, and which variables are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from cfguard.model.entity import field
from cfguard.model.env_file_name import EnvFileName
from cfguard.model.named_value import NamedValue
from cfguard.named_tuple import NamedTuple
from cfguard.paths import folder_above

if TYPE_CHECKING:
    from cfguard.git import IgnoreRule
    from cfguard.model.stages import Stages
    from cfguard.syntax.node import Document, Node

#: Shorter texts are equal by chance.
_COMPARED = 8


class Variable(NamedValue):
    """A named value that an environment's code reads: from `vars`, or from an env file."""

    expression_type = "variable"

    def __init__(
        self,
        document: Document,
        node: Node,
        *,
        stage: str,
        environment: str | None,
        workers: tuple[str, ...],
        stages: Stages,
        file: EnvFile | None = None,
    ) -> None:
        super().__init__(document, node, stages)
        self._stage, self._environment, self._workers, self._file = stage, environment, workers, file
        self._peers: tuple[Variable, ...] = ()
        self._equals: tuple[Variable, ...] = ()

    def belongs_to(self) -> tuple[str | None, str | None]:
        return (self._workers[0] if len(self._workers) == 1 else None), self._environment

    def meet(self, peers: tuple[Variable, ...], equals: tuple[Variable, ...]) -> None:
        """Tell the variable of all that have its name, or its text, in a Worker that it concerns."""
        self._peers, self._equals = peers, equals

    @field
    def source(self) -> str:
        """Where it stands: `vars` or `env-file`."""
        return "vars" if self._file is None else "env-file"

    @field
    def file(self) -> EnvFile | None:
        """The env file that holds it."""
        return self._file

    @field
    def environment(self) -> str | None:
        """The name of the environment it belongs to; empty for the top level, absent for `.env`."""
        return self._environment

    @field
    def stage(self) -> str:
        """The stage of its environment or file; empty where nothing says."""
        return self._stage

    @field
    def workers(self) -> tuple[str, ...]:
        """The paths of the wrangler configs it concerns."""
        return self._workers

    @field
    def place_label(self) -> str:
        """How to speak of where it stands: the file, or the environment."""
        if self._file is not None:
            return f"`{self._file.name}`"
        return f"`{self._environment}`" if self._environment else "the top level"

    @field
    def counterparts(self) -> tuple[Variable, ...]:
        """The variables of the same name in another stage of the same Worker."""
        if not self._stage:
            return ()
        return tuple(peer for peer in self._peers if peer.stage not in ("", self._stage))

    @field
    def twins(self) -> tuple[Variable, ...]:
        """A variable in each other stage of the same Worker that holds the same text, whatever its name."""
        if not self._stage:
            return ()
        return tuple(each for each in self._equals if each.stage not in ("", self._stage))


class Needs(NamedTuple):
    """An environment of a Worker in a folder: the names in its `vars` and in its `secrets.required`."""

    folder: str
    environment: str
    vars: frozenset[str]
    secrets: tuple[str, ...]


class EnvFile(EnvFileName):
    """An env file: `.env*`, `.dev.vars*`, and the example files beside them."""

    expression_type = "env_file"

    def __init__(self, document: Document, stages: Stages, workers: tuple[str, ...]) -> None:
        super().__init__(document, stages)
        self._workers = workers
        self._tracked: bool | None = None
        self._ignored_by: IgnoreRule | None = None
        self._siblings: tuple[EnvFile, ...] = ()
        self._needs: Callable[[], Iterable[Needs]] = tuple

    def know_git(self, tracked: bool | None, ignored_by: IgnoreRule | None) -> None:
        """Tell what git says of the file; ``tracked`` is None where git cannot be asked."""
        self._tracked, self._ignored_by = tracked, ignored_by

    def meet(self, siblings: tuple[EnvFile, ...]) -> None:
        """Tell the file of the other env files in its folder."""
        self._siblings = siblings

    def serve(self, needs: Callable[[], Iterable[Needs]]) -> None:
        """Tell the file what the environments of its Workers set themselves, and what they demand."""
        self._needs = needs

    @field
    def workers(self) -> tuple[str, ...]:
        """The paths of the wrangler configs at or below its folder."""
        return self._workers

    @field
    def is_beside_config(self) -> bool:
        """Whether a wrangler config lies in its folder; wrangler reads env files nowhere else."""
        return any(folder_above(worker) == self.folder for worker in self._workers)

    @field
    def variables(self) -> tuple[Variable, ...]:
        """Its variables; of duplicates the last, which is the one that counts."""
        return tuple(
            Variable(
                self._document,
                node,
                stage=self.stage,
                environment=self.environment,
                workers=self._workers if not self.is_example else (),
                stages=self._stages,
                file=self,
            )
            for node in self._document.root.members.values()
        )

    @field
    def names(self) -> tuple[str, ...]:
        """The names that it sets."""
        return tuple(self._document.root.members)

    @field
    def promised(self) -> tuple[str, ...]:
        """The names in the files that show what it should hold; see `models`."""
        return tuple(dict.fromkeys(name for model in self.models for name in model.names))

    @field
    def models(self) -> tuple[EnvFile, ...]:
        """The files that show what it should hold: its example and files of other stages; of an example its copies."""
        whole = [each for each in self._siblings if each.base == self.base and not each.is_local_override]
        if self.is_example:
            return tuple(each for each in whole if each.example is self)
        examples = (self.example,) if self.example is not None else ()
        if not self.stage or any(each.environment == self.environment for each in examples):
            return examples
        return (*examples, *(each for each in whole if each.stage not in ("", self.stage)))

    @field
    def demanded(self) -> tuple[str, ...]:
        """The names in `secrets.required` of the environments that read it beside their config."""
        beside = (needs for needs in self._needs() if needs.folder == self.folder)
        found = (name for needs in beside if self._covers(needs.environment) for name in needs.secrets)
        return tuple(dict.fromkeys(found))

    @field
    def provided(self) -> tuple[str, ...]:
        """The names that code finds where it is read: its own, those merged with it, and its environment's `vars`."""
        names = dict.fromkeys(self.names)
        for sibling in self._siblings:
            if sibling.base == self.base and self._is_read_with(sibling):
                names.update(dict.fromkeys(sibling.names))
        for needs in self._needs():
            if self.is_example or self._covers(needs.environment):
                names.update(dict.fromkeys(sorted(needs.vars)))
        return tuple(names)

    def _is_read_with(self, sibling: EnvFile) -> bool:
        """Whether wrangler merges the two, or both are examples, from which people make one file."""
        if self.is_example or sibling.is_example:
            return self.is_example and sibling.is_example
        return self.base == ".env" and sibling.environment in (None, self.environment)

    def _covers(self, environment: str) -> bool:
        """Whether the environment of a wrangler config is the one that the file is for."""
        if self.environment is None:
            return environment == "" or self.stage == self._stages.of(environment) != ""
        return environment == self.environment or self.stage == self._stages.of(environment) != ""

    @field
    def is_completed(self) -> bool:
        """Whether files of single environments complete it (`.env` beside `.env.production`)."""
        if self.base != ".env" or self.environment is not None or self.is_example:
            return False
        return any(
            each.base == ".env" and each.environment is not None and not each.is_example
            for each in self._siblings
        )

    @field
    def tracked(self) -> bool:
        """Whether git has it committed or staged; false where git cannot be asked."""
        return self._tracked is True

    @field
    def git_known(self) -> bool:
        """Whether git could be asked."""
        return self._tracked is not None

    @field
    def ignored(self) -> bool:
        """Whether a `.gitignore` of the repository covers it."""
        return self._ignored_by is not None and self._ignored_by.shared

    @field
    def ignored_privately(self) -> bool:
        """Whether only this machine's own git settings ignore it, which protects nobody else."""
        return self._ignored_by is not None and not self._ignored_by.shared

    @field
    def holds_credentials(self) -> bool:
        """Whether any value in it is a credential."""
        return any(variable.credential is not None for variable in self.variables)

    @field
    def shadowed_by(self) -> EnvFile | None:
        """The `.dev.vars` file beside it that wrangler reads in its place, where both set some name.

        A `.env` file with nothing in common with it serves another program.
        """
        if self.base != ".env" or self.is_example or not self._workers:
            return None
        by_name = {each.file_name: each for each in self._siblings}
        own = by_name.get(f".dev.vars.{self.environment}") if self.environment else None
        shadow = own or by_name.get(".dev.vars")
        return shadow if shadow is not None and not set(self.names).isdisjoint(shadow.names) else None

    @field
    def example(self) -> EnvFile | None:
        """The example file that people copy it from: one that names its environment, else the plain one."""
        if self.is_example:
            return None
        examples = [each for each in self._siblings if each.is_example and each.base == self.base]
        exact = [each for each in examples if each.environment == self.environment]
        plain = [each for each in examples if each.environment is None]
        return next(iter([*exact, *plain]), None)


def introduce(variables: Iterable[Variable]) -> None:
    """Make variables of one name, or of one text, in one Worker known to each other: rules compare stages.

    Of many with the same text each stage is represented by its first.
    """
    found = list(variables)
    by_name: dict[tuple[str, str], list[Variable]] = {}
    by_text: dict[tuple[str, str], dict[str, Variable]] = {}
    for variable in found:
        for worker in variable.workers:
            by_name.setdefault((variable.name, worker), []).append(variable)
            if len(variable.text) >= _COMPARED:
                by_text.setdefault((variable.text, worker), {}).setdefault(variable.stage, variable)
    for variable in found:
        peers = (peer for worker in variable.workers for peer in by_name[variable.name, worker])
        equals = (
            peer for worker in variable.workers for peer in by_text.get((variable.text, worker), {}).values()
        )
        variable.meet(_once(peers), _once(equals))


def _once(variables: Iterable[Variable]) -> tuple[Variable, ...]:
    return tuple({id(each): each for each in variables}.values())
