"""What each local D1 runtime allows: dated data (``schemas/d1-runtimes.json``), each with where it is from.

Two runtimes are known, workerd 2026-04-26 with SQLite 3.47.0 and workerd 2026-11-17 with SQLite 3.54.1; a new one is
an entry in the data. Cloudflare's own servers may differ: production D1 cannot be asked offline.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cfguard.named_tuple import NamedTuple
from cfguard.resources import read_data

#: What a pragma may be given: nothing, a switch, a name, a name or nothing, a number or nothing, any of them that is
#: not Cloudflare's own, or whatever it is.
Argument = Literal["none", "switch", "name", "name?", "number?", "any", "anything"]


class Limits(NamedTuple):
    """Limits of one runtime, in bytes where nothing else is said.

    ``expression_depth``, ``compound_terms`` (of a compound SELECT), ``trigger_depth``, ``columns`` and
    ``arguments`` are counts; ``operations`` is the size of a compiled statement in SQLite's own operations,
    None where no statement of legal length can reach it.
    """

    value: int
    statement: int
    columns: int
    expression_depth: int
    compound_terms: int
    operations: int | None
    arguments: int
    pattern: int
    variables: int
    trigger_depth: int


class Profile(NamedTuple):
    """One local runtime: its date, its SQLite, and what it lets through.

    ``any_case_reserved`` says whether names starting with ``_cf_`` are refused in upper case too and as
    the new name of a table. ``any_case_pragmas`` says whether pragma names may be written in upper case.
    """

    date: str
    sqlite: tuple[int, int, int]
    functions: frozenset[str]
    pragmas: Mapping[str, Argument]
    modules: frozenset[str]
    limits: Limits
    any_case_reserved: bool
    any_case_pragmas: bool

    @property
    def identity(self) -> str:
        """What tells it from one of the same date whose data was edited."""
        parts = (
            *self[:2],
            sorted(self.functions),
            sorted(self.pragmas.items()),
            sorted(self.modules),
            *self[5:],
        )
        return repr(parts)


def profiles() -> Mapping[str, Profile]:
    """Every known runtime by its date; each says only what sets it apart from the lists that all share."""
    data = read_data("d1-runtimes")
    functions = frozenset(" ".join(data["functions"]).split())
    found = {}
    for each in data["runtimes"]:
        found[each["date"]] = Profile(
            date=each["date"],
            sqlite=tuple(each["sqlite"]),
            functions=functions,
            pragmas={**data["pragmas"], **each["pragmas"]},
            modules=frozenset(each["modules"]),
            limits=Limits(**{**data["limits"], **each["limits"]}),
            any_case_reserved=each["any_case_reserved"],
            any_case_pragmas=each["any_case_pragmas"],
        )
    return found


PROFILES: Mapping[str, Profile] = profiles()
OLDEST, NEWEST = PROFILES[min(PROFILES)], PROFILES[max(PROFILES)]
