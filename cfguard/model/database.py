"""Folders of D1 migrations: which files wrangler applies for which binding, in its order, and what undoes each."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from cfguard.d1.folder import Layout, applied, depth_of, is_timestamp, layout_of, number_of
from cfguard.discover import Entry, Located
from cfguard.model.entity import Entity, field, text_of
from cfguard.model.migration_texts import forward_text, rollback_name, undo_text
from cfguard.model.values import is_template_text
from cfguard.model.worker import Binding
from cfguard.named_tuple import NamedTuple
from cfguard.syntax.node import Document, Node

if TYPE_CHECKING:
    from cfguard.d1.profile import Profile
    from cfguard.d1.replay import Migration as Played
    from cfguard.d1.rollbacks import Pairs, Section
    from cfguard.syntax.sql import Splitter

DEFAULT_TABLE = "d1_migrations"
#: The first wrangler whose splitter follows SQLite's own.
_COMPLETE_SPLITTER = (4, 125)

#: Asks for what lies in a folder, so many levels down.
Listing = Callable[[str, int], tuple[Entry, ...]]
#: Parses a file; None where it cannot be read.
Load = Callable[[Located], Document | None]


class InGit(NamedTuple):
    """What git knows: the paths that it tracks, and which of some paths are in the last commit."""

    tracked: Collection[str]
    committed: Callable[[Iterable[str]], Collection[str]]


class Tools(NamedTuple):
    """What a folder of migrations needs from outside.

    ``git`` is None where git cannot be asked. ``splitter`` is that of the project's own wrangler, None
    where its version is not known. ``places`` are the folders of all bindings.
    ``runtime`` is the date of the D1 runtime to play migrations on, empty for the newest.
    """

    listing: Listing
    load: Load
    git: InGit | None
    splitter: Splitter | None
    places: frozenset[str]
    runtime: str = ""

    @property
    def profile(self) -> Profile:
        """What the D1 runtime of the settings lets through, or the newest."""
        from cfguard.d1.profile import NEWEST, PROFILES

        return PROFILES.get(self.runtime, NEWEST)


class Migration(Entity):
    """One migration: a file that wrangler applies to a database, forwards only."""

    expression_type = "migration"

    def __init__(self, folder: MigrationFolder, name: str, document: Document) -> None:
        super().__init__(document, document.root)
        self._folder, self._name, self._document = folder, name, document

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._folder.belongs_to()

    @field
    def name(self) -> str:
        """Its path inside the folder, by which wrangler remembers it."""
        return self._name

    @field
    def path(self) -> str:
        """The file's path, relative to the root."""
        return self._document.path

    @field
    def number(self) -> int | None:
        """The number that wrangler orders it by: the digits in front of its name, or of its folder's."""
        first = number_of(self._name)
        return first if first is not None else number_of(posixpath.basename(self._name))

    @field
    def has_timestamp(self) -> bool:
        """Whether the number is a date or time (eight digits or more) rather than a place in a sequence."""
        return is_timestamp(self._name) or is_timestamp(posixpath.basename(self._name))

    @field
    def rollback(self) -> str | None:
        """The path of the file that undoes it; a section of the file itself gives the file."""
        return self._folder.rollback_of(self)

    @field
    def tracked(self) -> bool | None:
        """Whether git tracks the file; absent where git cannot be asked."""
        git = self._folder.tools.git
        return None if git is None else self.path in git.tracked

    @field
    def folder(self) -> MigrationFolder:
        """The folder that it belongs to."""
        return self._folder

    @property
    def source_document(self) -> Document:
        """The parsed file."""
        return self._document

    @cached_property
    def section(self) -> Section | None:
        """The part of the file that is meant for rolling back."""
        from cfguard.d1.rollbacks import down_section

        return down_section(self._document.source.text)

    @property
    def forward_text(self) -> str:
        """The text as wrangler reads it, without that section."""
        return forward_text(self._document, self.section)


