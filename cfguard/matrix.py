"""The environments of a Worker side by side: what each has, where it comes from, and what two of them share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from cfguard.model.entity import boolean_of, integer_of, shown_of, strings_of, text_of
from cfguard.model.inheritance import INHERITABLE
from cfguard.model.project import Project
from cfguard.model.worker import Binding, Environment, Worker
from cfguard.named_tuple import NamedTuple
from cfguard.secrets.masking import mask_text
from cfguard.sensitive import MASK, Sensitive
from cfguard.syntax.node import Node

Origin = Literal["own", "inherited", "default", "missing"]

#: Kinds whose targets hold data: two environments that share one act on each other.
_HOLDS_DATA = frozenset({"d1", "kv", "r2", "queue", "hyperdrive", "vectorize", "analytics-engine"})
_PLAIN_KEYS = ("main", "compatibility_date", "compatibility_flags", "account_id")


class Cell(NamedTuple):
    """What one environment has in one respect.

    ``origin`` says whether the environment states it itself, inherits it from the top level, gets
    wrangler's default, or lacks it while another environment has it. ``shared`` marks a resource with
    data that another environment of the Worker uses as well.
    """

    text: str
    origin: Origin
    shared: bool = False


class Row(NamedTuple):
    """One respect in which environments can differ; ``cells`` go with the columns."""

    group: str
    name: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether the environments do not all have the same, or share what holds data."""
        return len({cell.text for cell in self.cells}) > 1 or any(cell.shared for cell in self.cells)


class Column(NamedTuple):
    """An environment as the head of a column; the top level has no name."""

    name: str
    stage: str


class Matrix(NamedTuple):
    """The environments of one Worker."""

    worker: str
    path: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def matrices(project: Project, *, only_differences: bool = False) -> tuple[Matrix, ...]:
    """The matrix of every Worker; ``only_differences`` keeps the rows in which environments differ."""
    return tuple(_matrix(worker, only_differences) for worker in project.workers)


def _matrix(worker: Worker, only_differences: bool) -> Matrix:
    environments = worker.environments
    rows = [*_general(environments), *_bindings(environments), *_vars(environments), *_secrets(environments)]
    if only_differences:
        rows = [row for row in rows if row.differs]
    columns = tuple(Column(mask_text(environment.name), environment.stage) for environment in environments)
    return Matrix(mask_text(worker.name or ""), worker.path, columns, tuple(map(_masked, rows)))


def _masked(row: Row) -> Row:
    """A row as it may be shown; environments are compared before, because masked texts are all equal."""
    cells = tuple(cell._replace(text=mask_text(cell.text)) for cell in row.cells)
    return row._replace(name=mask_text(row.name), cells=cells)


def _general(environments: tuple[Environment, ...]) -> Iterator[Row]:
    yield Row("general", "name", tuple(_name(environment) for environment in environments))
    for key in _PLAIN_KEYS:
        yield from _row("general", key, [_setting(environment, key) for environment in environments])
    yield from _row("general", "routes", [_routes(environment) for environment in environments])
    if not environments[0].worker.is_pages:
        yield Row("general", "workers_dev", tuple(_workers_dev(environment) for environment in environments))
    yield from _row("general", "crons", [_crons(environment) for environment in environments])
    yield from _row("general", "limits", [_limits(environment) for environment in environments])
    yield from _row("general", "observability", [_observability(each) for each in environments])


def _row(group: str, name: str, cells: list[Cell | None]) -> Iterator[Row]:
    """A row in which at least one environment has something; the others lack it."""
    if any(cell is not None for cell in cells):
        lacking = Cell("", "missing")
        yield Row(group, name, tuple(cell if cell is not None else lacking for cell in cells))


def _name(environment: Environment) -> Cell:
    own = environment.node is not None and environment.node.get("name") is not None
    if not environment.worker_name:
        return Cell("", "missing")
    return Cell(environment.worker_name, "own" if own else "inherited")


def _origin(environment: Environment, key: str) -> Origin:
    own = environment.node is not None and environment.node.get(key) is not None
    return "own" if own or key not in INHERITABLE else "inherited"


def _setting(environment: Environment, key: str) -> Cell | None:
    node = environment.setting(key)
    return Cell(_plain(environment, node), _origin(environment, key)) if node is not None else None


def _plain(environment: Environment, node: Node) -> str:
    """A value as text, with the parts of it masked that stand under the name of a credential."""
    document = environment.document
    return _told(shown_of(document, node)) if document is not None else ""


def _told(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_told, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_told(each)}" for key, each in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return MASK if isinstance(value, Sensitive) else str(value)


