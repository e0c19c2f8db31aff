"""What was found in the history as text for a terminal, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.history import shown_day
from cfguard.prose import counted
from cfguard.report.layout import Block, Rows, lay_out
from cfguard.report.shown import disarm_lines, words
from cfguard.secrets.masking import mask_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cfguard.history import Past, PastLeak

FORMATS = ("text", "json")
_NOWHERE = "(no path: nothing leads to it any more)"
_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_SHORT = 10


def render(past: Past, format: str, *, color: bool = False) -> str:
    """The leaks in one of :data:`FORMATS`; raises KeyError for another name."""
    if format == "json":
        return _json(past)
    if format != "text":
        raise KeyError(format)
    return disarm_lines("\n".join(_text(past, color)) + "\n")


def _text(past: Past, color: bool) -> Iterator[str]:
    bold, dim, reset = (_BOLD, _DIM, _RESET) if color else ("", "", "")
    for leak in past.leaks:
        place = f"{words(leak.path)}:{leak.line}" if leak.path else _NOWHERE
        name = f"`{words(leak.name)}` " if leak.name else ""
        yield f"{bold}{place}{reset}  {name}{leak.kind}"
        yield f"{dim}  {'; '.join(_circumstances(leak))}{reset}"
    if past.leaks:
        yield ""
    yield from (f"note: {remark}" for remark in past.remarks)
    yield _sum(past)


def _circumstances(leak: PastLeak) -> Iterator[str]:
    if leak.commit:
        yield f"first in commit {leak.commit[:_SHORT]}" + (f" of {shown_day(leak.time)}" if leak.time else "")
    elif leak.present:
        yield "staged, and in no commit yet"
    if leak.versions > 1:
        yield f"in {leak.versions} versions of files"
    if not leak.reachable:
        yield "no branch or tag reaches it any more"
    yield "still there now" if leak.present else "not there now"


def _sum(past: Past) -> str:
    files = counted(past.blobs, "version of files", "versions of files")
    if not past.leaks:
        return f"no secrets in {files}"
    count = len(past.leaks)
    now = sum(leak.present for leak in past.leaks)
    still = f"{now} of them still there now" if count > 1 else "still there now" if now else "not there now"
    return f"{counted(count, 'secret')} in {files}, {still}; revoke what was ever pushed"


def _json(past: Past) -> str:
    leaks = [
        {
            "path": mask_text(leak.path) or None,
            "line": leak.line,
            "name": mask_text(leak.name) or None,
            "kind": leak.kind,
            "commit": leak.commit or None,
            "date": shown_day(leak.time) or None,
            "present": leak.present,
            "reachable": leak.reachable,
            "versions": leak.versions,
        }
        for leak in past.leaks
    ]
    members = {"version": 1, "blobs": past.blobs, "notes": list(past.remarks), "leaks": Rows(leaks)}
    return lay_out(Block(members))
