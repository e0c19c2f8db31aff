"""A repository that plants a program in every place where git could start one: none may run."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from cfguard.api import Request, check_request
from cfguard.git import Repository, Unavailable
from cfguard.git.history import History
from tests.git.conftest import Sandbox
from tests.secrets.samples import Maker

HOOKS = ("pre-commit", "post-index-change", "fsmonitor-watchman", "reference-transaction", "post-checkout")


#: Where git would fetch an object that is missing: each reaches a program in another way.
REMOTES = (
    "ssh://planted.invalid/x",
    "ext::{program} %S",
    "{folder}",
    "file://{folder}",
    "git://planted.invalid/x",
)


def _plant(sandbox: Sandbox, marker: Path, remote: str = REMOTES[0]) -> None:
    program = sandbox.root.parent / "planted.sh"
    included = sandbox.root.parent / "included"
    included.write_text(f'[core]\n\tfsmonitor = "{program}"\n\thooksPath = "{sandbox.root}/.git/hooks"\n')
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> "{marker}"\nexit 1\n')
    program.chmod(0o755)
    hooks = sandbox.root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in HOOKS:
        (hooks / hook).write_bytes(program.read_bytes())
        (hooks / hook).chmod(0o755)
    planted = {
        "core.fsmonitor": program,
        "core.hooksPath": hooks,
        "core.sshCommand": program,
        "core.pager": program,
        "core.editor": program,
        "core.askPass": program,
        "core.gitProxy": program,
        "core.alternateRefsCommand": program,
        "credential.helper": f"!{program}",
        "gpg.program": program,
        "diff.external": program,
        "diff.planted.textconv": program,
        "diff.planted.command": program,
        "filter.planted.clean": program,
        "filter.planted.smudge": program,
        "filter.planted.process": program,
        "filter.planted.required": "true",
        "interactive.diffFilter": program,
        "pager.ls-files": program,
        "pager.cat-file": program,
        "pager.ls-tree": program,
        "pager.check-ignore": program,
        "alias.ls-files": f"!{program}",
        "alias.cat-file": f"!{program}",
        "alias.check-ignore": f"!{program}",
        "extensions.partialClone": "origin",
        "remote.origin.url": remote.format(program=program, folder=sandbox.root.parent),
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
        "include.path": included,
        "includeIf.gitdir:/.path": included,
        "core.attributesFile": sandbox.root / ".gitattributes",
        "core.untrackedCache": "true",
        "core.splitIndex": "true",
        "trace2.eventTarget": marker,
        "extensions.worktreeConfig": "true",
        "remote.origin.promisor": "true",
        "remote.origin.partialclonefilter": "blob:none",
        "remote.origin.uploadpack": program,
        "core.repositoryFormatVersion": "1",
    }
    for key, value in planted.items():
        sandbox.git("config", key, str(value))
    sandbox.write(".git/config.worktree", f'[core]\n\tfsmonitor = "{program}"\n')
    marker.unlink(missing_ok=True)


@pytest.fixture
def hostile(sandbox: Sandbox) -> Sandbox:
    sandbox.commit(
        **{".gitattributes": "* filter=planted diff=planted\n", ".gitignore": ".env\n", "a": "1", "gone": "2"}
    )
    blob = sandbox.git("rev-parse", ":gone").strip()
    (sandbox.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    sandbox.write("a", "changed")
    sandbox.write("new", "3")
    return sandbox


def test_no_planted_program_runs(hostile: Sandbox, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    _plant(hostile, marker)
    repository = Repository.open(str(hostile.root))
    assert isinstance(repository, Repository), repository
    assert {"a", "gone"} < set(repository.files())
    assert repository.untracked() == ("new",)
    assert repository.ignored([".env", "a"])[".env"] is not None
    assert repository.blobs(["a", "gone"]) == {"a": b"1"}
    assert "a" in repository.tree()
    history = History(repository)
    blobs = dict(history.blobs().contents(1000, lambda blob: True))
    assert b"1" in blobs.values()
    assert {origin.path for origin in history.origins(blobs).values()} == {
        ".gitattributes",
        ".gitignore",
        "a",
    }
    assert not marker.exists(), marker.read_text()


@pytest.mark.parametrize("remote", REMOTES)
@pytest.mark.parametrize(
    "wish",
    [{}, {"history": True}, {"only": "staged"}, {"only": "changed", "revision": "HEAD"}],
    ids=["plain", "history", "staged", "changed"],
)
def test_no_planted_program_runs_in_a_check(
    hostile: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remote: str, wish: dict[str, Any]
) -> None:
    secret = f"const sessionSecret = '{Maker(46).hex(32)}';\n"
    hostile.git("hash-object", "-w", "gone")
    hostile.commit(**{"wrangler.toml": 'name = "a"\n', "b.ts": secret, "c.ts": secret})
    for path in ("gone", "wrangler.toml"):
        lost = hostile.git("rev-parse", f":{path}").strip()
        (hostile.root / ".git/objects" / lost[:2] / lost[2:]).unlink()
    hostile.write("wrangler.toml", 'name = "b"\n')
    hostile.write("b.ts", "\n")
    hostile.write(".env", "A=1\n")
    marker = tmp_path / "ran"
    _plant(hostile, marker, remote)
    program = hostile.root.parent / "planted.sh"
    for name in ("SSH", "SSH_COMMAND", "EXTERNAL_DIFF", "PAGER", "EDITOR", "ASKPASS", "PROXY_COMMAND"):
        monkeypatch.setenv(f"GIT_{name}", str(program))
    for name in ("TRACE", "TRACE2", "TRACE2_EVENT", "TRACE_SETUP", "TRACE_PACKET"):
        monkeypatch.setenv(f"GIT_{name}", str(marker))
    for name, value in (("COUNT", "1"), ("KEY_0", "core.fsmonitor"), ("VALUE_0", str(program))):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_EXEC_PATH", str(tmp_path))
    before = _everything(hostile.root)
    report = check_request(Request((str(hostile.root),), select=("secrets/committed",), **wish))
    assert [problem.message for problem in report.problems] == []
    # Nothing is staged; what has changed is the configuration of the Worker, so all of it is told.
    expected = set() if wish.get("only") == "staged" else {"b.ts", "c.ts"}
    assert {finding.path for finding in report.findings} == expected
    assert not marker.exists(), marker.read_text()
    assert _everything(hostile.root) == before, "the check wrote into the repository"


def _everything(root: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its contents and the time of its last change."""
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


