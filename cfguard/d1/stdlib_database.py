"""The database on Python's own sqlite3, whose SQLite is as old as the machine."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any

from cfguard.d1.database import MAX_HEAP, STRIDE, Database, Failure, Version, limit_settings
from cfguard.d1.profile import Profile
from cfguard.d1.substitutes import install
from cfguard.pattern import lazy
from cfguard.syntax.sql import tokenize

_NEAR = lazy(r'near "(.*)": syntax error\Z', re.DOTALL)
#: sqlite3_db_config's number for defensive mode; Python names it from 3.12 on.
_DEFENSIVE = 1010
VERSION = Version(*sqlite3.sqlite_version_info)


class StdlibDatabase(Database):
    """A database on the standard library."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.version = VERSION
        self._connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
        self._prepare_session()
        # For the whole process, and not to be raised again; no other program's SQLite is nearly as large.
        self.query(f"PRAGMA hard_heap_limit={MAX_HEAP}")
        for name, value in limit_settings(profile.limits):
            self._connection.setlimit(getattr(sqlite3, name), value)
        if hasattr(self._connection, "setconfig"):
            self._connection.setconfig(_DEFENSIVE, True)
        install(self._connection.create_function, self.version, profile.sqlite)
        self._connection.set_authorizer(self.authorizer)
        self._connection.set_progress_handler(self.interrupted, STRIDE)

    def load(self, path: str) -> None:
        """Take over the contents of a database file, which stays as it is; raises :class:`Failure`."""
        try:
            with closing(sqlite3.connect(path)) as source:
                source.backup(self._connection)
        except sqlite3.Error as error:
            raise Failure(str(error)) from None

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except (sqlite3.Error, ValueError, UnicodeError, MemoryError) as error:
            raise self._failure(error, sql) from None

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def _step(self, sql: str) -> None:
        try:
            for _ in self._connection.execute(sql):
                pass
        except sqlite3.Warning:
            raise Failure("this text holds several statements") from None
        except (sqlite3.Error, ValueError, UnicodeError, MemoryError) as error:
            raise self._failure(error, sql) from None

    def close(self) -> None:
        self._connection.close()

    def _failure(self, error: Exception, sql: str) -> Failure:
        message = str(error)
        name = getattr(error, "sqlite_errorname", "")
        if name == "SQLITE_AUTH" and self.authorizer.refusal:
            message = self.authorizer.refusal
        stopped = name in ("SQLITE_INTERRUPT", "SQLITE_FULL") or isinstance(error, MemoryError)
        near = _NEAR.match(message)
        return Failure(message, self._place(near[1], message, sql) if near else None, stopped=stopped)

    def _place(self, near: str, message: str, sql: str) -> int | None:
        """Where a token that the parser stumbles over stands: the first prefix that fails the same way."""
        trusted, self.authorizer.trusted = self.authorizer.trusted, True
        try:
            for token in tokenize(sql):
                if token.text == near and self._complaint(sql[: token.end]) == message:
                    return token.start
        finally:
            self.authorizer.trusted = trusted
        return None

    def _complaint(self, prefix: str) -> str:
        try:
            self._connection.execute("EXPLAIN " + prefix).close()
        except (sqlite3.Error, ValueError, UnicodeError, MemoryError) as error:
            return str(error)
        return ""
