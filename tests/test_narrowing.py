"""A report about what was touched: the owners of touched files are told whole, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfguard import cli, terminal
from cfguard.api import RefusedRequest, Request, check_request
from cfguard.discover import discover
from cfguard.finding import Finding, Related, Report
from cfguard.narrowing import narrowed
from tests.git.conftest import Sandbox
from tests.secrets.samples import Maker

MAKER = Maker(43)
SECRET, OTHER = MAKER.hex(32), MAKER.hex(32)
BROKEN = 'name = "shop"\nmain = "src/index.ts"\ncompatibility_date = "2026-02-30"\n'
RIGHT = BROKEN.replace("2026-02-30", "2024-01-01")
DATE, SECRETS = "wrangler/compatibility-date-invalid", "secrets/committed"


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """Two Workers, both with an invalid date, one with a secret in an env file, and one in source."""
    made = Sandbox(tmp_path / "repo")
    for folder in ("a", "b"):
        made.write(f"packages/{folder}/wrangler.toml", BROKEN)
        made.write(f"packages/{folder}/src/index.ts", "export default {}\n")
    made.write("packages/b/.env", f"SESSION_SECRET={SECRET}\n")
    made.write("tool.ts", f"const apiToken = '{OTHER}';\n")
    made.write("package.json", "{}\n")
    made.commit()
    return made


def report_of(*paths: Path, only: str = "touching", revision: str = "") -> Report:
    wanted = (DATE, SECRETS)
    request = Request(tuple(map(str, paths)), select=wanted, only=only, revision=revision)  # type: ignore[arg-type]
    report = check_request(request)
    assert report.problems == ()
    return report


def told(*paths: Path, only: str = "touching", revision: str = "") -> list[tuple[str, str]]:
    return [(each.path, each.rule) for each in report_of(*paths, only=only, revision=revision).findings]


A = [("packages/a/wrangler.toml", DATE)]
B = [("packages/b/.env", SECRETS), ("packages/b/wrangler.toml", DATE)]
TOOL = [("tool.ts", SECRETS)]


@pytest.mark.parametrize(
    ("touched", "expected"),
    [
        (["packages/a/wrangler.toml"], A),
        (["packages/b/wrangler.toml"], B),
        (["packages/b/.env"], B),
        (["packages/b/migrations/0001_a.sql"], B),
        (["packages/b/src/gone.ts"], B),
        (["packages/b/src/index.ts"], []),
        (["packages/a/.dev.vars", "tool.ts"], A + TOOL),
        (["package.json"], A + B + TOOL),
        (["packages/.gitignore"], A + B),
        (["db/0001_a.sql"], A + B + TOOL),
        (["packages"], A + B),
        (["."], A + B + TOOL),
        (["gone.ts"], []),
    ],
)
def test_owners_of_touched_files_are_told_whole(
    sandbox: Sandbox, touched: list[str], expected: list[tuple[str, str]]
) -> None:
    assert told(*(sandbox.root / path for path in touched)) == expected


def test_it_is_said_how_much_is_not_told(sandbox: Sandbox) -> None:
    notes = report_of(sandbox.root / "packages/a/wrangler.toml").notes
    assert [note.message for note in notes] == ["3 findings elsewhere are not told here"]
    assert report_of(sandbox.root).notes == ()


def test_a_related_place_and_the_worker_of_a_finding_count(sandbox: Sandbox) -> None:
    discovery = discover([str(sandbox.root)])
    elsewhere = Finding("d1/database-shared", "error", "x", "", "somewhere.txt")
    related = Related("tool.ts", None, None, None, "the other")
    findings = (
        elsewhere,
        elsewhere._replace(related=(related,)),
        elsewhere._replace(worker="packages/a/wrangler.toml"),
    )
    report = Report(findings=findings)
    assert narrowed(report, frozenset({"tool.ts"}), discovery).findings == (findings[1],)
    assert narrowed(report, frozenset({"packages/a/wrangler.toml"}), discovery).findings == (findings[2],)


def test_what_is_wrong_elsewhere_holds_nobody_up(sandbox: Sandbox) -> None:
    (sandbox.root / "packages/b/wrangler.toml").write_bytes(b"x" * 1_000_001)
    mine = Request((str(sandbox.root / "packages/a/wrangler.toml"),), select=(DATE,), only="touching")
    assert check_request(mine).problems == ()
    theirs = Request((str(sandbox.root / "packages/b/wrangler.toml"),), select=(DATE,), only="touching")
    assert [problem.kind for problem in check_request(theirs).problems] == ["too-large"]


class TestStaged:
    def test_nothing_staged_is_nothing_to_tell(self, sandbox: Sandbox) -> None:
        sandbox.write("packages/a/wrangler.toml", BROKEN + "# more\n")
        assert told(sandbox.root, only="staged") == []

    def test_the_index_counts_and_not_the_work_tree(self, sandbox: Sandbox) -> None:
        sandbox.write("packages/a/wrangler.toml", RIGHT)
        sandbox.git("add", "-A")
        sandbox.write("packages/a/wrangler.toml", BROKEN + "# not staged\n")
        assert told(sandbox.root, only="staged") == []
        sandbox.git("add", "-A")
        sandbox.write("packages/a/wrangler.toml", RIGHT)
        (finding,) = report_of(sandbox.root, only="staged").findings
        assert finding.path == "packages/a/wrangler.toml"
        assert finding.start is not None
        assert finding.start.line == 3

    def test_secrets_are_those_of_the_index_at_their_lines(self, sandbox: Sandbox) -> None:
        sandbox.write("packages/a/.env", f"\nNEW_SECRET={SECRET}\n")
        sandbox.write("new.ts", f"\n\nconst newSecret = '{OTHER}';\n")
        sandbox.git("add", "-f", "packages/a/.env", "new.ts")
        (sandbox.root / "packages/a/.env").unlink()
        sandbox.write("new.ts", f"const unstagedSecret = '{MAKER.hex(32)}';\n")
        found = [
            (each.path, each.start.line, each.key)
            for each in report_of(sandbox.root, only="staged").findings
            if each.start is not None and each.rule == SECRETS
        ]
        assert found == [("new.ts", 3, "newSecret"), ("packages/a/.env", 2, "NEW_SECRET")]

    def test_files_that_are_not_added_are_not_there(self, sandbox: Sandbox) -> None:
        sandbox.write("packages/c/wrangler.toml", BROKEN)
        sandbox.write("packages/a/wrangler.toml", BROKEN + "# more\n")
        sandbox.git("add", "packages/a")
        assert told(sandbox.root, only="staged") == A

    def test_what_is_deleted_touches_its_worker(self, sandbox: Sandbox) -> None:
        sandbox.git("rm", "-q", "packages/a/src/index.ts")
        assert told(sandbox.root, only="staged") == A

    def test_the_first_commit_is_all_new(self, tmp_path: Path) -> None:
        made = Sandbox(tmp_path / "first")
        made.write("wrangler.toml", BROKEN)
        made.git("add", "-A")
        assert told(made.root, only="staged") == [("wrangler.toml", DATE)]

    def test_without_git_nothing_can_be_staged(self, tmp_path: Path) -> None:
        (tmp_path / "wrangler.toml").write_text(BROKEN)
        with pytest.raises(RefusedRequest, match="not a git repository"):
            report_of(tmp_path, only="staged")


class TestChangedFrom:
    def test_what_the_branch_changed_counts_and_not_what_others_did(self, sandbox: Sandbox) -> None:
        sandbox.git("checkout", "-q", "-b", "topic")
        assert told(sandbox.root, only="changed", revision="main") == []
        sandbox.commit(**{"packages/a/wrangler.toml": BROKEN + "# topic\n"})
        sandbox.git("checkout", "-q", "main")
        sandbox.commit(**{"packages/b/wrangler.toml": BROKEN + "# main\n"})
        sandbox.git("checkout", "-q", "topic")
        assert told(sandbox.root, only="changed", revision="main") == A
        sandbox.git("merge", "-q", "--no-edit", "main")
        assert told(sandbox.root, only="changed", revision="main") == A

    def test_what_is_not_committed_counts(self, sandbox: Sandbox) -> None:
        sandbox.write("packages/a/wrangler.toml", BROKEN + "# more\n")
        assert told(sandbox.root, only="changed", revision="HEAD") == A
        sandbox.write("new.ts", "// new\n")
        sandbox.write("packages/b/.env.local", "A=1\n")
        assert told(sandbox.root, only="changed", revision="HEAD") == A + B

    def test_unrelated_branches_are_compared_as_they_are(self, sandbox: Sandbox) -> None:
        sandbox.git("checkout", "-q", "--orphan", "other")
        sandbox.write("packages/a/wrangler.toml", BROKEN + "# other\n")
        sandbox.commit()
        assert told(sandbox.root, only="changed", revision="main") == A

    @pytest.mark.parametrize("revision", ["no-such", "--output=x", "HEAD...main", ""])
    def test_what_is_no_revision_is_refused(self, sandbox: Sandbox, revision: str) -> None:
        with pytest.raises(RefusedRequest):
            report_of(sandbox.root, only="changed", revision=revision)
        assert not (sandbox.root / "x").exists()


def test_the_command_line(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(sandbox.root)
    select = ["--select", f"{DATE},{SECRETS}"]
    touched = f"{root}/packages/a/wrangler.toml"
    assert cli.main(["check", "--only-touching", *select, touched]) == terminal.FINDINGS
    out = capsys.readouterr().out
    assert "packages/a/wrangler.toml" in out
    assert "packages/b" not in out
    assert cli.main(["check", "--staged", *select, root]) == terminal.OK
    assert cli.main(["check", "--changed-from", "HEAD", *select, root]) == terminal.OK
    assert cli.main(["check", "--changed-from", "nowhere", *select, root]) == terminal.FAILED
    assert cli.main(["check", "--staged", "--only-touching", root]) == terminal.FAILED
    assert "exclude each other" in capsys.readouterr().err
