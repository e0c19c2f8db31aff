"""What a project has accepted is not told again: ignore comments beside the place, and the baseline."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from cfguard.discover import Discovery, in_scope, role_of
from cfguard.engine import Outcome, Setting, merge, run
from cfguard.finding import Finding, Note
from cfguard.model.project import Project
from cfguard.policy.rule import Rule
from cfguard.prose import counted
from cfguard.reading import nearest

if TYPE_CHECKING:
    from cfguard.baseline.entries import Baseline, Identity
    from cfguard.syntax.node import Document

#: The file of a baseline; the nearest counts, from the folder that is checked up to the root.
BASELINE = ".cfguard-baseline.json"

#: What every ignore comment holds; a run that meets none needs nothing of their machinery.
_IGNORE_MARK = "cfguard:"


def without_ignored(
    outcome: Outcome,
    documents: Mapping[str, Document],
    project: Project,
    about_ignores: Sequence[Rule],
    setting: Setting,
    known: frozenset[str],
) -> tuple[tuple[Finding, ...], int]:
    """The findings that no ignore comment hides, with those about the comments, and how many are hidden."""
    if not any(_IGNORE_MARK in document.source.text for document in documents.values()):
        return outcome.findings, 0
    from cfguard.suppress import apply

    applied = apply(outcome.findings, documents, outcome.ran, known)
    project.remark(applied.remarks)
    return merge(applied.kept, run(project, about_ignores, setting).findings), applied.hidden


def baseline_for(discovery: Discovery, folder: str, wish: str | bool) -> Baseline | None:
    """The baseline of a run: none, the repository's own that is nearest to ``folder``, or a named file.

    Raises SettingsError or Unreadable where there is one that cannot be followed.
    """
    path = nearest(discovery.root, folder, BASELINE) if wish is True else None
    if path is None and not isinstance(wish, str):
        return None
    from cfguard.baseline.file import load_baseline

    return load_baseline(discovery.root, path, wish if isinstance(wish, str) else "")


def in_play(discovery: Discovery, ran: frozenset[str], known: frozenset[str]) -> Callable[[Identity], bool]:
    """Whether a run could have found what an entry of a baseline names.

    It could not where the rule did not run, where the file was not looked at, and where an env file is absent:
    those differ from machine to machine, and CI has none.
    """

    def could(name: Identity) -> bool:
        if name.rule not in ran and name.rule in known:
            return False
        if name.path.startswith(("../", "/")):
            return True  # no run finds anything out there, so nothing is looked up there either
        absent = not os.path.lexists(os.path.join(discovery.root, name.path))
        return in_scope(name.path, discovery.scopes) and not (absent and role_of(name.path) == "env")

    return could


def without_accepted(
    baseline: Baseline, findings: tuple[Finding, ...], could: Callable[[Identity], bool] | None
) -> tuple[tuple[Finding, ...], int, tuple[Note, ...]]:
    """The findings that a baseline does not hide, how many it hides, and a note where entries are stale.

    ``could`` says which entries the run could have found; None where it was not complete.
    """
    from cfguard.baseline.entries import apply, stale

    applied = apply(baseline, findings)
    gone = stale(baseline.entries, findings, could) if could is not None else {}
    if not gone:
        return applied.kept, applied.hidden, ()
    entries = counted(len(gone), "entry of the baseline matches", "entries of the baseline match")
    note = f"{entries} nothing any more; `cfguard baseline prune` takes out what is mended"
    return applied.kept, applied.hidden, (Note(note, baseline.path),)
