"""Makes up SQL scripts, right and wrong ones, to hold the D1 emulator against a real local D1.

    python scripts/d1_statements.py --seed 1 --count 1200 > statements.jsonl

Each line is ``{"id", "setup", "sql"}``: a script and what has to run before it. The same seed makes the same
scripts. Kinds of scripts are drawn alike often, so that rare corners are met as often as common ones.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable

SETUP = (
    "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL UNIQUE, name TEXT, age INT"
    " CHECK (age >= 0), created TEXT DEFAULT CURRENT_TIMESTAMP);"
    "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INT NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
    " title TEXT, body TEXT, score REAL DEFAULT 0);"
    "CREATE TABLE tags (post_id INT REFERENCES posts(id), tag TEXT, PRIMARY KEY (post_id, tag)) WITHOUT ROWID;"
    "CREATE INDEX posts_by_user ON posts (user_id);"
    "CREATE VIEW busy AS SELECT user_id, count(*) AS n FROM posts GROUP BY user_id;"
    "CREATE VIRTUAL TABLE notes USING fts5(title, body);"
    "INSERT INTO users (id, email, name, age) VALUES (1, 'a@x', 'A', 30), (2, 'b@x', NULL, NULL);"
    "INSERT INTO posts (id, user_id, title) VALUES (1, 1, 'one'), (2, 1, 'two'), (3, 2, 'three');"
)
TABLES = {
    "users": ("id", "email", "name", "age", "created"),
    "posts": ("id", "user_id", "title", "body", "score"),
    "tags": ("post_id", "tag"),
}
TYPES = ",INTEGER,TEXT,REAL,BLOB,NUMERIC,ANY,VARCHAR(20),BOOLEAN,DATETIME,STRING".split(",")
FUNCTIONS = (
    "abs changes char coalesce concat concat_ws format glob hex ifnull iif instr last_insert_rowid length like "
    "likelihood likely lower ltrim nullif octet_length printf quote random randomblob replace round rtrim sign "
    "soundex substr substring total_changes trim typeof unhex unicode unlikely upper zeroblob date time datetime "
    "julianday unixepoch strftime timediff avg count group_concat max min string_agg sum total acos asin atan2 "
    "ceil ceiling degrees exp floor ln log log10 log2 mod pi pow power radians sin sqrt trunc json json_array "
    "json_extract json_insert json_object json_patch json_pretty json_quote json_remove json_replace json_set "
    "json_type json_valid json_array_length json_group_array json_group_object jsonb jsonb_extract jsonb_object "
    "jsonb_group_array json_error_position sqlite_version sqlite_source_id sqlite_compileoption_used "
    "load_extension if median percentile regexp unistr unistr_quote subtype fts5_source_id readfile writefile "
    "eval uuid now getdate nvl isnull len left right lpad md5 sha1 edit zipfile row_number rank dense_rank "
    "ntile lag lead first_value last_value nth_value cume_dist percent_rank"
).split()
PRAGMAS = (
    "analysis_limit application_id auto_vacuum busy_timeout cache_size case_sensitive_like collation_list "
    "compile_options data_version database_list defer_foreign_keys encoding foreign_key_check foreign_key_list "
    "foreign_keys freelist_count function_list ignore_check_constraints index_info index_list index_xinfo "
    "integrity_check journal_mode legacy_alter_table locking_mode max_page_count mmap_size module_list optimize "
    "page_count page_size pragma_list quick_check recursive_triggers reverse_unordered_selects schema_version "
    "secure_delete synchronous table_info table_list table_xinfo temp_store threads trusted_schema user_version "
    "wal_checkpoint writable_schema nothing_known"
).split()
NAMES = ("extra", "_cf_x", "_CF_X", "sqlite_x", "users", '"od d"', "[br ack]", "`tick`", "main.extra", "temp.extra",
         "'quoted'", "_x", "order", '"order"', "Ünï")  # fmt: skip


class Writer:
    """Writes scripts with the choices of one random source."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.kinds: tuple[Callable[[], str], ...] = (
            self.create_table, self.alter, self.insert, self.update, self.delete, self.query, self.call,
            self.pragma, self.create_other, self.drop, self.virtual, self.transaction, self.limit, self.broken,
            self.trigger, self.outside, self.several, self.window, self.foreign_keys, self.nested,
        )  # fmt: skip

    def script(self) -> str:
        """A script of a random kind."""
        return self.rng.choice(self.kinds)()

    def maybe(self, text: str, chance: float = 0.5) -> str:
        """The text, or nothing."""
        return text if self.rng.random() < chance else ""

    def table(self) -> str:
        """A table that is there."""
        return self.rng.choice(tuple(TABLES))

    def value(self, depth: int = 0) -> str:
        """An expression without columns."""
        pick = self.rng.choice
        simple = ("1", "-2", "3.5", "'x'", "NULL", "x'00ff'", "TRUE", "1e3", "0x1F", "1_000", "'it''s'", '"dq"',
                  "CURRENT_TIMESTAMP", "current_date", "(1, 2)", "?1", ":p", "9223372036854775808")  # fmt: skip
        if depth > 2 or self.rng.random() < 0.6:
            return pick(simple)
        inner = self.value(depth + 1)
        return pick((
            f"({inner} + {self.value(depth + 1)})", f"CAST({inner} AS {pick(TYPES) or 'TEXT'})", f"NOT {inner}",
            f"CASE WHEN {inner} THEN 1 ELSE {inner} END", f"{inner} || 'z'", f"{inner} IS NOT DISTINCT FROM 1",
            f"{inner} IN (1, 2)", f"{inner} COLLATE {pick(('NOCASE', 'RTRIM', 'UNICODE'))}", f"{inner} -> '$.a'",
            f"lower({inner})", f"json_extract('{{}}', {inner})", f"{inner} BETWEEN 1 AND 2",
            f"{inner} {pick(('LIKE', 'GLOB', 'REGEXP', 'MATCH'))} 'a'", f"iif({inner}, 1, 2)",
        ))  # fmt: skip

    def column(self, number: int) -> str:
        """The definition of a column."""
        pick, rng = self.rng.choice, self.rng
        options = (
            "NOT NULL", "UNIQUE", "PRIMARY KEY", "PRIMARY KEY AUTOINCREMENT", "DEFAULT 1", "DEFAULT (1 + 2)",
            f"DEFAULT {self.value(1)}", "CHECK (1)", "CHECK (length('a') > 0)", "COLLATE NOCASE",
            "REFERENCES users(id)", "REFERENCES gone(id) ON DELETE SET NULL", "GENERATED ALWAYS AS (1) STORED",
            "AS (2)", "DEFAULT CURRENT_TIMESTAMP", "DEFAULT now()", "NOT NULL ON CONFLICT IGNORE",
            "DEFERRABLE INITIALLY DEFERRED", "COMMENT 'x'", "AUTO_INCREMENT", "CHECK (random() > 0)",
        )  # fmt: skip
        chosen = " ".join(rng.sample(options, rng.choice((0, 0, 1, 1, 1, 2))))
        return f"c{number} {pick(TYPES)} {chosen}".rstrip()

    def create_table(self) -> str:
        """CREATE TABLE in all its dresses."""
        pick, rng = self.rng.choice, self.rng
        columns = [self.column(number) for number in range(rng.randint(1, 4))]
        if rng.random() < 0.3:
            columns.append(pick((
                "PRIMARY KEY (c0)", "UNIQUE (c0)", "FOREIGN KEY (c0) REFERENCES users (id)", "CHECK (c0 > 1)",
                "CONSTRAINT k UNIQUE (c9)", "PRIMARY KEY (c0 AUTOINCREMENT)", "INDEX i (c0)",
            )))  # fmt: skip
        end = pick(("", "", "", " STRICT", " WITHOUT ROWID", " STRICT, WITHOUT ROWID", " ENGINE=InnoDB"))
        kind = pick(("TABLE",) * 8 + ("TEMP TABLE", "TEMPORARY TABLE", "UNLOGGED TABLE"))
        guard = self.maybe("IF NOT EXISTS ", 0.3)
        if rng.random() < 0.1:
            return f"CREATE {kind} {guard}{pick(NAMES)} AS SELECT * FROM {self.table()}"
        return f"CREATE {kind} {guard}{pick(NAMES)} ({', '.join(columns)}){end}"

    def alter(self) -> str:
        """ALTER TABLE, SQLite's forms and others'."""
        pick, table = self.rng.choice, self.table()
        column = pick(TABLES[table])
        return f"ALTER TABLE {table} " + pick((
            f"ADD COLUMN {self.column(7)}", f"ADD {self.column(8)}", f"DROP COLUMN {column}", f"DROP {column}",
            f"RENAME COLUMN {column} TO {pick(NAMES)}", f"RENAME {column} TO fresh", f"RENAME TO {pick(NAMES)}",
            f"ALTER COLUMN {column} SET NOT NULL", f"ALTER COLUMN {column} DROP NOT NULL",
            f"ALTER COLUMN {column} TYPE TEXT", f"MODIFY {column} TEXT", f"ADD CONSTRAINT k CHECK ({column} > 0)",
            "DROP CONSTRAINT k", "DROP COLUMN gone", f"ADD COLUMN {column} TEXT",
        ))  # fmt: skip

    def insert(self) -> str:
        """INSERT with its clauses."""
        pick, table = self.rng.choice, self.table()
        columns = self.rng.sample(TABLES[table], self.rng.randint(1, 2))
        rows = ", ".join(
            f"({', '.join(self.value() for _ in columns)})" for _ in range(self.rng.randint(1, 3))
        )
        start = pick(("INSERT", "INSERT OR IGNORE", "INSERT OR REPLACE", "REPLACE", "INSERT OR ABORT"))
        end = pick((
            "", "", " ON CONFLICT DO NOTHING", f" ON CONFLICT ({columns[0]}) DO UPDATE SET {columns[0]} = 1",
            " RETURNING *", f" RETURNING {columns[0]} AS k", " ON DUPLICATE KEY UPDATE id = 1",
        ))  # fmt: skip
        if self.rng.random() < 0.15:
            return f"{start} INTO {table} {pick(('DEFAULT VALUES', f'SELECT * FROM {self.table()}'))}{end}"
        return f"{start} INTO {table} ({', '.join(columns)}) VALUES {rows}{end}"

    def where(self, table: str) -> str:
        """A WHERE clause, or none."""
        return self.maybe(f" WHERE {self.rng.choice(TABLES[table])} = {self.value()}")

    def update(self) -> str:
        """UPDATE with its clauses."""
        pick, table = self.rng.choice, self.table()
        column = pick(TABLES[table])
        end = pick(("", "", " RETURNING *", " LIMIT 1", f" ORDER BY {column} LIMIT 2"))
        source = self.maybe(" FROM users AS other", 0.15)
        return f"UPDATE {table} SET {column} = {self.value()}{source}{self.where(table)}{end}"

    def delete(self) -> str:
        """DELETE with its clauses."""
        table = self.table()
        end = self.rng.choice(("", "", " RETURNING *", " LIMIT 1", " ORDER BY rowid LIMIT 1"))
        return f"DELETE FROM {table}{self.where(table)}{end}"

    def query(self) -> str:
        """SELECT of many kinds."""
        pick, table = self.rng.choice, self.table()
        column = pick(TABLES[table])
        return pick((
            f"SELECT {self.value()}, {column} FROM {table}{self.where(table)} ORDER BY 1 LIMIT 2 OFFSET 1",
            f"SELECT {column}, count(*) FROM {table} GROUP BY 1 HAVING count(*) > {self.value()}",
            f"SELECT * FROM {table} {pick(('LEFT', 'RIGHT', 'FULL', 'CROSS', 'NATURAL', 'LATERAL'))} JOIN users u",
            f"WITH x AS (SELECT {self.value()} AS a) SELECT * FROM x",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT sum(i) FROM n",
            "WITH _cf_x AS (SELECT 1 AS _cf_y) SELECT _cf_y FROM _cf_x",
            f"VALUES (1, 2), ({self.value()}, 3)", "SELECT * FROM json_each('[1,2]')", "SELECT * FROM generate_series(1,3)",
            "SELECT * FROM pragma_table_info('users')", "SELECT * FROM sqlite_master", "SELECT * FROM _cf_METADATA",
            f"EXPLAIN QUERY PLAN SELECT * FROM {table}", f"SELECT {column} FROM {table} FOR UPDATE",
            "SELECT * FROM busy", "SELECT string_agg(name, ',' ORDER BY id) FROM users", "SELECT TOP 1 * FROM users",
            "SELECT group_concat(name ORDER BY id) FILTER (WHERE age > 1) FROM users", "SELECT DISTINCT ON (id) * FROM users",
            "SELECT id FROM users INTERSECT SELECT id FROM posts EXCEPT SELECT 1", "SELECT * FROM sqlite_sequence",
            "SELECT name FROM sqlite_schema WHERE type = 'table'", "SELECT * FROM dbstat", "SELECT ROWID FROM tags",
        ))  # fmt: skip

    def call(self) -> str:
        """A function with as many arguments as chance will have it."""
        name = self.rng.choice(FUNCTIONS)
        arguments = ", ".join(self.value(2) for _ in range(self.rng.choice((0, 1, 1, 2, 2, 3))))
        return f"SELECT {name}({arguments}){self.maybe(' FROM users', 0.2)}{self.maybe(' OVER ()', 0.08)}"

    def pragma(self) -> str:
        """A pragma, allowed or not."""
        name = self.rng.choice(PRAGMAS)
        name = name.upper() if self.rng.random() < 0.1 else name
        end = self.rng.choice(
            ("", "", " = ON", " = 1", "(users)", "('posts')", "=off", "(_cf_x)", "(10)", "=-1")
        )
        return f"PRAGMA {self.maybe('main.', 0.1)}{name}{end}"

    def create_other(self) -> str:
        """Indexes and views."""
        pick, table = self.rng.choice, self.table()
        column = pick(TABLES[table])
        name = pick(NAMES)
        return pick((
            f"CREATE {self.maybe('UNIQUE ')}INDEX {self.maybe('IF NOT EXISTS ')}{name} ON {table} ({column} DESC)",
            f"CREATE INDEX {name} ON {table} (lower({column})) WHERE {column} IS NOT NULL",
            f"CREATE INDEX {name} ON {table} ({column}) WHERE {column} > random()",
            f"CREATE INDEX {name} ON gone (a)", f"CREATE INDEX {name} ON busy (n)",
            f"CREATE INDEX CONCURRENTLY {name} ON {table} ({column})",
            f"CREATE INDEX {name} ON {table} USING btree ({column})",
            f"CREATE VIEW {name} AS SELECT {column} FROM {table}", f"CREATE VIEW {name} (a, b) AS SELECT 1, 2",
            f"CREATE OR REPLACE VIEW {name} AS SELECT 1", f"CREATE TEMP VIEW {name} AS SELECT 1",
            f"CREATE VIEW {name} AS SELECT * FROM gone", f"CREATE MATERIALIZED VIEW {name} AS SELECT 1",
        ))  # fmt: skip

    def drop(self) -> str:
        """DROP of what is there and what is not."""
        pick = self.rng.choice
        guard = self.maybe("IF EXISTS ")
        thing = pick((
            "TABLE users", "TABLE posts", "TABLE tags", "TABLE gone", "TABLE notes", "TABLE notes_data", "VIEW busy",
            "INDEX posts_by_user", "INDEX gone", "TRIGGER gone", "TABLE _cf_METADATA", "TABLE sqlite_sequence",
            "TABLE busy", "INDEX sqlite_autoindex_users_1", "TABLE users CASCADE", "COLUMN x", "DATABASE d",
        ))  # fmt: skip
        kind, _, name = thing.partition(" ")
        return f"DROP {kind} {guard}{name}"

    def virtual(self) -> str:
        """Virtual tables and what is done to them."""
        pick = self.rng.choice
        return pick((
            f"CREATE VIRTUAL TABLE {pick(NAMES)} USING fts5(a, b{self.maybe(', tokenize = porter')})",
            "CREATE VIRTUAL TABLE v USING fts5(a, content='posts', content_rowid='id')",
            "CREATE VIRTUAL TABLE v USING fts5(a, tokenize='trigram')", "CREATE VIRTUAL TABLE v USING fts5(a, nonsense=1)",
            "CREATE VIRTUAL TABLE v USING fts5(a, content='', contentless_delete=1)",
            f"CREATE VIRTUAL TABLE v USING {pick(('fts3', 'fts4', 'rtree', 'rtree_i32', 'geopoly', 'csv', 'dbstat', 'vec0'))}(a, b, c)",
            "CREATE VIRTUAL TABLE v USING fts5vocab('notes', 'row')", "CREATE VIRTUAL TABLE v USING rtree(id, a, b, +d)",
            "INSERT INTO notes (notes) VALUES ('optimize')", "INSERT INTO notes (notes, rank) VALUES ('merge', 8)",
            "INSERT INTO notes_data VALUES (9, x'00')", "SELECT * FROM notes WHERE notes MATCH 'a'",
            "SELECT highlight(notes, 0, '<', '>'), bm25(notes), snippet(notes, 0, '', '', '', 4) FROM notes('a')",
            "DELETE FROM notes_content", "ALTER TABLE notes RENAME TO papers", "INSERT INTO notes VALUES ('a', 'b')",
        ))  # fmt: skip

    def transaction(self) -> str:
        """Statements about transactions and other databases."""
        return self.rng.choice((
            "BEGIN", "BEGIN IMMEDIATE; SELECT 1; COMMIT", "COMMIT", "END", "ROLLBACK", "SAVEPOINT s", "RELEASE s",
            "BEGIN TRANSACTION; SELECT 1; COMMIT;", "begin transaction; SELECT 1; commit;", "VACUUM", "VACUUM INTO 'x'",
            "ATTACH 'x.db' AS o", "DETACH o", "START TRANSACTION", "SELECT 1; ROLLBACK TO s", "ANALYZE", "ANALYZE users",
            "REINDEX", "REINDEX posts_by_user", "BEGIN; SELECT 1", "SET search_path TO x", "USE shop", "LOCK TABLE users",
        ))  # fmt: skip

    def limit(self) -> str:
        """Sizes around the limits."""
        rng = self.rng
        count = rng.choice((2, 5, 6, 20, 99, 100, 101, 128))
        return rng.choice((
            f"CREATE TABLE wide ({', '.join(f'c{n}' for n in range(count))})",
            " UNION ALL ".join(["SELECT 1"] * min(count, 20)), f"SELECT {' + '.join(['1'] * count)}",
            f"SELECT coalesce({', '.join(['1'] * count)})", f"SELECT 'a' LIKE '{'x' * rng.choice((49, 50, 51))}'",
            f"SELECT '{'y' * rng.choice((99_000, 99_991, 100_001))}'", f"SELECT {', '.join(['1'] * count)}",
            f"SELECT {'(' * min(count, 90)}1{')' * min(count, 90)}", f"SELECT zeroblob({rng.choice((2_000_000, 20_000_000))})",
            f"INSERT INTO tags (tag) VALUES {', '.join(['(1)'] * count)}", f"SELECT 1 IN ({', '.join(['1'] * count)})",
            f"SELECT 1 FROM {', '.join(f'users u{n}' for n in range(min(count, 70)))} LIMIT 1",
        ))  # fmt: skip

    def broken(self) -> str:
        """A right script with a wound: a token left out, doubled or replaced."""
        text = self.rng.choice((self.create_table, self.insert, self.query, self.update, self.create_other))()
        words = text.split(" ")
        at = self.rng.randrange(len(words))
        wound = self.rng.choice(("drop", "double", "strange"))
        if wound == "drop":
            del words[at]
        else:
            words.insert(
                at,
                words[at] if wound == "double" else self.rng.choice((",", ")", "FROM", "@", "#", "::", "{}")),
            )
        return " ".join(words)

    def trigger(self) -> str:
        """Triggers, whose bodies hold semicolons."""
        pick, table = self.rng.choice, self.rng.choice(("users", "posts"))
        body = pick((
            "SELECT 1;", "UPDATE users SET age = 1 WHERE id = NEW.id;", "INSERT INTO gone VALUES (1);",
            "SELECT CASE WHEN NEW.id > 1 THEN RAISE(ABORT, 'no') END;", "DELETE FROM posts; SELECT 2;",
            "UPDATE users SET age = CASE WHEN 1 THEN 2 END;", "SELECT RAISE(FAIL, 'a' || 'b');", "",
        ))  # fmt: skip
        when = pick(
            ("AFTER INSERT", "BEFORE UPDATE OF id", "AFTER DELETE", "INSTEAD OF INSERT", "AFTER TRUNCATE")
        )
        end = pick(("END", "end", "END;", "END; SELECT 1"))
        each = pick(("", " FOR EACH ROW", " FOR EACH STATEMENT", " WHEN NEW.id > 0"))
        kind = pick(("TRIGGER",) * 5 + ("TEMP TRIGGER",))
        return f"CREATE {kind} {pick(NAMES)} {when} ON {table}{each} BEGIN {body} {end}"

    def outside(self) -> str:
        """What other databases take."""
        return self.rng.choice((
            "CREATE TABLE t (id SERIAL PRIMARY KEY, at TIMESTAMPTZ DEFAULT now())", "CREATE TYPE mood AS ENUM ('a')",
            "CREATE TABLE t (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY)", "CREATE SEQUENCE s", "SHOW TABLES",
            "CREATE TABLE t (tags TEXT[])", "CREATE TABLE t (id UUID DEFAULT gen_random_uuid())", "TRUNCATE users",
            "COMMENT ON TABLE users IS 'x'", "GRANT ALL ON users TO me", "CREATE SCHEMA s", "CREATE EXTENSION x",
            "INSERT INTO users SET email = 'c'", "CREATE FUNCTION f() RETURNS INT AS 'x'", "DO $$ BEGIN END $$",
            "SELECT * FROM users LIMIT 1, 2", "SELECT 'a'::text", "SELECT E'\\n'", "MERGE INTO users USING posts ON 1",
            "CREATE TABLE t (a ENUM('x', 'y'))", "CREATE TABLE t (a VARCHAR2(3), b NUMBER(3,1), c DOUBLE PRECISION)",
            "SELECT NOW()", "SELECT * FROM users WHERE name ILIKE 'a'", "CREATE TABLE `t` (`a` int(11) NOT NULL, KEY (`a`))",
        ))  # fmt: skip

    def several(self) -> str:
        """A few scripts after each other, with comments in between."""
        kinds = (self.create_table, self.insert, self.update, self.create_other, self.alter)
        ends = (";\n", "; -- note\n", ";;\n", "; /* a;b */ ")
        count = self.rng.randint(2, 3)
        parts = [self.rng.choice(kinds)() + self.rng.choice(ends) for _ in range(count)]
        return "".join(parts)

    def window(self) -> str:
        """Window functions."""
        pick = self.rng.choice
        name = pick(
            (
                "row_number()",
                "rank()",
                "sum(score)",
                "lag(id, 1)",
                "ntile(2)",
                "nth_value(id, 2)",
                "lower(title)",
            )
        )
        frame = pick(
            ("", " ROWS 2 PRECEDING", " RANGE UNBOUNDED PRECEDING", " GROUPS CURRENT ROW EXCLUDE TIES")
        )
        order = pick(("ORDER BY id", "PARTITION BY user_id ORDER BY id", "ORDER BY id, score"))
        return f"SELECT {name} OVER ({order}{frame}) FROM posts"

    def foreign_keys(self) -> str:
        """Statements that foreign keys have a say in."""
        return self.rng.choice((
            "INSERT INTO posts (user_id) VALUES (99)", "DELETE FROM users WHERE id = 1", "UPDATE users SET id = 9 WHERE id = 1",
            "PRAGMA foreign_keys = OFF; INSERT INTO posts (user_id) VALUES (99)", "INSERT INTO tags VALUES (1, 'a'), (77, 'b')",
            "PRAGMA defer_foreign_keys = ON; INSERT INTO posts (user_id) VALUES (99)", "DROP TABLE posts",
            "PRAGMA defer_foreign_keys = ON; INSERT INTO posts (user_id) VALUES (9); INSERT INTO users (id, email) VALUES (9, 'z')",
            "INSERT INTO tags VALUES (1, 'a'); DROP TABLE posts", "INSERT INTO tags VALUES (3, 'a'); DELETE FROM users",
            "CREATE TABLE k (a REFERENCES users(name)); INSERT INTO k VALUES ('A')",
            "CREATE TABLE k (a REFERENCES gone(x)); INSERT INTO k VALUES (1)", "PRAGMA foreign_key_check",
            "CREATE TABLE k (a REFERENCES gone(x)); INSERT INTO k VALUES (NULL)", "ALTER TABLE users RENAME TO people; DROP TABLE people",
        ))  # fmt: skip

    def nested(self) -> str:
        """A query around another script's query."""
        return f"SELECT * FROM (SELECT {self.value()} AS a) WHERE EXISTS ({self.query()})"


def scripts(seed: int, count: int) -> list[dict[str, str]]:
    """So many scripts of one seed, no two alike."""
    writer = Writer(random.Random(seed))
    found: dict[str, None] = {}
    while len(found) < count:
        found.setdefault(writer.script())
    return [{"id": f"s{seed}-{at:04}", "setup": SETUP, "sql": sql} for at, sql in enumerate(found)]


def main() -> int:
    """Print the scripts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1200)
    options = parser.parse_args()
    for script in scripts(options.seed, options.count):
        print(json.dumps(script))
    return 0


if __name__ == "__main__":
    sys.exit(main())
