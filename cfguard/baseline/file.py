"""The file of a baseline, ``.cfguard-baseline.json``: an entry a line, sorted, so that branches merge cleanly.

Paths in it are relative to its own folder, like the patterns of settings, so that it means the same whether the
folder or the repository around it is checked.
"""

from __future__ import annotations

import json
import os
import posixpath
from typing import TYPE_CHECKING

from cfguard.baseline.entries import NEVER, Baseline, Entries, Entry, Identity
from cfguard.reading import read_bytes, read_named_file
from cfguard.settings import SettingsError, SettingsIssue, issue_at, plain_of
from cfguard.syntax import decode, parse

if TYPE_CHECKING:
    from cfguard.text import Source

VERSION = 1
#: Forty thousand entries; to say what is wrong in a file of this size takes two seconds.
MAX_BYTES = 5_000_000

_FIELDS = frozenset({"path", "rule", "key", "count", "reason"})


class BaselineError(SettingsError):
    """A baseline that cannot be followed; the run ends, because it would hide too much or too little."""


def load_baseline(root: str, path: str | None, named: str = "") -> Baseline:
    """The baseline at a path below the root, or in a file that the command line names, which may lie anywhere.

    Paths in a file outside of the root are relative to the root. Raises BaselineError, and Unreadable.
    """
    if path is not None:
        return read_baseline(path, read_bytes(root, path, MAX_BYTES), path.rpartition("/")[0])
    data = read_named_file(named, "baseline", MAX_BYTES)
    return read_baseline(named.replace(os.sep, "/"), data, folder_of(named, root))


def read_baseline(path: str, data: bytes, folder: str) -> Baseline:
    """A baseline from the bytes of its file.

    ``path`` is its name in messages, ``folder`` where its paths start, relative to the root. Of an entry that
    stands there twice, as a merge of branches may leave it, the higher count holds. Raises BaselineError.
    """
    plain = _quickly(data)
    rows = _rows(plain)
    if rows is None:
        rows = _slowly(decode(path, data)[0])
    entries: dict[Identity, Entry] = {}
    for row in rows:
        inside = posixpath.normpath(posixpath.join(folder, str(row["path"])))
        name = Identity(inside, str(row["rule"]), str(row["key"]))
        entry = Entry(_number(row.get("count", 1)), str(row.get("reason", "")))
        known = entries.get(name)
        if known is None or known.times < entry.times:
            entries[name] = entry
    return Baseline(path, folder, entries)


def baseline_text(entries: Entries, folder: str) -> str:
    """The text of the file for some entries; the same entries give the same text."""
    rows = sorted(
        (posixpath.relpath(name.path, folder or "."), name.rule, name.key, entry)
        for name, entry in entries.items()
    )
    shown = []
    for path, rule, key, entry in rows:
        row: dict[str, object] = {"path": path, "rule": rule, "key": key}
        row |= {"count": entry.times} if entry.times > 1 else {}
        row |= {"reason": entry.reason} if entry.reason else {}
        shown.append(f"    {json.dumps(row, ensure_ascii=False)}")
    listed = "[\n" + ",\n".join(shown) + "\n  ]" if shown else "[]"
    text = f'{{\n  "version": {VERSION},\n  "findings": {listed}\n}}\n'
    # Half of a surrogate pair, which JSON can spell in a key, cannot be encoded otherwise.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _quickly(data: bytes) -> object:
    """The file as plain data by the fast parser; None for whatever needs a closer look."""
    try:
        return json.loads(data, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _rows(plain: object) -> list[dict[str, object]] | None:
    """The rows where everything has the published shape; a test holds this against the contract."""
    if not isinstance(plain, dict) or set(plain) != {"version", "findings"}:
        return None
    rows = plain["findings"]
    if plain["version"] is not VERSION or not isinstance(rows, list):
        return None
    return rows if all(_is_row(row) for row in rows) else None


def _is_row(row: object) -> bool:
    if not isinstance(row, dict) or not _FIELDS.issuperset(row):
        return False
    texts = [row.get("path"), row.get("rule"), row.get("key"), row.get("reason", "")]
    number = row.get("count", 1)
    return (
        all(isinstance(text, str) for text in texts)
        and bool(row["path"] and row["rule"])
        and row["rule"] not in NEVER
        and type(number) is int
        and number > 0
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 1


def _slowly(source: Source) -> list[dict[str, object]]:
    """The rows of a file that the fast way refuses; raises with every mistake at its place."""
    document = parse(source, "jsonc")
    broken = tuple(
        SettingsIssue(source.path, source.position(fault.span.start if fault.span else 0), fault.message)
        for fault in document.diagnostics
    )
    if broken:
        raise BaselineError(broken)
    from cfguard.contracts.baseline import Baseline as Contract
    from cfguard.contracts.errors import validate

    checked, faults = validate(Contract, plain_of(document, document.root), noun="field")
    issues = [issue_at(document, fault.path, fault.message, at_key=fault.at_key) for fault in faults]
    for index, row in enumerate(checked.findings if checked is not None else ()):
        if row.rule in NEVER:
            message = (
                f"`{row.rule}` cannot be in a baseline, which could not tell a new credential from this one; "
                "revoke it, or accept it with an ignore comment and a reason"
            )
            issues.append(issue_at(document, ("findings", index, "rule"), message, at_key=False))
    if issues:
        raise BaselineError(tuple(issues))
    assert checked is not None  # noqa: S101 - no faults means that it fits
    return [row.model_dump() for row in checked.findings]


def folder_of(path: str, root: str) -> str:
    """The folder, relative to the root, that the paths of a baseline start from; outside the root its root."""
    beside = os.path.relpath(os.path.dirname(os.path.realpath(path)), os.path.realpath(root))
    beside = beside.replace(os.sep, "/")
    return "" if beside == "." or beside == ".." or beside.startswith("../") else beside
