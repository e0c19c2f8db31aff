"""Lays out migrations and rollbacks as people do, and holds cfguard's verdicts against the real wrangler.

    python scripts/d1_layouts.py NODE WRANGLER_JS [--only NAME]

Each layout is applied by ``wrangler d1 migrations apply --local`` in a folder of its own. It harms where the
command fails, where a rollback is applied, or where a table that is meant to be there is not. Harm must be an
error of ``cfguard check``, everything else must be none. The order of ``cfguard migrations`` must be wrangler's.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from cfguard.api import Request, check, migration_plans_of

A, B, C = (f"CREATE TABLE {name} (id INTEGER PRIMARY KEY);\n" for name in "abc")
NO_A, NO_B = (f"DROP TABLE {name};\n" for name in "ab")
MAYBE_A = "DROP TABLE IF EXISTS a;\n"
UNDONE = "\n-- {}\n".format
FILL = "INSERT INTO a (id) VALUES (1);\n"


class Layout(NamedTuple):
    """Files below ``migrations``, the tables that they are meant to make, and names of rollbacks.

    ``settings`` are those of the binding; ``filled`` are tables that are meant to have rows.
    """

    files: dict[str, str]
    tables: str = "ab"
    rollbacks: tuple[str, ...] = ()
    settings: Mapping[str, str] = MappingProxyType({})
    filled: str = ""


def _pairs(up: str, down: str) -> Layout:
    files = {
        up.format("0001_a"): A,
        up.format("0002_b"): B,
        down.format("0001_a"): NO_A,
        down.format("0002_b"): NO_B,
    }
    return Layout(files, rollbacks=(down.format("0001_a"), down.format("0002_b")))


def _section(marker: str, first: str = "") -> Layout:
    return Layout({"0001_a.sql": f"{first}{A}{UNDONE(marker)}{NO_A}"}, "a")


def _flat(*names: str, last: str = B) -> Layout:
    return Layout({names[0]: A, names[1]: last})


PLAIN = {"0001_a.sql": A, "0002_b.sql": B}
LAYOUTS: dict[str, Layout] = {
    # What the facts of 2026-11-22 name.
    "down suffix with underscore": _pairs("{}.sql", "{}_down.sql"),
    "one rollback by number": Layout({**PLAIN, "0001_rollback.sql": NO_A}, rollbacks=("0001_rollback.sql",)),
    "down suffix with dot": _pairs("{}.sql", "{}.down.sql"),
    "down suffix with dot and IF EXISTS": Layout({"0001_a.sql": A, "0001_a.down.sql": MAYBE_A}, "a", ("0001_a.down.sql",)),
    "up and down": _pairs("{}.up.sql", "{}.down.sql"),
    "dbmate": _section("migrate:down", "-- migrate:up\n"),
    "goose": _section("+goose Down", "-- +goose Up\n"),
    "sql-migrate": _section("+migrate Down", "-- +migrate Up\n"),
    "mybatis": _section("//@UNDO"),
    "umzug": _section("Down", "-- Up\n"),
    "at down": _section("@DOWN", "-- @UP\n"),
    "down folder": Layout({**PLAIN, "down/0001_a.sql": NO_A, "down/0002_b.sql": NO_B}),
    "rollback folder": Layout({**PLAIN, "rollback/0001_a.sql": NO_A, "rollback/0002_b.sql": NO_B}),
    "rollbacks beside": Layout({**PLAIN, "../rollbacks/0001_a.sql": NO_A, "../rollbacks/0002_b.sql": NO_B}),
    "prisma without pattern": Layout({"20250101_init/migration.sql": A}, ""),
    "prisma with pattern": Layout(
        {"20250101_init/migration.sql": A, "20250102_b/migration.sql": B},
        settings={"migrations_dir": "migrations", "migrations_pattern": "migrations/*/migration.sql"},
    ),
    "drizzle flat": Layout({"0000_a.sql": A, "0001_b.sql": B, "meta/_journal.json": '{"entries": []}'}),
    "drizzle nested": Layout(
        {"20250101000000_a/migration.sql": A, "20250101000000_a/snapshot.json": "{}", "20250102000000_b/migration.sql": B},
        settings={"migrations_dir": "migrations", "migrations_pattern": "migrations/*/migration.sql"},
    ),
    "capital ending": Layout({"0001_a.sql": A, "0002_b.SQL": B}, "a"),
    "quote in the name": Layout({"0001_it's.sql": A}, "a"),
    "empty file": Layout({"0001_a.sql": A, "0002_b.sql": ""}, "a"),
    "only comments": Layout({"0001_a.sql": A, "0002_b.sql": "-- nothing\n"}, "a"),
    "only a comment without an end of line": Layout({"0001_a.sql": A, "0002_b.sql": "-- nothing"}, "a"),
    "unpadded numbers": Layout({"1_a.sql": A, "2_fill.sql": FILL, "10_b.sql": "ALTER TABLE a RENAME TO b;\n"}, "b"),
    "flyway": Layout({"V1__a.sql": A, "V2__fill.sql": FILL, "V10__b.sql": B}),
    "flyway out of order": Layout({"V1__a.sql": A, "V2__x.sql": A.replace("a", "x"), "V10__b.sql": "ALTER TABLE x RENAME TO b;\n"}),
    "two of one number": _flat("0001_a.sql", "0001_b.sql"),
    # Further ones.
    "rollback suffix": _pairs("{}.sql", "{}.rollback.sql"),
    "rollback suffix with underscore": _pairs("{}.sql", "{}_rollback.sql"),
    "undo suffix": _pairs("{}.sql", "{}.undo.sql"),
    "revert suffix": _pairs("{}.sql", "{}_revert.sql"),
    "flyway undo": Layout({"V1__a.sql": A, "U1__a.sql": NO_A}, "a", ("U1__a.sql",)),
    "down in front": Layout({"0001_up_a.sql": A, "0001_down_a.sql": NO_A}, "a", ("0001_down_a.sql",)),
    "a migration that takes another back": Layout({"0001_a.sql": A, "0002_rollback_a.sql": NO_A, "0003_b.sql": B}, "b"),
    "up and down with dashes": _pairs("{}-up.sql", "{}-down.sql"),
    "capital words": _pairs("{}.UP.sql", "{}.DOWN.sql"),
    "up folder and down folder": Layout(
        {"up/0001_a.sql": A, "down/0001_a.sql": NO_A}, "a", settings={"migrations_dir": "migrations/up"}
    ),
    "down folder and a greedy pattern": Layout(
        {"0001_a.sql": A, "down/0001_a.sql": NO_A}, "a", ("down/0001_a.sql",),
        {"migrations_dir": "migrations", "migrations_pattern": "migrations/**/*.sql"},
    ),
    "folder per migration with up and down": Layout(
        {"0001_a/up.sql": A, "0001_a/down.sql": NO_A, "0002_b/up.sql": B, "0002_b/down.sql": NO_B},
        settings={"migrations_dir": "migrations", "migrations_pattern": "migrations/*/up.sql"},
    ),
    "folder per migration, both applied": Layout(
        {"0001_a/up.sql": A, "0001_a/down.sql": NO_A}, "a", ("0001_a/down.sql",),
        {"migrations_dir": "migrations", "migrations_pattern": "migrations/*/*.sql"},
    ),
    "down as a comment": Layout({"0001_a.sql": A + "-- Down\n-- DROP TABLE a;\n"}, "a"),
    "down in a block comment": Layout({"0001_a.sql": A + "/* migrate:down\nDROP TABLE a;\n*/\n"}, "a"),
    "other ending for rollbacks": Layout({**PLAIN, "0001_a.sql.down": NO_A, "0002_b.down": NO_B}),
    "a table named after going down": Layout({"0001_a.sql": A, "0002_cool_down.sql": B}),
    "a number and the word down": Layout({"0001_a.sql": A, "0002_down.sql": B}),
    "timestamps": Layout({"20250101120000_a.sql": A, "20250102120000_b.sql": B}),
    "another table for names": Layout(PLAIN, settings={"migrations_table": "applied names"}),
    "no last semicolon": Layout({"0001_a.sql": A.strip().rstrip(";")}, "a"),
    "byte order mark": Layout({"0001_a.sql": "\ufeff" + A}, "a"),
    "windows lines": Layout({"0001_a.sql": (A + B).replace("\n", "\r\n")}),
    "begin transaction": Layout({"0001_a.sql": f"BEGIN TRANSACTION;\n{A}COMMIT;\n"}, "a"),
    "begin": Layout({"0001_a.sql": f"BEGIN;\n{A}COMMIT;\n"}, "a"),
    "trigger with CASE": Layout({
        "0001_a.sql": A + "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET id=CASE WHEN 1 THEN 2 END; END;\n" + B,
    }),
    "hidden file": Layout({"0001_a.sql": A, ".0002_b.sql": NO_A}, "a"),
    "a rebuild of a parent": Layout({
        "0001_a.sql": A + "CREATE TABLE b (a INT REFERENCES a(id) ON DELETE CASCADE);\n" + FILL + "INSERT INTO b VALUES (1);\n",
        "0002_x.sql": A.replace(" a ", " n ") + "INSERT INTO n SELECT * FROM a;\nDROP TABLE a;\nALTER TABLE n RENAME TO a;\n",
    }, filled="b"),
    "several down folders": Layout({**PLAIN, "down/0001_a.sql": NO_A, "rollback/0002_b.sql": NO_B}),
    "seeds beside": Layout({**PLAIN, "seeds/0001_users.sql": FILL}),
    "archive": Layout({**PLAIN, "archive/0000_old.sql": C}),
    "a section for both": Layout({"0001_a.sql": f"-- up\n{A}\n-- rollback\n{NO_A}"}, "a"),
    "rambler": _section("rambler down", "-- rambler up\n"),
    "node-pg-migrate": _section("Down Migration", "-- Up Migration\n"),
    "reverse words": _section("revert"),
    "three hyphens": _section("Down ----", "-- Up ----\n"),
}  # fmt: skip


def lay_out(layout: Layout, root: str) -> None:
    """Write a layout with its wrangler config."""
    binding = {
        "binding": "DB",
        "database_name": "db",
        "database_id": "6c1a2f34-9d7e-4b0a-8f11-0a2b3c4d5e6f",
        **layout.settings,
    }
    with open(os.path.join(root, "wrangler.json"), "w", encoding="utf-8") as file:
        json.dump(
            {"name": "x", "main": "x.ts", "compatibility_date": "2026-11-01", "d1_databases": [binding]}, file
        )
    open(os.path.join(root, "x.ts"), "w").close()
    os.mkdir(os.path.join(root, "migrations"))
    for name, text in layout.files.items():
        path = os.path.normpath(os.path.join(root, "migrations", name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)


class Wrangler:
    """The real wrangler."""

    def __init__(self, node: str, script: str) -> None:
        self._command = [node, script]

    def run(self, root: str, *words: str) -> subprocess.CompletedProcess[str]:
        """One command in a project."""
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": root,
            "CI": "1",
            "NO_COLOR": "1",
            "WRANGLER_SEND_METRICS": "false",
        }
        command = [*self._command, *words]
        return subprocess.run(
            command, cwd=root, env=environ, capture_output=True, text=True, timeout=600, input=""
        )

    def rows(self, root: str, *queries: str) -> list[list[dict[str, Any]]]:
        """What queries give; nothing for all of them where one fails."""
        sql = "; ".join(queries)
        done = self.run(root, "d1", "execute", "DB", "--local", "--json", "--command", sql)
        try:
            return [answer["results"] for answer in json.loads(done.stdout)]
        except (ValueError, KeyError, TypeError):
            return [[] for _ in queries]


def measure(name: str, layout: Layout, wrangler: Wrangler) -> bool:
    """Apply one layout, ask both, print a line; whether they agree."""
    with tempfile.TemporaryDirectory() as root:
        lay_out(layout, root)
        table = layout.settings.get("migrations_table", "d1_migrations")
        failed = wrangler.run(root, "d1", "migrations", "apply", "DB", "--local").returncode != 0
        made, remembered, *counted = wrangler.rows(
            root,
            "SELECT name FROM sqlite_master WHERE type = 'table'",
            f'SELECT name FROM "{table}" ORDER BY id',
            *(f"SELECT count(*) AS n FROM {filled}" for filled in layout.filled),
        )
        tables = {row["name"] for row in made if not row["name"].startswith("_cf_")} - {
            table,
            "sqlite_sequence",
        }
        applied = [row["name"] for row in remembered]
        gone = bool(set(layout.tables) - tables) or any(rows[0]["n"] == 0 for rows in counted if rows)
        harm = failed or gone or any(each in layout.rollbacks for each in applied)
        report = check(root)
        errors = sorted(
            {
                each.rule
                for each in report.findings
                if each.severity == "error" and each.rule.startswith("migrations/")
            }
        )
        others = sorted(
            {
                each.rule
                for each in report.findings
                if each.severity != "error" and each.rule.startswith("migrations/")
            }
        )
        plans = migration_plans_of(Request((root,)))
        order = [each.name for plan in plans for each in plan.migrations if each.name in applied]
        wanted = [each for each in applied if each in order]
    agree = harm == bool(errors) and order == wanted
    state = "fails" if failed else "harms" if harm else "safe "
    print(
        f"{'' if agree else 'WRONG '}{name}: {state} {applied} -> {''.join(sorted(tables)) or 'none'} | {errors} {others}"
    )
    return agree


def main() -> int:
    """Measure every layout; 1 where one is judged wrongly."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("node")
    parser.add_argument("wrangler")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    wrangler = Wrangler(os.path.abspath(options.node), os.path.abspath(options.wrangler))
    chosen = {name: layout for name, layout in LAYOUTS.items() if options.only in name}
    agreed = sum(measure(name, layout, wrangler) for name, layout in chosen.items())
    print(f"{agreed} of {len(chosen)} layouts get the right verdict")
    return int(agreed < len(chosen))


if __name__ == "__main__":
    sys.exit(main())
