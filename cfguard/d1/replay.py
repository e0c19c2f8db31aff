"""Plays a folder of migrations through, forwards, with rows and backwards, and tells what happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import thread_time

from cfguard.d1.backends import open_database
from cfguard.d1.database import Database
from cfguard.d1.kept_rows import Counts, Unkept, count_rows, touched_by, unkept
from cfguard.d1.losses import Loss, Losses
from cfguard.d1.profile import NEWEST, Profile
from cfguard.d1.schema import Effect, Schema, differences, effects, read_schema
from cfguard.d1.script import Refusal, Script, run_transaction
from cfguard.d1.seeding import seed
from cfguard.d1.smells import Smell, smells
from cfguard.d1.written import Written
from cfguard.named_tuple import NamedTuple
from cfguard.syntax.sql import Splitter, Statement
from cfguard.text import Span

DEFAULT_TABLE = "d1_migrations"
#: Seconds that all replays of one folder may take together.
SECONDS = 30.0


class Migration(NamedTuple):
    """A file as wrangler applies it: its name in the migrations table, its text, and what undoes it."""

    name: str
    text: str
    rollback: str | None = None


class Created(NamedTuple):
    """Where an object was made: the index of the migration and the span of the statement."""

    migration: int
    span: Span


class Step(NamedTuple):
    """What became of one migration.

    ``refusal``: D1 refuses it on an empty database; later migrations are then not tried. ``with_rows``: it
    passes on an empty database and fails with rows. ``losses``: child rows that it deletes or cuts loose.
    ``effects`` are what it does to the schema. ``rollback_refusal`` and ``rollback_differences`` tell of what
    undoes it, ``rollback_with_rows``, ``rollback_losses`` and ``unkept`` of what that does to rows. ``written``
    counts the rows that it writes itself, with entries of indexes, and ``writer`` is where most are.
    ``started`` is false where an earlier migration stopped the replay, or the time was up.
    """

    started: bool = False
    refusal: Refusal | None = None
    with_rows: Refusal | None = None
    losses: tuple[Loss, ...] = ()
    rollback_refusal: Refusal | None = None
    rollback_differences: tuple[str, ...] = ()
    rollback_tried: bool = False
    effects: tuple[Effect, ...] = ()
    rollback_with_rows: Refusal | None = None
    rollback_losses: tuple[Loss, ...] = ()
    unkept: tuple[Unkept, ...] = ()
    written: int = 0
    writer: Span | None = None


class Replay(NamedTuple):
    """The result: a step for each migration, the schema at the end, and where its objects were made.

    ``timed_out`` says that the folder as a whole took too long, and its last migrations were not tried.
    ``smells`` are what the schema at the end lets happen later.
    """

    steps: tuple[Step, ...]
    schema: Schema
    created: dict[str, Created]
    timed_out: bool = False
    smells: tuple[Smell, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every migration was applied."""
        return all(step.started and step.refusal is None for step in self.steps)


def replay(
    migrations: Sequence[Migration],
    *,
    table: str = DEFAULT_TABLE,
    splitter: Splitter = "complete",
    profile: Profile = NEWEST,
    backend: str = "",
    with_rows: bool = True,
) -> Replay:
    """Play migrations through in the order given, which is the one that wrangler uses.

    ``with_rows`` false leaves out the second pass, on tables that have rows.
    """
    player = _Player(migrations, table, splitter, profile, backend)
    schema = player.forwards()
    if with_rows:
        player.with_rows()
    return Replay(tuple(player.steps), schema, player.created, player.timed_out, player.smells)


def migration_script(migration: Migration, table: str, splitter: Splitter = "complete") -> Script:
    """The text that wrangler runs for a file: the file itself and the line that remembers it."""
    name = migration.name.replace("'", "''")
    quoted = table.replace('"', '""')
    return Script(f"{migration.text}\nINSERT INTO \"{quoted}\" (name)\nvalues ('{name}');", splitter)


def open_with_table(profile: Profile, table: str, *, backend: str = "") -> Database:
    """A database that holds nothing but the table in which wrangler remembers migrations."""
    database = open_database(profile, backend=backend)
    quoted = table.replace('"', '""')
    database.query(
        f'CREATE TABLE IF NOT EXISTS "{quoted}"(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, '
        "applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)"
    )
    return database


