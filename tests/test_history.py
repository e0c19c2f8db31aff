"""Credentials in commits that nobody looks at any more."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path

import pytest

from cfguard import api, cli, terminal
from cfguard.git import Repository
from cfguard.git.history import History
from cfguard.history import PastLeak, past_leaks, shown_day
from cfguard.history.first_look import held_in
from cfguard.report import FORMATS
from tests.git.conftest import Sandbox
from tests.secrets.samples import Maker

MAKER = Maker(20)
SECRET, OTHER = MAKER.hex(32), MAKER.hex(32)
SOURCE = f"const sessionSecret = '{SECRET}';\n"


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path / "repo")


def opened(root: Path) -> Repository:
    repository = Repository.open(str(root))
    assert isinstance(repository, Repository)
    return repository


def leaks_of(sandbox: Sandbox) -> tuple[PastLeak, ...]:
    return past_leaks(opened(sandbox.root)).leaks


def head(sandbox: Sandbox) -> str:
    return sandbox.git("rev-parse", "HEAD").strip()


def test_a_secret_taken_out_again_is_found_with_its_commit(sandbox: Sandbox) -> None:
    sandbox.commit(**{"src/a.ts": "// nothing\n"})
    sandbox.commit(**{"src/a.ts": f"// one\n{SOURCE}", ".env": f"API_TOKEN={OTHER}\n"})
    commit = head(sandbox)
    sandbox.commit(**{"src/a.ts": "// nothing\n", "src/b.ts": "// other\n"})
    sandbox.git("rm", "-q", ".env")
    sandbox.commit()
    kind = "credential by its name"
    assert leaks_of(sandbox) == (
        PastLeak(".env", 1, "API_TOKEN", kind, commit, 1767225600, False, True, 1),
        PastLeak("src/a.ts", 2, "sessionSecret", kind, commit, 1767225600, False, True, 1),
    )
    assert shown_day(1767225600) == "2026-01-01"


def test_a_value_is_one_leak_however_often_it_was_committed(sandbox: Sandbox) -> None:
    sandbox.commit(**{"a.ts": SOURCE})
    commit = head(sandbox)
    for number in range(5):
        sandbox.commit(**{"a.ts": SOURCE + f"// {number}\n", "copy/b.ts": SOURCE})
    (leak,) = leaks_of(sandbox)
    assert (leak.path, leak.commit, leak.versions, leak.present) == ("a.ts", commit, 6, True)
    sandbox.commit(**{"a.ts": "\n", "copy/b.ts": "\n"})
    (leak,) = leaks_of(sandbox)
    assert (leak.commit, leak.present) == (commit, False)


def test_pairs_are_judged_by_the_format_of_their_file(sandbox: Sandbox) -> None:
    sandbox.commit(
        **{
            "wrangler.jsonc": f'{{"name": "a", "vars": {{"SESSION_SECRET": "{SECRET}"}}}}\n',
            ".dev.vars": f"SESSION_SECRET: '{OTHER}'\n",
        }
    )
    sandbox.commit(**{"wrangler.jsonc": '{"name": "a"}\n', ".dev.vars": "\n"})
    assert [(leak.path, leak.name) for leak in leaks_of(sandbox)] == [
        (".dev.vars", "SESSION_SECRET"),
        ("wrangler.jsonc", "SESSION_SECRET"),
    ]


def test_a_branch_that_left_no_trace_in_its_merge_is_walked(sandbox: Sandbox) -> None:
    sandbox.commit(**{"a.ts": "// a\n"})
    sandbox.git("checkout", "-q", "-b", "side")
    sandbox.commit(**{"a.ts": SOURCE})
    commit = head(sandbox)
    sandbox.commit(**{"a.ts": "// a\n"})
    sandbox.git("checkout", "-q", "main")
    sandbox.commit(**{"b.ts": "// b\n"})
    sandbox.git("merge", "-q", "--no-edit", "side")
    sandbox.git("branch", "-q", "-D", "side")
    assert [(leak.path, leak.commit) for leak in leaks_of(sandbox)] == [("a.ts", commit)]


def test_another_branch_and_a_lost_commit_count(sandbox: Sandbox) -> None:
    sandbox.commit(**{"a.ts": "// a\n"})
    sandbox.git("checkout", "-q", "-b", "other")
    sandbox.commit(**{"b.ts": SOURCE})
    commit = head(sandbox)
    sandbox.git("checkout", "-q", "main")
    sandbox.git("branch", "-q", "-D", "other")
    (leak,) = leaks_of(sandbox)
    assert (leak.path, leak.commit, leak.reachable) == ("b.ts", commit, False)
    sandbox.git("reflog", "expire", "--expire=all", "--all")
    (leak,) = leaks_of(sandbox)
    assert (leak.path, leak.commit, leak.reachable) == ("", "", False)


def test_what_was_amended_or_stashed_counts(sandbox: Sandbox) -> None:
    sandbox.commit(**{"a.ts": SOURCE})
    sandbox.write("a.ts", "\n")
    sandbox.git("commit", "-q", "-a", "--amend", "-m", "x")
    sandbox.write("b.ts", f"const apiToken = '{OTHER}';\n")
    sandbox.git("stash", "-q", "--include-untracked")
    assert [(leak.path, leak.reachable) for leak in leaks_of(sandbox)] == [("a.ts", False), ("b.ts", True)]


def test_samples_of_tests_and_lock_files_do_not_count(sandbox: Sandbox) -> None:
    sandbox.commit(
        **{"a.test.ts": f"{SOURCE}// 1", "README.md": f"{SOURCE}// 2", "pnpm-lock.yaml": f"{SOURCE}# 3"}
    )
    assert leaks_of(sandbox) == ()
    sandbox.commit(**{"z.ts": f"{SOURCE}// 1"})
    assert [leak.path for leak in leaks_of(sandbox)] == ["z.ts"]


def test_an_empty_repository_has_no_past(sandbox: Sandbox) -> None:
    assert past_leaks(opened(sandbox.root)) == ((), 0, ())


def test_a_shallow_clone_says_so(sandbox: Sandbox) -> None:
    sandbox.commit(**{"a.ts": SOURCE})
    sandbox.commit(**{"a.ts": "\n"})
    shallow = sandbox.root.parent / "shallow"
    sandbox.git("clone", "-q", "--depth", "1", f"file://{sandbox.root}", str(shallow))
    past = past_leaks(opened(shallow))
    assert past.leaks == ()
    assert past.remarks == ("this clone is shallow: older commits are not here, and were not looked at",)
    linked = sandbox.root.parent / "linked"
    sandbox.git("-C", str(shallow), "worktree", "add", "-q", str(linked))
    assert History(opened(linked)).is_shallow


def test_the_objects_of_another_repository_are_its_own_affair(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit(**{"a.ts": SOURCE})
    mine = Sandbox(tmp_path / "mine")
    mine.commit(**{"b.ts": f"const apiToken = '{OTHER}';\n"})
    mine.write(".git/objects/info/alternates", f"{sandbox.root}/.git/objects\n")
    assert [leak.path for leak in leaks_of(mine)] == ["b.ts"]


def test_a_file_that_moved_is_told_where_it_was_first(sandbox: Sandbox) -> None:
    sandbox.commit(**{"old/a.ts": SOURCE})
    commit = head(sandbox)
    sandbox.git("mv", "old", "new")
    sandbox.commit()
    (leak,) = leaks_of(sandbox)
    assert (leak.path, leak.commit, leak.present) == ("old/a.ts", commit, True)


def test_odd_names_and_times_are_no_trouble(sandbox: Sandbox) -> None:
    sandbox.write("a b/ü.ts", SOURCE)
    sandbox.write("two\nlines.ts", SOURCE.replace(SECRET, OTHER))
    sandbox.git("add", "-A")
    tree = sandbox.git("write-tree").strip()
    raw = sandbox.write("raw", f"tree {tree}\nauthor x <x> 1 +0000\ncommitter x <x> {'9' * 20} +0000\n\nx\n")
    commit = sandbox.git("hash-object", "-t", "commit", "-w", "--literally", "raw").strip()
    raw.unlink()
    sandbox.git("update-ref", "refs/heads/main", commit)
    leaks = {leak.path: leak for leak in leaks_of(sandbox)}
    assert leaks["a b/ü.ts"].commit == commit
    assert shown_day(leaks["a b/ü.ts"].time) == ""
    assert [path for path in leaks if path.startswith("two")]


def test_progress_is_told(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cfguard.history.first_look._STEP", 2)
    sandbox.commit(**{f"{number}.ts": f"// {number}\n" for number in range(5)})
    heard: list[tuple[int, int]] = []
    assert past_leaks(opened(sandbox.root), lambda *told: heard.append(told)).blobs == 5
    assert heard == [(2, 5), (4, 5)]


def test_two_processes_find_the_same_as_one(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFGUARD_CACHE_DIR", "")
    sandbox.commit(
        **{f"{number}.ts": f"const apiToken = '{MAKER.hex(32)}';\n" * (number % 3) for number in range(40)}
    )
    alone = leaks_of(sandbox)
    assert len(alone) == 26
    monkeypatch.setattr("cfguard.history.first_look._TWO_PROCESSES", 0)
    monkeypatch.setattr("cfguard.history.first_look.may_fork", lambda: True)
    assert leaks_of(sandbox) == alone
    monkeypatch.setattr("cfguard.history.first_look._send", lambda sender, look: os._exit(1))
    assert leaks_of(sandbox) == alone


def test_what_held_nothing_is_not_read_again(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.commit(**{"a.ts": "// a\n", "b.ts": SOURCE, ".env": "A=1\n", "yarn.lock": "a\n"})
    first = leaks_of(sandbox)
    looked: list[str] = []
    monkeypatch.setattr(
        "cfguard.history.first_look.held_in",
        lambda path, content: (looked.append(content.decode()), held_in(path, content))[1],
    )
    assert leaks_of(sandbox) == first
    assert looked == [SOURCE]
    # Under a name that is read in another way it is looked at once more.
    sandbox.git("mv", "a.ts", ".env.local")
    sandbox.git("commit", "-q", "--amend", "-m", "x")
    sandbox.git("reflog", "expire", "--expire=all", "--all")
    leaks_of(sandbox)
    assert looked[1:] == ["// a\n", SOURCE] or looked[1:] == [SOURCE, "// a\n"]


def test_memory_does_not_grow_with_what_was_committed(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cfguard.git.objects._PORTION", 100_000)
    monkeypatch.setenv("CFGUARD_CACHE_DIR", "")
    padding = "".join(f"// {number} nothing to see here\n" for number in range(2_000))
    sandbox.commit(**{f"{number}.ts": f"{SOURCE}// {number}\n{padding}" for number in range(60)})
    repository = opened(sandbox.root)
    past_leaks(repository)
    tracemalloc.start()
    (leak,) = past_leaks(repository).leaks
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert leak.versions == 60
    assert peak < 20 * len(padding), "the 60 blobs were held at once"


def test_a_check_tells_what_only_the_history_holds(sandbox: Sandbox) -> None:
    sandbox.commit(
        **{"src/a.ts": SOURCE, "wrangler.toml": 'name = "a"\n', "dist/b.ts": SOURCE.replace(SECRET, OTHER)}
    )
    commit = head(sandbox)
    assert len(api.check(str(sandbox.root), select=["secrets/committed"], history=True).findings) == 1
    sandbox.commit(**{"src/a.ts": "\n", "dist/b.ts": "\n"})
    assert api.check(str(sandbox.root), select=["secrets/committed"]).findings == ()
    report = api.check(str(sandbox.root), select=["secrets/committed"], history=True)
    (finding,) = report.findings
    assert (finding.path, finding.start, finding.severity, finding.key) == (
        "src/a.ts", None, "error", "sessionSecret",
    )  # fmt: skip
    assert finding.message == (
        f"`sessionSecret` holds a credential by its name in commit {commit[:10]} (2026-01-01), line 1, "
        "and the history keeps it"
    )
    below = api.check(str(sandbox.root / "wrangler.toml"), select=["secrets/committed"], history=True)
    assert below.findings == ()


def test_a_check_says_where_no_history_can_be_read(tmp_path: Path, sandbox: Sandbox) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "wrangler.toml").write_text('name = "a"\n')
    (problem,) = api.check(str(plain), select=["secrets/committed"], history=True).problems
    assert problem.message == "cannot look through the history: git cannot be asked"
    sandbox.commit(**{"wrangler.toml": 'name = "a"\n', "a.ts": SOURCE})
    sandbox.git("checkout", "-q", "--orphan", "new")
    sandbox.git("rm", "-q", "-f", "a.ts")
    sandbox.git("branch", "-q", "-D", "main")
    sandbox.git("reflog", "expire", "--expire=all", "--all")
    (note,) = api.check(str(sandbox.root), select=["secrets/committed"], history=True).notes
    assert note.message == (
        "1 credential lies in objects that no commit reaches; `cfguard secrets history` lists them"
    )


def test_the_command_lists_what_was_ever_committed(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["secrets", "history", str(sandbox.root)]) == terminal.EMPTY
    sandbox.commit(**{"a.ts": "\n"})
    assert cli.main(["secrets", "history", str(sandbox.root)]) == terminal.OK
    assert capsys.readouterr().out == "no secrets in 1 version of files\n"
    sandbox.commit(**{"a.ts": SOURCE, "b.ts": f"const apiToken = '{OTHER}';\n"})
    first = head(sandbox)
    sandbox.commit(**{"a.ts": f"{SOURCE}//\n", "b.ts": "\n"})
    assert cli.main(["secrets", "history", str(sandbox.root)]) == terminal.FINDINGS
    assert capsys.readouterr().out == (
        "a.ts:1  `sessionSecret` credential by its name\n"
        f"  first in commit {first[:10]} of 2026-01-01; in 2 versions of files; still there now\n"
        "b.ts:1  `apiToken` credential by its name\n"
        f"  first in commit {first[:10]} of 2026-01-01; not there now\n"
        "\n"
        "2 secrets in 4 versions of files, 1 of them still there now; revoke what was ever pushed\n"
    )
    assert cli.main(["secrets", "history", str(sandbox.root), "--format", "json"]) == terminal.FINDINGS
    told = json.loads(capsys.readouterr().out)
    assert (told["version"], told["blobs"], told["notes"]) == (1, 4, [])
    assert told["leaks"][1] == {
        "path": "b.ts",
        "line": 1,
        "name": "apiToken",
        "kind": "credential by its name",
        "commit": first,
        "date": "2026-01-01",
        "present": False,
        "reachable": True,
        "versions": 1,
    }


def test_the_command_says_what_has_no_commit(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    sandbox.commit(**{"a.ts": "\n"})
    sandbox.write("a.ts", SOURCE)
    sandbox.git("add", "a.ts")
    sandbox.write("b.ts", f"const apiToken = '{OTHER}';\n")
    sandbox.git("add", "b.ts")
    sandbox.git("rm", "-q", "-f", "b.ts")
    assert cli.main(["secrets", "history", str(sandbox.root)]) == terminal.FINDINGS
    out = capsys.readouterr().out
    assert "  staged, and in no commit yet; still there now\n" in out
    assert "(no path: nothing leads to it any more)  `apiToken` credential by its name\n" in out
    assert "  no branch or tag reaches it any more; not there now\n" in out


def test_the_command_needs_a_repository(
    tmp_path: Path, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plain").mkdir()
    assert cli.main(["secrets", "history", str(tmp_path / "plain")]) == terminal.FAILED
    assert capsys.readouterr().err == (
        "cfguard: cannot tell what is committed or ignored: this is not a git repository\n"
    )
    assert cli.main(["secrets", "history", str(tmp_path / "absent")]) == terminal.FAILED
    assert capsys.readouterr().err == "cfguard: absent: there is no such file or folder\n"


def test_no_value_leaves_the_program(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CFGUARD_CACHE_DIR", str(tmp_path / "cache"))
    values = [MAKER.hex(32) for _ in range(6)]
    sandbox.commit(**{"wrangler.toml": 'name = "a"\n', "a.ts": f"const apiToken = '{values[0]}';\n"})
    sandbox.commit(**{".env": f"API_TOKEN={values[1]}\n{values[2]}_TOKEN={values[3]}\n", "a.ts": "\n"})
    sandbox.write("b.ts", f"const {values[4]}Secret = '{values[5]}';\n")
    sandbox.git("add", "-A")
    for path in (".env", "b.ts"):
        (sandbox.root / path).unlink()
    root = str(sandbox.root)
    for format in FORMATS:
        assert cli.main(["check", "--history", "--format", format, root]) == terminal.FINDINGS
        assert cli.main(["check", "--staged", "--format", format, root]) == terminal.FINDINGS
    for format in ("text", "json"):
        assert cli.main(["secrets", "history", root, "--format", format]) == terminal.FINDINGS
    told = "".join(capsys.readouterr())
    kept = [path.read_text() for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert len(kept) >= 2
    # What stands in place of a name may be shown; a value may not.
    secret = [values[0], values[1], values[3], values[5]]
    assert [value for value in secret for text in (told, *kept) if value in text] == []
