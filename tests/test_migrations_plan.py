"""The plan of migrations: what each file does, and whether it can be undone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cfguard.cli import main
from cfguard.migrations_plan import Plan, plans
from cfguard.report.migrations import FORMATS, render
from tests.model.projects import project

_FILES = {
    "wrangler.toml": 'd1_databases = [{ binding = "DB", database_name = "shop" }]\n',
    "migrations/0001_users.sql": "CREATE TABLE users (id INTEGER PRIMARY KEY);\n",
    "migrations/0002_posts.sql": "CREATE TABLE posts (u INT REFERENCES users(id) ON DELETE CASCADE);\n",
    "migrations/0003_drop.sql": "DROP TABLE users;\n",
    "migrations/0003_drop_down.sql": "CREATE TABLE users (id INTEGER PRIMARY KEY);\n",
    "migrations/0004_bad.sql": "SELEC 1;\n",
    "migrations/0005_never.sql": "CREATE TABLE never (a);\n",
    "migrations/down/0001_users.sql": "DROP TABLE users;\n",
    "migrations/down/0002_posts.sql": "SELECT 1;\n",
}


@pytest.fixture
def plan() -> Plan:
    (found,) = plans(project(_FILES))
    return found


def test_each_file_has_its_fate(plan: Plan) -> None:
    assert [(each.name, each.state, each.undo) for each in plan.migrations] == [
        ("0001_users.sql", "applies", "proved"),
        ("0002_posts.sql", "applies", "incomplete"),
        ("0003_drop.sql", "applies", "proved"),
        ("0004_bad.sql", "refused", "missing"),
        ("0005_never.sql", "not reached", "missing"),
    ]


def test_effects_and_rows_at_risk(plan: Plan) -> None:
    assert plan.migrations[0].effects == ("added table users",)
    assert plan.migrations[2].effects == ("dropped table users",)
    assert plan.migrations[2].at_risk == ("posts", "users")
    assert plan.migrations[3].reason == "syntax error at `SELEC`"
    assert plan.rollbacks_applied == ("0003_drop_down.sql",)


def test_every_format_names_every_file(plan: Plan) -> None:
    for format in FORMATS:
        text = render([plan], format).replace("\\_", "_")
        assert all(each.name in text for each in plan.migrations), format
    assert json.loads(render([plan], "json"))["folders"][0]["table"] == "d1_migrations"


def test_columns_are_told_one_by_one() -> None:
    files = {
        "wrangler.toml": _FILES["wrangler.toml"],
        "migrations/1_a.sql": "CREATE TABLE a (x INT, y INT);",
        "migrations/2_b.sql": "ALTER TABLE a ADD COLUMN z TEXT; ALTER TABLE a DROP COLUMN y;",
        "migrations/3_c.sql": "DROP TABLE a; CREATE TABLE a (x TEXT, z TEXT);",
        "migrations/4_d.sql": "DROP TABLE a; CREATE TABLE a (x TEXT, z TEXT, UNIQUE (x));",
    }
    (found,) = plans(project(files))
    assert [each.effects for each in found.migrations[1:]] == [
        ("added column a.z", "dropped column a.y"),
        ("changed column a.x",),
        ("changed table a",),
    ]
    assert found.migrations[1].at_risk == ("a.y",)


@pytest.mark.parametrize(
    ("down", "undo"),
    [
        ("ALTER TABLE a DROP COLUMN z;", "proved"),
        ("DROP TABLE a; CREATE TABLE a (x INT);", "loses rows"),
        ("SELECT 1;", "incomplete"),
        ("SELECT nope;", "fails"),
    ],
)
def test_rollbacks_are_tried_with_rows(down: str, undo: str) -> None:
    files = {
        "wrangler.toml": _FILES["wrangler.toml"],
        "migrations/1_a.sql": "CREATE TABLE a (x INT);",
        "migrations/2_b.sql": "ALTER TABLE a ADD COLUMN z TEXT;",
        "migrations/down/2_b.sql": down,
    }
    (found,) = plans(project(files))
    assert found.migrations[1].undo == undo


def test_the_schema_can_be_shown_alone(plan: Plan) -> None:
    text = render([plan], "text", schema=True)
    assert "CREATE TABLE posts" in text
    assert "0001_users.sql" not in text


def test_an_unknown_format_is_refused(plan: Plan) -> None:
    with pytest.raises(KeyError):
        render([plan], "html")


def test_no_folder_no_plan() -> None:
    assert plans(project({"wrangler.toml": _FILES["wrangler.toml"]})) == ()


def test_the_word_schema_shows_what_migrations_lead_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "wrangler.toml").write_text(_FILES["wrangler.toml"])
    (tmp_path / "migrations" / "0001_users.sql").write_text(_FILES["migrations/0001_users.sql"])
    assert main(["migrations", "schema", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "-- migrations/*.sql\n" + _FILES["migrations/0001_users.sql"] + "\n"
    assert main(["migrations", str(tmp_path)]) == 0
    assert "added table users" in capsys.readouterr().out


def test_a_schema_in_markdown_cannot_leave_its_fence() -> None:
    text = "CREATE TABLE a (x TEXT DEFAULT '\n```\n');"
    found = plans(project({"wrangler.toml": _FILES["wrangler.toml"], "migrations/1_a.sql": text}))
    assert render(found, "markdown", schema=True).startswith("````sql\n")