def _routes(environment: Environment) -> Cell | None:
    for key in ("routes", "route"):
        node = environment.setting(key)
        if node is not None:
            items = node.items if node.kind == "array" else [node]
            patterns = [text_of(item) or text_of(item.get("pattern")) or "?" for item in items]
            return Cell(", ".join(patterns) or "none", _origin(environment, key))
    return None


def _workers_dev(environment: Environment) -> Cell:
    """Whether it answers on workers.dev: unless said, where there are no routes (wrangler 4.164, 2026-11-22)."""
    stated = _setting(environment, "workers_dev")
    if stated is not None:
        return stated
    routed = any(environment.setting(key) is not None for key in ("route", "routes"))
    return Cell("no" if routed else "yes", "default")


def _crons(environment: Environment) -> Cell | None:
    node = environment.setting("triggers")
    if node is None:
        return None
    return Cell(", ".join(strings_of(node.get("crons"))) or "none", _origin(environment, "triggers"))


def _limits(environment: Environment) -> Cell | None:
    node = environment.setting("limits")
    if node is None:
        return None
    parts = [f"{key}: {integer_of(child)}" for key, child in node.members.items()]
    return Cell(", ".join(parts), _origin(environment, "limits"))


def _observability(environment: Environment) -> Cell | None:
    node = environment.setting("observability")
    if node is None:
        return None
    enabled = boolean_of(node.get("enabled"))
    text = "set" if enabled is None else "on" if enabled else "off"
    return Cell(text, _origin(environment, "observability"))


def _bindings(environments: tuple[Environment, ...]) -> Iterator[Row]:
    users: dict[tuple[str, str], set[str]] = {}
    for environment in environments:
        for binding in environment.bindings:
            if binding.target is not None and binding.kind in _HOLDS_DATA:
                users.setdefault((binding.kind, binding.target), set()).add(environment.name)
    names = dict.fromkeys((each.kind, each.name or "?") for env in environments for each in env.bindings)
    for kind, name in sorted(names, key=lambda pair: _KIND_ORDER.get(pair[0], 99)):
        cells: list[Cell | None] = []
        for environment in environments:
            found = [each for each in environment.bindings if (each.kind, each.name or "?") == (kind, name)]
            cells.append(_bound(found[0], users) if found else None)
        yield from _row(kind, name, cells)


_KIND_ORDER = {"d1": 0, "kv": 1, "r2": 2, "queue": 3, "durable-object": 4, "service": 5}


def _bound(binding: Binding, users: dict[tuple[str, str], set[str]]) -> Cell:
    target = binding.target or ""
    text = _short(target) if target else "bound"
    if binding.kind == "d1" and binding.database_name and binding.database_name != target:
        text = f"{binding.database_name} {text}"
    return Cell(text, "own", len(users.get((binding.kind, target), ())) > 1)


def _short(target: str) -> str:
    """Ids are told apart by their first characters; names are kept whole."""
    compact = target.replace("-", "")
    if len(compact) == 32 and all(character in "0123456789abcdefABCDEF" for character in compact):
        return target[:8] + "…"
    return target


def _vars(environments: tuple[Environment, ...]) -> Iterator[Row]:
    names = dict.fromkeys(variable.name for environment in environments for variable in environment.vars)
    for name in sorted(names):
        cells: list[Cell | None] = []
        for environment in environments:
            found = [variable for variable in environment.vars if variable.name == name]
            node = found[0].node if found else None
            if node is None:
                cells.append(None)
            else:
                cells.append(Cell(_plain(environment, node), "own"))
        yield from _row("vars", name, cells)


def _secrets(environments: tuple[Environment, ...]) -> Iterator[Row]:
    """Secrets by name alone: those the config requires, and those that local files hold."""
    required = [_required(environment) for environment in environments]
    local = [_local(environment) for environment in environments]
    names = dict.fromkeys(name for names in (*required, *local) for name in names)
    for name in sorted(names):
        cells: list[Cell | None] = []
        for needs, has in zip(required, local, strict=True):
            told = [*(["required"] if name in needs else []), *([f"in {has[name]}"] if name in has else [])]
            cells.append(Cell(", ".join(told), "own") if told else None)
        yield from _row("secrets", name, cells)


def _required(environment: Environment) -> Iterable[str]:
    node = environment.node.get("secrets", "required") if environment.node is not None else None
    return strings_of(node)


def _local(environment: Environment) -> dict[str, str]:
    plain = {variable.name for variable in environment.vars}
    return {name: file.name for file in environment.env_files for name in file.names if name not in plain}
