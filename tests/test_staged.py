"""A credential that only the index holds is told, once, with the way to take it out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cfguard import api
from cfguard.finding import Finding
from cfguard.git import Repository
from cfguard.git.process import Git
from cfguard.staged import staged_leaks
from tests.git.conftest import Sandbox
from tests.secrets.samples import Maker

MAKER = Maker(41)
SECRET, OTHER = MAKER.hex(32), MAKER.hex(32)
CONFIG = 'name = "shop"\n'
LINE = f"SESSION_SECRET={SECRET}\n"
SOURCE = f"const SESSION_SECRET = '{SECRET}';\n"


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    made = Sandbox(tmp_path / "repo")
    made.write("wrangler.toml", CONFIG)
    made.git("add", "-A")
    return made


def committed(sandbox: Sandbox) -> list[Finding]:
    report = api.check(str(sandbox.root), select=["secrets/committed"])
    assert report.problems == ()
    return [finding for finding in report.findings if finding.rule == "secrets/committed"]


def shown(sandbox: Sandbox) -> list[tuple[str, str]]:
    return [(each.path, each.message) for each in committed(sandbox)]


def stage(sandbox: Sandbox, path: str, text: str) -> None:
    sandbox.write(path, text)
    sandbox.git("add", "-f", "--", path)


@pytest.mark.parametrize(("path", "text"), [(".dev.vars", LINE), ("src/a.ts", SOURCE)])
def test_a_staged_secret_taken_out_of_the_file_is_told(sandbox: Sandbox, path: str, text: str) -> None:
    stage(sandbox, path, f"\n{text}")
    sandbox.write(path, "\n")
    (finding,) = committed(sandbox)
    assert finding.message == (
        "`SESSION_SECRET` holds a credential by its name in git's index (line 2), though no longer in the file"
    )
    assert finding.help == (
        f"Run `git add {path}`, or `git rm --cached {path}` where git must not have the file; "
        "if the secret was ever committed, revoke it"
    )
    assert (finding.path, finding.start, finding.key, finding.severity) == (
        path,
        None,
        "SESSION_SECRET",
        "error",
    )
    sandbox.git("add", path)
    assert committed(sandbox) == []


def test_a_file_that_is_gone_is_still_in_the_index(sandbox: Sandbox) -> None:
    stage(sandbox, "a b/.env", LINE)
    (sandbox.root / "a b/.env").unlink()
    (finding,) = committed(sandbox)
    assert finding.message.endswith("in git's index (line 1), though the file is gone")
    assert finding.help.startswith("Run `git rm --cached 'a b/.env'`; ")
    sandbox.git("rm", "-q", "--cached", "a b/.env")
    assert committed(sandbox) == []


def test_a_value_that_the_file_still_holds_is_told_once(sandbox: Sandbox) -> None:
    stage(sandbox, ".env", f"{LINE}OTHER_TOKEN={OTHER}\nAGAIN_SECRET={OTHER}\n")
    sandbox.write(".env", f"# moved\n\n{LINE}")
    messages = [message for _, message in shown(sandbox)]
    assert len(messages) == 2
    assert "git tracks this file" in messages[1]
    assert messages[0].startswith("`OTHER_TOKEN` holds a credential by its name in git's index (line 2)")


def test_settings_of_a_config_count_wherever_they_stand(sandbox: Sandbox) -> None:
    stage(sandbox, "wrangler.toml", f'{CONFIG}[vars]\nAPI_SECRET = "{SECRET}"\n')
    sandbox.write("wrangler.toml", CONFIG)
    assert [path for path, _ in shown(sandbox)] == ["wrangler.toml"]


def test_what_is_ignored_by_a_comment_stays_ignored(sandbox: Sandbox) -> None:
    stage(sandbox, ".env", f"# cfguard: ignore[secrets/committed] a sample\n{LINE}")
    stage(sandbox, "a.ts", f"{SOURCE.rstrip()} // pragma: allowlist secret\n")
    for path in (".env", "a.ts"):
        (sandbox.root / path).unlink()
    assert committed(sandbox) == []


def test_line_ends_are_no_difference(sandbox: Sandbox) -> None:
    stage(sandbox, "a.ts", f"// one\n{SOURCE}")
    sandbox.write("a.ts", f"// one\r\n{SOURCE}")
    assert [message for _, message in shown(sandbox)] == [
        "`SESSION_SECRET` holds a credential by its name, and git tracks this file"
    ]


def test_odd_names_and_links_are_no_trouble(sandbox: Sandbox) -> None:
    names = ["line\nbreak.ts", "ümlaut.ts", '"quoted".ts', "\udcff.ts", ":(top)x.ts", "-f.ts"]
    for name in names:
        (sandbox.root / name).write_text(SOURCE)
    sandbox.git("add", "-A")
    for name in names:
        (sandbox.root / name).unlink()
    (sandbox.root / "ümlaut.ts").symlink_to("wrangler.toml")
    (sandbox.root / '"quoted".ts').mkdir()
    assert sorted(finding.path for finding in committed(sandbox)) == sorted(names)


def test_what_a_sparse_checkout_leaves_out_is_not_missing(sandbox: Sandbox) -> None:
    sandbox.commit(**{"drop/.env": LINE, "keep/a": "1"})
    sandbox.git("sparse-checkout", "set", "keep")
    assert not (sandbox.root / "drop").exists()
    assert committed(sandbox) == []


def test_assume_unchanged_hides_nothing(sandbox: Sandbox) -> None:
    stage(sandbox, "src/a.ts", SOURCE)
    sandbox.git("update-index", "--assume-unchanged", "src/a.ts")
    sandbox.write("src/a.ts", "// nothing\n")
    assert [path for path, _ in shown(sandbox)] == ["src/a.ts"]
    sandbox.write("src/a.ts", SOURCE.replace(SECRET, OTHER))
    assert len(committed(sandbox)) == 2


def test_a_file_that_is_only_announced_is_tracked_and_told_once(sandbox: Sandbox) -> None:
    sandbox.write(".env", LINE)
    sandbox.git("add", "--intent-to-add", ".env")
    assert [message for _, message in shown(sandbox)] == [
        "`SESSION_SECRET` holds a credential by its name, and git tracks this file"
    ]


def test_a_conflict_counts_with_our_side(sandbox: Sandbox) -> None:
    sandbox.commit(**{"a.ts": "// base\n"})
    sandbox.git("checkout", "-q", "-b", "other")
    sandbox.commit(**{"a.ts": "// theirs\n"})
    sandbox.git("checkout", "-q", "main")
    sandbox.commit(**{"a.ts": SOURCE})
    sandbox.git("merge", "-q", "other", check=False)
    assert len(committed(sandbox)) == 1
    sandbox.write("a.ts", "// theirs\n")
    assert [path for path, _ in shown(sandbox)] == ["a.ts"]


def test_a_repository_with_sha256_answers_alike(tmp_path: Path) -> None:
    made = Sandbox(tmp_path / "large", "--object-format=sha256")
    made.write("wrangler.toml", CONFIG)
    made.git("add", "-A")
    stage(made, "src/a.ts", SOURCE)
    assert len(committed(made)) == 1
    made.write("src/a.ts", "// nothing\n")
    assert [message.rpartition(",")[2] for _, message in shown(made)] == [" though no longer in the file"]


def test_a_linked_work_tree_has_an_index_of_its_own(sandbox: Sandbox) -> None:
    sandbox.commit()
    linked = sandbox.root.parent / "linked"
    sandbox.git("worktree", "add", "-q", str(linked))
    stage(sandbox, "a.ts", SOURCE)
    (sandbox.root / "a.ts").unlink()
    assert api.check(str(linked), select=["secrets/committed"]).findings == ()
    assert [path for path, _ in shown(sandbox)] == ["a.ts"]


def test_a_submodule_is_its_own_affair(sandbox: Sandbox) -> None:
    library = Sandbox(sandbox.root.parent / "library")
    library.commit(**{"wrangler.toml": CONFIG})
    sandbox.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.root), "sub")
    inside = Sandbox(sandbox.root / "sub", create=False)
    stage(inside, "a.ts", SOURCE)
    inside.write("a.ts", "\n")
    assert committed(sandbox) == []
    assert [path for path, _ in shown(inside)] == ["a.ts"]


def test_git_is_asked_nothing_more_where_nothing_differs(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.commit(**{"src/a.ts": "// a\n", ".env.example": "A=\n"})
    asked: list[str] = []
    run = Git.run
    monkeypatch.setattr(
        Git,
        "run",
        lambda git, command, *rest, **more: asked.append(command) or run(git, command, *rest, **more),
    )
    committed(sandbox)
    assert "cat-file" not in asked
    sandbox.write("src/a.ts", "// b\n")
    committed(sandbox)
    assert asked.count("cat-file") == 2
    # That the blob holds none is kept.
    committed(sandbox)
    assert asked.count("cat-file") == 2


def test_what_was_kept_is_no_answer_for_another_path(sandbox: Sandbox) -> None:
    stage(sandbox, "a.test.ts", SOURCE)
    (sandbox.root / "a.test.ts").unlink()
    assert committed(sandbox) == []
    sandbox.git("mv", "-f", "wrangler.toml", "old.toml")
    blob = sandbox.git("rev-parse", ":a.test.ts").strip()
    sandbox.git("update-index", "--add", "--cacheinfo", f"100644,{blob},a.ts")
    repository = Repository.open(str(sandbox.root))
    assert isinstance(repository, Repository)
    assert [leak.path for leak in staged_leaks(repository, ["a.test.ts", "a.ts"], {})] == ["a.ts"]


def test_a_blob_that_is_not_here_says_nothing(sandbox: Sandbox) -> None:
    stage(sandbox, "a.ts", SOURCE)
    blob = sandbox.git("rev-parse", ":a.ts").strip()
    os.unlink(sandbox.root / ".git/objects" / blob[:2] / blob[2:])
    sandbox.write("a.ts", "\n")
    assert committed(sandbox) == []
