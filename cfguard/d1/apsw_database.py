"""The database on apsw, which brings its own, newer SQLite and knows where in a statement an error stands."""

from __future__ import annotations

from typing import Any

import apsw

from cfguard.d1.database import MAX_HEAP, STRIDE, Database, Failure, Version, limit_settings
from cfguard.d1.profile import Profile

VERSION = Version(*(int(part) for part in apsw.sqlite_lib_version().split(".")[:3]))


class ApswDatabase(Database):
    """A database on apsw."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.version = VERSION
        self._connection = apsw.Connection(":memory:", statementcachesize=0)
        self._prepare_session()
        apsw.hard_heap_limit(MAX_HEAP)  # of this SQLite, which nobody else in the process has
        for name, value in limit_settings(profile.limits):
            self._connection.limit(getattr(apsw, name), value)
        self._connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
        self._connection.authorizer = self.authorizer
        self._connection.set_progress_handler(self.interrupted, STRIDE)

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return list(self._connection.execute(sql, values))
        except (apsw.Error, ValueError, UnicodeError, MemoryError) as error:
            raise self._failure(error, sql) from None

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def _step(self, sql: str) -> None:
        try:
            for _ in self._connection.execute(sql):
                pass
        except (apsw.Error, ValueError, UnicodeError, MemoryError) as error:
            raise self._failure(error, sql) from None

    def close(self) -> None:
        self._connection.close()

    def _failure(self, error: Exception, sql: str) -> Failure:
        message = str(error)
        if isinstance(error, apsw.AuthError) and self.authorizer.refusal:
            message = self.authorizer.refusal
        stopped = isinstance(error, apsw.InterruptError | apsw.FullError | apsw.NoMemError | MemoryError)
        at = getattr(error, "error_offset", -1)
        # SQLite counts bytes; everybody else here counts characters.
        offset = (
            len(sql.encode(errors="surrogatepass")[:at].decode(errors="ignore"))
            if at is not None and at >= 0
            else None
        )
        return Failure(message, offset, stopped=stopped)
