"""What the names and places of migrations show before anything is run."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import pairwise
from math import gcd
from typing import TYPE_CHECKING

from cfguard.d1.folder import applied, number_of
from cfguard.d1.rollbacks import FOLDERS
from cfguard.model.database import Migration, MigrationFolder
from cfguard.named_tuple import NamedTuple
from cfguard.syntax.node import Diagnostic, Document
from cfguard.text import Span

if TYPE_CHECKING:
    from cfguard.finding import Severity

#: Folders whose files are kept and not meant to be applied.
_KEPT = frozenset(
    """archive archived archives old legacy deprecated backup backups seed seeds fixtures test tests manual scripts
    meta draft drafts examples docs snapshots squashed""".split()
)


Related = tuple[Document, Span, str]


class Said(NamedTuple):
    """A diagnostic with the file that it is about.

    ``severity`` and ``upstream`` are given where they are not the rule's own; an empty ``upstream`` says that no
    tool says the same.
    """

    document: Document
    diagnostic: Diagnostic
    related: tuple[Related, ...] = ()
    certain: bool = True
    severity: Severity | None = None
    upstream: str | None = None


def about_names(folder: MigrationFolder) -> Iterator[Said]:
    """Names without a number, numbers used twice or left out, and files that wrangler never reads."""
    yield from _unnumbered(folder)
    yield from _duplicates(folder.migrations)
    yield from _out_of_order(folder)
    yield from _gaps(folder.migrations)
    yield from _mistaken(folder)
    yield from _ignored(folder)
    yield from _orphans(folder)


def _unnumbered(folder: MigrationFolder) -> Iterator[Said]:
    found = [migration for migration in folder.migrations if migration.number is None]
    if not found:
        return
    first = found[0]
    others = f" and {len(found) - 1} more" if len(found) > 1 else ""
    verb = "have" if others else "has"
    message = f"`{first.name}`{others} {verb} no number in front, so "
    if len(folder.migrations) == 1:
        message += "every migration that gets one will come before it"
    else:
        message += "the order is that of the letters"
        if len(found) < len(folder.migrations):
            message += ", after all numbered files"
    yield Said(
        first.source_document,
        Diagnostic(
            "name-malformed",
            message,
            None,
            help="Name it `<number>_<words>.sql`, as `wrangler d1 migrations create` does",
        ),
    )


def _duplicates(migrations: tuple[Migration, ...]) -> Iterator[Said]:
    seen: dict[tuple[str, int], Migration] = {}
    for migration in migrations:
        if migration.number is None:
            continue
        first = seen.setdefault((_series(migration), migration.number), migration)
        if first is not migration:
            message = f"`{migration.name}` has the number of `{first.name}`; letters decide which comes first"
            yield Said(migration.source_document, Diagnostic("version-duplicate", message, None))


def _series(migration: Migration) -> str:
    """The folder inside which a number counts; empty where the folders themselves are numbered."""
    return "" if number_of(migration.name) is not None else posixpath.dirname(migration.name)


def _gaps(migrations: tuple[Migration, ...]) -> Iterator[Said]:
    numbered = [each for each in migrations if each.number is not None and not each.has_timestamp]
    if numbered and gcd(*(each.number or 0 for each in numbered)) % 5 == 0:
        return  # numbered by fives or tens, to leave room
    for before, after in pairwise(numbered):
        if _series(before) != _series(after):
            continue
        low, high = (before.number or 0) + 1, (after.number or 0) - 1
        if low <= high:
            missing = f"number {low} is" if low == high else f"numbers {low} to {high} are"
            message = f"the {missing} missing between `{before.name}` and `{after.name}`"
            yield Said(after.source_document, Diagnostic("version-gap", message, None))


def _out_of_order(folder: MigrationFolder) -> Iterator[Said]:
    """New files in front of committed ones, which databases may have had already."""
    migrations, git = folder.migrations, folder.tools.git
    if git is None or len(migrations) < 2:
        return
    paths = [migration.path for migration in migrations]
    known = git.committed(paths) or git.tracked
    numbered = (at for at, migration in enumerate(migrations) if migration.number is not None)
    last = max((at for at in numbered if paths[at] in known), default=0)
    for migration in migrations[:last]:
        if migration.path not in known:
            message = (
                f"`{migration.name}` is new and runs before `{migrations[last].name}`, which is committed: "
                "a database that has that one already runs it later"
            )
            yield Said(migration.source_document, Diagnostic("out-of-order", message, None))


def _mistaken(folder: MigrationFolder) -> Iterator[Said]:
    """A pattern that wrangler's migration commands refuse, at the binding that sets it."""
    binding = folder.bindings[0]
    if folder.layout.mistake and binding.document is not None:
        place = binding.place("migrations_pattern")
        message = f"wrangler applies no migration of `{folder.path}`: {folder.layout.mistake}"
        yield Said(binding.document, Diagnostic("file-ignored", message, place.span, place.key))


def _ignored(folder: MigrationFolder) -> Iterator[Said]:
    names = [entry.path for entry in folder.entries if entry.kind == "file"]
    nested = applied(names, "*/migration.sql")
    if not folder.applied and nested:
        pattern = f"{folder.layout.folder}/*/migration.sql"
        yield from _told(
            folder,
            nested[0],
            f"wrangler reads only `{folder.layout.pattern}` of this folder and applies none of its migrations",
            f'Set `migrations_pattern = "{pattern}"` beside `migrations_dir` (wrangler 4.98 or newer)',
        )
        return
    for entry in folder.entries:
        where, name = posixpath.split(entry.path)
        if entry.path in folder.applied or not name.lower().endswith(".sql"):
            continue
        if entry.kind == "link" and not where and name.endswith(".sql"):
            yield from _told(
                folder,
                entry.path,
                f"wrangler follows no links and never applies `{name}`",
                "Put the file itself here",
            )
        elif entry.kind == "file" and not where and not name.endswith(".sql"):
            yield from _told(
                folder,
                entry.path,
                f"wrangler reads `.sql` in small letters only and never applies `{name}`",
                "Rename the file",
            )
    yield from _nested(folder)


def _nested(folder: MigrationFolder) -> Iterator[Said]:
    """Numbered files in folders below, one word for each folder."""
    told: set[str] = set()
    for entry in folder.entries:
        where, name = posixpath.split(entry.path)
        inner = posixpath.basename(where).lower()
        if not where or where in told or entry.kind != "file" or entry.path in folder.applied:
            continue
        if inner in _KEPT or inner in FOLDERS or inner.startswith((".", "_")) or folder.is_elsewhere(where):
            continue
        if name.endswith(".sql") and name[:1].isdigit():
            told.add(where)
            yield from _told(
                folder,
                entry.path,
                f"wrangler reads `{folder.layout.pattern}` of `{folder.path}` and never applies what lies in `{where}`",
                "Move the files up, or name them in `migrations_pattern`",
            )


def _orphans(folder: MigrationFolder) -> Iterator[Said]:
    for name in (*folder.pairs.orphans, *(name for name, up in folder.pairs.forward.items() if up is None)):
        shown = posixpath.basename(name)
        yield from _told(
            folder, name, f"no migration goes with the rollback `{shown}`", code="rollback-orphan"
        )


def _told(
    folder: MigrationFolder, name: str, message: str, help: str = "", code: str = "file-ignored"
) -> Iterator[Said]:
    document = folder.document_of(name)
    if document is not None:
        yield Said(document, Diagnostic(code, message, None, help=help))
