"""Rebuilds a parent table in every way with every kind of child, in a real local D1 and in the emulator.

    python scripts/d1_rebuilds.py ORACLE

All pairs of actions, pragmas, orders of statements and shapes of children are tried. Equal are the verdict,
the rows of each table in the end, and whether a loss is told where child rows or references are gone.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
from typing import Any, NamedTuple

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from cfguard.d1.database import Failure
from cfguard.d1.losses import Losses
from cfguard.d1.profile import NEWEST
from cfguard.d1.replay import open_with_table
from cfguard.d1.script import Script, run_transaction
from scripts.d1_record import ask

ACTIONS = ("", "ON DELETE CASCADE", "ON DELETE SET NULL", "ON DELETE SET DEFAULT", "ON DELETE RESTRICT",
           "ON DELETE NO ACTION", "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED", "DEFERRABLE INITIALLY DEFERRED")  # fmt: skip
PRAGMAS = ("", "PRAGMA foreign_keys=OFF;", "PRAGMA defer_foreign_keys=ON;", "PRAGMA legacy_alter_table=ON;",
           "PRAGMA foreign_keys=OFF; PRAGMA defer_foreign_keys=ON;", "PRAGMA foreign_keys=OFF; PRAGMA legacy_alter_table=ON;")  # fmt: skip
_NEW = "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
_SAME = "CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
ORDERS = {
    "new, copy, drop, rename": f"{_NEW} INSERT INTO n SELECT * FROM p; DROP TABLE p; ALTER TABLE n RENAME TO p;",
    "rename, new, copy, drop": f"ALTER TABLE p RENAME TO old; {_SAME} INSERT INTO p SELECT * FROM old; DROP TABLE old;",
    "copy out, drop, new, refill": f"CREATE TABLE o AS SELECT * FROM p; DROP TABLE p; {_SAME} INSERT INTO p SELECT * FROM o; DROP TABLE o;",
    "drop only": "DROP TABLE p;",
    "delete, then drop": "DELETE FROM p; DROP TABLE p;",
    "children out and back": (
        f"CREATE TABLE k AS SELECT * FROM c; {{drop}} {_NEW} INSERT INTO n SELECT * FROM p; DROP TABLE p; "
        "ALTER TABLE n RENAME TO p; {back} DROP TABLE k;"
    ),
}  # fmt: skip
SHAPES = ("", "CREATE TABLE g (id INTEGER PRIMARY KEY, c_id INT REFERENCES c(id) ON DELETE CASCADE);",
          "CREATE TABLE g (id INTEGER PRIMARY KEY, c_id INT REFERENCES c(id) ON DELETE SET NULL);")  # fmt: skip


class Scenario(NamedTuple):
    """What is there, the migration, and the tables whose rows are counted."""

    id: str
    setup: str
    sql: str


def scenarios() -> list[Scenario]:
    """Every combination."""
    found = []
    for (a, action), (p, pragma), (order, body), (s, shape) in itertools.product(
        enumerate(ACTIONS), enumerate(PRAGMAS), ORDERS.items(), enumerate(SHAPES)
    ):
        child = f"CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INT DEFAULT NULL REFERENCES p(id) {action});"
        setup = f"{_SAME} {child} {shape} INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO c VALUES (1, 1), (2, 2), (3, 2);"
        setup += " INSERT INTO g VALUES (1, 1), (2, 3);" if shape else ""
        sql = body.replace("{drop}", "DROP TABLE c;").replace(
            "{back}", child + " INSERT INTO c SELECT * FROM k;"
        )
        found.append(Scenario(f"{a}/{p}/{order}/{s}", setup, f"{pragma} {sql}"))
    return found


COUNTS = {
    "c": "SELECT count(*) AS n, count(p_id) AS linked FROM c",
    "g": "SELECT count(*) AS n, count(c_id) AS linked FROM g",
}


def emulate(scenario: Scenario, backend: str) -> tuple[bool, dict[str, tuple[int, int] | None], bool]:
    """Whether it is taken, the counts afterwards, and whether a loss is told."""
    database = open_with_table(NEWEST, "d1_migrations", backend=backend)
    run_transaction(database, Script(scenario.setup, "scanner"))
    losses = Losses(database)
    refusal = run_transaction(
        database, Script(scenario.sql, "scanner"), before=losses.before, after=losses.after
    )
    told = refusal is None and bool(losses.at_end())
    counts: dict[str, tuple[int, int] | None] = {}
    for table, query in COUNTS.items():
        try:
            linked = database.query(query)[0]
            counts[table] = (linked[0], linked[1])
        except Failure:
            counts[table] = None
    database.close()
    return refusal is None, counts, told


def main() -> int:
    """Compare all; 1 where one differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("oracle")
    options = parser.parse_args()
    oracle = os.path.abspath(options.oracle)
    every = scenarios()
    verdicts = ask(oracle, [each._asdict() for each in every], "--new")
    counted: dict[str, dict[str, Any]] = {}
    for table, query in COUNTS.items():
        asked = []
        for each in every:
            kept = each.sql if verdicts[each.id]["ok"] else ""
            asked.append({"id": each.id, "setup": f"{each.setup} {kept}", "sql": query, "rows": True})
        counted[table] = ask(oracle, asked, "--new")
    wrong = dict.fromkeys(("sqlite3", "apsw"), 0)
    lost = 0
    for each in every:
        taken = verdicts[each.id]["ok"]
        rows = {table: _row(answers[each.id]) for table, answers in counted.items()}
        harm = taken and "drop only" not in each.id and "delete" not in each.id and _loses(rows)
        lost += harm
        for backend in wrong:
            found, counts, told = emulate(each, backend)
            silent = harm and not told
            if found != taken or counts != rows or silent:
                wrong[backend] += 1
                print(f"  {each.id} {backend}: D1 {taken} {rows}, here {found} {counts}, told {told}")
    print(f"{len(every)} scenarios, {lost} of them rebuilds that lose rows or references: different {wrong}")
    return int(any(wrong.values()))


def _row(answer: dict[str, Any]) -> tuple[int, int] | None:
    if not answer["ok"]:
        return None
    row = answer["rows"][-1][0]
    return row["n"], row["linked"]


def _loses(rows: dict[str, tuple[int, int] | None]) -> bool:
    return (rows["c"] is not None and rows["c"] != (3, 3)) or (rows["g"] is not None and rows["g"] != (2, 2))


if __name__ == "__main__":
    sys.exit(main())