class _Player:
    """One folder being played through."""

    def __init__(
        self, migrations: Sequence[Migration], table: str, splitter: Splitter, profile: Profile, backend: str
    ) -> None:
        self._migrations = migrations
        self._table, self._profile, self._backend = table, profile, backend
        self._scripts = [migration_script(each, table, splitter) for each in migrations]
        self._undo_scripts = [
            None if each.rollback is None else Script(each.rollback, splitter) for each in migrations
        ]
        self.steps = [Step() for _ in migrations]
        self.created: dict[str, Created] = {}
        self.smells: tuple[Smell, ...] = ()
        self._deadline = thread_time() + SECONDS
        self.timed_out = False

    def _is_late(self) -> bool:
        self.timed_out = self.timed_out or thread_time() > self._deadline
        return self.timed_out

    def _open(self) -> Database:
        return open_with_table(self._profile, self._table, backend=self._backend)

    def forwards(self) -> Schema:
        """Every migration on an empty database, each undone at once to see whether that works."""
        database = self._open()
        try:
            schema = self._apply_all(database)
            self.smells = tuple(smells(database, self._table, self._is_late))
            return schema
        finally:
            database.close()

    def _apply_all(self, database: Database) -> Schema:
        schema = read_schema(database, self._table)
        for index in range(len(self._migrations)):
            if self._is_late():
                break
            watch = _Watch(index, Written(database, self._table))
            refusal = run_transaction(database, self._scripts[index], after=watch.after)
            self.steps[index] = Step(started=True, refusal=refusal)
            if refusal is not None:
                break
            self.created.update(watch.made)
            before, schema = schema, read_schema(database, self._table)
            heaviest = watch.written.heaviest
            self.steps[index] = self.steps[index]._replace(
                effects=tuple(effects(before, schema)),
                written=watch.written.rows,
                writer=None if heaviest is None else heaviest.target_span or heaviest.span,
            )
            undo = self._undo_scripts[index]
            if undo is not None:
                self._undo(database, index, undo, before)
        return schema

    def _undo(self, database: Database, index: int, script: Script, wanted: Schema) -> None:
        """Run what undoes a migration, compare, and take it back: what follows needs the migration applied."""
        found: list[Schema] = []
        refusal = run_transaction(
            database, script, keep=False, at_end=lambda: found.append(read_schema(database, self._table))
        )
        told = tuple(differences(wanted, found[0])) if found else ()
        self.steps[index] = self.steps[index]._replace(
            rollback_refusal=refusal, rollback_differences=told, rollback_tried=True
        )

    def with_rows(self) -> None:
        """Every migration once more, each on tables that have rows."""
        database = self._open()
        rebuilt = 0
        filled: set[str] = set()
        try:
            for index, step in enumerate(self.steps):
                if not step.started or step.refusal is not None or self._is_late():
                    return
                seed(database, self._table, filled, self._is_late)
                undo = self._undo_scripts[index] if not self._fails_empty(step) else None
                touched = touched_by(self._scripts[index], undo) if undo is not None else frozenset()
                before = count_rows(database, touched)
                losses = Losses(database)
                refusal = run_transaction(
                    database, self._scripts[index], before=losses.before, after=losses.after
                )
                if refusal is None:
                    lost = losses.at_end()
                    filled = set() if lost else filled - touched_by(self._scripts[index])
                    self.steps[index] = step._replace(losses=lost)
                    if undo is not None:
                        self._undo_with_rows(database, index, undo, before)
                    continue
                lost = self._losses_of_distinct(index)
                self.steps[index] = step._replace(with_rows=refusal, losses=lost)
                rebuilt += 1
                database.close()
                database, filled = self._open(), set()
                if rebuilt > 20 or not self._reapply(database, index + 1):
                    return
        finally:
            database.close()

    def _losses_of_distinct(self, index: int) -> tuple[Loss, ...]:
        """What a migration deletes where it met rows too much alike, and other rows would have let it pass."""
        database = self._open()
        try:
            if not self._reapply(database, index):
                return ()
            seed(database, self._table, set(), self._is_late, distinct=True)
            losses = Losses(database)
            refusal = run_transaction(
                database, self._scripts[index], before=losses.before, after=losses.after
            )
            return losses.at_end() if refusal is None else ()
        finally:
            database.close()

    @staticmethod
    def _fails_empty(step: Step) -> bool:
        return step.rollback_refusal is not None or bool(step.rollback_differences)

    def _undo_with_rows(
        self, database: Database, index: int, script: Script, before: Mapping[str, Counts]
    ) -> None:
        """Run what undoes a migration on rows, count what is left, and take it back."""
        touched = frozenset(name.lower() for name in before)
        between = count_rows(database, touched)
        losses = Losses(database)
        lost: list[Loss] = []
        found: list[Unkept] = []

        def at_end() -> None:
            lost.extend(losses.at_end())
            found.extend(unkept(before, between, count_rows(database, touched)))

        refusal = run_transaction(
            database, script, before=losses.before, after=losses.after, at_end=at_end, keep=False
        )
        self.steps[index] = self.steps[index]._replace(
            rollback_with_rows=refusal, rollback_losses=tuple(lost), unkept=tuple(found)
        )

    def _reapply(self, database: Database, count: int) -> bool:
        return all(run_transaction(database, script) is None for script in self._scripts[:count])


class _Watch:
    """Notes what the statements of one migration make, and what they write."""

    def __init__(self, index: int, written: Written) -> None:
        self._index = index
        self.written = written
        self.made: dict[str, Created] = {}

    def after(self, statement: Statement) -> None:
        """Take note of a statement that has run."""
        name = statement.target if statement.verb.startswith("CREATE ") else statement.new_name
        if name:
            self.made[name.lower()] = Created(self._index, statement.target_span or statement.span)
        self.written.after(statement)
