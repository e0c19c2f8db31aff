"""The only door for shells: give it paths and wishes, get a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal

from cfguard.discover import (
    Discovery,
    RootsDiffer,
    discover,
    discover_around,
    in_scope,
    is_lenient,
)
from cfguard.engine import Setting, run
from cfguard.finding import Hidden, Note, Report
from cfguard.gathering import READ_AT_ONCE, gather
from cfguard.git import GitFailure
from cfguard.hiding import baseline_for, in_play, without_accepted, without_ignored
from cfguard.model.project import Project
from cfguard.named_tuple import NamedTuple
from cfguard.policy.load import Loaded, PolicyFolder, by_id, load_bundled
from cfguard.policy.rule import Rule, info_of
from cfguard.reading import (
    Progress,
    Unreadable,
    exists,
    is_folder,
    read_bytes,
    read_settings_file,
)
from cfguard.selection import Selection, UnknownRule, wrong_params
from cfguard.settings import Settings, SettingsError, find_settings, load_settings, unknown_rules
from cfguard.syntax import decode
from cfguard.text import Source

if TYPE_CHECKING:
    from cfguard.history import Past
    from cfguard.matrix import Matrix
    from cfguard.migrations_plan import Plan
    from cfguard.recording import Recording

__all__ = [
    "RefusedRequest",
    "Request",
    "check",
    "check_request",
    "environments_of",
    "history_of",
    "migration_plans_of",
    "project_of",
    "record_secrets",
    "root_of",
    "rules_of",
]


class Request(NamedTuple):
    """Everything that a run can be asked for; the defaults are those of ``cfguard check``.

    ``profile`` None leaves it to the settings. ``settings`` names a file that replaces the
    repository's own. ``baseline`` names a file in place of the repository's own, or says whether that counts.
    ``today`` None means the current date in UTC. ``key_file`` None means this user's key of recorded secrets.
    ``history`` looks for credentials in
    everything that was ever committed as well. ``only`` narrows the report: to what ``paths`` touch
    (their whole root is checked), to what is staged, or to what has changed since ``revision``.
    """

    paths: tuple[str, ...] = (".",)
    profile: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    settings: str | None = None
    ignores: bool = True
    today: date | None = None
    baseline: str | bool = True
    key_file: str | None = None
    history: bool = False
    only: Literal["", "touching", "staged", "changed"] = ""
    revision: str = ""


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
    baseline: str | bool = True,
    history: bool = False,
) -> Report:
    """Check a repository, a folder or a file.

    ``path``: what to check. ``profile``: ``recommended``, ``strict`` or ``all``. ``select`` and
    ``ignore``: rule ids or ``area/*``. ``settings``: a settings file to use instead of the
    repository's. ``ignores``: whether ignore comments count. ``today``: the date to judge by.
    ``baseline``: whether the repository's baseline counts, or a file to use instead.
    ``history``: whether to look for credentials in everything that was ever committed.

    Raises :class:`RefusedRequest` where the wishes cannot be followed (unknown rule, broken settings,
    paths of several repositories); whatever is wrong with a checked file is in the report.
    """
    request = Request(
        (path,), profile, tuple(select), tuple(ignore), settings, ignores, today, baseline, history=history
    )
    return check_request(request)


def check_request(request: Request, progress: Progress | None = None) -> Report:
    """Run what a request asks for, telling ``progress`` how far it has come; see :func:`check`."""
    try:
        return _check(request, progress)
    except (SettingsError, UnknownRule, RootsDiffer, Unreadable, GitFailure) as error:
        raise RefusedRequest(error) from error


def _check(request: Request, progress: Progress | None) -> Report:
    if not request.only:
        return _check_all(request, discover(request.paths), progress)
    from cfguard.narrowing import narrowed, relative_to, touched_by

    if request.only == "touching":
        discovery = discover_around(request.paths)
        touched = relative_to(discovery.root, request.paths)
    else:
        discovery = discover(request.paths)
        touched = touched_by(discovery, staged=request.only == "staged", revision=request.revision)
    if request.only == "staged":
        from cfguard.staged import as_staged

        discovery = as_staged(discovery)
    return narrowed(_check_all(request, discovery, progress), touched, discovery)


def _check_all(request: Request, discovery: Discovery, progress: Progress | None) -> Report:
    settings, rules, own = _choices(discovery, request)
    selection = Selection(
        rules, settings, request.profile, request.select, request.ignore, own.seen - rules.keys()
    )
    baseline = baseline_for(discovery, _folder_of(discovery), request.baseline)
    gathered = gather(
        discovery, settings, history=request.history, key_file=request.key_file, progress=progress
    )
    project, library = gathered.project, gathered.library
    setting = _setting(request, discovery, selection)
    first, last = _in_two(selection.rules)
    outcome = run(project, first, setting, progress)
    documents = {path: file.document for path, file in project.scans.files.items()}
    documents |= project.migration_documents
    documents |= project.record_documents
    documents |= library.documents
    findings, ignored = outcome.findings, 0
    if request.ignores:
        findings, ignored = without_ignored(outcome, documents, project, last, setting, selection.known)
    if any(finding.path not in documents for finding in findings):
        documents |= {document.path: document for document in project.documents_of("package")}
    problems = (*discovery.problems, *own.problems, *gathered.problems(), *outcome.problems)
    accepted, stale = 0, tuple[Note, ...]()
    if baseline is not None:
        whole = not problems and in_scope(baseline.folder, discovery.scopes)
        could = in_play(discovery, frozenset(rule.id for rule in selection.rules), selection.known)
        findings, accepted, stale = without_accepted(baseline, findings, could if whole else None)
    return Report(
        findings=findings,
        problems=problems,
        notes=(*discovery.notes, *gathered.notes(), *outcome.notes, *stale),
        hidden=Hidden(ignores=ignored, settings=outcome.silenced, baseline=accepted),
        checked=len(
            library.documents.keys() | project.migration_documents.keys() | project.record_documents.keys()
        ),
        empty=not (discovery.problems or project.record_documents)
        and not any(file.role in READ_AT_ONCE for file in discovery.files),
        rules=tuple(info_of(rule, selection.severity(rule)) for rule in selection.rules),
        documents=documents,
    )


def project_of(request: Request) -> Project:
    """The model of a repository, in which nothing has been judged yet; raises like :func:`check`.

    A path that does not exist raises, too: a model has no place for problems, and no answer is not an answer.
    """
    try:
        discovery = discover(request.paths)
        for problem in discovery.problems:
            raise Unreadable(problem)
        settings, _, _ = _choices(discovery, request)
    except (SettingsError, RootsDiffer, Unreadable) as error:
        raise RefusedRequest(error) from error
    return gather(discovery, settings).project


def environments_of(request: Request, *, only_differences: bool = False) -> tuple[Matrix, ...]:
    """The environments of every Worker side by side; raises like :func:`check`."""
    from cfguard.matrix import matrices

    return matrices(project_of(request), only_differences=only_differences)


def migration_plans_of(request: Request) -> tuple[Plan, ...]:
    """What applying the migrations of every D1 database does, file by file; raises like :func:`check`."""
    from cfguard.migrations_plan import plans

    return plans(project_of(request))


def record_secrets(request: Request) -> Recording:
    """The record of the secrets in env files as it is to be written; raises like :func:`check`."""
    from cfguard.recording import RecordRefused, record

    try:
        return record(project_of(request), root_of(request), request.today or datetime.now(UTC).date())
    except RecordRefused as error:
        raise RefusedRequest(error) from error


def history_of(request: Request, progress: Callable[[int, int], None]) -> Past:
    """The credentials in everything that was ever committed where a path lies; raises like :func:`check`."""
    from cfguard.history import past_leaks

    try:
        discovery = discover(request.paths)
        if discovery.repository is None:
            for problem in discovery.problems:
                raise Unreadable(problem)
            raise GitFailure(discovery.notes[0].message)
        return past_leaks(discovery.repository, progress)
    except (GitFailure, RootsDiffer, Unreadable) as error:
        raise RefusedRequest(error) from error


def root_of(request: Request) -> str:
    """The folder that all paths of a run are relative to; raises like :func:`check`."""
    try:
        find = discover_around if request.only == "touching" else discover
        return find(request.paths).root
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


def _setting(request: Request, discovery: Discovery, selection: Selection) -> Setting:
    today = request.today or datetime.now(UTC).date()
    return Setting(
        today=today,
        now=datetime(today.year, today.month, today.day, tzinfo=UTC),
        choose=selection.choose,
        lenient=lambda path: is_lenient(path, discovery.scopes),
    )
