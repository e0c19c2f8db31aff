"""What `cfguard verify` measures and says, with a stand-in for wrangler that behaves as told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cfguard import cli, terminal
from cfguard.verify.server import complaint_of
from tests.verify.conftest import Project, write

CHECK = {
    "check_type": "database", "status": "healthy", "timestamp": "2026-11-22T10:00:00Z", "details": "",
    "response_time": 3,
}  # fmt: skip
CONTRACT: dict[str, Any] = {
    "endpoint": "/api/notes", "method": "POST", "status_codes": [201], "environment": "development",
    "request_schema": {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}},
    "response_schema": {"type": "object", "required": ["id"]},
}  # fmt: skip
DATABASE = '[[d1_databases]]\nbinding = "DB"\ndatabase_name = "acme"\ndatabase_id = "x"\n'


def verify(
    project: Project, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, list[dict[str, Any]]]:
    code = cli.main(["verify", str(project.root), "--format", "json", *words])
    shown = capsys.readouterr()
    assert shown.err == "" or code == terminal.FAILED
    found = json.loads(shown.out)["results"] if shown.out else []
    return code, [row for each in found for row in each["measurements"]]


def left_behind(project: Project) -> list[str]:
    """Scratch folders, and processes that were started in one."""
    scratch = Path(os.environ["TMPDIR"])
    running = []
    for entry in Path("/proc").iterdir() if Path("/proc").is_dir() else ():
        try:
            running += [entry.name] if str(scratch) in os.readlink(entry / "cwd") else []
        except OSError:
            continue
    return [*running, *(each.name for each in scratch.iterdir())]


def test_startup_and_reload_are_timed(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.behave(startup=0.3)
    code, rows = verify(project, capsys, "--only", "startup,reload")
    assert code == terminal.OK
    assert [(row["check"], row["verdict"], row["limit"]) for row in rows] == [
        ("startup", "ok", 10.0),
        ("reload", "ok", 2.0),
    ]
    assert rows[0]["seconds"] >= 0.3
    assert left_behind(project) == []
    assert not (project.root / ".wrangler").exists()
    assert sorted(each.name for each in (project.root / "src").iterdir()) == ["index.js"]


def test_a_server_that_ends_says_why(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.behave(dies="No such binding TOKEN=sk_live_" + "9f2c81d07be64a53b1d94c0e")
    code, rows = verify(project, capsys, "--only", "startup")
    assert code == terminal.FINDINGS
    assert rows[0]["verdict"] == "failed"
    assert rows[0]["detail"].startswith("wrangler ended: No such binding")
    assert "9f2c81d0" not in rows[0]["detail"]


def test_a_build_that_fails_names_its_first_error() -> None:
    log = "✘ [ERROR] Build failed with 1 error:\n\n  ✘ [ERROR] Unexpected end of file\n\n    src/index.ts:2:0:\n"
    assert complaint_of(log) == "Build failed with 1 error: Unexpected end of file"
    log = "X [ERROR] Processing wrangler.toml configuration:\n\n    - Expected a string\n"
    assert complaint_of(log) == "Processing wrangler.toml configuration: Expected a string"
    assert complaint_of("one\n\ntwo\n") == "two"
    assert complaint_of("") == "it wrote nothing"


def test_a_reload_that_changes_nothing_fails(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.behave(frozen=True)
    code, rows = verify(project, capsys, "--only", "reload", "--timeout", "1")
    assert code == terminal.FINDINGS
    assert rows[-1]["detail"] == "the answer did not change within 1 s"


def test_an_entry_that_is_no_module_cannot_be_told(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project.root, {"src/index.js": "addEventListener('fetch', () => {})\n"})
    code, rows = verify(project, capsys, "--only", "reload")
    assert code == terminal.OK
    assert [row["verdict"] for row in rows] == ["unknown"]


@pytest.mark.parametrize(
    ("answers", "verdict", "detail"),
    [
        ({"GET /api/health": [200, CHECK]}, "ok", ""),
        ({"GET /health": [200, {"checks": [CHECK]}]}, "ok", ""),
        ({"GET /health": [503, {**CHECK, "status": "unhealthy"}]}, "failed", "the database is unhealthy"),
        ({"GET /health": [200, {"status": "ok"}]}, "failed", "`check_type`: it is missing"),
        ({}, "unknown", "there is no health endpoint at /health, /api/health, /healthz, …"),
    ],
)
def test_health(
    project: Project, capsys: pytest.CaptureFixture[str], answers: Any, verdict: str, detail: str
) -> None:
    project.behave(answers=answers)
    _, rows = verify(project, capsys, "--only", "health")
    assert [(row["verdict"], row["detail"]) for row in rows] == [(verdict, detail)]


@pytest.mark.parametrize(
    ("changes", "answer", "verdict", "detail"),
    [
        ({}, [201, {"id": 1}], "ok", ""),
        ({}, [200, {"id": 1}], "failed", "status 200, and 201 was promised"),
        ({}, [201, {"name": "x"}], "failed", "the body lacks `id`"),
        ({"response_schema": {"type": "object", "required": ["title"]}}, [201, "echo"], "ok", ""),
        (
            {"response_schema": "schemas/note.json"},
            [201, {"id": "x"}],
            "failed",
            "`id` is not of type integer",
        ),
        (
            {"request_schema": {"type": "string", "pattern": "^a+$"}},
            [201, {"id": 1}],
            "unknown",
            "no body can be",
        ),
        (
            {"request_schema": {"type": "string", "pattern": "^a+$"}, "request": "aa"},
            [201, {"id": 1}],
            "ok",
            "",
        ),
        (
            {"endpoint": "/api/notes/{id}"},
            [201, {"id": 1}],
            "unknown",
            "the endpoint has a place for a value",
        ),
    ],
)
def test_contracts(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, Any],
    answer: Any,
    verdict: str,
    detail: str,
) -> None:
    write(
        project.root,
        {
            "tests/contract/notes.json": json.dumps({**CONTRACT, **changes}),
            "tests/contract/schemas/note.json": json.dumps({"properties": {"id": {"type": "integer"}}}),
        },
    )
    project.behave(answers={"POST /api/notes": answer})
    _, rows = verify(project, capsys, "--only", "contract")
    assert [row["verdict"] for row in rows] == [verdict], rows
    assert rows[0]["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("down", "behaviour", "verdicts", "detail"),
    [
        ("DROP TABLE notes;", {}, ["ok", "ok"], ""),
        ("SELECT 1;", {}, ["ok", "failed"], "after all rollbacks: "),
        ("DROP TABLE other;", {}, ["ok", "failed"], "the rollback of 0001_notes.sql fails: no such table"),
        (None, {}, ["ok", "unknown"], "nothing undoes 0001_notes.sql"),
        ("DROP TABLE notes;", {"refused": 'near "CREAT": syntax error'}, ["failed"], 'near "CREAT"'),
    ],
)
def test_migrations(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    down: str | None,
    behaviour: dict[str, Any],
    verdicts: list[str],
    detail: str,
) -> None:
    config = (project.root / "wrangler.toml").read_text()
    files = {
        "wrangler.toml": config + DATABASE,
        "migrations/0001_notes.sql": "CREATE TABLE notes (id INTEGER);\n",
    }
    write(project.root, files if down is None else {**files, "migrations/down/0001_notes.sql": down})
    project.behave(**behaviour)
    _, rows = verify(project, capsys, "--only", "migrations")
    assert [row["verdict"] for row in rows] == verdicts, rows
    assert detail in rows[-1]["detail"]


def test_environments_are_chosen_by_name(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    with (project.root / "wrangler.toml").open("a") as opened:
        opened.write("[env.development]\n[env.staging]\n")
    assert cli.main(["verify", str(project.root), "--only", "startup"]) == terminal.OK
    assert "wrangler.toml, environment development" in capsys.readouterr().out
    words = ["verify", str(project.root), "--only", "startup", "--env", "staging", "--format", "markdown"]
    assert cli.main(words) == terminal.OK
    assert "### wrangler.toml, environment staging (wrangler 4.0.0)" in capsys.readouterr().out
    assert cli.main(["verify", str(project.root), "--env", "nowhere"]) == terminal.FAILED
    assert "no Worker here has an environment `nowhere`" in capsys.readouterr().err
    words = ["verify", str(project.root), "--only", "startup", "--env", "staging", "--env", "nowhere"]
    assert cli.main(words) == terminal.FAILED
    assert "no Worker here has an environment `nowhere`" in capsys.readouterr().err
    assert cli.main([*words[:-1], "development"]) == terminal.OK
    titles = [line for line in capsys.readouterr().out.splitlines() if line.startswith("wrangler.toml")]
    assert titles == [
        "wrangler.toml, environment development (wrangler 4.0.0)",
        "wrangler.toml, environment staging (wrangler 4.0.0)",
    ]


def test_what_is_missing_is_said(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def complaint(*words: str) -> str:
        assert cli.main(["verify", str(project.root), *words]) == terminal.FAILED
        return capsys.readouterr().err

    project.node("v20.20.2")
    assert complaint() == "cfguard: Node v20.20.2 is too old for wrangler 4.0.0; install Node >=22.12.0\n"
    monkeypatch.setenv("PATH", "/nowhere")
    assert "Node is not on the PATH" in complaint()
    (project.root / "node_modules" / "wrangler" / "package.json").unlink()
    assert "wrangler is not installed: install the project's packages (`npm ci`)" in complaint()
    assert "no lockfile says which wrangler the project uses" in complaint("--allow-npx")
    assert "`--only speed` is none of migrations" in complaint("--only", "speed")
    assert "`--timeout soon` is no number" in complaint("--timeout", "soon")


def test_records_are_appended_and_read(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.behave(answers={"GET /health": [200, CHECK]})
    for _ in range(2):
        assert cli.main(["verify", str(project.root), "--record"]) == terminal.OK
    states = (project.root / "verify.dev-state.jsonl").read_text().splitlines()
    assert [json.loads(each)["state"] for each in states][:6] == [
        "starting", "running", "reloading", "running", "stopping", "stopped",
    ]  # fmt: skip
    assert len((project.root / "verify.health.jsonl").read_text().splitlines()) == 2
    capsys.readouterr()
    words = [
        "check",
        str(project.root),
        "--format",
        "json",
        "--select",
        "dev-state/*",
        "--select",
        "health/*",
    ]
    assert cli.main(words) == terminal.OK
    assert json.loads(capsys.readouterr().out)["findings"] == []


def test_records_are_whole_lines_behind_whatever_the_file_held(project: Project) -> None:
    write(project.root, {"verify.dev-state.jsonl": "garbage without an end"})
    assert cli.main(["verify", str(project.root), "--only", "startup", "--record"]) == terminal.OK
    first, *others = (project.root / "verify.dev-state.jsonl").read_text().splitlines()
    assert first == "garbage without an end"
    assert [json.loads(each)["state"] for each in others] == ["starting", "running", "stopping", "stopped"]


def test_records_that_cannot_be_kept_are_told_behind_the_table(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (project.root / "verify.dev-state.jsonl").symlink_to("/dev/null")
    assert cli.main(["verify", str(project.root), "--only", "startup", "--record"]) == terminal.FAILED
    shown = capsys.readouterr()
    assert "startup" in shown.out
    assert "cannot append the records" in shown.err


def test_a_path_may_have_spaces_and_any_letters(tmp_path: Path, project: Project) -> None:
    moved = tmp_path / "Größe 日本 'x'"
    project.root.rename(moved)
    assert cli.main(["verify", str(moved), "--only", "startup,reload"]) == terminal.OK


def test_wrangler_hears_of_no_credentials_and_no_home(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "t0ken")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
    script = project.tools / "node"
    kept = project.tools / "environment"
    script.write_text(script.read_text().replace("shift\n", f"shift\nenv > {kept}\n"))
    verify(project, capsys, "--only", "startup")
    seen = dict(line.split("=", 1) for line in kept.read_text().splitlines() if "=" in line)
    assert seen["CLOUDFLARE_API_TOKEN"] == ""
    assert "AWS_SECRET_ACCESS_KEY" not in seen
    assert seen["HOME"].startswith(os.environ["TMPDIR"])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_it_is_killed(project: Project, number: signal.Signals) -> None:
    project.behave(startup=600)
    process = subprocess.Popen(
        [sys.executable, "-m", "cfguard", "verify", str(project.root), "--only", "startup"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while (
        len(left_behind(project)) < 3 and time.monotonic() < deadline
    ):  # the folder, the server, what it started
        time.sleep(0.02)
    assert len(left_behind(project)) >= 3
    process.send_signal(number)
    code = process.wait()
    assert code == (terminal.INTERRUPTED if number == signal.SIGINT else -number)
    while left_behind(project) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert left_behind(project) == []


def test_the_lockfiles_wrangler_is_fetched_when_allowed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    package = project.root / "node_modules" / "wrangler" / "package.json"
    kept, heard = project.tools / "package.json", project.tools / "words"
    package.rename(kept)
    lock = {"packages": {"node_modules/wrangler": {"version": "4.0.0"}}}
    write(project.root, {"package.json": "{}", "package-lock.json": json.dumps(lock)})
    npm = project.tools / "npm"
    npm.write_text(
        f'#!/bin/sh\necho "$@" > {heard}\nmkdir -p node_modules/wrangler\ncp {kept} node_modules/wrangler\n'
    )
    npm.chmod(0o755)
    code, rows = verify(project, capsys, "--only", "startup", "--allow-npx")
    assert code == terminal.OK, rows
    assert "--ignore-scripts" in heard.read_text()
    assert heard.read_text().endswith(" wrangler@4.0.0\n")


def test_every_worker_of_a_repository_is_measured(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        project.root,
        {
            "jobs/wrangler.toml": 'name = "jobs"\nmain = "index.js"\n',
            "jobs/index.js": "import { shared } from '../src/index.js';\nexport default { fetch: shared };\n",
            "jobs/behaviour.json": json.dumps({"dies": "no such binding"}),
        },
    )
    assert (
        cli.main(["verify", str(project.root), "--only", "startup", "--format", "json"]) == terminal.FINDINGS
    )
    results = json.loads(capsys.readouterr().out)["results"]
    assert [(each["worker"], each["measurements"][0]["verdict"]) for each in results] == [
        ("jobs/wrangler.toml", "failed"),
        ("wrangler.toml", "ok"),
    ]
    assert left_behind(project) == []
