"""Credentials that were ever committed: taking a line out of a file does not take it out of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cfguard.git.history import History
from cfguard.secrets.scan.files import scan_content
from cfguard.secrets.scan.scope import MAX_BYTES, holds_samples, skipped_by_detect_secrets, skipped_by_policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cfguard.git import Repository
    from cfguard.secrets.scan.confirmed import Confirmed

#: Read so, a file needs no quotes and is no sample: whatever its name turns out to be, nothing is missed.
_ANY_NAME = "any.properties"


class PastLeak(NamedTuple):
    """A live credential in a blob: where it came from, its line, what it is, and whether it is still there.

    ``commit`` and ``path`` are empty for a blob that no branch or tag reaches any more.
    """

    commit: str
    path: str
    line: int
    kind: str
    blob: str
    present: bool


def past_leaks(repository: Repository) -> tuple[PastLeak, ...]:
    """The credentials in everything ever committed, by path and line; raises GitFailure."""
    return tuple(sorted(_past_leaks(repository), key=lambda leak: (leak.path, leak.line, leak.blob)))


def _past_leaks(repository: Repository) -> Iterator[PastLeak]:
    history = History(repository)
    suspects = {
        blob: content for blob, content in history.blobs(MAX_BYTES) if scan_content(_ANY_NAME, content)
    }
    present = {entry.blob for entry in repository.files().values()}
    for blob, (commit, path) in history.origins(suspects).items():
        for hit in _hits(path, suspects[blob]):
            yield PastLeak(commit, path, hit.line, hit.kind, blob, blob in present)


def _hits(path: str, content: bytes) -> tuple[Confirmed, ...]:
    """What counts under the name that the blob had."""
    if path and (skipped_by_detect_secrets(path) or skipped_by_policy(path)):
        return ()
    hits = scan_content(path or _ANY_NAME, content)
    return tuple(hit for hit in hits if hit.ground == "provider") if holds_samples(path) else hits
