from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from cfguard.git import GitFailure, Repository, Unavailable, find_work_tree
from cfguard.git import process as git_process
from cfguard.git.process import find_executable, hardened_environment
from tests.git.conftest import Sandbox


def opened(sandbox: Sandbox) -> Repository:
    repository = Repository.open(str(sandbox.root))
    assert isinstance(repository, Repository), repository
    return repository


def test_tracked_and_staged_paths_are_told_from_untracked_ones(sandbox: Sandbox) -> None:
    sandbox.commit(committed="1")
    sandbox.write("staged", "2")
    sandbox.git("add", "staged")
    sandbox.write("new", "3")
    repository = opened(sandbox)
    assert set(repository.files()) == {"committed", "staged"}
    assert repository.untracked() == ("new",)
    assert set(repository.tree()) == {"committed"}


def test_before_the_first_commit_nothing_is_in_head(sandbox: Sandbox) -> None:
    sandbox.write("a", "1")
    sandbox.git("add", "a")
    repository = opened(sandbox)
    assert set(repository.files()) == {"a"}
    assert repository.tree() == {}


def test_a_broken_head_commit_is_a_failure_and_not_an_empty_answer(sandbox: Sandbox) -> None:
    sandbox.commit(a="1")
    tree = sandbox.git("rev-parse", "HEAD^{tree}").strip()
    (sandbox.root / ".git/objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(GitFailure):
        opened(sandbox).tree()


def test_generated_folders_are_not_walked(sandbox: Sandbox) -> None:
    for path in (
        "node_modules/a/.env",
        "apps/web/node_modules/x",
        ".wrangler/state",
        "apps/web/.env",
        "build",
    ):
        sandbox.write(path)
    assert set(opened(sandbox).untracked()) == {"apps/web/.env", "build"}


def test_a_nested_repository_is_no_untracked_file(sandbox: Sandbox) -> None:
    Sandbox(sandbox.root / "nested").commit(a="1")
    assert opened(sandbox).untracked() == ()


def test_odd_names_survive(sandbox: Sandbox) -> None:
    names = ["line\nbreak", "tab\tname", "ümlaut", '"quoted"', "\udcff-bytes", ":(top)magic", "*"]
    for name in names:
        (sandbox.root / name).write_text("x")
    sandbox.git("add", "-A")
    sandbox.write("new\nname")
    repository = opened(sandbox)
    assert set(repository.files()) == set(names)
    assert repository.untracked() == ("new\nname",)
    assert repository.ignored(names) == dict.fromkeys(names)
    sandbox.git("commit", "-q", "-m", "x")
    assert set(repository.tree()) == set(names)


def test_the_rule_that_ignores_a_path_is_named(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.write(".gitignore", "# first\n.env\n.env.*\n!.env.example\n")
    sandbox.write("apps/web/.gitignore", "*.local\n!.env.local\n")
    sandbox.write(".git/info/exclude", "private.txt\n")
    excludes = sandbox.root.parent / ".gitignore"
    excludes.write_text(".dev.vars\n")
    sandbox.git("config", "core.excludesFile", str(excludes))
    repository = opened(sandbox)
    rules = repository.ignored(
        [".env", ".env.example", "apps/web/.env.local", "apps/web/x.local", "private.txt", ".dev.vars", "src"]
    )
    assert rules[".env"] == (".gitignore", 2, ".env", True)
    assert rules[".env.example"] is None
    assert rules["apps/web/.env.local"] is None
    assert rules["apps/web/x.local"] == ("apps/web/.gitignore", 1, "*.local", True)
    private, machine = rules["private.txt"], rules[".dev.vars"]
    assert private is not None
    assert machine is not None
    assert not private.shared
    assert not machine.shared
    assert rules["src"] is None


def test_a_gitignore_that_nobody_else_gets_protects_one_machine(sandbox: Sandbox) -> None:
    sandbox.commit(**{"a": "1"})
    sandbox.write("own/.gitignore", "*\n")
    sandbox.write("hidden/.gitignore", ".env\n")
    sandbox.write("new/.gitignore", ".env\n")
    sandbox.write(".git/info/exclude", "hidden/.gitignore\n")
    rules = opened(sandbox).ignored(["own/.env", "hidden/.env", "new/.env"])
    assert {path: rule is not None and rule.shared for path, rule in rules.items()} == {
        "own/.env": False,
        "hidden/.env": False,
        "new/.env": True,
    }
    # One further up may say the same, and git names the nearest alone.
    sandbox.write(".gitignore", ".env*\n")
    assert all(rule and rule.shared for rule in opened(sandbox).ignored(["own/.env", "hidden/.env"]).values())


def test_a_pattern_in_other_letters_protects_only_machines_that_do_not_care(sandbox: Sandbox) -> None:
    sandbox.write(".gitignore", ".ENV\nbackend/.dev.vars\n")
    sandbox.git("config", "core.ignorecase", "true")
    assert sandbox.git("check-ignore", ".env").strip() == ".env"
    assert opened(sandbox).ignored([".env", "Backend/.dev.vars", ".ENV"]) == {
        ".env": None,
        "Backend/.dev.vars": None,
        ".ENV": (".gitignore", 1, ".ENV", True),
    }


def test_a_sparse_index_is_read_whole(sandbox: Sandbox) -> None:
    sandbox.commit(**{"keep/a": "1", "drop/deep/b": "2"})
    sandbox.git("sparse-checkout", "set", "--cone", "--sparse-index", "keep")
    assert "drop/\n" in sandbox.git("ls-files", "--sparse")
    entries = opened(sandbox).files()
    assert {path: entry.sparse for path, entry in entries.items()} == {"keep/a": False, "drop/deep/b": True}


def test_a_repository_of_somebody_else_is_read_by_hardened_commands(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.commit(**{"a": "1"})
    stand_in(tmp_path, monkeypatch, 'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {git} "$@"')
    careless = subprocess.run(["git", "ls-files"], cwd=sandbox.root, capture_output=True, check=False)
    assert b"dubious ownership" in careless.stderr
    assert set(opened(sandbox).files()) == {"a"}


def test_an_old_git_that_refuses_the_repository_of_somebody_else_is_believed(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = "fatal: detected dubious ownership in repository at '/repo'"
    stand_in(tmp_path, monkeypatch, f"echo {shlex.quote(message)} >&2; exit 128")
    answer = Repository.open(str(sandbox.root))
    assert answer == Unavailable("git says: detected dubious ownership in repository at '/repo'")


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Another program under the name of git, in front of the real one."""
    git = shutil.which("git")
    program = folder / "stand-in" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script.format(git=git)}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def test_a_tracked_file_can_match_an_ignore_rule(sandbox: Sandbox) -> None:
    sandbox.commit(**{".env": "A=1"})
    sandbox.commit(**{".gitignore": ".env\n"})
    repository = opened(sandbox)
    assert ".env" in repository.files()
    assert repository.ignored([".env"])[".env"] is not None


def test_paths_that_git_cannot_judge_are_left_out(sandbox: Sandbox) -> None:
    library = Sandbox(sandbox.root.parent / "library")
    library.commit(a="1")
    sandbox.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.root), "sub")
    (sandbox.root / "link").symlink_to(sandbox.root.parent)
    repository = opened(sandbox)
    assert repository.files()["sub"].submodule
    assert not repository.files()[".gitmodules"].submodule
    asked = ["sub/a", "link/a", "../outside", "/etc/passwd", "", "a//b", "fine"]
    assert repository.ignored(asked) == {"fine": None}
    assert repository.blobs(["sub"]) == {}


def test_the_staged_content_is_read_when_the_file_has_changed(sandbox: Sandbox) -> None:
    sandbox.write(".env", "A=secret\n")
    sandbox.git("add", ".env")
    sandbox.write(".env", "A=\n")
    repository = opened(sandbox)
    assert repository.differs(".env", b"A=\n")
    assert not repository.differs(".env", b"A=secret\n")
    assert not repository.differs(".env", b"A=secret\r\n")
    assert not repository.differs("unknown", b"")
    assert repository.blobs([".env"]) == {".env": b"A=secret\n"}


def test_many_blobs_come_in_one_answer(sandbox: Sandbox) -> None:
    contents = {f"f{index}": "\n" * index + "x\0y" for index in range(30)}
    sandbox.commit(**contents, twin="\n" * 3 + "x\0y")
    blobs = opened(sandbox).blobs([*contents, "twin", "absent"])
    assert {path: blob.decode() for path, blob in blobs.items()} == contents | {"twin": contents["f3"]}


def test_a_huge_blob_is_left_out(sandbox: Sandbox) -> None:
    sandbox.commit(huge="x" * (4 * 1024 * 1024 + 1), small="y")
    assert opened(sandbox).blobs(["huge", "small"]) == {"small": b"y"}


def test_a_conflict_shows_our_side(sandbox: Sandbox) -> None:
    sandbox.commit(both="base", theirs="base")
    sandbox.git("checkout", "-q", "-b", "other")
    sandbox.commit(both="other", theirs="other")
    sandbox.git("checkout", "-q", "main")
    sandbox.commit(both="main")
    sandbox.git("rm", "-q", "theirs")
    sandbox.git("commit", "-q", "-m", "x")
    sandbox.git("merge", "-q", "other", check=False)
    repository = opened(sandbox)
    assert {path: entry.stage for path, entry in repository.files().items()} == {"both": 2, "theirs": 3}
    assert repository.blobs(["both", "theirs"]) == {"both": b"main", "theirs": b"other"}


def test_a_linked_work_tree_and_a_sparse_one_answer(sandbox: Sandbox) -> None:
    sandbox.commit(**{"keep/a": "1", "drop/b": "2"})
    linked = sandbox.root.parent / "linked"
    sandbox.git("worktree", "add", "-q", str(linked))
    (linked / "new").write_text("x")
    assert (linked / ".git").is_file()
    assert find_work_tree(str(linked / "keep")) == str(linked)
    repository = Repository.open(str(linked))
    assert isinstance(repository, Repository)
    assert set(repository.files()) == {"keep/a", "drop/b"}
    assert repository.untracked() == ("new",)
    sandbox.git("sparse-checkout", "set", "keep")
    assert not (sandbox.root / "drop").exists()
    assert opened(sandbox).blobs(["drop/b"]) == {"drop/b": b"2"}


def test_the_index_of_a_commit_hook_is_used_only_for_its_own_repository(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.commit(a="1")
    other = Sandbox(sandbox.root.parent / "other")
    other.commit(b="1")
    sandbox.write("c", "1")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index")
    sandbox.git("add", "c")
    monkeypatch.chdir(sandbox.root)
    assert set(opened(sandbox).files()) == {"c"}
    assert set(opened(other).files()) == {"b"}


def test_without_git_the_answer_says_why(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(Repository.open(str(tmp_path)), Unavailable)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Repository.open(str(sandbox.root)) == Unavailable("there is no git program on this machine")


def test_a_broken_repository_does_not_answer_for_the_one_around_it(sandbox: Sandbox) -> None:
    sandbox.commit(**{"inner/a": "1"})
    (sandbox.root / "inner" / ".git").mkdir()
    answer = Repository.open(str(sandbox.root / "inner"))
    assert isinstance(answer, Unavailable)
    assert "not a git repository" in answer.reason


def test_a_broken_index_is_said(sandbox: Sandbox) -> None:
    sandbox.write(".git/index", "garbage")
    answer = Repository.open(str(sandbox.root))
    assert isinstance(answer, Unavailable)
    assert "index" in answer.reason


def test_a_git_that_hangs_is_stopped(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, "exec sleep 60")
    monkeypatch.setattr(git_process, "TIMEOUT", 0.05)
    answer = Repository.open(str(sandbox.root))
    assert isinstance(answer, Unavailable)
    assert "did not answer" in answer.reason


def test_git_is_never_taken_from_the_repository(tmp_path: Path) -> None:
    planted, trusted = tmp_path / "repo" / "bin" / "git", tmp_path / "usr" / "git"
    for program in (planted, trusted):
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    alias = tmp_path / "alias"
    alias.symlink_to(planted.parent)
    search = os.pathsep.join(["", ".", "repo/bin", str(planted.parent), str(alias), str(trusted.parent)])
    assert find_executable(str(tmp_path / "repo"), search) == str(trusted)
    assert find_executable(str(tmp_path / "repo"), str(planted.parent)) is None


def test_the_environment_cannot_redirect_git() -> None:
    hostile = {
        "GIT_DIR": "/x",
        "GIT_WORK_TREE": "/x",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_PARAMETERS": "'a=b'",
        "GIT_SSH_COMMAND": "/x",
        "GIT_EXTERNAL_DIFF": "/x",
        "GIT_INDEX_FILE": "/x",
        "GIT_TRACE": "/x",
        "GIT_ALLOW_PROTOCOL": "ext",
        "PATH": "/bin",
    }
    environment = hardened_environment("/repo", hostile, own_index=False)
    assert environment["GIT_ALLOW_PROTOCOL"] == "none"
    assert environment["PATH"] == "/bin"
    assert set(environment) & set(hostile) == {"GIT_ALLOW_PROTOCOL", "PATH"}


def test_the_nearest_work_tree_is_found_by_looking(sandbox: Sandbox, tmp_path: Path) -> None:
    deep = sandbox.root / "a" / "b"
    deep.mkdir(parents=True)
    assert find_work_tree(str(deep)) == str(sandbox.root)
    assert find_work_tree(str(sandbox.root)) == str(sandbox.root)
    assert find_work_tree(str(tmp_path)) != str(sandbox.root)
