"""The command line reads the same whether argparse is asked or not."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard import __version__, arguments, cli
from cfguard.arguments import read_arguments
from cfguard.commands import COMMANDS, module_of

_FLAGS = sorted({name for each in COMMANDS for name in module_of(each).ARGUMENTS if name.startswith("-")})
_VALUES = ("text", "json", "error", "always", "strict", "a", "", "d1/*", "-", "--", "-x", "--form", "-h")
_WORD = st.one_of(
    st.sampled_from(_FLAGS),
    st.sampled_from(_VALUES),
    st.builds("{}={}".format, st.sampled_from(_FLAGS), st.sampled_from(_VALUES)),
)


def by_argparse(words: list[str]) -> SimpleNamespace | None:
    try:
        return arguments._parser().parse_args(words, SimpleNamespace())
    except SystemExit:
        return None


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(COMMANDS)), st.lists(_WORD, max_size=6))
def test_what_is_read_directly_is_what_argparse_reads(command: str, words: list[str]) -> None:
    plain = arguments._plain([command, *words])
    if plain is not None:
        assert vars(plain) == vars(by_argparse([command, *words]) or SimpleNamespace())


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["check", "a", "b", "--format", "sarif", "--quiet"],
        ["check", "--select=d1/*", "--select", "oauth/*", "--today", "2026-11-22", "a"],
        ["check", "--only-touching", "--", "-a", "b"],
        ["rule", "d1/database-shared"],
        ["envs", "--only-differences", "--color=never"],
        ["test", "policies"],
    ],
)
def test_ordinary_words_need_no_argparse(words: list[str]) -> None:
    plain = arguments._plain(words)
    assert plain is not None
    assert vars(plain) == vars(by_argparse(words) or SimpleNamespace())


def test_abbreviations_are_left_to_argparse() -> None:
    options = read_arguments(["check", "--exit"])
    assert options is not None
    assert options.exit_zero


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "--fail-on", "never"], "--fail-on: invalid choice: 'never'"),
        (["check", "--today"], "--today: expected one argument"),
        (["check", "--quiet=yes"], "--quiet: ignored explicit argument 'yes'"),
        (["check", "a", "--quiet", "b"], "unrecognized arguments: b"),
        (["rule", "a", "b"], "unrecognized arguments: b"),
        (["chek"], "`chek` is not a command; did you mean `check`"),
        (["."], "`.` is not a command; did you mean `cfguard check .`"),
        (["xyzzy"], "`xyzzy` is not a command"),
    ],
)
def test_mistakes_are_told(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        read_arguments(words)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_a_date_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--today", "tomorrow"]) == cli.FAILED
    assert capsys.readouterr().err == "cfguard: `--today tomorrow` is not a date (YYYY-MM-DD)\n"


def test_no_command_gives_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == cli.FAILED
    assert "exit codes:" in capsys.readouterr().out


def test_version_needs_nothing_but_the_version() -> None:
    code = (
        "import sys; from cfguard.cli import main; main(['--version']); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"cfguard {__version__}\n"
    own = {name for name in done.stderr.split() if name.startswith("cfguard")}
    assert own == {"cfguard", "cfguard.cli", "cfguard.ending", "cfguard.terminal"}
    assert not {"argparse", "typing", "re"} & set(done.stderr.split())


def test_the_process_ends_with_the_code_and_the_whole_report() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cfguard", "rule"], capture_output=True, text=True, check=False
    )
    assert done.returncode == cli.OK
    assert done.stdout.endswith("\n")
    assert done.stderr == ""
    unknown = [sys.executable, "-m", "cfguard", "rule", "no/such"]
    assert subprocess.run(unknown, capture_output=True, check=False).returncode == cli.FAILED


@pytest.mark.parametrize(
    ("redirection", "code"),
    [("2>&-", cli.OK), (">/dev/null", cli.OK), (">/dev/full", cli.FAILED), (">&-", cli.FAILED)],
)
def test_streams_that_are_closed_or_full_change_no_verdict(redirection: str, code: int) -> None:
    command = f'"{sys.executable}" -m cfguard rule {redirection}'
    done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, check=False)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert b"bug" not in done.stderr
