"""What shells offer is what the command line takes; asked of a real shell where there is one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cfguard import cli
from cfguard.commands import COMMANDS, module_of
from cfguard.completion import SHELLS, Argument, commands_of, script
from cfguard.policy.load import load_bundled

ROOT = Path(__file__).parent.parent


@pytest.fixture
def bash(tmp_path: Path) -> Path:
    made = tmp_path / "completion.bash"
    done = subprocess.run(
        [sys.executable, "-m", "cfguard", "completion", "bash"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    made.write_text(done.stdout)
    (tmp_path / "d1").mkdir()
    (tmp_path / "d1" / "trap").write_text("a name that `d1/*` would become, were it expanded")
    return made


def offered(script: Path, *words: str) -> list[str]:
    """What bash offers for the last of some words, parted as bash parts them."""
    listed = " ".join(f"'{word}'" for word in words)
    command = (
        f"source {script}; COMP_WORDS=({listed}); COMP_CWORD={len(words) - 1}; _cfguard; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", command], cwd=script.parent, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return [line for line in done.stdout.split("\n") if line]


def test_bash_offers_what_can_stand_there(bash: Path) -> None:
    assert offered(bash, "cfguard", "") == [*COMMANDS, "--help", "--version"]
    assert offered(bash, "cfguard", "ch") == ["check"]
    assert "--no-baseline" in offered(bash, "cfguard", "check", "--no-")
    assert offered(bash, "cfguard", "check", "--profile", "s") == ["strict"]
    assert offered(bash, "cfguard", "check", "--profile", "=", "s") == ["strict"]
    assert offered(bash, "cfguard", "check", "--profile", "=") == ["recommended", "strict", "all"]
    assert offered(bash, "cfguard", "rule", "d1/database-sh") == ["d1/database-shared"]
    assert "d1/*" in offered(bash, "cfguard", "check", "--select", "d1/")
    assert offered(bash, "cfguard", "baseline", "pr") == ["prune"]
    assert offered(bash, "cfguard", "completion", "") == list(SHELLS)
    assert offered(bash, "cfguard", "check", "--settings", "") == [], "bash completes files itself"
    assert offered(bash, "cfguard", "check", "--today", "") == []


def test_every_rule_and_option_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    options = {name for each in COMMANDS for name in module_of(each).ARGUMENTS if name.startswith("-")}
    for shell in SHELLS:
        assert cli.main(["completion", shell]) == 0
        words = set(re.findall(r"[\w/*-]+", capsys.readouterr().out))
        assert {rule.id for rule in load_bundled()} <= words
        assert {option.lstrip("-") for option in options} <= {word.lstrip("-") for word in words}


def test_words_of_a_table_cannot_end_a_quote() -> None:
    table = {"paths": {"nargs": "*"}, "--x": {"help": "it's [not] a: thing \\ of", "metavar": "DATE"}}
    commands = commands_of({"check": ("don't", table)}, {})
    assert commands[0].arguments[1] == Argument("--x", "it's [not] a: thing \\ of", True, ())
    for shell in SHELLS:
        text = script(shell, commands)
        program = shutil.which(shell)
        if program is not None:
            done = subprocess.run([program, "-n", "-c", text], capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, "")
    assert "'--x[it'\\''s (not) a - thing \\ of]:value:()'" in script("zsh", commands)
    assert "-d 'it\\'s [not] a: thing \\\\ of'" in script("fish", commands)


def test_a_shell_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["completion", "csh"])
    assert stopped.value.code == 2
    assert "invalid choice: 'csh'" in capsys.readouterr().err


def test_broken_settings_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cfguard.toml").write_text("profil = 1\n")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["completion", "fish"]) == 0
    assert "d1/database-shared" in capsys.readouterr().out
