"""What a baseline holds, what it hides, and what in it has become stale.

The identity of a finding is its rule, its file and the path inside the document: it survives edits above and
beside it. It holds no value and no hash of one, so it cannot tell an old credential from a new one at the same
place; that is why findings about credentials never enter a baseline (:data:`NEVER`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.secrets.masking import mask_text

if TYPE_CHECKING:
    from cfguard.finding import Finding

NEVER = frozenset(
    {
        "secrets/committed",
        "secrets/in-devcontainer",
        "secrets/in-vars",
        "secrets/production-in-file",
        "secrets/shared-between-environments",
    }
)
"""Rules about credentials that are exposed already: each has to be looked at, revoked or ignored with a reason."""


class Identity(NamedTuple):
    """What makes a finding the same one over time; ``path`` is relative to the root, ``key`` is masked."""

    path: str
    rule: str
    key: str


class Entry(NamedTuple):
    """How often an identity is accepted, and why, where somebody wrote that down."""

    times: int = 1
    reason: str = ""


Entries = Mapping[Identity, Entry]


class Baseline(NamedTuple):
    """A baseline: its file as it is shown, the folder (below the root) its paths start from, its entries."""

    path: str
    folder: str
    entries: Entries


class Applied(NamedTuple):
    """Findings that the baseline leaves, and how many it hides."""

    kept: tuple[Finding, ...]
    hidden: int


def identity(finding: Finding) -> Identity:
    """The identity of a finding."""
    return Identity(finding.path, finding.rule, _masked(finding.key))


@lru_cache(maxsize=4096)
def _masked(key: str) -> str:
    # A thousand Workers have a few dozen keys between them.
    return mask_text(key)


def count(findings: Iterable[Finding]) -> dict[Identity, int]:
    """How often each identity occurs."""
    counts: dict[Identity, int] = {}
    for finding in findings:
        name = identity(finding)
        counts[name] = counts.get(name, 0) + 1
    return counts


def apply(baseline: Baseline, findings: tuple[Finding, ...]) -> Applied:
    """Take out what the baseline accepts.

    Where an identity occurs more often than is accepted all of them are kept: which one is new cannot be told.
    """
    counts = count(findings)
    accepted = {name for name, entry in baseline.entries.items() if counts.get(name, 0) <= entry.times}
    kept = tuple(finding for finding in findings if identity(finding) not in accepted)
    return Applied(kept, len(findings) - len(kept))


def stale(
    entries: Entries, findings: Iterable[Finding], in_play: Callable[[Identity], bool]
) -> dict[Identity, int]:
    """Entries that accept more than there is, with how often they still occur.

    Only those count that this run could have found (``in_play``): nothing is known of the others.
    """
    counts = count(findings)
    return {
        name: counts.get(name, 0)
        for name, entry in entries.items()
        if counts.get(name, 0) < entry.times and in_play(name)
    }


def drawn_up(findings: Iterable[Finding], old: Entries) -> dict[Identity, Entry]:
    """Entries for all findings that may have one, with the reasons of the old entries."""
    return {
        name: Entry(number, old[name].reason if name in old else "")
        for name, number in count(findings).items()
        if name.rule not in NEVER
    }


def pruned(entries: Entries, gone: Mapping[Identity, int]) -> dict[Identity, Entry]:
    """The entries without what is stale."""
    left = {name: entry._replace(times=gone.get(name, entry.times)) for name, entry in entries.items()}
    return {name: entry for name, entry in left.items() if entry.times}