class MigrationFolder(Entity):
    """The migrations of one or more D1 bindings that share folder, pattern and table."""

    expression_type = "migration_folder"

    def __init__(
        self, place: str, layout: Layout, table: str, bindings: tuple[Binding, ...], tools: Tools
    ) -> None:
        super().__init__(None, None)
        self._place, self._table, self._bindings = place, table, bindings
        self.layout, self.tools = layout, tools

    def scopes(self) -> Iterator[tuple[Document, Node]]:
        for migration in self.migrations[:1]:
            yield migration.source_document, migration.source_document.root

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._bindings[0].belongs_to()[0], None

    @field
    def path(self) -> str:
        """The folder, relative to the root."""
        return self._place

    @field
    def pattern(self) -> str:
        """The pattern of the files that are applied, relative to the folder."""
        return self.layout.pattern

    @field
    def table(self) -> str:
        """The table in which wrangler remembers what it has applied."""
        return self._table

    @field
    def bindings(self) -> tuple[Binding, ...]:
        """The bindings whose databases are built from it."""
        return self._bindings

    @field
    def migrations(self) -> tuple[Migration, ...]:
        """What wrangler applies, in its order, without files that are rollbacks."""
        return tuple(self._migration(name) for name in self.pairs.ups if name in self._documents)

    @field
    def rolls_back(self) -> bool:
        """Whether any migration has a rollback."""
        return any(migration.rollback is not None for migration in self.migrations)

    @field
    def without_rollback(self) -> tuple[Migration, ...]:
        """The migrations that nothing undoes."""
        return tuple(migration for migration in self.migrations if migration.rollback is None)

    @field
    def first_without_rollback(self) -> str:
        """The name of the first migration that nothing undoes; empty where there is none."""
        return self.without_rollback[0].name if self.without_rollback else ""

    @field
    def derivable_rollbacks(self) -> tuple[str, ...]:
        """The paths of rollbacks that are missing and can be written, because the migrations say what undoes them."""
        return tuple(self._derived)

    @field
    def derived_rollbacks(self) -> tuple[str, ...]:
        """The texts of those rollbacks; each was run behind its migration and brought the schema back."""
        return tuple(self._derived.values())

    @cached_property
    def _derived(self) -> Mapping[str, str]:
        from cfguard.d1.derive import derived_rollbacks

        if not self.whole:
            return {}
        texts = derived_rollbacks(self.played, table=self._table, profile=self.tools.profile)
        known = self.pairs.rollbacks
        names = [rollback_name(migration.name, known, self.applied) for migration in self.migrations]
        taken = {entry.path for entry in self.entries}
        return {
            self.full_path(name): text
            for name, text in zip(names, texts, strict=True)
            if text is not None and name not in taken and not applied((name,), self.layout.pattern)
        }

    @cached_property
    def played(self) -> tuple[Played, ...]:
        """Its migrations as the emulator plays them."""
        from cfguard.d1.replay import Migration as Played

        return tuple(Played(each.name, each.forward_text, self._undo_text(each)) for each in self.migrations)

    def _undo_text(self, migration: Migration) -> str | None:
        name = self.pairs.rollbacks.get(migration.name)
        document = self.document_of(name) if name is not None else None
        if document is not None:
            return undo_text(document, None)
        section = migration.section
        return undo_text(migration.source_document, section) if section is not None else None

    @property
    def whole(self) -> bool:
        """Whether every file that wrangler applies could be read."""
        return len(self._documents) == len(self.applied)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What lies in the folder, deep enough for its pattern and one level more."""
        return self.tools.listing(self._place, depth_of(self.layout.pattern) + 1)

    @cached_property
    def applied(self) -> tuple[str, ...]:
        """The names that wrangler applies, rollbacks that lie among them included."""
        return applied((entry.path for entry in self.entries if entry.kind == "file"), self.layout.pattern)

    @cached_property
    def pairs(self) -> Pairs:
        """Migrations and rollbacks; files outside the folder by their path from the root, with a leading slash."""
        from cfguard.d1.rollbacks import pair

        others = [
            entry.path for entry in self.entries if entry.kind == "file" and self._holds_rollback(entry.path)
        ]
        beside = posixpath.dirname(self._place)
        for entry in self.tools.listing(beside, 0) if self._place else ():
            if entry.kind == "folder" and _is_rollback_folder(entry.path, posixpath.basename(self._place)):
                place = posixpath.join(beside, entry.path)
                others += [f"/{place}/{each.path}" for each in self.tools.listing(place, 0) if _is_sql(each)]
        return pair(
            self.applied, [name for name in others if name not in self.applied and name.endswith(".sql")]
        )

    def _holds_rollback(self, path: str) -> bool:
        """Whether a file lies where rollbacks do: in a folder for them, or beside its migration."""
        from cfguard.d1.rollbacks import FOLDERS, is_rollback_name

        folder = posixpath.dirname(path)
        if posixpath.basename(folder).lower() in FOLDERS:
            return True
        beside = is_rollback_name(path) and bool(folder)
        return beside and any(posixpath.dirname(name) == folder for name in self.applied)

    def is_elsewhere(self, name: str) -> bool:
        """Whether a folder inside this one is the folder of another binding."""
        return self.full_path(name) in self.tools.places

    def full_path(self, name: str) -> str:
        """The path from the root of a name that :attr:`pairs` uses."""
        return name[1:] if name.startswith("/") else posixpath.join(self._place, name)

    @cached_property
    def _documents(self) -> Mapping[str, Document]:
        loaded = ((name, self.document_of(name)) for name in self.applied)
        return {name: document for name, document in loaded if document is not None}

    def document_of(self, name: str) -> Document | None:
        """A parsed file of the folder, or of a folder of its rollbacks; None where it cannot be read."""
        kept: dict[str, Document | None] = self.__dict__.setdefault("_loaded", {})
        if name not in kept:
            kept[name] = self.tools.load(Located(self.full_path(name), "migration"))
        return kept[name]

    def _migration(self, name: str) -> Migration:
        return Migration(self, name, self._documents[name])

    def rollback_of(self, migration: Migration) -> str | None:
        """The path of what undoes a migration."""
        name = self.pairs.rollbacks.get(migration.name)
        if name is not None:
            return self.full_path(name)
        return migration.path if migration.section is not None else None


def _is_sql(entry: Entry) -> bool:
    return entry.kind == "file" and entry.path.endswith(".sql")


def _is_rollback_folder(name: str, beside: str) -> bool:
    """Whether a folder beside the migrations holds their rollbacks: `rollbacks`, `migrations_down`."""
    from cfguard.d1.rollbacks import FOLDERS

    plain = name.lower()
    marks = ("_", "-", ".")
    return plain in FOLDERS or any(
        plain == f"{beside.lower()}{mark}{word}" for mark in marks for word in FOLDERS
    )


def migration_folders(
    bindings: Iterable[Binding],
    listing: Listing,
    load: Load,
    git: InGit | None,
    version: Callable[[str], str | None],
    *,
    runtime: str = "",
) -> Iterator[MigrationFolder]:
    """The folders that D1 bindings name and that hold files, each once for equal settings.

    ``version`` gives the version of wrangler that a folder's lockfile resolves to, ``runtime`` the D1 runtime to use.
    """
    groups: dict[tuple[str, Layout, str], list[Binding]] = {}
    for binding in bindings:
        found = _settings_of(binding)
        if found is not None:
            groups.setdefault(found, []).append(binding)
    places = frozenset(place for place, _, _ in groups)
    for (place, layout, table), members in groups.items():
        folder = posixpath.dirname(members[0].document.path) if members[0].document is not None else ""
        tools = Tools(listing, load, git, _splitter_of(version(folder)), places, runtime)
        made = MigrationFolder(place, layout, table, tuple(members), tools)
        if any(entry.path.lower().endswith(".sql") for entry in made.entries):
            yield made


def _settings_of(binding: Binding) -> tuple[str, Layout, str] | None:
    node, document = binding.node, binding.document
    if node is None or document is None:
        return None
    texts = [text_of(node.get(key)) for key in ("migrations_dir", "migrations_pattern", "migrations_table")]
    if any(text is not None and is_template_text(text) for text in texts[:2]):
        return None
    layout = layout_of(texts[0], texts[1])
    place = posixpath.normpath(posixpath.join(posixpath.dirname(document.path), layout.folder))
    if place.startswith(("..", "/")):
        return None
    return "" if place == "." else place, layout, texts[2] or DEFAULT_TABLE


def _splitter_of(version: str | None) -> Splitter | None:
    if version is None:
        return None
    numbers = [int(part) for part in version.split(".")[:2] if part.isdigit() and len(part) < 6]
    return "complete" if tuple(numbers) >= _COMPLETE_SPLITTER else "scanner"
