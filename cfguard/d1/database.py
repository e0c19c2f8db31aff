"""A database in memory that treats a script as D1 would, on whichever SQLite this machine has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from time import thread_time
from typing import TYPE_CHECKING, Any

from cfguard.d1.profile import Profile
from cfguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cfguard.d1.profile import Limits

#: Pages of 4096 bytes that a database may take before a script is stopped: 128 MB.
MAX_PAGES = 32_768
#: Bytes that all of SQLite may take in this process while scripts run: rows that are sorted count, too.
MAX_HEAP = 512 * 1024 * 1024
#: SQLite operations between two looks at the clock.
STRIDE = 20_000


class Failure(Exception):
    """SQLite or D1 refuses a statement.

    ``offset`` is the place in the statement, in characters, where SQLite knows it. ``stopped`` says that
    our own bounds on time and memory ended the statement, so that nothing is known about D1.
    """

    def __init__(self, message: str, offset: int | None = None, *, stopped: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.stopped = stopped


class Version(NamedTuple):
    """The SQLite behind a database."""

    major: int
    minor: int
    patch: int


class Database(ABC):
    """One database in memory.

    ``execute`` runs statements of a script behind the authorizer; ``query`` and ``run`` are for
    statements of our own. ``deadline`` is a point of :func:`time.thread_time` at which a running statement
    is stopped.
    """

    version: Version

    def __init__(self, profile: Profile) -> None:
        from cfguard.d1.authorizer import Authorizer  # with sqlite3, which a remembered replay does not need

        self.profile = profile
        self.authorizer = Authorizer(profile)
        self.deadline = thread_time() + 60
        self.has_update_limit = True

    def execute(self, sql: str) -> None:
        """Run one statement of a script and all its rows; raises :class:`Failure`."""
        self.authorizer.trusted, self.authorizer.refusal = False, ""
        try:
            self._step(sql)
        finally:
            self.authorizer.trusted = True

    @abstractmethod
    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a statement of our own."""

    @property
    @abstractmethod
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    @abstractmethod
    def _step(self, sql: str) -> None: ...

    @abstractmethod
    def close(self) -> None:
        """Give the memory back."""

    def interrupted(self) -> bool:
        """Whether the running statement has had its time; asked by SQLite itself."""
        return thread_time() > self.deadline

    def _prepare_session(self) -> None:
        for pragma in ("temp_store=MEMORY", f"max_page_count={MAX_PAGES}", "foreign_keys=ON"):
            self.query(f"PRAGMA {pragma}")
        self.query("PRAGMA recursive_triggers=OFF")
        self.query("CREATE TABLE _cf_METADATA (key INTEGER PRIMARY KEY, value BLOB)")
        options = {row[0] for row in self.query("PRAGMA compile_options")}
        self.has_update_limit = "ENABLE_UPDATE_DELETE_LIMIT" in options


def limit_settings(limits: Limits) -> Iterator[tuple[str, int]]:
    """The limits by the names of SQLite's constants."""
    yield "SQLITE_LIMIT_LENGTH", limits.value
    yield "SQLITE_LIMIT_SQL_LENGTH", limits.statement
    yield "SQLITE_LIMIT_COLUMN", limits.columns
    yield "SQLITE_LIMIT_EXPR_DEPTH", limits.expression_depth
    yield "SQLITE_LIMIT_COMPOUND_SELECT", limits.compound_terms
    yield "SQLITE_LIMIT_FUNCTION_ARG", limits.arguments
    yield "SQLITE_LIMIT_LIKE_PATTERN_LENGTH", limits.pattern
    yield "SQLITE_LIMIT_VARIABLE_NUMBER", limits.variables
    yield "SQLITE_LIMIT_TRIGGER_DEPTH", limits.trigger_depth
    yield "SQLITE_LIMIT_ATTACHED", 0
    yield "SQLITE_LIMIT_WORKER_THREADS", 0
    if limits.operations is not None:
        yield "SQLITE_LIMIT_VDBE_OP", limits.operations
