"""Makes the cures that findings offer: all changes of a fix or none, each file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

from cfguard.edit import BrokenEdit, NotEditable, apply_change, new_text
from cfguard.finding import Finding, Problem
from cfguard.fix import AddLine, Change, EraseText, MoveValue, SetValue, WriteFile
from cfguard.fix import RemoveValue as Remove
from cfguard.named_tuple import NamedTuple
from cfguard.syntax.node import Document, Path
from cfguard.text import Source
from cfguard.writing import put


class Skipped(NamedTuple):
    """A fix that is not made, and why."""

    finding: Finding
    reason: str


class Edited(NamedTuple):
    """A file before (None where it is new) and after all fixes."""

    path: str
    before: Source | None
    after: Source


class Plan(NamedTuple):
    """What a round of fixes would do."""

    files: tuple[Edited, ...]
    made: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]


class Unwritable(Exception):
    """A file that cannot be replaced; ``str`` says why."""


def plan_fixes(
    findings: Iterable[Finding],
    documents: Mapping[str, Document],
    read: Callable[[str], Source | None],
    *,
    unsafe: bool,
) -> Plan:
    """Work out a round of fixes in memory.

    ``read`` gives files that are no documents (``.gitignore``), None where there is none. Of two fixes that
    touch the same place the first is made. Positions count from the end of a file, so that what one fix does
    leaves the places of the others where they were.
    """
    workshop = _Workshop(documents, read)
    made: list[Finding] = []
    skipped: list[Skipped] = []
    problems: list[Problem] = []
    done: set[str] = set()
    for finding in sorted(findings, key=_from_the_end):
        fix = finding.fix
        if fix is None or (fix.safety == "unsafe" and not unsafe):
            continue
        try:
            if repr(fix.changes) not in done:  # several findings may have one cure
                workshop.make(fix.changes)
                done.add(repr(fix.changes))
        except NotEditable as error:
            skipped.append(Skipped(finding, str(error)))
        except BrokenEdit as error:
            message = f"the fix of {finding.rule} was not made: {error}; this is a bug of cfguard"
            problems.append(Problem("internal", finding.path, message, finding.start))
        else:
            made.append(finding)
    return Plan(workshop.edited(), tuple(sorted(made, key=_in_order)), tuple(skipped), tuple(problems))


def write_files(root: str, files: Iterable[Edited]) -> None:
    """Replace files, each at once and with its mode kept; raises :class:`Unwritable` before touching the next.

    Whoever kills the program finds each file as it was or as it is to be.
    """
    for file in files:
        _replace(root, file)


def _from_the_end(finding: Finding) -> tuple[object, ...]:
    erases = finding.fix is not None and any(isinstance(each, EraseText) for each in finding.fix.changes)
    return (not erases, finding.path, -(finding.span.start if finding.span is not None else 0), finding.rule)


def _in_order(finding: Finding) -> tuple[object, ...]:
    return (finding.path, finding.span or (0, 0), finding.rule)


class _Workshop:
    """The files of a round: what they have become so far, and which places have been touched."""

    def __init__(self, documents: Mapping[str, Document], read: Callable[[str], Source | None]) -> None:
        self._originals, self._read = documents, read
        self._documents: dict[str, Document] = {}
        self._texts: dict[str, tuple[Source | None, Source]] = {}
        self._touched: dict[str, list[Path]] = {}

    def make(self, changes: Iterable[Change]) -> None:
        """Make all changes of a fix, or none; raises NotEditable and BrokenEdit."""
        documents: dict[str, Document] = {}
        texts: dict[str, tuple[Source | None, Source]] = {}
        touched: list[tuple[str, Path]] = []
        for change in changes:
            if isinstance(change, WriteFile | AddLine):
                texts[change.file] = self._written(change)
                continue
            keys = _keys_of(change)
            if any(self._meets(change.file, key) for key in keys):
                raise NotEditable("another fix changes the same place; run again for this one")
            document = documents.get(change.file) or self._document(change.file)
            documents[change.file] = apply_change(document, change)
            touched += [(change.file, key) for key in keys]
        self._documents |= documents
        self._texts |= texts
        for path, key in touched:
            self._touched.setdefault(path, []).append(key)

    def _document(self, path: str) -> Document:
        document = self._documents.get(path) or self._originals.get(path)
        if document is None:
            raise NotEditable(f"`{path}` was not read")
        return document

    def _written(self, change: WriteFile | AddLine) -> tuple[Source | None, Source]:
        _refuse_odd_path(change.file)
        before, now = self._texts.get(change.file) or (self._read(change.file),) * 2
        return before, Source(change.file, new_text(now, change), bom=now is not None and now.bom)

    def _meets(self, path: str, key: Path) -> bool:
        return any(
            key[: len(other)] == other or other[: len(key)] == key for other in self._touched.get(path, ())
        )

    def edited(self) -> tuple[Edited, ...]:
        """The files that are different now, by path."""
        found = [
            Edited(path, self._originals[path].source, document.source)
            for path, document in self._documents.items()
        ]
        found += [Edited(path, before, after) for path, (before, after) in self._texts.items()]
        return tuple(
            sorted(each for each in found if each.before is None or each.before.text != each.after.text)
        )


def _keys_of(change: Change) -> tuple[Path, ...]:
    """The places that a change claims for itself: items that are removed move all others of their list."""
    if isinstance(change, MoveValue):
        return (change.key, change.to)
    if isinstance(change, Remove):
        whole = next((at for at, step in enumerate(change.key) if isinstance(step, int)), None)
        is_item = isinstance(change.key[-1], int) and whole is not None
        return (change.key[:-1] if is_item else change.key,)
    return (change.key,) if isinstance(change, SetValue) else ()


def _refuse_odd_path(path: str) -> None:
    """A fix writes below the root and nowhere near git's own files, whatever a rule says."""
    steps = path.split("/")
    if os.path.isabs(path) or "\\" in path or "\0" in path or {"", ".", "..", ".git"} & set(steps):
        raise NotEditable(f"`{path}` is not a place for a fix to write to")


def _replace(root: str, file: Edited) -> None:
    full = os.path.join(root, file.path)
    folder = os.path.dirname(full)
    real_root = os.path.realpath(root)
    try:
        os.makedirs(folder, exist_ok=True)
        real = os.path.realpath(folder)
        if real != real_root and not real.startswith(real_root.rstrip(os.sep) + os.sep):
            raise Unwritable(f"`{file.path}` lies outside the project")
        if os.path.islink(full):
            full = os.path.realpath(full)
            if not full.startswith(real_root.rstrip(os.sep) + os.sep):
                raise Unwritable(f"`{file.path}` is a link to a file outside the project")
        mode = _expect(full, file)
        put(full, _bytes_of(file.after), mode=mode, new=mode is None)
    except OSError as error:
        raise Unwritable(
            f"cannot write `{file.path}`: {(error.strerror or 'unknown reason').lower()}"
        ) from None


def _expect(full: str, file: Edited) -> int | None:
    """The mode of the file as it is now; raises Unwritable where it is no longer what was read."""
    if file.before is None:
        if os.path.lexists(full):
            raise Unwritable(f"`{file.path}` has appeared in the meantime")
        return None
    with open(full, "rb") as opened:
        if opened.read() != _bytes_of(file.before):
            raise Unwritable(f"`{file.path}` has changed in the meantime, or is not UTF-8")
        return os.fstat(opened.fileno()).st_mode & 0o7777


def _bytes_of(source: Source) -> bytes:
    return (b"\xef\xbb\xbf" if source.bom else b"") + source.text.encode("utf-8", "surrogatepass")
