"""Makes and mends baselines: what a project accepts for now is written down once, and shrinks from then on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from cfguard.api import RefusedRequest, Request, check_request, rules_of
from cfguard.baseline.entries import NEVER, Baseline, Entry, Identity, drawn_up, pruned, stale
from cfguard.baseline.file import baseline_text, folder_of, load_baseline
from cfguard.discover import RootsDiffer, discover
from cfguard.finding import Finding, Report
from cfguard.hiding import BASELINE, in_play
from cfguard.named_tuple import NamedTuple
from cfguard.reading import Unreadable, is_folder, nearest
from cfguard.settings import SettingsError
from cfguard.writing import write_inside


class Standing(NamedTuple):
    """A baseline beside what a check without it finds.

    ``old`` is what the file says (empty entries where there is no file yet: ``exists`` tells), ``path`` the file
    as it is shown, ``gone`` the entries that accept more than there is, with how often they still occur.
    """

    root: str
    path: str
    exists: bool
    old: Baseline
    report: Report
    gone: Mapping[Identity, int]
    could: Callable[[Identity], bool]

    @property
    def left_out(self) -> tuple[Finding, ...]:
        """Findings that no baseline may hold."""
        return tuple(finding for finding in self.report.findings if finding.rule in NEVER)

    def drawn_up(self) -> dict[Identity, Entry]:
        """All that is found, and the entries that this run could not have found again."""
        kept = {name: entry for name, entry in self.old.entries.items() if not self.could(name)}
        return {**kept, **drawn_up(self.report.findings, self.old.entries)}

    def pruned(self) -> dict[Identity, Entry]:
        """The old entries without what is mended."""
        return pruned(self.old.entries, self.gone)

    def write(self, entries: Mapping[Identity, Entry]) -> None:
        """Put entries in the place of the old ones; raises :class:`cfguard.writing.Refused`."""
        folder, name = os.path.split(os.path.abspath(os.path.join(self.root, self.path)))
        write_inside(folder, name, baseline_text(entries, self.old.folder), replace=self.exists)


def standing(request: Request) -> Standing:
    """Check without the baseline and hold it against what is found; raises :class:`RefusedRequest`.

    A file that the request names is the baseline; otherwise the nearest, or a new one at the root.
    """
    report = check_request(request._replace(baseline=False))
    try:
        discovery = discover(request.paths)
        named = request.baseline if isinstance(request.baseline, str) else ""
        scope = discovery.scopes[0] if discovery.scopes else ""
        folder = scope if is_folder(discovery.root, scope) else scope.rpartition("/")[0]
        found = None if named else nearest(discovery.root, folder, BASELINE)
        exists = os.path.lexists(named) if named else found is not None
        path = os.path.abspath(named) if named else found or BASELINE
        old = Baseline(path, folder_of(os.path.join(discovery.root, path), discovery.root), {})
        if exists:
            old = load_baseline(discovery.root, found, named)
    except (SettingsError, RootsDiffer, Unreadable) as error:
        raise RefusedRequest(error) from error
    ran = frozenset(rule.id for rule in report.rules)
    could = in_play(discovery, ran, frozenset(rule.id for rule in rules_of(request)))
    gone = stale(old.entries, report.findings, could)
    return Standing(discovery.root, path, exists, old, report, gone, could)
