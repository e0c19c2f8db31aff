"""What docs/git.md shows is what is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from cfguard import cli, terminal
from cfguard.commands import module_of
from cfguard.history import Past, PastLeak
from cfguard.report.history import render
from tests.git.conftest import Sandbox
from tests.secrets.samples import Maker

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "git.md").read_text("utf-8")


def test_the_staged_secret_is_told_as_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sandbox = Sandbox(tmp_path / "repo")
    sandbox.write(".dev.vars", f"\nSESSION_SECRET={Maker(47).hex(32)}\n")
    sandbox.git("add", "-f", ".dev.vars")
    sandbox.write(".dev.vars", "\n")
    code = cli.main(["check", "--select", "secrets/committed", str(sandbox.root), "--color", "never"])
    assert code == terminal.FINDINGS
    assert "\n".join(capsys.readouterr().out.splitlines()[:2]) in PAGE


def test_the_history_is_told_as_shown() -> None:
    commit = "5c1fd0a2b1" + "0" * 30
    leak = PastLeak(
        "src/session.ts", 3, "SESSION_SECRET", "credential by its name", commit, 1767225600, False, True, 6
    )
    assert render(Past((leak,), 15784, ()), "text") in PAGE


def test_options_and_hooks_of_the_page_exist() -> None:
    known = {*module_of("check").ARGUMENTS, *module_of("secrets").ARGUMENTS}
    foreign = {"--cached", "--reference"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE)) - foreign <= known
    hooks = {each["id"] for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    assert set(re.findall(r"- id: ([\w-]+)", PAGE)) == hooks
