"""A project's way with a baseline: accept, go on, mend, prune."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cfguard import cli

FILE = Path(".cfguard-baseline.json")
OLD = 'name = "shop"\nmain = "src/index.ts"\ncompatibility_date = "2024-01-01"\n'
NEW = OLD.replace("2024-01-01", "2026-11-01")
SHARED = '[[env.{}.d1_databases]]\nbinding = "DB"\ndatabase_id = "3f0c7b5e-9d1a-4c2e-8f57-1b6a2d9e4c10"\n'


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    subprocess.run(["git", "init", "-q"], check=True)
    (tmp_path / "src").mkdir()
    (tmp_path / "src/index.ts").write_text("")
    (tmp_path / "wrangler.toml").write_text(OLD)
    return tmp_path


def run(*words: str) -> int:
    return cli.main(list(words))


def check(*words: str) -> int:
    return run("check", "--today", "2026-11-22", *words)


def keys() -> list[str]:
    return [row["key"] for row in json.loads(FILE.read_text())["findings"]]


def test_only_new_findings_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == 1
    assert run("baseline", "create") == 0
    assert "1 finding accepted" in capsys.readouterr().out
    assert check() == 0
    assert "Hidden: 1 by the baseline." in capsys.readouterr().out
    Path("wrangler.toml").write_text(
        "# a line above\n" + OLD + SHARED.format("dev") + SHARED.format("production")
    )
    assert check() == 1
    told = capsys.readouterr().out
    assert "d1/database-shared" in told
    assert "compatibility-date-stale]" not in told
    assert check("--no-baseline") == 1
    assert "compatibility-date-stale]" in capsys.readouterr().out


def test_hidden_findings_are_counted_in_json_and_absent_from_sarif(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run("baseline", "create")
    capsys.readouterr()
    assert check("--format", "json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["summary"]["hidden"]["baseline"] == 1
    assert report["findings"] == []
    check("--format", "sarif")
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"] == []


def test_what_is_mended_is_a_note_until_it_is_pruned(capsys: pytest.CaptureFixture[str]) -> None:
    run("baseline", "create")
    Path("wrangler.toml").write_text(NEW)
    capsys.readouterr()
    assert check("--fail-on", "info") == 0, "good news makes no run red"
    assert "1 entry of the baseline matches nothing any more" in capsys.readouterr().out
    assert run("baseline", "show") == 0
    assert "stale" in capsys.readouterr().out
    before = FILE.read_text()
    assert run("baseline", "prune", "--check") == 1
    assert FILE.read_text() == before
    assert run("baseline", "prune") == 0
    assert "- wrangler.toml  wrangler/compatibility-date-stale" in capsys.readouterr().out
    assert keys() == []
    assert run("baseline", "prune", "--check") == 0
    capsys.readouterr()
    check()
    assert "baseline" not in capsys.readouterr().out


def test_a_narrower_run_calls_nothing_stale(capsys: pytest.CaptureFixture[str]) -> None:
    Path("api").mkdir()
    Path("api/wrangler.toml").write_text(OLD)
    run("baseline", "create")
    assert len(keys()) == 2
    Path("wrangler.toml").write_text(NEW)
    capsys.readouterr()
    assert check("--select", "d1/*") == 0
    assert check("api") == 0
    assert "nothing any more" not in capsys.readouterr().out
    listed = keys()
    assert run("baseline", "prune", "api") == 0
    assert run("baseline", "update", "api") == 0
    assert keys() == listed


def test_an_incomplete_run_calls_nothing_stale(capsys: pytest.CaptureFixture[str]) -> None:
    run("baseline", "create")
    Path("wrangler.toml").write_text(NEW)
    Path("api").mkdir()
    Path("api/wrangler.toml").symlink_to("/etc/hostname")
    capsys.readouterr()
    assert check() == 2
    assert "nothing any more" not in capsys.readouterr().out
    assert run("baseline", "prune") == 2
    assert keys() == ["compatibility_date"]


def test_an_env_file_that_only_one_machine_has_is_not_stale_elsewhere(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("wrangler.toml").write_text(NEW)
    Path(".gitignore").write_text(".dev.vars*\n")
    Path(".dev.vars").write_text("A=1\nA=2\n")
    run("baseline", "create")
    assert "A" in keys()
    Path(".dev.vars").unlink()
    capsys.readouterr()
    assert check() == 0
    assert "nothing any more" not in capsys.readouterr().out


def test_create_never_overwrites_without_being_asked(capsys: pytest.CaptureFixture[str]) -> None:
    FILE.write_text('{"version": 1, "findings": []}')
    assert run("baseline", "create") == 2
    assert "exists and stays as it is" in capsys.readouterr().err
    assert FILE.read_text() == '{"version": 1, "findings": []}'
    assert run("baseline", "create", "--force") == 0
    assert keys() == ["compatibility_date"]


def test_update_shows_what_it_adds_and_adds_nothing_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    FILE.write_text('{"version": 1, "findings": []}')
    monkeypatch.setenv("CI", "true")
    assert run("baseline", "update") == 2
    assert "in CI, where nobody looks" in capsys.readouterr().err
    assert keys() == []
    monkeypatch.delenv("CI")
    assert run("baseline", "update") == 0
    assert "+ wrangler.toml  wrangler/compatibility-date-stale  compatibility_date" in capsys.readouterr().out
    assert keys() == ["compatibility_date"]
    assert run("baseline", "update") == 0
    assert "nothing has changed" in capsys.readouterr().out


def test_exposed_credentials_stay_told(capsys: pytest.CaptureFixture[str]) -> None:
    live = "sk_live_" + "51Hq9LyjWDarjtT8zdp7dcXw"
    Path("wrangler.toml").write_text(NEW + f'[vars]\nSTRIPE_SECRET_KEY = "{live}"\n')
    assert run("baseline", "create") == 0
    assert "about exposed credentials left out (wrangler.toml)" in capsys.readouterr().err
    assert live not in FILE.read_text()
    assert check() == 1


def test_a_broken_baseline_is_2_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    FILE.write_text('{"version": 1,\n "findings": [{"path": "a", "rule": "a/b", "key": "", "cuont": 1}]}')
    for words in ([], ["--baseline", str(FILE)]):
        assert check(*words) == 2
        err = capsys.readouterr().err
        assert ".cfguard-baseline.json:2:55: `cuont` is not a field; did you mean `count`" in err
    assert check("--no-baseline") == 1
    assert run("baseline", "show") == 2
    assert check("--baseline", "gone.json") == 2


def test_paths_that_lead_out_are_nobodys_business(capsys: pytest.CaptureFixture[str]) -> None:
    names = ["../../etc/passwd", "/etc/passwd", "a\\u0000b", "\\ud800", ""]
    rows = ", ".join(f'{{"path": "{name}x", "rule": "d1/database-shared", "key": ""}}' for name in names)
    FILE.write_text(f'{{"version": 1, "findings": [{rows}]}}')
    assert check() == 1
    assert run("baseline", "show") == 0
    shown = capsys.readouterr().out
    assert "/etc/passwdx  d1/database-shared  stale" in shown
    assert f"{len(names)} entries, {len(names)} of them stale" in shown
    assert run("baseline", "update") == 0
    assert keys() == ["compatibility_date"]


def test_the_nearest_baseline_counts(capsys: pytest.CaptureFixture[str]) -> None:
    Path("api").mkdir()
    Path("api/wrangler.toml").write_text(OLD)
    assert run("baseline", "create", "api", "--baseline", "api/.cfguard-baseline.json") == 0
    assert (
        json.loads(Path("api/.cfguard-baseline.json").read_text())["findings"][0]["path"] == "wrangler.toml"
    )
    assert check("api") == 0
    assert check() == 1, "the root has none"
    assert check("--baseline", "api/.cfguard-baseline.json", "api") == 0


def test_without_a_file_or_anything_to_check() -> None:
    assert run("baseline", "show") == 3
    assert run("baseline", "update") == 2
    Path("wrangler.toml").unlink()
    assert run("baseline", "create") == 3
    assert not FILE.exists()


def test_a_run_without_a_baseline_loads_nothing_of_it() -> None:
    code = (
        "import sys; from cfguard.cli import main; main(['check', '--quiet']);"
        "print([name for name in sys.modules if 'baselin' in name or name == 'pydantic'])"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
