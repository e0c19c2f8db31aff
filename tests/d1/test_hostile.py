"""Scripts that want to run for ever, fill the memory or reach out of the database."""

from __future__ import annotations

from time import monotonic

import pytest

from cfguard.d1 import script
from cfguard.d1.backends import open_database
from cfguard.d1.script import Script, judge, run_transaction

_ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
_BACKENDS = ["sqlite3", ""]


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "SECONDS", 0.2)


@pytest.mark.parametrize("backend", _BACKENDS)
@pytest.mark.parametrize(
    "text",
    [
        f"{_ENDLESS} SELECT count(*) FROM c",
        f"CREATE TABLE t(a); INSERT INTO t {_ENDLESS} SELECT zeroblob(1000000) FROM c",
        "SELECT 1;" * 60_000,
    ],
)
def test_endless_work_is_stopped_without_a_verdict(backend: str, text: str) -> None:
    start = monotonic()
    verdict = judge(text, backend=backend)
    assert verdict.unverified
    assert monotonic() - start < 20


@pytest.mark.parametrize("backend", _BACKENDS)
@pytest.mark.parametrize(
    "text",
    [
        "SELECT zeroblob(1000000000)",
        "ATTACH '/tmp/outside.db' AS o",
        "SELECT load_extension('x')",
        "VACUUM INTO '/tmp/outside.db'",
        "PRAGMA writable_schema=ON",
        "CREATE TABLE t(a); COMMIT; ATTACH '/tmp/outside.db' AS o",
        "SELECT " + "(" * 50_000,
        "\x00",
    ],
)
def test_what_reaches_out_is_refused(backend: str, text: str) -> None:
    verdict = judge(text, backend=backend)
    assert not verdict.accepted or verdict.unverified


@pytest.mark.parametrize("backend", _BACKENDS)
def test_a_script_takes_effect_whole_or_not_at_all(backend: str) -> None:
    database = open_database(backend=backend)
    refusal = run_transaction(database, Script("CREATE TABLE a(x); CREATE TABLE a(x);"))
    assert refusal is not None
    assert database.query("SELECT name FROM sqlite_master") == [("_cf_METADATA",)]
    database.close()


@pytest.mark.parametrize("backend", _BACKENDS)
@pytest.mark.parametrize(
    ("text", "blamed"),
    [
        ("CREATE TABLE t(a INT,)", ")"),
        ("SELECT 1;\nSELECT nope FROM sqlite_master;", "nope"),
        ("CREATE TABLE a(x);\nCREATE TABLE a(x);", "a"),
        ("SELECT 'é', (1 2)", "2"),
        ("SELECT sqlite_version()", "sqlite_version"),
        ("CREATE TABLE a(x NOT NULL); INSERT INTO a VALUES (NULL);", "INSERT"),
        ("/* c */ BEGIN;", "BEGIN"),
    ],
)
def test_the_failing_token_is_known(backend: str, text: str, blamed: str) -> None:
    database = open_database(backend=backend)
    refusal = run_transaction(database, Script(text))
    database.close()
    assert refusal is not None
    assert text[refusal.span.start : refusal.span.end] == blamed
