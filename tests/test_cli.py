"""The command line as a shell sees it: words in, text and an exit code out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import cfguard
from cfguard import api, cli
from cfguard.report import FORMATS

ROOT = Path(__file__).parent.parent
OLD = 'name = "acme"\nmain = "src/index.ts"\ncompatibility_date = "2024-01-01"\n'
NEW = 'name = "acme"\nmain = "src/index.ts"\ncompatibility_date = "2026-11-01"\n'
FUTURE = 'name = "acme"\nmain = "src/index.ts"\ncompatibility_date = "2026-12-01"\n'


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CFGUARD_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CFGUARD_CACHE_DIR", "")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "src/index.ts").write_text("")


def run(*words: str) -> int:
    try:
        return cli.main(list(words))
    except SystemExit as stop:  # argparse leaves by it for --help, --version and usage
        assert isinstance(stop.code, int)
        return stop.code


def check(*words: str) -> int:
    return run("check", "--today", "2026-11-22", *words)


def write(text: str, path: str = "wrangler.toml") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def test_0_where_nothing_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    write(NEW)
    assert check() == 0
    assert "All clear" in capsys.readouterr().out


def test_1_where_something_is(capsys: pytest.CaptureFixture[str]) -> None:
    write(OLD)
    assert check() == 1
    out = capsys.readouterr().out
    assert "wrangler/compatibility-date-stale" in out
    assert "wrangler.toml:3:22" in out
    assert str(Path.cwd()) not in out


def test_2_where_the_job_could_not_be_done(capsys: pytest.CaptureFixture[str]) -> None:
    write(OLD)
    assert check(".", "gone") == 2
    captured = capsys.readouterr()
    assert "gone" in captured.out + captured.err
    assert "wrangler/compatibility-date-stale" in captured.out, "the rest is checked all the same"


def test_3_where_there_is_nothing_to_check() -> None:
    Path("README.md").write_text("hello")
    assert check() == 3
    assert check("--allow-empty") == 0
    assert check("--exit-zero") == 3


def test_130_on_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(request: api.Request) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "check_request", interrupt)
    assert check() == 130


def test_a_bug_of_ours_is_2_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(request: api.Request) -> None:
        raise ZeroDivisionError("secret of a file")

    monkeypatch.setattr(api, "check_request", fail)
    assert check() == 2
    err = capsys.readouterr().err
    assert "ZeroDivisionError" in err
    assert "bug of cfguard" in err
    assert "Traceback" not in err
    assert "secret of a file" not in err
    monkeypatch.setenv("CFGUARD_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        check()


def test_exit_zero_changes_1_alone() -> None:
    write(OLD)
    assert check("--exit-zero") == 0
    assert check("--exit-zero", ".", "gone") == 2


@pytest.mark.parametrize(("lowest", "code"), [("error", 0), ("warning", 1), ("info", 1)])
def test_the_lowest_severity_that_fails(lowest: str, code: int) -> None:
    write(FUTURE)
    assert check("--fail-on", lowest) == code


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_never_changes_the_code(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(OLD)
    assert check("--format", format) == 1
    out = capsys.readouterr().out
    assert out.endswith("\n")
    if format in ("json", "sarif", "gitlab"):
        json.loads(out)
    write(NEW)
    assert check("--format", format) == 0
    assert check("--format", format, ".", "gone") == 2


def test_reports_go_to_files_beside_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    write(OLD)
    assert check("--output", "json=out.json", "--output", "sarif=out.sarif") == 1
    assert "compatibility-date-stale" in capsys.readouterr().out
    assert json.loads(Path("out.json").read_text())["version"] == 1
    assert json.loads(Path("out.sarif").read_text())["version"] == "2.1.0"
    assert sorted(each.name for each in Path().iterdir() if "part" in each.name) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["json"], "`--output json` is not FORMAT=FILE"),
        (["=x"], "`` is not a format; there are text, concise,"),
        (["json="], "is not FORMAT=FILE"),
        (["jsonn=x"], "`jsonn` is not a format; there are text, concise,"),
        (["json=no/such/folder/x"], "cannot write `no/such/folder/x`: no such file or directory"),
        (["json=-"], "`--format json` writes to standard output"),
        (["json=out", "sarif=./out"], "two `--output` write to `./out`"),
    ],
)
def test_an_output_that_cannot_be(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(NEW)
    assert check(*(f"--output={word}" for word in words)) == 2
    assert told in capsys.readouterr().err


def test_every_format_at_once_in_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    write(OLD)
    assert check("--format", "concise", *(f"--output={format}=out.{format}" for format in FORMATS)) == 1
    assert capsys.readouterr().out.startswith("wrangler.toml:3:22: error[")
    assert [format for format in FORMATS if "compatibility" not in Path(f"out.{format}").read_text()] == []


def test_sarif_of_a_check_that_is_not_whole_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    write(OLD)
    assert check("--output", "sarif=out.sarif", "--output", "json=out.json") == 1
    assert check("--output", "sarif=out.sarif", "--output", "json=out.json", ".", "gone") == 2
    assert not Path("out.sarif").exists(), "uploaded, it would close the alerts of files that were not read"
    assert len(json.loads(Path("out.json").read_text())["problems"]) == 1
    assert "`out.sarif` is not written: the check is not complete" in capsys.readouterr().err


def test_sarif_of_an_earlier_run_does_not_stay_where_this_one_fails() -> None:
    write(OLD)
    Path("link.sarif").symlink_to("out.sarif")
    assert check("--output", "sarif=link.sarif") == 1
    assert Path("out.sarif").exists()
    assert check("--output", "sarif=link.sarif", "--select", "no/such") == 2
    assert not Path("out.sarif").exists()
    assert check("--output", "sarif=link.sarif") == 1
    assert Path("link.sarif").is_symlink()
    assert Path("out.sarif").exists()


def test_sarif_of_nothing_is_written_only_where_nothing_is_expected(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("README.md").write_text("hello")
    assert check("--output", "sarif=out.sarif") == 3
    assert not Path("out.sarif").exists()
    assert "there was nothing to check" in capsys.readouterr().err
    assert check("--output", "sarif=out.sarif", "--allow-empty") == 0
    assert json.loads(Path("out.sarif").read_text())["runs"][0]["results"] == []


def test_sarif_is_filed_under_a_category(capsys: pytest.CaptureFixture[str]) -> None:
    write(NEW)
    assert check("--format", "sarif", "--sarif-category", "shop/") == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["automationDetails"] == {"id": "shop/"}
    for wrong in ("", "/", "a\nb", "a" * 201):
        assert check("--sarif-category", wrong) == 2
        assert "is not a name" in capsys.readouterr().err


def test_a_report_keeps_a_link_and_fills_a_pipe(tmp_path: Path) -> None:
    write(NEW)
    Path("kept").mkdir()
    Path("kept/out.json").write_text("old")
    Path("link.json").symlink_to("kept/out.json")
    assert check("--output", "json=link.json") == 0
    assert Path("link.json").is_symlink()
    assert json.loads(Path("kept/out.json").read_text())["version"] == 1
    command = f"{sys.executable} -m cfguard check --quiet --output json=/dev/stdout {tmp_path} | cat"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env=environment, check=False
    )
    assert json.loads(done.stdout)["version"] == 1
    assert os.path.exists("/dev/stdout")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--select", "d1/database-sharde"], "did you mean `d1/database-shared`"),
        (["--ignore", "nothing/*"], "is not a rule"),
        (["--format", "yaml"], f"`yaml` is not a format; there are {', '.join(FORMATS)}"),
        (["--format", "jsn"], "did you mean `json`"),
        (["--profile", "everything"], "everything"),
        (["--fail-on", "never"], "never"),
        (["--today", "tomorrow"], "tomorrow"),
        (["--today", "2026-02-30"], "2026-02-30"),
        (["--settings", "gone.toml"], "gone.toml"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_usage_is_2_and_says_what(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(NEW)
    assert check(*words) == 2
    err = capsys.readouterr().err
    assert told in err
    assert "Traceback" not in err


def test_settings_that_are_wrong_are_2_with_their_place(capsys: pytest.CaptureFixture[str]) -> None:
    write(NEW)
    write('profile = "strict"\nexclud = []\n', "cfguard.toml")
    assert check() == 2
    assert "cfguard.toml:2:1: " in capsys.readouterr().err
    write('[rules."d1/database-sharde"]\nseverity = "off"\n', "cfguard.toml")
    assert check() == 2
    assert "cfguard.toml:1:8: `d1/database-sharde` is not a rule" in capsys.readouterr().err


def test_imposed_settings_replace_the_repository_s(tmp_path: Path) -> None:
    write(OLD)
    write('[rules."wrangler/compatibility-date-stale"]\nseverity = "off"\n', "cfguard.toml")
    assert check() == 0
    write("", "platform.toml")
    assert check("--settings", "platform.toml") == 1


def test_an_override_asks_for_a_rule_in_its_files(capsys: pytest.CaptureFixture[str]) -> None:
    write(NEW, "new/wrangler.toml")
    write(NEW, "old/wrangler.toml")
    asked = 'rules."wrangler/unpinned".severity = "error"'
    write('{"devDependencies": {"wrangler": "^4.0.0"}}', "new/package.json")
    write('{"devDependencies": {"wrangler": "^4.0.0"}}', "old/package.json")
    write(f'[[override]]\nfiles = ["new/"]\n{asked}\n', "cfguard.toml")
    assert check("--format", "json") == 1
    report = json.loads(capsys.readouterr().out)
    found = [each["path"] for each in report["findings"] if each["rule"] == "wrangler/unpinned"]
    assert found == ["new/package.json"]
    assert report["summary"]["hidden"]["settings"] == 0


def test_rules_by_id_area_and_list() -> None:
    write(OLD)
    assert check("--select", "d1/*") == 0
    assert check("--select", "d1/*,wrangler/compatibility-date-stale") == 1
    assert check("--ignore", "wrangler/*") == 0


def test_ignores_can_be_left_out_of_account() -> None:
    write(OLD.replace('01-01"', '01-01" # cfguard: ignore[wrangler/compatibility-date-stale] frozen'))
    assert check() == 0
    assert check("--no-ignores") == 1


def test_the_date_to_judge_by() -> None:
    write(NEW)
    assert run("check", "--today", "2027-05-01") == 0
    assert run("check", "--today", "2027-05-02") == 1


def test_quiet_says_findings_alone(capsys: pytest.CaptureFixture[str]) -> None:
    write(NEW)
    assert check("--quiet") == 0
    assert capsys.readouterr().out == ""
    write(OLD)
    assert check("--quiet") == 1
    assert "compatibility-date-stale" in capsys.readouterr().out


@pytest.mark.parametrize(("wish", "colored"), [("always", True), ("never", False), ("auto", False)])
def test_color(wish: str, colored: bool, capsys: pytest.CaptureFixture[str]) -> None:
    write(OLD)
    check("--color", wish)
    assert ("\x1b[" in capsys.readouterr().out) is colored


def test_color_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(OLD)
    monkeypatch.setenv("FORCE_COLOR", "1")
    check()
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    check()
    assert "\x1b[" not in capsys.readouterr().out


def test_control_characters_and_commands_of_a_file_do_not_reach_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write('name = "a"\ncompatibility_date = "\\u001b[31m::error::x\\r\\n::set-output name=x::y"\n')
    write("[" + "\x1b]0;title\x07::error::x", "api/wrangler.toml")
    write('compatibility_date = "2024-01-01" # \x1b[2J\n', "evil\x1b[31m/wrangler.toml")
    check()
    captured = capsys.readouterr()
    for text in (captured.out, captured.err):
        assert "\x1b" not in text
        assert "\x07" not in text
        assert not any(line.startswith("::") for line in text.splitlines())


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"cfguard {cfguard.__version__}\n"
    for words in (["--help"], ["check", "--help"], ["rule", "--help"], ["test", "--help"]):
        assert run(*words) == 0
        assert "usage: cfguard" in capsys.readouterr().out
    assert run() == 2
    assert run("chekc") == 2


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"]], ids=" ".join)
def test_help_as_a_newcomer_sees_it(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    run(*words)
    out = capsys.readouterr().out
    said = {
        "--help": ["check", "rule", "test", "exit codes:", "examples:", "Cloudflare Workers + D1", "wrangler.toml"],
        "check": [*FORMATS, "--format", "--output", "--sarif-category",
                  "--profile", "--select", "--ignore", "--fail-on", "--settings", "--today",
                  "--no-ignores", "--color", "--quiet", "--exit-zero", "--allow-empty"],
    }  # fmt: skip
    assert [each for each in said[words[0]] if each not in out] == []
    assert max(map(len, out.splitlines())) <= 100


def test_rules_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rule", "wrangler/compatibility-date-stale") == 0
    out = capsys.readouterr().out
    assert "max_age_months = 6" in out
    assert "S12" in out
    assert run("rule", "wrangler/compatibility-date-stael") == 2
    assert "did you mean `wrangler/compatibility-date-stale`" in capsys.readouterr().err


def test_rules_are_listed_for_people_and_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rule") == 0
    listed = capsys.readouterr().out
    assert run("rule", "--format", "json") == 0
    records = json.loads(capsys.readouterr().out)
    assert all(record["id"] in listed for record in records)
    assert run("rule", "d1/database-shared", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["id"] == "d1/database-shared"


def policy(cases: str | None) -> None:
    rule = 'title = "T"\nwhy = "W."\nseverity = "error"\nprofile = "recommended"\neach = "worker"\n'
    write(
        rule + 'assert = "has(self.name)"\nmessage = "no name"\nhelp = "Name it"\n',
        "rules/team/nameless.toml",
    )
    if cases is not None:
        write(cases, "rules/team/nameless.cases.md")


CASES = """# team/nameless

