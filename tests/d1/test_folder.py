"""Which files wrangler applies, in which order, and which files undo them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfguard.d1.folder import applied, layout_of, normalise
from cfguard.d1.rollbacks import down_section, pair
from cfguard.engine import Choice, Setting, run
from cfguard.policy.load import by_id, load_bundled
from tests.model.projects import project


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (["10_a.sql", "2_b.sql", "1_c.sql"], ["1_c.sql", "2_b.sql", "10_a.sql"]),
        (["V10__a.sql", "V2__b.sql", "1_c.sql"], ["1_c.sql", "V10__a.sql", "V2__b.sql"]),
        (["0001_b.sql", "1_a.sql"], ["0001_b.sql", "1_a.sql"]),
        (["0001_a.sql", "0001_a.down.sql"], ["0001_a.down.sql", "0001_a.sql"]),
        (["0001_a_down.sql", "0001_a.sql"], ["0001_a.sql", "0001_a_down.sql"]),
        (["-1_a.sql", "0_b.sql", "x.sql"], ["-1_a.sql", "0_b.sql", "x.sql"]),
        (["1_a.SQL", ".2_b.sql", "3_c.sql.bak", "down/4_d.sql"], []),
    ],
)
def test_order_is_that_of_wrangler(names: list[str], order: list[str]) -> None:
    assert list(applied(names, "*.sql")) == order


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        ("*/migration.sql", ["1_a/migration.sql"]),
        ("**/*.sql", ["0.sql", "1_a/migration.sql", "1_a/x/deep.sql"]),
        ("{1_a,9_z}/migration.sql", ["1_a/migration.sql"]),
        ("[0-9].sql", ["0.sql"]),
        ("*a*a*a*a*a*a*b", []),
    ],
)
def test_patterns(pattern: str, matching: list[str]) -> None:
    names = [
        "1_a/migration.sql",
        "1_a/x/deep.sql",
        "0.sql",
        ".git/migration.sql",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ]
    assert list(applied(names, pattern)) == matching


@pytest.mark.parametrize(
    ("folder", "pattern", "wanted", "refused"),
    [
        (None, None, ("migrations", "*.sql"), False),
        ("./db/../db/m/", None, ("db/m", "*.sql"), False),
        ("m", "./m/*/migration.sql", ("m", "*/migration.sql"), False),
        (".", "*/x.sql", (".", "*/x.sql"), False),
        (None, "migrations/*/x.sql", ("migrations", "*.sql"), True),
        ("m", "other/*.sql", ("m", "*.sql"), True),
    ],
)
def test_layouts(folder: str | None, pattern: str | None, wanted: tuple[str, str], refused: bool) -> None:
    layout = layout_of(folder, pattern)
    assert (layout.folder, layout.pattern) == wanted
    assert bool(layout.mistake) == refused


@given(st.text(alphabet="./\\ab", max_size=12))
def test_a_normal_path_stays_normal(path: str) -> None:
    assert normalise(normalise(path)) == normalise(path)


@pytest.mark.parametrize(
    ("names", "forward"),
    [
        (["1_a.sql", "1_a.down.sql"], {"1_a.down.sql": "1_a.sql"}),
        (["1_a.up.sql", "1_a.down.sql"], {"1_a.down.sql": "1_a.up.sql"}),
        (["1_a.sql", "1_a_down.sql"], {"1_a_down.sql": "1_a.sql"}),
        (["1_a.sql", "1_rollback.sql"], {"1_rollback.sql": "1_a.sql"}),
        (["1_a.sql", "1-rollback.sql"], {"1-rollback.sql": "1_a.sql"}),
        (["1_a.sql", "2_a.down.sql"], {"2_a.down.sql": None}),
        (["1_a.sql", "2_cool_down.sql", "3_rollback.sql", "4_add_undo.sql"], {}),
        (["1_up_a.sql", "1_down_a.sql"], {"1_down_a.sql": "1_up_a.sql"}),
        (["V1__a.sql", "U1__a.sql"], {"U1__a.sql": "V1__a.sql"}),
        (["1_users.sql", "U2_x.sql", "2_rollback_a.sql", "3_scale_down_a.sql"], {}),
    ],
)
def test_rollbacks_among_migrations(names: list[str], forward: dict[str, str]) -> None:
    assert dict(pair(applied(names, "*.sql"), ()).forward) == forward


@pytest.mark.parametrize(
    ("names", "pattern", "forward"),
    [
        (["1_a.sql", "down/1_a.sql"], "**/*.sql", {"down/1_a.sql": "1_a.sql"}),
        (["1_a/up.sql", "1_a/down.sql"], "*/*.sql", {"1_a/down.sql": "1_a/up.sql"}),
        (["1_a/migration.sql", "1_a/rollback.sql"], "*/*.sql", {"1_a/rollback.sql": "1_a/migration.sql"}),
        (["1_a/migration.sql", "2_b/migration.sql"], "*/migration.sql", {}),
    ],
)
def test_rollbacks_that_a_pattern_reaches(names: list[str], pattern: str, forward: dict[str, str]) -> None:
    assert dict(pair(applied(names, pattern), ()).forward) == forward


def test_folders_that_are_migrations_have_rollbacks_by_their_names() -> None:
    ups = ["20250101_a/migration.sql", "20250102_b/migration.sql"]
    found = pair(ups, ["down/20250102_b.sql", "20250101_a/down.sql"])
    assert found.rollbacks == {ups[1]: "down/20250102_b.sql", ups[0]: "20250101_a/down.sql"}


def test_rollbacks_elsewhere() -> None:
    others = ["down/1_a.sql", "down/0002.sql", "/rollbacks/3_c_rollback.sql", "down/9_z.sql"]
    found = pair(["1_a.sql", "2_b.sql", "3_c.sql"], others)
    assert found.rollbacks == {
        "1_a.sql": "down/1_a.sql",
        "2_b.sql": "down/0002.sql",
        "3_c.sql": "/rollbacks/3_c_rollback.sql",
    }
    assert found.orphans == ("down/9_z.sql",)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("-- migrate:up\nSELECT 1;\n-- migrate:down\nDROP TABLE a;", "DROP"),
        ("-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;", "SELECT 2"),
        ("-- +migrate Down\nSELECT 2;", "SELECT 2"),
        ("SELECT 1;\n--//@UNDO\nDROP TABLE a;", "DROP"),
        ("-- Up\nSELECT 1;\n-- Down\nSELECT 2;", "SELECT 2"),
        ("SELECT 1;\n-- down\nDROP TABLE a;", "DROP"),
        ("SELECT 1;\n-- Down\n-- DROP TABLE a;", None),
        ("-- down\nSELECT 1;", None),
        ("-- Rollback: DROP TABLE a;\nCREATE TABLE a (x);", None),
        ("SELECT '-- migrate:down'; DROP TABLE a;", None),
        ("-- rambler up\nSELECT 1;\n-- rambler down\nSELECT 2;", "SELECT 2"),
        ("-- Up ----\nSELECT 1;\n-- ==== DOWN ====\nSELECT 2;", "SELECT 2"),
        ("CREATE TABLE a (x);\n-- [rollback]\nDROP TABLE a;", "DROP"),
        ("CREATE TABLE a (x);\n/* revert */\nDROP TABLE a;", "DROP"),
        ("-- !Ups\nSELECT 1;\n-- !Downs\nSELECT 2;", "SELECT 2"),
        ("CREATE TABLE a (x);\n-- revert\nDROP TABLE other;", None),
        ("-- undo\nDROP TABLE a;", None),
        ("CREATE TABLE a (x); -- roll back the trial\nDROP TABLE a;", None),
        ("-- down\n" * 5_000 + "SELECT 1;", None),
    ],
)
def test_sections(text: str, start: str | None) -> None:
    section = down_section(text)
    assert (section and text[section.start :].startswith(start or "\0")) == (None if start is None else True)


def test_upstream_says_what_d1_refuses_as_the_folder_lies() -> None:
    files = {
        "wrangler.toml": 'd1_databases = [{ binding = "DB", database_name = "x" }]\n',
        "migrations/1_a.sql": "CREATE TABLE a (x);",
        "migrations/1_a_down.sql": "DROP TABLE a;",
        "migrations/2_a.sql": "CREATE TABLE a (x);",
    }
    rules = [
        by_id(load_bundled())[f"migrations/{name}"] for name in ("rejected-by-d1", "rollback-applied-forward")
    ]
    today = date(2026, 11, 22)
    setting = Setting(
        today,
        datetime(2026, 11, 22, tzinfo=UTC),
        lambda rule, path: Choice(rule.severity, {}),
        lambda path: False,
    )
    found = {(each.rule, each.upstream) for each in run(project(files), rules, setting).findings}
    assert found == {("migrations/rejected-by-d1", None), ("migrations/rollback-applied-forward", None)}
    del files["migrations/1_a_down.sql"]
    found = {(each.rule, each.upstream) for each in run(project(files), rules, setting).findings}
    assert found == {("migrations/rejected-by-d1", "d1")}
    files["migrations/1_a.down.sql"] = "DROP TABLE a;"
    found = {(each.rule, each.upstream) for each in run(project(files), rules, setting).findings}
    assert ("migrations/rollback-applied-forward", "d1") in found
