"""Chooses the SQLite that scripts run on: apsw where it is installed, else Python's own."""

from __future__ import annotations

from cfguard.d1.database import Database, Version
from cfguard.d1.profile import NEWEST, Profile


def open_database(profile: Profile = NEWEST, *, backend: str = "") -> Database:
    """An empty database with the limits of a profile.

    ``backend`` is ``apsw``, ``sqlite3`` or empty: apsw where it is installed, else Python's own.
    """
    if backend != "sqlite3":
        try:
            from cfguard.d1.apsw_database import ApswDatabase

            return ApswDatabase(profile)
        except ImportError:
            if backend == "apsw":
                raise
    from cfguard.d1.stdlib_database import StdlibDatabase

    return StdlibDatabase(profile)


def local_version() -> Version:
    """The SQLite that :func:`open_database` chooses, without a database made for the question."""
    try:
        from cfguard.d1.apsw_database import VERSION
    except ImportError:
        from cfguard.d1.stdlib_database import VERSION
    return VERSION