@pytest.mark.parametrize(
    "careless", [["ls-files"], ["status"], ["cat-file", "-p", ":gone"]], ids=lambda command: command[0]
)
def test_the_trap_works_for_a_careless_command(hostile: Sandbox, tmp_path: Path, careless: list[str]) -> None:
    marker = tmp_path / "ran"
    _plant(hostile, marker)
    subprocess.run(["git", *careless], cwd=hostile.root, capture_output=True, check=False, timeout=20)
    assert marker.exists()


@pytest.mark.parametrize("remote", REMOTES)
def test_the_trap_works_for_every_way_to_fetch(hostile: Sandbox, tmp_path: Path, remote: str) -> None:
    marker = tmp_path / "ran"
    _plant(hostile, marker, remote)
    quiet = ["-c", "core.fsmonitor=false", "-c", "core.pager=cat"]
    command = ["git", *quiet, "cat-file", "-p", ":gone"]
    subprocess.run(command, cwd=hostile.root, capture_output=True, check=False, timeout=20)
    assert marker.exists()


def test_a_bare_repository_in_disguise_is_not_obeyed(sandbox: Sandbox, tmp_path: Path) -> None:
    root = tmp_path / "disguised"
    sandbox.commit(a="1")
    sandbox.git("clone", "-q", "--bare", ".", str(root))
    marker = tmp_path / "ran"
    with (root / "config").open("a") as config:
        config.write(f'[core]\n\tbare = false\n\tworktree = "{root}"\n\tfsmonitor = "touch {marker};"\n')
    (root / ".git").mkdir()
    answer = Repository.open(str(root))
    assert isinstance(answer, Unavailable)
    assert "bare repository" in answer.reason
    assert not marker.exists()


def test_the_configuration_cannot_move_the_work_tree(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit(a="1")
    sandbox.write("mine")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "theirs").write_text("x")
    sandbox.git("config", "core.worktree", str(tmp_path / "elsewhere"))
    repository = Repository.open(str(sandbox.root))
    assert isinstance(repository, Repository)
    assert repository.untracked() == ("mine",)
