"""The only door for shells: give it paths and wishes, get a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

from cfguard.discover import (
    SKIPPED,
    Discovery,
    Entry,
    Located,
    RootsDiffer,
    discover,
    in_scope,
    is_lenient,
)
from cfguard.engine import Setting, merge, run
from cfguard.finding import Hidden, Note, Problem, Report
from cfguard.model.project import Project
from cfguard.model.records import RecordFiles
from cfguard.model.stages import Stages
from cfguard.policy.load import Loaded, PolicyFolder, by_id, load_bundled
from cfguard.policy.rule import Rule, info_of
from cfguard.reading import (
    MAX_LOCKFILE_BYTES,
    MAX_REFERRED_BYTES,
    Library,
    Unreadable,
    exists,
    has_code,
    is_folder,
    list_folder,
    path_kind,
    read_bytes,
    read_document,
    read_documents,
    read_head,
    read_settings_file,
)
from cfguard.selection import Selection, UnknownRule, wrong_params
from cfguard.settings import Settings, SettingsError, find_settings, load_settings, unknown_rules
from cfguard.syntax import decode
from cfguard.syntax.node import Document
from cfguard.text import Source

if TYPE_CHECKING:
    from cfguard.matrix import Matrix
    from cfguard.migrations_plan import Plan
    from cfguard.secrets.scan.documents import LeakyDocument

__all__ = [
    "RefusedRequest",
    "Request",
    "check",
    "check_request",
    "environments_of",
    "migration_plans_of",
    "project_of",
    "root_of",
    "rules_of",
]


class Request(NamedTuple):
    """Everything that a run can be asked for; the defaults are those of ``cfguard check``.

    ``profile`` None leaves it to the settings. ``settings`` names a file that replaces the
    repository's own. ``today`` None means the current date in UTC.
    """

    paths: tuple[str, ...] = (".",)
    profile: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    settings: str | None = None
    ignores: bool = True
    today: date | None = None


class RefusedRequest(Exception):
    """A request that cannot be followed (exit code 2); ``lines`` say why, one mistake each."""

    def __init__(self, cause: Exception) -> None:
        if isinstance(cause, SettingsError):
            places = [(issue, issue.position) for issue in cause.issues]
            self.lines = tuple(f"{issue.path}:{at.line}:{at.column}: {issue.message}" for issue, at in places)
        elif isinstance(cause, Unreadable):
            self.lines = (f"{cause.told.path}: {cause.told.message}",)
        else:
            self.lines = (str(cause),)
        super().__init__("; ".join(self.lines))


def check(
    path: str = ".",
    *,
    profile: str | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    settings: str | None = None,
    ignores: bool = True,
    today: date | None = None,
) -> Report:
    """Check a repository, a folder or a file.

    ``path``: what to check. ``profile``: ``recommended``, ``strict`` or ``all``. ``select`` and
    ``ignore``: rule ids or ``area/*``. ``settings``: a settings file to use instead of the
    repository's. ``ignores``: whether ignore comments count. ``today``: the date to judge by.

    Raises :class:`RefusedRequest` where the wishes cannot be followed (unknown rule, broken settings,
    paths of several repositories); whatever is wrong with a checked file is in the report.
    """
    request = Request((path,), profile, tuple(select), tuple(ignore), settings, ignores, today)
    return check_request(request)


def check_request(request: Request) -> Report:
    """Run what a request asks for; see :func:`check`."""
    try:
        return _check(request)
    except (SettingsError, UnknownRule, RootsDiffer, Unreadable) as error:
        raise RefusedRequest(error) from error


def _check(request: Request) -> Report:
    discovery = discover(request.paths)
    settings, rules, own = _choices(discovery, request)
    selection = Selection(
        rules, settings, request.profile, request.select, request.ignore, own.seen - rules.keys()
    )
    files = _included(discovery, settings)
    library = read_documents(discovery.root, [file for file in files if file.role in _READ_AT_ONCE])
    late: list[Unreadable] = []
    project = _project(discovery, files, library, settings, late)
    setting = _setting(request, discovery, selection)
    first, last = _in_two(selection.rules)
    outcome = run(project, first, setting)
    findings, ignored = outcome.findings, 0
    documents = {path: file.document for path, file in project.scans.files.items()}
    documents |= project.migration_documents
    documents |= project.record_documents
    documents |= library.documents
    if request.ignores and any(_IGNORE_MARK in document.source.text for document in documents.values()):
        from cfguard.suppress import apply as apply_ignores

        applied = apply_ignores(findings, documents, outcome.ran, selection.known)
        project.remark(applied.remarks)
        about_ignores = run(project, last, setting)
        findings, ignored = merge(applied.kept, about_ignores.findings), applied.hidden
    return Report(
        findings=findings,
        problems=(
            *discovery.problems,
            *own.problems,
            *library.problems,
            *dict.fromkeys(error.told for error in late if isinstance(error.told, Problem)),
            *outcome.problems,
        ),
        notes=(
            *discovery.notes,
            *library.notes,
            *dict.fromkeys(error.told for error in late if isinstance(error.told, Note)),
            *outcome.notes,
        ),
        hidden=Hidden(ignores=ignored, settings=outcome.silenced),
        checked=len(
            library.documents.keys() | project.migration_documents.keys() | project.record_documents.keys()
        ),
        empty=not (discovery.problems or project.record_documents)
        and not any(file.role in _READ_AT_ONCE for file in discovery.files),
        rules=tuple(info_of(rule, selection.severity(rule)) for rule in selection.rules),
        documents=documents,
    )


def environments_of(request: Request, *, only_differences: bool = False) -> tuple[Matrix, ...]:
    """The environments of every Worker side by side; raises like :func:`check`."""
    from cfguard.matrix import matrices

    return matrices(project_of(request), only_differences=only_differences)


def migration_plans_of(request: Request) -> tuple[Plan, ...]:
    """What applying the migrations of every D1 database does, file by file; raises like :func:`check`."""
    from cfguard.migrations_plan import plans

    return plans(project_of(request))


def project_of(request: Request) -> Project:
    """The model of a project, with no rule run over it; raises like :func:`check`."""
    try:
        discovery = discover(request.paths)
        settings, _, _ = _choices(discovery, request)
    except (SettingsError, RootsDiffer, Unreadable) as error:
        raise RefusedRequest(error) from error
    files = _included(discovery, settings)
    library = read_documents(discovery.root, [file for file in files if file.role in _READ_AT_ONCE])
    return _project(discovery, files, library, settings, [])


def root_of(request: Request) -> str:
    """The folder that all paths of a run are relative to; raises like :func:`check`."""
    try:
        return discover(request.paths).root
    except (RootsDiffer, Unreadable) as error:
        raise RefusedRequest(error) from error


def rules_of(request: Request) -> tuple[Rule, ...]:
    """Every rule there is for a repository, its own included, by id; raises like :func:`check`."""
    try:
        _, rules, _ = _choices(discover(request.paths), request)
    except (SettingsError, RootsDiffer, Unreadable) as error:
        raise RefusedRequest(error) from error
    return tuple(rules[id] for id in sorted(rules))


def _choices(discovery: Discovery, request: Request) -> tuple[Settings, dict[str, Rule], Loaded]:
    """The settings in force, every rule there is, and what became of the project's own rules."""

    def read(path: str) -> Source | None:
        try:
            return decode(path, read_bytes(discovery.root, path))[0] if exists(discovery.root, path) else None
        except Unreadable:
            return None

    source: Source | None = None
    if request.settings is not None:
        source = read_settings_file(request.settings)
        settings = load_settings(source) or Settings()
    else:
        settings = find_settings(_folder_of(discovery), read)
        source = read(settings.path) if settings.path is not None else None
    bundled = by_id(load_bundled())
    own = _own_rules(_policy_folders(discovery, settings, request.settings), bundled)
    rules = {**bundled, **by_id(own.rules)}
    if source is not None:
        issues = (
            *unknown_rules(settings, source, own.seen | rules.keys()),
            *wrong_params(settings, source, rules),
        )
        if issues:
            raise SettingsError(issues)
    return settings, rules, own


def _own_rules(folders: list[PolicyFolder], bundled: Mapping[str, Rule]) -> Loaded:
    if not folders:
        return Loaded((), (), frozenset())
    from cfguard.policy.own import load_own

    return load_own(folders, bundled)


def _policy_folders(discovery: Discovery, settings: Settings, imposed: str | None) -> list[PolicyFolder]:
    """The folders of a project's own rules; those of a repository's own settings must lie inside it."""
    if imposed is None:
        prefix = f"{settings.folder}/" if settings.folder else ""
        return [PolicyFolder(discovery.root, prefix + each) for each in settings.policies]
    beside = os.path.dirname(os.path.abspath(imposed))
    return [PolicyFolder(os.path.join(beside, each), ".") for each in settings.policies]


def _folder_of(discovery: Discovery) -> str:
    """The folder whose settings count: that of the first path given."""
    scope = discovery.scopes[0] if discovery.scopes else ""
    return scope if is_folder(discovery.root, scope) else scope.rpartition("/")[0]


def _in_two(rules: Iterable[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Rules about the project, and those about ignore comments, which wait for the first ones' findings."""
    last = [rule for rule in rules if rule.each.startswith("ignore.")]
    return [rule for rule in rules if not rule.each.startswith("ignore.")], last


#: What every ignore comment holds; a run that meets none needs nothing of their machinery.
_IGNORE_MARK = "cfguard:"
_READ_AT_ONCE = ("wrangler", "devcontainer", "env")


def _included(discovery: Discovery, settings: Settings) -> tuple[Located, ...]:
    if not settings.exclude:
        return discovery.files
    is_excluded = _exclusion(settings)
    return tuple(file for file in discovery.files if not is_excluded(file.path))


def _exclusion(settings: Settings) -> Callable[[str], bool]:
    """Whether the settings exclude a path; their patterns are relative to their folder."""
    if not settings.exclude:
        return lambda path: False
    from cfguard.globs import compile_globs

    excluded = compile_globs(settings.exclude)
    prefix = f"{settings.folder}/" if settings.folder else ""
    return lambda path: path.startswith(prefix) and excluded(path[len(prefix) :])


def _project(
    discovery: Discovery,
    files: tuple[Located, ...],
    library: Library,
    settings: Settings,
    late: list[Unreadable],
) -> Project:
    """The project; what it cannot read of the files that it asks for itself joins ``late``."""
    root = discovery.root
    is_excluded = _exclusion(settings)

    def load(file: Located) -> Document | None:
        try:
            return read_document(root, file)
        except Unreadable as error:
            if file.role in ("migration", "record"):
                late.append(error)
            return None

    def listing(path: str, depth: int) -> tuple[Entry, ...]:
        prefix = f"{path}/" if path else ""
        return tuple(
            entry for entry in list_folder(root, path, depth) if not is_excluded(prefix + entry.path)
        )

    lockfiles = {file.path for file in files if file.role == "lockfile"}

    def read_text(path: str) -> str | None:
        if path not in lockfiles:
            return None
        try:
            return read_bytes(root, path, MAX_LOCKFILE_BYTES).decode("utf-8", "replace")
        except Unreadable:
            return None

    def read_file(path: str) -> str | None:
        if path_kind(root, path) != "file":
            return None
        try:
            return read_bytes(root, path, MAX_REFERRED_BYTES).decode("utf-8", "replace")
        except Unreadable:
            return None

    return Project(
        files,
        library.documents,
        stages=Stages(settings.stages),
        repository=discovery.repository,
        load=load,
        read_text=read_text,
        path_kind=lambda path: path_kind(root, path),
        listing=listing,
        read_file=read_file,
        scan=lambda every: _scan(discovery, library, settings, every=every),
        has_code=lambda folder: has_code(root, folder),
        plan=settings.plan or "",
        records=RecordFiles(
            tuple(file for file in files if file.role == "record"),
            tuple(path for path in discovery.data if not is_excluded(path)),
            settings.records,
            settings.folder,
            lambda path, size: read_head(root, path, size),
            load,
            listing,
            lambda path: path_kind(root, path),
        ),
    )


def _scan(
    discovery: Discovery, library: Library, settings: Settings, *, every: bool
) -> Iterable[LeakyDocument]:
    """Credentials in the tracked files below the paths asked for that no parser of ours has read."""
    from cfguard.secrets.scan.documents import leaky_documents

    tracked = discovery.repository.files() if discovery.repository is not None else {}
    is_excluded = _exclusion(settings)
    paths = [
        path
        for path, entry in tracked.items()
        if not (entry.submodule or entry.symlink or path in library.documents or is_excluded(path))
        and SKIPPED.isdisjoint(path.split("/")[:-1])
        and in_scope(path, discovery.scopes)
    ]
    return leaky_documents(discovery.root, paths, every=every)


def _setting(request: Request, discovery: Discovery, selection: Selection) -> Setting:
    today = request.today or datetime.now(UTC).date()
    return Setting(
        today=today,
        now=datetime(today.year, today.month, today.day, tzinfo=UTC),
        choose=selection.choose,
        lenient=lambda path: is_lenient(path, discovery.scopes),
    )
