"""Applies whole folders of migrations to a real local D1 and to the emulator, and compares what they make.

    python scripts/d1_folders.py ORACLE [--projects FOLDER] [--generated 100] [--seed 1]

ORACLE is the folder of ``oracle.mjs``; its newest runtime is asked. FOLDER holds projects, whose folders of
migrations are found as ``cfguard check`` finds them. Equal are the verdict on each file and every row of
``sqlite_master`` in the end.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from cfguard.api import Request, migration_plans_of
from cfguard.d1.profile import NEWEST
from cfguard.d1.replay import Migration, migration_script, open_with_table
from cfguard.d1.script import run_transaction
from scripts.d1_statements import SETUP, Writer

TABLE = "d1_migrations"
_MASTER = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\' "
    f"AND tbl_name NOT IN ('sqlite_sequence', '{TABLE}')"
)
Outcome = tuple[list[bool], list[tuple[object, ...]]]


def emulated(texts: Sequence[str], backend: str) -> Outcome:
    """The verdicts on the files and the schema in the end, as the emulator has them."""
    database = open_with_table(NEWEST, TABLE, backend=backend)
    verdicts = []
    for number, text in enumerate(texts, 1):
        script = migration_script(Migration(f"{number:04}.sql", text), TABLE, "scanner")
        verdicts.append(run_transaction(database, script) is None)
        if not verdicts[-1]:
            break
    rows = sorted(database.query(_MASTER), key=repr)
    database.close()
    return verdicts, rows


def real(texts: Sequence[str], oracle: str) -> Outcome:
    """The same of the real D1."""
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts, 1):
            with open(os.path.join(folder, f"{number:04}.sql"), "w", encoding="utf-8", newline="") as file:
                file.write(text)
        command = ["node", "oracle.mjs", "--new", "--raw", "--migrations", folder]
        # A file, because the oracle ends before a pipe has taken everything.
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            subprocess.run(command, cwd=oracle, stdout=output, check=True)
            output.seek(0)
            answer = output.read()
    report = json.loads(answer[answer.index("{") :])
    rows = [(row["type"], row["name"], row["tbl_name"], row["sql"]) for row in report["schema"]]
    return [step["ok"] for step in report["steps"]], sorted(rows, key=repr)


def of_projects(root: str) -> Iterator[tuple[str, list[str]]]:
    """The folders of migrations of every project below a folder, as wrangler applies them."""
    for name in sorted(os.listdir(root)):
        project = os.path.join(root, name)
        found = migration_plans_of(Request((project,))) if os.path.isdir(project) else ()
        for plan in found:
            texts = []
            for each in plan.migrations:
                path = os.path.join(_root_of(project, each.path), each.path)
                with open(path, encoding="utf-8", newline="") as file:
                    texts.append(file.read())
            yield f"{name}:{plan.folder}", texts


def _root_of(project: str, path: str) -> str:
    """The folder that paths of a report are relative to: the project or one above it."""
    while not os.path.exists(os.path.join(project, path)):
        project = os.path.dirname(project)
    return project


def generated(seed: int, count: int) -> Iterator[tuple[str, list[str]]]:
    """Folders of a few files each, mostly of statements that SQLite takes."""
    rng = random.Random(seed)
    writer = Writer(rng)
    kinds = (
        writer.create_table,
        writer.create_other,
        writer.alter,
        writer.insert,
        writer.trigger,
        writer.drop,
        writer.virtual,
    )
    for number in range(count):
        known = sqlite3.connect(":memory:")
        known.executescript(SETUP)
        texts = [SETUP]
        for _ in range(rng.randint(2, 8)):
            statements: list[str] = []
            while len(statements) < rng.randint(1, 4):
                statement = rng.choice(kinds)()
                if _taken(known, statement) or rng.random() < 0.004:
                    statements.append(statement)
            texts.append(";\n".join(statements) + ";\n")
        yield f"generated {number}", texts


def _taken(known: sqlite3.Connection, statement: str) -> bool:
    """Whether SQLite takes it, and nothing in it looks like what D1 keeps to itself."""
    if re.search(r"_cf_|temp|MATCH|REGEXP", statement, re.IGNORECASE):
        return False
    try:
        known.execute(statement)
    except (sqlite3.Error, sqlite3.Warning):
        return False
    return True


def main() -> int:
    """Compare every folder; 1 where one differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("oracle")
    parser.add_argument("--projects", default="")
    parser.add_argument("--generated", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folders = [*(of_projects(options.projects) if options.projects else ())]
    folders += generated(options.seed, options.generated)
    equal = dict.fromkeys(("sqlite3", "apsw"), 0)
    files = whole = 0
    for name, texts in folders:
        wanted = real(texts, os.path.abspath(options.oracle))
        files += len(wanted[0])
        whole += all(wanted[0])
        for backend in equal:
            found = emulated(texts, backend)
            equal[backend] += found == wanted
            if found != wanted:
                different = [row for row in found[1] if row not in wanted[1]] or found[0], wanted[0]
                print(f"  {name} {backend}: {str(different)[:300]}")
    print(f"{len(folders)} folders, {whole} applied whole, {files} files: equal {equal}")
    return int(any(count < len(folders) for count in equal.values()))


if __name__ == "__main__":
    sys.exit(main())
