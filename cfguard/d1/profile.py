"""What each local D1 runtime allows, as dated data.

Sources: ``src/workerd/util/sqlite.c++`` of cloudflare/workerd (read 2026-11-22) for the lists of functions
and pragmas; every name, limit and difference was then asked of the two runtimes themselves on 2026-11-22
(workerd 2026-04-26 with SQLite 3.47.0, workerd 2026-11-17 with SQLite 3.54.1). Cloudflare's own servers may
differ: production D1 cannot be asked offline.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

#: What a pragma may be given: nothing, a switch, a name, a name or nothing, a number or nothing, any of them.
Argument = Literal["none", "switch", "name", "name?", "number?", "any"]


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


_FUNCTIONS = frozenset(
    """abs changes char coalesce concat concat_ws format glob hex ifnull iif instr last_insert_rowid length like
    likelihood likely lower ltrim max_scalar min_scalar nullif octet_length printf quote random randomblob replace
    round rtrim sign substr substring total_changes trim typeof unhex unicode unlikely upper zeroblob
    date time datetime julianday unixepoch strftime timediff current_date current_time current_timestamp
    avg count group_concat max min string_agg sum total
    row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
    acos acosh asin asinh atan atan2 atanh ceil cos cosh degrees exp floor ln log log2 mod pi pow radians sin sinh
    sqrt tan tanh trunc
    json json_array json_array_length json_extract -> ->> json_insert json_object json_patch json_remove
    json_replace json_set json_type json_valid json_quote json_group_array json_group_object json_each json_tree
    jsonb jsonb_array jsonb_extract jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set
    jsonb_group_array jsonb_group_object
    match highlight bm25 snippet
    sqlite_rename_column sqlite_rename_table sqlite_rename_test sqlite_drop_column sqlite_rename_quotefix""".split()
)

_PRAGMAS: Mapping[str, Argument] = {
    "data_version": "none",
    "table_list": "name?",
    "case_sensitive_like": "switch",
    "foreign_keys": "switch",
    "defer_foreign_keys": "switch",
    "ignore_check_constraints": "switch",
    "legacy_alter_table": "switch",
    "recursive_triggers": "switch",
    "reverse_unordered_selects": "switch",
    "foreign_key_check": "name?",
    "foreign_key_list": "name",
    "index_info": "name",
    "index_list": "name",
    "index_xinfo": "name",
    "table_info": "name",
    "table_xinfo": "name",
    "quick_check": "any",
    "optimize": "number?",
}

_APRIL_LIMITS = Limits(
    value=2_200_000,
    statement=100_000,
    columns=100,
    expression_depth=100,
    compound_terms=5,
    operations=25_000,
    arguments=127,
    pattern=50,
    variables=100,
    trigger_depth=10,
)

APRIL_2026 = Profile(
    date="2026-04-26",
    sqlite=(3, 47, 0),
    functions=_FUNCTIONS,
    pragmas=_PRAGMAS,
    modules=frozenset({"fts5", "fts5vocab"}),
    limits=_APRIL_LIMITS,
    any_case_reserved=False,
    any_case_pragmas=False,
)

NOVEMBER_2026 = Profile(
    date="2026-11-17",
    sqlite=(3, 54, 1),
    functions=_FUNCTIONS,
    pragmas={**_PRAGMAS, "page_size": "none"},
    modules=frozenset({"fts5", "fts5vocab", "rtree", "rtree_i32"}),
    # Measured: a value of 8,388,609 bytes passes and one of 10,000,000 is refused.
    limits=_APRIL_LIMITS._replace(value=9_000_000, operations=None),
    any_case_reserved=True,
    any_case_pragmas=True,
)

#: Every known runtime, by date.
PROFILES: Mapping[str, Profile] = {each.date: each for each in (APRIL_2026, NOVEMBER_2026)}

NEWEST = NOVEMBER_2026
