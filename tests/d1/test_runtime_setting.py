"""The settings key for the D1 runtime."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from cfguard import cli, terminal
from cfguard.contracts.settings import Settings
from cfguard.d1.profile import PROFILES

CONFIG = (
    'name = "a"\ncompatibility_date = "2026-11-01"\n[[d1_databases]]\nbinding = "DB"\n'
    'database_name = "a"\ndatabase_id = "8c6f0c5e-5d0f-4c0e-9a52-3c0b8f4ed1a7"\n'
)


def check(root: Path, settings: str) -> int:
    (root / "wrangler.toml").write_text(CONFIG)
    (root / "cfguard.toml").write_text(settings)
    (root / "migrations").mkdir(exist_ok=True)
    (root / "migrations" / "0001_a.sql").write_text("PRAGMA page_size;\n")
    return cli.main(["check", str(root), "--select", "migrations/rejected-by-d1"])


def test_the_runtimes_are_those_of_the_data() -> None:
    annotation = Settings.model_fields["d1_runtime"].annotation
    names = {each for part in get_args(annotation) for each in get_args(part)}
    assert names == set(PROFILES)


def test_migrations_are_played_on_the_runtime_that_is_named(tmp_path: Path) -> None:
    assert check(tmp_path, "") == terminal.OK
    assert check(tmp_path, 'd1_runtime = "2026-11-17"\n') == terminal.OK
    assert check(tmp_path, 'd1_runtime = "2026-04-26"\n') == terminal.FINDINGS


def test_a_runtime_that_nobody_knows_is_told_at_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(tmp_path, 'profile = "all"\nd1_runtime = "2026-04-25"\n') == terminal.FAILED
    told = capsys.readouterr()
    assert "did you mean `2026-04-26`" in told.out + told.err
    assert "cfguard.toml:2:14" in told.out + told.err
