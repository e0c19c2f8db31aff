"""What a database consists of, and whether two of them are the same to a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from cfguard.d1.backends import open_database
from cfguard.d1.database import Database, Failure
from cfguard.named_tuple import NamedTuple
from cfguard.syntax.sql import Token, tokenize

#: An object's type (``table``, ``index``, ``view``, ``trigger``) and its name in lower case.
Key = tuple[str, str]

_OBJECTS = """
SELECT type, name, sql FROM sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND lower(name) NOT LIKE '\\_cf\\_%' ESCAPE '\\'
AND lower(tbl_name) <> lower(?)
"""
#: Words that begin a constraint where a column would stand.
_CONSTRAINTS = frozenset({"constraint", "primary", "unique", "check", "foreign"})
_ONLY_TABLE = (
    "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "AND name <> '_cf_METADATA'"
)
#: What only the text of a table shows, and no PRAGMA.
_ONLY_IN_TEXT = frozenset(
    {
        "CHECK",
        "COLLATE",
        "GENERATED",
        "AS",
        "STRICT",
        "ROWID",
        "AUTOINCREMENT",
        "CONFLICT",
        "DEFERRABLE",
        "INITIALLY",
    }
)


class Schema(NamedTuple):
    """The objects of a database by type and name, each with its name as written and its SQL.

    Wrangler's own table, SQLite's and Cloudflare's objects, and the tables behind virtual tables are left out.
    """

    objects: Mapping[Key, tuple[str, str]]

    def tables(self) -> Iterator[str]:
        """The names of its tables as written."""
        return (name for (kind, _), (name, _) in self.objects.items() if kind == "table")


def read_schema(database: Database, migrations_table: str) -> Schema:
    """The schema of a database as it is now."""
    rows = database.query(_OBJECTS, migrations_table)
    objects = {(kind, name.lower()): (name, sql) for kind, name, sql in rows}
    hidden = _shadows(objects)
    return Schema({key: value for key, value in objects.items() if key not in hidden})


def _shadows(objects: Mapping[Key, tuple[str, str]]) -> set[Key]:
    suffixes = ("data", "idx", "content", "docsize", "config", "rowid", "node", "parent")
    virtual = [name for (kind, name), (_, sql) in objects.items() if kind == "table" and is_virtual(sql)]
    return {("table", f"{name}_{suffix}") for name in virtual for suffix in suffixes} & objects.keys()


def is_virtual(sql: str) -> bool:
    """Whether SQL makes a virtual table."""
    words = sql[:40].upper().split()
    return words[:2] == ["CREATE", "VIRTUAL"]


class Effect(NamedTuple):
    """What a migration does to one object: ``added``, ``changed`` or ``dropped``."""

    done: str
    kind: str
    name: str


def effects(before: Schema, after: Schema) -> Iterator[Effect]:
    """What happened between two schemas, in the order of the objects."""
    for key, (name, sql) in after.objects.items():
        known = before.objects.get(key)
        if known is None:
            yield Effect("added", key[0], name)
        elif known[1] != sql:
            yield from _changes(key[0], name, known[1], sql)
    for key, (name, _) in before.objects.items():
        if key not in after.objects:
            yield Effect("dropped", key[0], name)


def _changes(kind: str, name: str, before: str, after: str) -> Iterator[Effect]:
    """What happened to one object: to single columns of a table where that is all."""
    if kind != "table" or is_virtual(before) or is_virtual(after):
        yield Effect("changed", kind, name)
        return
    old, new = ({part.split(" ", 1)[0]: part for part in table_parts(sql)[1:-1]} for sql in (before, after))
    found = [Effect("added", "column", f"{name}.{column}") for column in new if column not in old]
    found += [
        Effect("changed", "column", f"{name}.{column}")
        for column, part in new.items()
        if old.get(column, part) != part
    ]
    found += [Effect("dropped", "column", f"{name}.{column}") for column in old if column not in new]
    constrained = any(each.name.rpartition(".")[2] in _CONSTRAINTS for each in found)
    yield from found if found and not constrained else [Effect("changed", "table", name)]


def differences(wanted: Schema, found: Schema) -> Iterator[str]:
    """What sets ``found`` apart from ``wanted``, a phrase for each difference.

    Spelling, quotes, case and the order of columns do not count.
    """
    for key, (name, sql) in wanted.objects.items():
        other = found.objects.get(key)
        if other is None:
            yield f"{key[0]} `{name}` is missing"
        elif other[1] != sql:
            yield from _changed(key[0], name, sql, other[1])
    for key, (name, _) in found.objects.items():
        if key not in wanted.objects:
            yield f"{key[0]} `{name}` is left"


def _changed(kind: str, name: str, wanted: str, found: str) -> Iterator[str]:
    if kind != "table" or is_virtual(wanted) or is_virtual(found):
        if _normalised(wanted) != _normalised(found):
            yield f"{kind} `{name}` is not the same"
        return
    before, after = table_parts(wanted), table_parts(found)
    if Counter(before) == Counter(after):
        return
    if _structure(wanted) == _structure(found) and _textual(before) == _textual(after):
        return
    yield from _columns(name, before, after)


def _columns(name: str, before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """Which columns of a table differ; where none does, its constraints do."""
    old, new = ({part.split(" ", 1)[0]: part for part in parts[1:-1]} for parts in (before, after))
    told = False
    for column in (each for each in old if each not in new):
        yield f"`{name}` lacks `{column}`"
        told = True
    for column in (each for each in new if each not in old):
        yield f"`{name}` still has `{column}`"
        told = True
    for column in old:
        if column in new and old[column] != new[column]:
            yield f"`{name}.{column}` is not the same"
            told = True
    if not told:
        yield f"table `{name}` is not the same"


def table_parts(sql: str) -> tuple[str, ...]:
    """A table's definition in comparable parts: its name, each column and constraint, what stands behind.

    Parts are made of tokens without quotes, comments and case.
    """
    tokens = _words(sql)
    depth = 0
    parts: list[str] = []
    part: list[str] = []
    for word in tokens:
        if word == ")":
            depth -= 1
        separates = (depth == 1 and word == ",") or (depth == 0 and word == ")" and parts)
        if separates or (word == "(" and depth == 0):
            parts.append(" ".join(part))
            part = []
        else:
            part.append(word)
        if word == "(":
            depth += 1
    parts.append(" ".join(part))
    return tuple(parts)


def _words(sql: str) -> list[str]:
    """The tokens of a definition: names bare and in lower case, without IF NOT EXISTS."""
    words = [_word(token) for token in tokenize(sql) if token.significant]
    for at in range(len(words) - 2):
        if words[at : at + 3] == ["if", "not", "exists"]:
            return words[:at] + words[at + 3 :]
    return words


def _word(token: Token) -> str:
    if token.kind == "name":
        return token.plain.lower()
    return token.text if token.kind == "string" else token.text.lower()


def _normalised(sql: str) -> str:
    return " ".join(_words(sql))


def _textual(parts: Sequence[str]) -> Counter[str]:
    return Counter(part for part in parts if not _ONLY_IN_TEXT.isdisjoint(part.upper().split()))


def _structure(sql: str) -> object:
    """What PRAGMA says of a table, read from a database that holds nothing else; None where it cannot be."""
    database = open_database()
    try:
        database.query("PRAGMA foreign_keys=OFF")
        database.query(sql)
        name = database.query(_ONLY_TABLE)[0][0]
        quoted = name.replace('"', '""')
        columns = database.query(f'PRAGMA table_xinfo("{quoted}")')
        keys = database.query(f'PRAGMA foreign_key_list("{quoted}")')
        indexes = []
        for _, index, unique, origin, partial in database.query(f'PRAGMA index_list("{quoted}")'):
            members = database.query(f"PRAGMA index_xinfo('{index.replace(chr(39), chr(39) * 2)}')")
            indexes.append((unique, origin, partial, tuple(row[2:] for row in members)))
    except Failure:
        return None
    finally:
        database.close()
    return (
        sorted((str(row[1]).lower(), str(row[2]).lower(), *map(str, row[3:])) for row in columns),
        sorted(tuple(str(each).lower() for each in row[2:]) for row in keys),
        sorted(map(str, indexes)),
    )
