"""The example, run by the real wrangler."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cfguard import cli, terminal


def test_the_example_keeps_every_limit(live: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {each.relative_to(live) for each in live.rglob("*")}
    code = cli.main(["verify", str(live), "--format", "json"])
    shown = capsys.readouterr()
    assert code == terminal.OK, shown
    rows = json.loads(shown.out)["results"][0]["measurements"]
    assert [(row["check"], row["verdict"]) for row in rows] == [
        ("migrations", "ok"),
        ("rollback", "ok"),
        ("startup", "ok"),
        ("reload", "ok"),
        ("health", "ok"),
        ("contract", "ok"),
        ("contract", "ok"),
        ("contract", "ok"),
    ]
    assert {each.relative_to(live) for each in live.rglob("*")} == before


def test_what_is_wrong_with_a_worker_is_told(live: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = live / "src" / "index.ts"
    source.write_text(
        source.read_text().replace("check_type:", "kind:").replace("status: 201", "status: 200")
    )
    (live / "migrations" / "down" / "0002_pinned.sql").write_text("DROP INDEX notes_pinned;\n")
    assert cli.main(["verify", str(live), "--only", "migrations,health,contract"]) == terminal.FINDINGS
    shown = capsys.readouterr().out
    assert "failed: after all rollbacks" not in shown  # the first migration's rollback drops the table anyway
    assert "failed: `check_type`: it is missing" in shown
    assert "failed: status 200, and 201 was promised" in shown
    assert "failed: the body lacks `check_type`" in shown
