"""A report about what was touched: the projects that own touched files were checked whole, and are told whole.

A finding is told where it lies in a touched file, names one as a related place, or belongs to a Worker whose
configuration was touched: a file that cfguard reads as such, a migration, or any file that is gone, because
something may refer to it. A file that says how others are read (an env file, a package.json, a lockfile,
settings) touches everything at and below its folder; source text touches nothing but itself.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cfguard.discover import in_scope, role_of
from cfguard.finding import Note, Problem, Report
from cfguard.git import GitFailure
from cfguard.paths import folder_above, upwards
from cfguard.staged import differing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cfguard.discover import Discovery
    from cfguard.finding import Finding
    from cfguard.git import Repository

_SETTINGS = frozenset({"cfguard.toml", "pyproject.toml", ".gitignore"})
_CONTEXT = frozenset({"env", "package", "lockfile"})
#: Problems that are nobody's file's: a run that has one did not do its job, whatever was touched.
_EVERYWHERE = frozenset({"policy", "settings", "internal", "rule-failed"})


def relative_to(root: str, paths: Iterable[str]) -> frozenset[str]:
    """Paths as they were given, relative to a root; ``""`` is the root itself."""
    found = {os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/") for path in paths}
    return frozenset("" if path == "." else path for path in found)


def staged_paths(repository: Repository) -> frozenset[str]:
    """What the next commit changes, what it deletes included. Raises GitFailure."""
    return _changes(repository, repository.tree())


def changed_paths(repository: Repository, revision: str) -> frozenset[str]:
    """What differs from where a revision and this branch parted, uncommitted and new files included.

    Raises GitFailure.
    """
    before = repository.tree(repository.parting(revision))
    files = [path for path, entry in repository.files().items() if not (entry.submodule or entry.symlink)]
    return _changes(repository, before) | {*differing(repository, files), *repository.untracked()}


def _changes(repository: Repository, before: Mapping[str, str]) -> frozenset[str]:
    now = {path: entry.blob for path, entry in repository.files().items()}
    return frozenset(path for path in now.keys() | before.keys() if now.get(path) != before.get(path))


def touched_by(discovery: Discovery, *, staged: bool, revision: str) -> frozenset[str]:
    """The paths that a wish about git means; raises GitFailure."""
    if discovery.repository is None:
        raise GitFailure(next((note.message for note in discovery.notes), "git cannot be asked"))
    return staged_paths(discovery.repository) if staged else changed_paths(discovery.repository, revision)


def narrowed(report: Report, touched: frozenset[str], discovery: Discovery) -> Report:
    """The report on what touched paths concern, with a note about how much else was found."""
    concern = _Concern(touched, discovery)
    findings = tuple(finding for finding in report.findings if concern.tells(finding))
    elsewhere = len(report.findings) - len(findings)
    notes = [note for note in report.notes if note.path is None or concern.has(note.path)]
    if elsewhere:
        one = elsewhere == 1
        notes.append(
            Note(f"{elsewhere} finding{'' if one else 's'} elsewhere {'is' if one else 'are'} not told here")
        )
    return Report(
        findings=findings,
        problems=tuple(each for each in report.problems if _stays(each, concern)),
        notes=tuple(notes),
        hidden=report.hidden,
        checked=report.checked,
        empty=report.empty,
        rules=report.rules,
        documents=report.documents,
    )


def _stays(problem: Problem, concern: _Concern) -> bool:
    return problem.path is None or problem.kind in _EVERYWHERE or concern.has(problem.path)


class _Concern:
    """What touched paths concern: themselves, folders as a whole, and the Workers that own them."""

    def __init__(self, touched: frozenset[str], discovery: Discovery) -> None:
        self._homes = {folder_above(path) for path, role in discovery.files if role == "wrangler"}
        self._touched = touched
        full = {path: os.path.join(discovery.root, path) for path in touched}
        configuring = [path for path in touched if _configures(path) or not os.path.lexists(full[path])]
        homes = {path: self._home(path) for path in configuring}
        self._owners = {home for home in homes.values() if home is not None}
        folders = {path for path in touched if os.path.isdir(full[path])}
        folders |= {folder_above(path) for path in touched if _says_how_others_are_read(path)}
        if any(path.endswith(".sql") and home is None for path, home in homes.items()):
            folders.add("")  # migrations that lie outside of their Worker's folder
        self._folders = tuple(folders)

    def _home(self, path: str) -> str | None:
        """The folder of the Worker that owns a path: the nearest one above it."""
        return next((folder for folder in upwards(folder_above(path)) if folder in self._homes), None)

    def has(self, path: str) -> bool:
        """Whether a path is concerned."""
        return path in self._touched or self._home(path) in self._owners or in_scope(path, self._folders)

    def tells(self, finding: Finding) -> bool:
        """Whether a finding is about anything that is concerned."""
        if self.has(finding.path) or any(each.path in self._touched for each in finding.related):
            return True
        return finding.worker is not None and self.has(finding.worker)


def _configures(path: str) -> bool:
    return role_of(path) is not None or path.endswith(".sql")


def _says_how_others_are_read(path: str) -> bool:
    return role_of(path) in _CONTEXT or path.rpartition("/")[2] in _SETTINGS
