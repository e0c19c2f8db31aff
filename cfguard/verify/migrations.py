"""Migrations, applied by the real wrangler to a local database, and then undone on a copy of that database."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator

from cfguard.d1.database import Failure
from cfguard.d1.profile import NEWEST
from cfguard.d1.schema import differences, read_schema
from cfguard.d1.script import Script, run_transaction
from cfguard.d1.stdlib_database import StdlibDatabase
from cfguard.named_tuple import NamedTuple
from cfguard.secrets.masking import mask_text
from cfguard.verify.measurement import Limits, Measurement
from cfguard.verify.server import Target, Wrangler, complaint_of
from cfguard.verify.session import Subject

#: Where miniflare keeps local databases below the state folder.
_FILES = "v3/d1/*/*.sqlite"


class Undo(NamedTuple):
    """A migration and the text that undoes it; None where nothing does."""

    name: str
    text: str | None


class Database(NamedTuple):
    """A D1 database of an environment: its binding, wrangler's table, and its migrations in order."""

    binding: str
    table: str
    migrations: tuple[Undo, ...]


def measure(
    wrangler: Wrangler,
    target: Target,
    databases: tuple[Database, ...],
    subject: Subject,
    limits: Limits,
    *,
    timeout: float,
) -> Iterator[Measurement]:
    """Apply the migrations of every database, then prove on what came out that they can be undone."""
    known: set[str] = set()
    for database in databases:
        words = ["d1", "migrations", "apply", database.binding, "--local"]
        code, seconds, log = wrangler.run(target, words, timeout=timeout)
        if code is None:
            yield subject.failed("migrations", f"not applied within {timeout:g} s", database.binding)
            continue
        if code:
            yield subject.failed("migrations", complaint_of(log), database.binding, seconds)
            continue
        yield subject.timed("migrations", seconds, limits.migration, database.binding)
        files = set(glob.glob(os.path.join(glob.escape(target.state), _FILES)))
        made = sorted(each for each in files - known if os.path.basename(each) != "metadata.sqlite")
        known |= files
        if database.migrations:
            yield _undone(made, database, subject)


def _undone(files: list[str], database: Database, subject: Subject) -> Measurement:
    missing = [each.name for each in database.migrations if each.text is None]
    if missing:
        some = ", ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
        return subject.unknown("rollback", f"nothing undoes {some}", database.binding)
    if len(files) != 1:
        return subject.unknown("rollback", "the database file of this binding is not clear", database.binding)
    opened = StdlibDatabase(NEWEST)
    try:
        opened.load(files[0])
        for each in reversed(database.migrations):
            refusal = run_transaction(opened, Script(each.text or ""))
            if refusal is not None:
                why = f"the rollback of {each.name} fails: {mask_text(refusal.message)}"
                return subject.failed("rollback", why, database.binding)
        empty = StdlibDatabase(NEWEST)
        left = list(differences(read_schema(empty, database.table), read_schema(opened, database.table)))
        empty.close()
    except Failure as failure:
        return subject.unknown("rollback", f"cannot tell: {mask_text(failure.message)}", database.binding)
    finally:
        opened.close()
    if left:
        return subject.failed("rollback", f"after all rollbacks: {'; '.join(left[:3])}", database.binding)
    return Measurement("rollback", database.binding, subject.worker, subject.environment, None, None, "ok")
