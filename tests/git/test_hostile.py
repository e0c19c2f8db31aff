"""A repository that plants a program in every place where git could start one: none may run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cfguard.git import Repository, Unavailable
from cfguard.git.history import History
from tests.git.conftest import Sandbox

HOOKS = ("pre-commit", "post-index-change", "fsmonitor-watchman", "reference-transaction", "post-checkout")


def _plant(sandbox: Sandbox, marker: Path) -> None:
    program = sandbox.root.parent / "planted.sh"
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
        "remote.origin.url": "ssh://planted.invalid/x",
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": program,
        "core.repositoryFormatVersion": "1",
    }
    for key, value in planted.items():
        sandbox.git("config", key, str(value))
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
    blobs = dict(history.blobs(1000)[1])
    assert b"1" in blobs.values()
    assert {origin.path for origin in history.origins(blobs).values()} == {
        ".gitattributes",
        ".gitignore",
        "a",
    }
    assert not marker.exists(), marker.read_text()


@pytest.mark.parametrize(
    "careless", [["ls-files"], ["status"], ["cat-file", "-p", ":gone"]], ids=lambda command: command[0]
)
def test_the_trap_works_for_a_careless_command(hostile: Sandbox, tmp_path: Path, careless: list[str]) -> None:
    marker = tmp_path / "ran"
    _plant(hostile, marker)
    subprocess.run(["git", *careless], cwd=hostile.root, capture_output=True, check=False, timeout=20)
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
