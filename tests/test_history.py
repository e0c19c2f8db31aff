"""Credentials in commits that nobody looks at any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfguard.git import Repository
from cfguard.history import past_leaks
from tests.git.conftest import Sandbox
from tests.secrets.samples import Maker

SECRET = Maker(20).hex(32)


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path / "repo")


def opened(sandbox: Sandbox) -> Repository:
    repository = Repository.open(str(sandbox.root))
    assert isinstance(repository, Repository)
    return repository


def test_a_secret_taken_out_again_is_found_with_its_commit(sandbox: Sandbox) -> None:
    sandbox.commit(**{"src/a.ts": "// nothing\n"})
    sandbox.commit(
        **{"src/a.ts": f"// one\nconst sessionSecret = '{SECRET}';\n", ".env": f"API_TOKEN={SECRET}\n"}
    )
    commit = sandbox.git("rev-parse", "HEAD").strip()
    sandbox.commit(**{"src/a.ts": "// nothing\n", "src/b.ts": "// other\n"})
    sandbox.git("rm", "-q", ".env")
    sandbox.commit()
    leaks = past_leaks(opened(sandbox))
    assert [(leak.path, leak.line, leak.kind, leak.commit, leak.present) for leak in leaks] == [
        (".env", 1, "credential by its name", commit, False),
        ("src/a.ts", 2, "credential by its name", commit, False),
    ]


def test_what_is_still_there_is_told_apart_and_each_blob_counts_once(sandbox: Sandbox) -> None:
    text = f"const sessionSecret = '{SECRET}';\n"
    sandbox.commit(**{"a.ts": text})
    sandbox.commit(**{"copy/a.ts": text, "c.ts": "// c\n"})
    (leak,) = past_leaks(opened(sandbox))
    assert leak.present


def test_another_branch_and_a_lost_commit_count(sandbox: Sandbox) -> None:
    sandbox.commit(**{"a.ts": "// a\n"})
    sandbox.git("checkout", "-q", "-b", "other")
    sandbox.commit(**{"b.ts": f"const sessionSecret = '{SECRET}';\n"})
    sandbox.git("checkout", "-q", "main")
    assert [leak.path for leak in past_leaks(opened(sandbox))] == ["b.ts"]
    sandbox.git("branch", "-q", "-D", "other")
    assert [(leak.path, leak.commit) for leak in past_leaks(opened(sandbox))] == [("", "")]


def test_samples_of_tests_and_lock_files_do_not_count(sandbox: Sandbox) -> None:
    text = f"const sessionSecret = '{SECRET}';\n"
    sandbox.commit(**{"a.test.ts": f"{text}// 1", "README.md": f"{text}// 2", "pnpm-lock.yaml": f"{text}# 3"})
    assert past_leaks(opened(sandbox)) == ()


def test_an_empty_repository_has_no_past(sandbox: Sandbox) -> None:
    assert past_leaks(opened(sandbox)) == ()
