"""Holds what cfguard says of applied migrations against the real wrangler: apply, then rename, edit, add, remove.

``python scripts/migration_records.py NODE WRANGLER_JS`` works in a scratch folder on a local database, with
nothing but the two programs named. It prints a line for each step and ends with 1 where cfguard and wrangler differ.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from cfguard.api import Request, check_request

CONFIG = """name = "shop"
main = "src/index.ts"
compatibility_date = "2026-11-01"

[[d1_databases]]
binding = "DB"
database_name = "shop"
database_id = "6c1a2f34-9d7e-4b0a-8f11-0a2b3c4d5e6f"
"""
RULES = tuple(
    f"migrations/{name}"
    for name in ("applied-missing", "applied-renamed", "applied-edited", "applied-late", "pending")
)


class Scratch:
    """A project with three applied migrations and what wrangler says of them."""

    def __init__(self, root: Path, node: str, wrangler: str) -> None:
        self.root, self._command = root, [node, wrangler]
        (root / "src").mkdir()
        (root / "src" / "index.ts").write_text("export default { fetch() { return new Response('ok') } }\n")
        (root / "wrangler.toml").write_text(CONFIG)
        for number, name in ((1, "users"), (2, "posts"), (4, "tags")):
            self.write(f"{number:04}_{name}.sql", f"CREATE TABLE {name} (id INTEGER PRIMARY KEY);\n")

    def write(self, name: str, text: str) -> None:
        """Write a migration."""
        path = self.root / "migrations" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def wrangler(self, *arguments: str) -> str:
        """What a command of wrangler prints; the database is local."""
        environment = {**os.environ, "WRANGLER_SEND_METRICS": "false", "CI": "1"}
        return subprocess.run(
            [*self._command, *arguments, "--local"], cwd=self.root, env=environment, capture_output=True, text=True,
            check=False, timeout=120, stdin=subprocess.DEVNULL,
        ).stdout  # fmt: skip

    def save_table(self) -> None:
        """Save the table of migrations in both forms: as JSON, and as a dump."""
        query = ("--command", "SELECT * FROM d1_migrations")
        (self.root / "shop.d1_migrations.json").write_text(
            self.wrangler("d1", "execute", "shop", "--json", *query)
        )
        dump = self.root / "d1_migrations.sql"
        dump.unlink(missing_ok=True)
        self.wrangler("d1", "export", "shop", "--table", "d1_migrations", "--output", "d1_migrations.sql")

    def pending(self) -> set[str]:
        """The names that wrangler would apply now."""
        listed = self.wrangler("d1", "migrations", "list", "shop")
        return {path.name for path in (self.root / "migrations").iterdir() if path.name in listed}

    def said(self) -> dict[str, list[str]]:
        """What cfguard says, by rule: the messages."""
        found: dict[str, list[str]] = {}
        for finding in check_request(Request((str(self.root),), select=RULES)).findings:
            found.setdefault(finding.rule.rpartition("/")[2], []).append(finding.message)
        return found


def edit(scratch: Scratch) -> None:
    """Edit an applied migration of which a record keeps the script; wrangler's table does not."""
    record = {
        "version": 1,
        "up_script": (scratch.root / "migrations" / "0001_users.sql").read_text(),
        "down_script": "DROP TABLE users;",
        "description": "users",
        "applied_at": "2026-11-22T09:30:00Z",
    }
    (scratch.root / "users.migration.json").write_text(json.dumps(record))
    scratch.write("0001_users.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n")


def rename(scratch: Scratch) -> None:
    """Give an applied migration another name."""
    (scratch.root / "migrations" / "0002_posts.sql").rename(scratch.root / "migrations" / "0002_articles.sql")


def remove(scratch: Scratch) -> None:
    """Take an applied migration away."""
    (scratch.root / "migrations" / "0001_users.sql").unlink()


def add_lower(scratch: Scratch) -> None:
    """Add a number below the last applied one."""
    scratch.write("0003_comments.sql", "CREATE TABLE comments (id INTEGER PRIMARY KEY);\n")


def add_next(scratch: Scratch) -> None:
    """Add the next number."""
    scratch.write("0005_likes.sql", "CREATE TABLE likes (id INTEGER PRIMARY KEY);\n")


STEPS: tuple[tuple[Callable[[Scratch], None], set[str], str], ...] = (
    (add_lower, {"0003_comments.sql"}, "applied-late"),
    (add_next, {"0003_comments.sql", "0005_likes.sql"}, "pending"),
    (edit, {"0003_comments.sql", "0005_likes.sql"}, "applied-edited"),
    (rename, {"0002_articles.sql", "0003_comments.sql", "0005_likes.sql"}, "applied-renamed"),
    (remove, {"0002_articles.sql", "0003_comments.sql", "0005_likes.sql"}, "applied-missing"),
)


def main(arguments: list[str]) -> int:
    """Run every step; the exit code is 1 where one differs."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        scratch = Scratch(Path(folder), *arguments)
        scratch.wrangler("d1", "migrations", "apply", "shop")
        scratch.save_table()
        if scratch.said() or scratch.pending():
            print("after applying: something is said", scratch.said(), scratch.pending())
            wrong += 1
        for change, expected, rule in STEPS:
            change(scratch)
            pending, said = scratch.pending(), scratch.said()
            right = pending == expected and rule in said
            wrong += not right
            print(
                f"{'ok   ' if right else 'WRONG'} {change.__name__}: wrangler would apply {sorted(pending)}"
            )
            print(*(f"      {name}: {message}" for name, told in said.items() for message in told), sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