## Fails: no name

```toml wrangler.toml
main = "x.ts"
```

```findings
wrangler.toml error no name
```

## Passes: a name

```toml wrangler.toml
name = "x"
```
"""


def test_cases_of_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    policy(CASES)
    assert run("test", "rules") == 0
    assert capsys.readouterr().out == "2 passed, 0 failed\n"
    policy(CASES.replace("error no name", "error no nam"))
    assert run("test", "rules") == 1
    out = capsys.readouterr().out
    assert "FAILED team/nameless: no name" in out
    assert "not expected: wrangler.toml error no name" in out
    assert "1 passed, 1 failed" in out


def test_folders_without_cases(capsys: pytest.CaptureFixture[str]) -> None:
    policy(None)
    assert run("test", "rules") == 1
    assert "there is no `nameless.cases.md`" in capsys.readouterr().out
    Path("empty").mkdir()
    assert run("test", "empty") == 3
    assert run("test", "gone") == 2
    assert run("test", "rules/team/nameless.toml") == 2


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    for number in range(300):
        write(OLD, f"apps/a{number}/wrangler.toml")
    command = f"{sys.executable} -m cfguard check --format json {tmp_path} | head -c 10"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    assert len(done.stdout) == 10
    assert done.stderr == ""


@pytest.mark.parametrize("format", ["text", "json", "sarif"])
def test_a_terminal_that_knows_ascii_alone_gets_a_report(
    format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(OLD + '# Schlüssel 🔑\n[vars]\n"ключ🔑" = 1\nSESSION_SECRET = "9f2c81d07be64a53b1d9"\n')
    write(OLD, "ключ🔑/wrangler.toml")
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    assert check("--format", format) == 1
    if format != "text":
        json.loads(written.getvalue().decode())
