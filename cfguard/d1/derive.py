"""Writes the rollback of a migration whose effects say what undoes them, and proves it before anybody sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfguard import cache
from cfguard.d1.database import Database
from cfguard.d1.profile import NEWEST, Profile
from cfguard.d1.remember import edition
from cfguard.d1.replay import DEFAULT_TABLE, Migration, migration_script, open_with_table
from cfguard.d1.schema import Key, Schema, differences, is_virtual, read_schema, table_parts
from cfguard.d1.script import Script, run_transaction
from cfguard.d1.seeding import quote
from cfguard.named_tuple import NamedTuple
from cfguard.syntax.sql import Splitter

_KIND = "d1-derived"
_WRITES = ("INSERT", "REPLACE", "UPDATE", "DELETE")
#: What is dropped first, so that nothing of it hangs on what is dropped later.
_FIRST_TO_GO = ("trigger", "view", "index")


class _Made(NamedTuple):
    """An object that a migration makes: its type, its name, and the table that it hangs on (in lower case)."""

    kind: str
    name: str
    owner: str


def derived_rollbacks(
    migrations: Sequence[Migration],
    *,
    table: str = DEFAULT_TABLE,
    splitter: Splitter = "complete",
    profile: Profile = NEWEST,
) -> tuple[str | None, ...]:
    """A rollback for each migration that has none and whose effects can be taken back; None for all others.

    Each was run right behind its migration: the schema is that of before, and the migration runs again.
    Worked out once for the same files.
    """
    parts = [edition(), profile.identity, table, splitter]
    for migration in migrations:
        parts += [migration.name, migration.text, str(migration.rollback is None)]
    key = cache.digest(*parts)
    kept = cache.read(_KIND, key)
    if isinstance(kept, list) and len(kept) == len(migrations):
        return tuple(each if isinstance(each, str) else None for each in kept)
    found = tuple(_derive_all(migrations, table, splitter, profile))
    cache.write(_KIND, key, list(found))
    return found


def _derive_all(
    migrations: Sequence[Migration], table: str, splitter: Splitter, profile: Profile
) -> Iterator[str | None]:
    database = open_with_table(profile, table)
    refused = False
    try:
        before = read_schema(database, table)
        for migration in migrations:
            up = migration_script(migration, table, splitter)
            refused = refused or run_transaction(database, up) is not None
            if refused:
                yield None
                continue
            after = read_schema(database, table)
            text = None
            if migration.rollback is None and not _touches_rows(up, before, table):
                text = _undoing(migration.name, before, after)
            proved = text is not None and (
                _leads_to(before, database, Script(text, splitter), table)
                and _leads_to(after, database, Script(f"{text}{migration.text}\n;", splitter), table)
            )
            yield text if proved else None
            before = after
    finally:
        database.close()


def _leads_to(wanted: Schema, database: Database, script: Script, table: str) -> bool:
    """Whether a script runs and leaves a schema; it is taken back."""
    found: list[Schema] = []
    refusal = run_transaction(
        database, script, keep=False, at_end=lambda: found.append(read_schema(database, table))
    )
    return refusal is None and not any(differences(wanted, found[0]))


def _touches_rows(script: Script, before: Schema, table: str) -> bool:
    """Whether a migration writes rows of tables that were there before it: no schema brings those back."""
    there = {name.lower() for name in before.tables()}
    statements = (statement for _, found in script.steps for statement in found)
    return any(
        each.verb in _WRITES and each.target.lower() in there and each.target.lower() != table.lower()
        for each in statements
    )


def _undoing(name: str, before: Schema, after: Schema) -> str | None:
    """The statements that lead from one schema back to another; None where rows would be lost for it."""
    lines = [f"-- Undoes {name}"]
    made = [_made(key, value) for key, value in after.objects.items() if key not in before.objects]
    gone = [key for key in before.objects if key not in after.objects]
    changed = [key for key, value in before.objects.items() if after.objects.get(key, value)[1] != value[1]]
    if any(kind == "table" for kind, _ in gone):
        return None
    tables = {each.name.lower() for each in made if each.kind == "table"}
    redone = [key for key in changed if key[0] != "table"]
    dropped = [each for each in made if each.kind != "table" and each.owner not in tables]
    dropped += [_made(key, after.objects[key]) for key in redone]
    for kind in _FIRST_TO_GO:
        lines += [
            f"DROP {kind.upper()} {quote(each.name)};" for each in reversed(dropped) if each.kind == kind
        ]
    for key in changed:
        if key[0] == "table":
            added = _added_columns(before.objects[key][1], after.objects[key][1])
            if not added:
                return None
            owner = quote(after.objects[key][0])
            lines += [f"ALTER TABLE {owner} DROP COLUMN {quote(column)};" for column in reversed(added)]
    lines += [f"DROP TABLE {quote(each.name)};" for each in reversed(made) if each.kind == "table"]
    lines += [f"{before.objects[key][1]};" for key in (*gone, *redone)]
    return "\n".join(lines) + "\n" if len(lines) > 1 else None


def _made(key: Key, value: tuple[str, str]) -> _Made:
    return _Made(key[0], value[0], _owner(value[1]) if key[0] in ("index", "trigger") else "")


def _owner(sql: str) -> str:
    """The table behind ON, in lower case."""
    from cfguard.syntax.sql import tokenize

    tokens = [token for token in tokenize(sql[:4000]) if token.significant]
    for at, token in enumerate(tokens[:-1]):
        if token.is_word("ON"):
            return tokens[at + 1].plain.lower()
    return ""


def _added_columns(before: str, after: str) -> list[str]:
    """The columns that a table has gained, where it has all else as it was; else nothing."""
    if is_virtual(before) or is_virtual(after):
        return []
    old, new = table_parts(before)[1:-1], table_parts(after)[1:-1]
    added = [part for part in new if part not in old]
    if [part for part in new if part in old] != list(old):
        return []
    return [part.split(" ", 1)[0] for part in added]
