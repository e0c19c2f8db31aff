"""The choices of a project: which rules run, how severe they are, what is left out.

Settings stand in ``cfguard.toml``, in ``[tool.cfguard]`` of pyproject.toml or under ``"cfguard"`` in
package.json: the nearest counts, nothing is merged. A text that was accepted once is not parsed or validated
again: its plain form is cached (:mod:`cfguard.cache`), which keeps pydantic out of the hot path.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, TypeVar

from cfguard.finding import SEVERITIES, Severity
from cfguard.named_tuple import NamedTuple
from cfguard.paths import below, upwards
from cfguard.suggest import Guesses

if TYPE_CHECKING:
    from cfguard.syntax.node import Document, Node, Path
    from cfguard.text import Position, Source

_Name = TypeVar("_Name", bound=str)
Profile = Literal["recommended", "strict", "all"]
Plan = Literal["free", "paid"]
Param = str | int | float | bool | tuple[str | int | float | bool, ...]
Reader = Callable[[str], "Source | None"]
"""Reads a file by its path relative to the root; None where there is none."""

_DEEPEST = 20

PROFILES: tuple[Profile, ...] = ("recommended", "strict", "all")
PLANS: tuple[Plan, ...] = ("free", "paid")
FILES: dict[str, tuple[str, ...]] = {
    "cfguard.toml": (),
    "pyproject.toml": ("tool", "cfguard"),
    "package.json": ("cfguard",),
}
"""Files that can hold settings, of which a folder has one, and where in them the settings stand."""


class RuleSetting(NamedTuple):
    """What is changed about a rule: its severity (None: as it is), whether it is off, its parameters."""

    severity: Severity | None = None
    off: bool = False
    params: Mapping[str, Param] = {}


class Override(NamedTuple):
    """Rule settings for the files that some patterns cover (relative to the settings file)."""

    files: tuple[str, ...]
    rules: Mapping[str, RuleSetting]


class Settings(NamedTuple):
    """Validated settings; ``rules`` and overrides are keyed by ``area/name`` or ``area/*``.

    ``path`` is the file they come from (None: defaults), and ``folder`` what its patterns are relative to.
    ``stages`` maps a stage to patterns of environment names, ``records`` a kind of record to patterns of
    the files that hold such records. ``d1_runtime`` is the date of a profile of the D1 emulator, empty for the newest.
    """

    profile: Profile = "recommended"
    exclude: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    stages: Mapping[str, tuple[str, ...]] = {}
    rules: Mapping[str, RuleSetting] = {}
    overrides: tuple[Override, ...] = ()
    plan: Plan | None = None
    path: str | None = None
    records: Mapping[str, tuple[str, ...]] = {}
    d1_runtime: str = ""

    @property
    def folder(self) -> str:
        """The settings file's folder, relative to the root; empty for the root itself."""
        return self.path.rpartition("/")[0] if self.path is not None else ""


class SettingsIssue(NamedTuple):
    """One thing that is wrong in a settings file."""

    path: str
    position: Position
    message: str


class SettingsError(Exception):
    """Settings that cannot be followed; nothing is guessed, so the run ends (exit code 2)."""

    def __init__(self, issues: tuple[SettingsIssue, ...]) -> None:
        super().__init__("; ".join(issue.message for issue in issues))
        self.issues = issues


def find_settings(folder: str, read: Reader) -> Settings:
    """The settings for a folder (relative to the root, ``""`` for the root), or the defaults.

    Looks in the folder and its ancestors up to the root. Raises SettingsError, also where several files of one
    folder have settings: which of them counts is not guessed.
    """
    for each in upwards(folder):
        found = _settings_in(each, read)
        if len(found) > 1:
            raise SettingsError(tuple(_contested(found)))
        if found:
            return found[0][1]
    return Settings()


def _settings_in(folder: str, read: Reader) -> list[tuple[Source, Settings]]:
    sources = (read(below(folder, name)) for name in FILES)
    loaded = ((source, load_settings(source)) for source in sources if source is not None)
    return [(source, settings) for source, settings in loaded if settings is not None]


def _contested(found: list[tuple[Source, Settings]]) -> Iterator[SettingsIssue]:
    first = found[0][0].path
    for source, _ in found[1:]:
        document = _parse(source)
        inside = FILES[source.path.rpartition("/")[2]]
        message = f"the settings stand in `{first}` already, and a folder has one file of them"
        yield issue_at(document, inside, message, at_key=True)


def load_settings(source: Source) -> Settings | None:
    """The settings in a file, or None where a pyproject.toml or package.json has none.

    Any other name is read like ``cfguard.toml`` (``--settings FILE``). Raises SettingsError with every issue.
    """
    name = source.path.rpartition("/")[2]
    inside = FILES.get(name, ())
    if inside and "cfguard" not in source.text:
        return None

    from cfguard import cache

    key = cache.digest("settings", name if inside else "", source.text)
    cached = cache.read("settings", key)
    if isinstance(cached, dict) and set(cached) == {"settings"}:
        try:
            plain = cached["settings"]
            return _from_plain(plain, source.path) if plain is not None else None
        except (TypeError, ValueError, KeyError):
            pass  # Somebody else's bytes: work it out again.
    plain = _validated(source, inside)
    from cfguard.secrets.masking import is_harmless

    if is_harmless(source.text):
        cache.write("settings", key, {"settings": plain})
    return _from_plain(plain, source.path) if plain is not None else None


def _covers(files: tuple[str, ...], folder: str) -> Callable[[str], bool]:
    from cfguard.globs import compile_globs  # few settings have overrides

    return compile_globs(files, folder=folder)


def resolver(settings: Settings) -> Callable[[str, str], RuleSetting]:
    """What settings say about a rule for a file, as a function of rule id and path (relative to the root).

    The nearer word counts: an area (``area/*``), then the rule by name, then the overrides that cover the
    file in their order, each again area before name. Parameters add up, severities replace each other.
    """
    overrides = [
        (_covers(override.files, settings.folder), override.rules) for override in settings.overrides
    ]

    def setting(rule: str, path: str) -> RuleSetting:
        names = (rule.rpartition("/")[0] + "/*", rule)
        tables = [settings.rules]
        tables += [
            rules for covers, rules in overrides if any(name in rules for name in names) and covers(path)
        ]
        merged = RuleSetting()
        for table in tables:
            for name in names:
                merged = _over(merged, table[name]) if name in table else merged
        return merged

    return setting


def _over(base: RuleSetting, nearer: RuleSetting) -> RuleSetting:
    params = {**base.params, **nearer.params}
    if nearer.off or nearer.severity is not None:
        return RuleSetting(nearer.severity, nearer.off, params)
    return RuleSetting(base.severity, base.off, params)


def unknown_rules(settings: Settings, source: Source, known: Collection[str]) -> tuple[SettingsIssue, ...]:
    """An issue for every rule or area that settings name and that is not ``known`` (with own policies)."""
    areas = {rule.rpartition("/")[0] + "/*" for rule in known}
    guesses = Guesses([*known, *areas])
    tables: list[tuple[Path, Mapping[str, RuleSetting]]] = [(("rules",), settings.rules)]
    tables += [
        (("override", index, "rules"), override.rules) for index, override in enumerate(settings.overrides)
    ]
    wrong: list[tuple[Path, str]] = [
        ((*path, rule), f"`{rule}` is not a rule{guesses.did_you_mean(rule)}")
        for path, rules in tables
        for rule in rules
        if rule not in known and rule not in areas
    ]
    if not wrong:
        return ()
    inside = FILES.get(source.path.rpartition("/")[2], ())
    document = _parse(source)
    return tuple(issue_at(document, (*inside, *path), message, at_key=True) for path, message in wrong)


def _parse(source: Source) -> Document:
    from cfguard.syntax import parse

    return parse(source, "jsonc" if source.path.endswith((".json", ".jsonc")) else "toml")


def _validated(source: Source, inside: Path) -> dict[str, object] | None:
    """The plain form of settings that are right; raises SettingsError with every issue."""
    document = _parse(source)
    if inside and document.root.get(*inside) is None:
        return None
    broken = [
        SettingsIssue(source.path, source.position(fault.span.start if fault.span else 0), fault.message)
        for fault in document.diagnostics
        if document.recovered or not inside
    ]
    if broken:
        raise SettingsError(tuple(broken))
    from cfguard.contracts.errors import validate_settings

    plain, faults = validate_settings(plain_of(document, document.nearest(inside)))
    if faults:
        raise SettingsError(
            tuple(
                issue_at(document, (*inside, *fault.path), fault.message, at_key=fault.at_key)
                for fault in faults
            )
        )
    return plain


def plain_of(document: Document, node: Node, depth: int = 0) -> object:
    """A node as plain data; settings are a few levels deep, and what is deeper would only cost stack.

    Raises SettingsError for what is deeper.
    """
    if depth > _DEEPEST:
        position = document.source.position(node.span.start)
        raise SettingsError(
            (SettingsIssue(document.path, position, "Settings are nowhere nested this deep"),)
        )
    if node.kind == "table":
        return {key: plain_of(document, child, depth + 1) for key, child in node.members.items()}
    if node.kind == "array":
        return [plain_of(document, child, depth + 1) for child in node.items]
    return node.value


def issue_at(document: Document, path: Path, message: str, *, at_key: bool) -> SettingsIssue:
    """What is wrong at a path of a document, told at the key or the value there or at what is nearest."""
    node = document.nearest(path)
    span = node.part("key" if at_key or node.path != path else "value")
    if node.parent is None and node.path != path:
        return SettingsIssue(document.path, document.source.position(0), message)
    return SettingsIssue(document.path, document.source.position(span.start), message)


def _from_plain(plain: object, path: str) -> Settings:
    """The record for a plain form; raises TypeError, ValueError or KeyError for any other shape."""
    table = _table(plain)
    return Settings(
        profile=_one_of(PROFILES, table["profile"]),
        exclude=_texts(table["exclude"]),
        policies=_texts(table["policies"]),
        stages={stage: _texts(names) for stage, names in _table(table["stages"]).items()},
        rules=_rules(table["rules"]),
        overrides=tuple(
            Override(_texts(_table(item)["files"]), _rules(_table(item)["rules"]))
            for item in _items(table["override"])
        ),
        plan=None if table["plan"] is None else _one_of(PLANS, table["plan"]),
        path=path,
        records={kind: _texts(patterns) for kind, patterns in _table(table["records"]).items()},
        d1_runtime="" if table["d1_runtime"] is None else str(table["d1_runtime"]),
    )


def _rules(plain: object) -> dict[str, RuleSetting]:
    return {rule: _rule(_table(setting)) for rule, setting in _table(plain).items()}


def _rule(table: dict[str, object]) -> RuleSetting:
    severity = table["severity"]
    params = {name: _param(value) for name, value in _table(table["params"]).items()}
    if severity == "off":
        return RuleSetting(None, off=True, params=params)
    return RuleSetting(None if severity is None else _one_of(SEVERITIES, severity), off=False, params=params)


def _param(value: object) -> Param:
    if isinstance(value, list):
        return tuple(_scalar(item) for item in value)
    return _scalar(value)


def _scalar(value: object) -> str | int | float | bool:
    if not isinstance(value, (str, int, float)):
        raise TypeError(value)
    return value


def _table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return value


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def _texts(value: object) -> tuple[str, ...]:
    texts = tuple(item for item in _items(value) if isinstance(item, str))
    if len(texts) != len(_items(value)):
        raise TypeError(value)
    return texts


def _one_of(names: tuple[_Name, ...], value: object) -> _Name:
    for name in names:
        if name == value:
            return name
    raise ValueError(value)
