"""The GitHub Action: its steps are run, for every way in which a check can end."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.action.runner import Action, Outcome, plain_environment

GOOD = 'name = "shop"\nmain = "src/index.ts"\ncompatibility_date = "2024-01-01"\n'
BAD = GOOD.replace("2024-01-01", "2026-02-30")
#: The tests' own day moves on, so the age of a date must not count.
AGELESS = {"ignore": "wrangler/compatibility-date-stale"}


class Job:
    """A job with a repository, in which cfguard is installed already."""

    def __init__(self, folder: Path, checkout: Path) -> None:
        self.workspace = folder / "work space"
        (self.workspace / "src").mkdir(parents=True)
        (self.workspace / "src/index.ts").write_text("")
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.program("python", f'exec "{sys.executable}" "$@"')
        self.program("cfguard", f'PYTHONPATH="{checkout}" exec "{sys.executable}" -m cfguard "$@"')
        self._action = Action(checkout, self.workspace, folder / "temporary")

    def program(self, name: str, script: str) -> None:
        (self.programs / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        (self.programs / name).chmod(0o755)

    def write(self, text: str, path: str = "wrangler.toml") -> None:
        (self.workspace / path).parent.mkdir(parents=True, exist_ok=True)
        (self.workspace / path).write_text(text, "utf-8")

    def run(self, given: dict[str, dict[str, str]] | None = None, **inputs: str) -> Outcome:
        installed = {
            "python": {"python-path": sys.executable},
            "install": {"programs": str(self.programs)},
        }
        named = {name.replace("_", "-"): value for name, value in inputs.items()}
        return self._action.run(
            {**AGELESS, **named}, installed if given is None else given, plain_environment()
        )


@pytest.fixture
def job(tmp_path: Path, checkout: Path) -> Job:
    made = Job(tmp_path, checkout)
    subprocess.run(["git", "init", "-q", str(made.workspace)], check=True)
    return made


def test_0_is_green_and_uploaded(job: Job) -> None:
    job.write(GOOD)
    done = job.run(upload_sarif="true")
    assert (done.code, done.outputs["exit-code"], done.outputs["findings"]) == (0, "0", "0"), done.log
    run = json.loads(Path(done.called["upload"]["sarif_file"]).read_text("utf-8"))["runs"][0]
    assert (run["results"], run["automationDetails"]) == ([], {"id": "cfguard/"})
    assert "All clear" in done.summary
    assert "<summary>Environments</summary>" in done.summary
    assert list(done.ran) == ["check", "verdict"]


def test_1_is_red_and_uploaded(job: Job) -> None:
    job.write(BAD)
    done = job.run(upload_sarif="true", category="shop")
    assert (done.code, done.outputs["exit-code"]) == (1, "1")
    assert (done.outputs["findings"], done.outputs["errors"], done.outputs["warnings"]) == ("1", "1", "0")
    sarif = json.loads(Path(done.outputs["sarif-file"]).read_text("utf-8"))
    assert sarif["runs"][0]["automationDetails"] == {"id": "shop/"}
    assert done.called["upload"] == {"sarif_file": done.outputs["sarif-file"]}
    assert json.loads(Path(done.outputs["report-file"]).read_text("utf-8"))["summary"]["error"] == 1
    assert "wrangler/compatibility-date-invalid" in done.summary
    [annotation] = [line for line in done.log.splitlines() if line.startswith("::")]
    assert annotation.startswith(
        "::error title=wrangler/compatibility-date-invalid,file=wrangler.toml,line=3"
    )
    assert done.ran == {"check": 0, "verdict": 1}


def test_2_is_red_and_not_uploaded(job: Job) -> None:
    job.write(GOOD)
    job.write("nonsense = 1\n", "cfguard.toml")
    done = job.run(upload_sarif="true")
    assert (done.code, done.outputs["exit-code"], done.outputs["sarif-file"]) == (2, "2", "")
    assert "upload" not in done.called
    assert "cfguard.toml:1:1" in done.log
    assert "could not do its job" in done.summary


def test_a_check_that_is_not_complete_is_told_and_not_uploaded(job: Job) -> None:
    job.write(BAD)
    done = job.run(upload_sarif="true", path="wrangler.toml\ngone")
    assert (done.code, done.outputs["exit-code"], done.outputs["errors"]) == (2, "2", "1")
    assert (done.outputs["sarif-file"], "upload" in done.called) == ("", False)
    assert "gone" in done.summary
    assert "::error title=cfguard%3A missing" in done.log


def test_3_is_red_unless_empty_is_allowed(job: Job) -> None:
    job.write("hello", "README.md")
    done = job.run(upload_sarif="true")
    assert (done.code, done.outputs["exit-code"], "upload" in done.called) == (3, "3", False)
    allowed = job.run(allow_empty="true")
    assert (allowed.code, allowed.outputs["exit-code"]) == (0, "0")


@pytest.mark.parametrize("code", [2, 139])
def test_a_crash_after_the_files_are_written_is_not_uploaded(job: Job, code: int) -> None:
    counts = '{\\"summary\\": {\\"error\\": 0, \\"warning\\": 0, \\"info\\": 0}}'
    job.program(
        "cfguard",
        f'for word; do case "$word" in *=*.*) echo "{counts}" > "${{word#*=}}" ;; esac; done; exit {code}',
    )
    done = job.run(upload_sarif="true")
    assert (done.code, done.outputs["sarif-file"] != "") == (code, True), done.log
    assert "upload" not in done.called


def test_an_install_that_fails_is_red(job: Job) -> None:
    job.write(GOOD)
    done = job.run({"python": {"python-path": "/no/such/python"}}, upload_sarif="true")
    assert done.code != 0
    assert (list(done.ran), "upload" in done.called) == (["install", "verdict"], False)


def test_no_upload_unless_asked_for(job: Job) -> None:
    job.write(GOOD)
    done = job.run()
    assert (list(done.called), done.outputs["sarif-file"] != "") == (["python"], True)


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("never", 0), ("sometimes", 2)])
def test_what_fails_the_job(job: Job, fail_on: str, code: int) -> None:
    job.write(GOOD.replace("2024-01-01", "2099-01-01"))
    done = job.run(fail_on=fail_on)
    assert (done.code, done.outputs["exit-code"]) == (code, str(code)), done.log


def test_findings_never_fail_where_that_is_said(job: Job) -> None:
    job.write(BAD)
    done = job.run(fail_on="never", upload_sarif="true")
    assert (done.code, done.outputs["errors"], "upload" in done.called) == (0, "1", True)


def test_annotations_and_summary_can_be_left_out(job: Job) -> None:
    job.write(BAD)
    done = job.run(annotations="false", summary="false")
    assert (done.code, done.summary) == (1, "")
    assert not re.search("^::", done.log, re.MULTILINE)


@pytest.mark.parametrize("input", ["allow_empty", "annotations", "summary", "upload_sarif"])
def test_a_switch_is_true_or_false(job: Job, input: str) -> None:
    job.write(GOOD)
    done = job.run(**{input: "yes; touch made"})
    assert (done.code, "upload" in done.called) == (2, False)
    assert "is neither true nor false" in done.log
    assert "touch" not in done.log


def test_paths_folders_profile_and_settings(job: Job) -> None:
    job.write(BAD, "apps/a b/wrangler.toml")
    job.write(GOOD, "apps/c/wrangler.toml")
    job.write(GOOD, "apps/d/wrangler.toml")
    job.write("", "policy.toml")
    done = job.run(working_directory="apps", path="a b\nc\n", settings="../policy.toml")
    assert (done.code, done.outputs["findings"]) == (1, "1"), done.log
    assert "2 files" in done.summary
    assert "apps/a b/wrangler.toml" in done.log
    assert job.run(profile="all", select="wrangler/*", path="apps/c").outputs["exit-code"] in ("0", "1")


RUNS = '"; touch made; $(touch made) `touch made` ${{ github.token }}'


@pytest.mark.parametrize(
    ("input", "text"),
    [
        ("path", RUNS),
        ("path", "--exit-zero"),
        ("path", "-"),
        ("profile", RUNS),
        ("settings", RUNS),
        ("select", RUNS),
        ("select", "--exit-zero"),
        ("ignore", RUNS),
        ("fail-on", RUNS),
        ("fail-on", "error --exit-zero"),
        ("category", RUNS),
    ],
)
def test_inputs_are_never_run_and_never_options(job: Job, input: str, text: str) -> None:
    job.write(BAD)
    done = job.run(**{input: text})
    assert done.code == (1 if input == "category" else 2), done.log
    assert not list(job.workspace.rglob("made"))


def test_files_cannot_speak_to_the_runner(job: Job) -> None:
    job.write(
        'name = "a"\n"::error::x" = 1\n[vars]\n"%0A::set-env name=X::y" = "::add-mask::z"\n'
        'compatibility_date = "\\n::set-output name=a::b ##[add-path]/tmp"\n'
    )
    job.write("[::error::x\n::stop-commands::y\n", "::warning::z/wrangler.toml")
    done = job.run(profile="all", ignore="wrangler/compatibility-date-stale")
    commands = [line for line in done.log.splitlines() if line.lstrip().startswith("::")]
    assert commands
    for line in commands:
        assert re.match(r"::(error|warning|notice) title=[\w%/-]+(,file=[^:,]+,line=\d+[^:]*)?::", line), line
    assert "##[" not in done.log + done.summary
    assert not re.search(r"^\s*::", done.summary, re.MULTILINE)


def test_a_summary_stays_below_what_github_takes(job: Job) -> None:
    job.write(GOOD)
    job.program(
        "cfguard",
        'if [ "$1" = envs ]; then head -c 1100000 /dev/zero | tr "\\0" x; exit 0; fi\n'
        'for word; do case "$word" in markdown=*) echo small > "${word#*=}" ;; esac; done',
    )
    done = job.run()
    assert (done.code, len(done.summary) < 1_000) == (0, True)
    assert "`cfguard envs` shows them" in done.summary


def test_the_install_step_makes_a_cfguard(
    snapshot: Path, outside: dict[str, str], tmp_path: Path, checkout: Path
) -> None:
    """Needs a package index, as the package's own tests do."""
    workspace = tmp_path / "work"
    (workspace / "src").mkdir(parents=True)
    (workspace / "src/index.ts").write_text("")
    (workspace / "wrangler.toml").write_text(BAD)
    for module in ("venv", "pip", "json", "cfguard", "sitecustomize"):
        (workspace / f"{module}.py").write_text(
            "open('made', 'w')\nraise SystemExit('run from the repository')\n"
        )
    action = Action(snapshot, workspace, tmp_path / "temporary")
    done = action.run(AGELESS, {"python": {"python-path": sys.executable}}, outside)
    assert (done.code, done.outputs["errors"]) == (1, "1"), f"the install needs an index:\n{done.log}"
    assert not (workspace / "made").exists(), "a file of the checked repository was run"
    assert done.called == {"python": {"python-version": "3.13", "update-environment": "false"}}
