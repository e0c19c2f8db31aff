"""The first look at everything that was committed: which blobs hold a credential. None is kept, only ids."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cfguard import cache
from cfguard.discover import parsed_format
from cfguard.named_tuple import NamedTuple
from cfguard.secrets.contents import Held, credentials_in
from cfguard.secrets.scan.files import EDITION, may_fork
from cfguard.secrets.scan.scope import MAX_BYTES, is_skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterator

    from cfguard.git.history import History
    from cfguard.git.objects import AllBlobs

    Progress = Callable[[int, int], None]

_KIND = "history"
#: Read so, a file needs no quotes and is no sample: whatever its name turns out to be, nothing is missed.
_ANY_NAME = "any.properties"
#: Blobs between two words about how far it is.
_STEP = 500
#: New blobs from which a second process pays: it costs 20 ms, and a thousand blobs take half a second.
_TWO_PROCESSES = 400
#: Blobs without a credential that are remembered; 50 bytes each.
_REMEMBERED = 400_000


class _Seen(NamedTuple):
    """What one process has found: blobs with a credential, and what to remember of the others."""

    suspects: list[str]
    harmless: list[str]


def suspects(history: History, blobs: AllBlobs, root: str, progress: Progress) -> list[str]:
    """The blobs that hold a credential, were it not for the names of their files. Raises GitFailure.

    What held none before is not read again, and where much is new, a second process looks at half of it.
    """
    key = cache.digest(_KIND, EDITION, os.path.realpath(root))
    before = cache.read(_KIND, key)
    known = (
        frozenset(each for each in before if isinstance(each, str))
        if isinstance(before, list)
        else frozenset()
    )
    look = _Look(history, blobs, known)
    if len(blobs) - len(known) >= _TWO_PROCESSES and may_fork():
        seen = _in_two_processes(look, progress)
    else:
        seen = look.at((0, 1), progress)
    if seen.harmless:
        cache.write(_KIND, key, [*seen.harmless, *known][:_REMEMBERED])
    return seen.suspects


def held_in(path: str, content: bytes) -> Iterator[Held]:
    """The credentials that count in a blob under a path that it had, or may have had if that is empty."""
    if _is_passed_over(path):
        return iter(())
    return credentials_in(path or _ANY_NAME, content, parsed_format(path))


def _is_passed_over(path: str) -> bool:
    return parsed_format(path) is None and is_skipped(path)


class _Look:
    """The first look at the blobs of a repository, those left out of which it is known that they hold nothing."""

    def __init__(self, history: History, blobs: AllBlobs, known: Collection[str]) -> None:
        self._blobs, self._known = blobs, known
        # Names matter only of files that are read pair by pair, or not at all.
        self._named = {
            id: path
            for id, path in history.paths()
            if parsed_format(path) is not None or _is_passed_over(path)
        }

    def at(self, halves: Container[int], progress: Progress) -> _Seen:
        """Look at one half of the blobs or at both (0, 1)."""
        seen = _Seen([], [])

        def is_wanted(blob: str) -> bool:
            return int(blob[-1], 16) % 2 in halves and self._note(blob) not in self._known

        for done, (blob, content) in enumerate(self._blobs.contents(MAX_BYTES, is_wanted)):
            if done and not done % _STEP:
                progress(done, len(self._blobs))
            if any(True for _ in held_in(self._named.get(blob, ""), content)):
                seen.suspects.append(blob)
            else:
                seen.harmless.append(self._note(blob))
        return seen

    def _note(self, blob: str) -> str:
        """What is remembered of a blob: what it holds depends on how it was read."""
        path = self._named.get(blob, "")
        return f"{blob} {'-' if _is_passed_over(path) else parsed_format(path) or ''}"


def _in_two_processes(look: _Look, progress: Progress) -> _Seen:
    from multiprocessing import get_context

    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    second = context.Process(target=_send, args=(sender, look), daemon=True)
    second.start()
    sender.close()
    mine = look.at((0,), lambda done, total: progress(min(done * 2, total), total))
    try:
        theirs = _Seen(*receiver.recv())
    except EOFError:  # the process died: its half is looked at here
        theirs = look.at((1,), progress)
    second.join()
    return _Seen(mine.suspects + theirs.suspects, mine.harmless + theirs.harmless)


def _send(sender: object, look: _Look) -> None:
    sender.send(tuple(look.at((1,), lambda done, total: None)))  # type: ignore[attr-defined]
