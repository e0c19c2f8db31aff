"""Files as git sees them, and a rule of one's own about them."""

from __future__ import annotations

from pathlib import Path

from cfguard.api import Request, check_request
from tests.machine import git

RULE = """\
title = "Key file in the repository"
why = "Whoever reads the repository has the key."
severity = "error"
profile = "recommended"
each = "git_file"
when = "self.name.endsWith('.pem')"
assert = "!self.tracked"
message = "git tracks `{self.path}`"
help = "Take it out with `git rm --cached`"
"""


def test_a_rule_about_what_git_tracks(tmp_path: Path) -> None:
    (tmp_path / "rules/team").mkdir(parents=True)
    (tmp_path / "rules/team/key-file-tracked.toml").write_text(RULE)
    (tmp_path / "cfguard.toml").write_text('policies = ["rules"]\n')
    (tmp_path / "wrangler.toml").write_text('name = "api"\nmain = "src/index.ts"\n')
    for name in ("tracked.pem", "loose.pem", "ignored.pem"):
        (tmp_path / name).write_text("x\n")
    (tmp_path / ".gitignore").write_text("ignored.pem\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "tracked.pem", "wrangler.toml")
    report = check_request(Request((str(tmp_path),), select=("team/key-file-tracked",)))
    assert report.problems == ()
    (finding,) = report.findings
    assert (finding.path, finding.start, finding.message) == ("tracked.pem", None, "git tracks `tracked.pem`")


def test_without_git_there_are_none(tmp_path: Path) -> None:
    (tmp_path / "rules/team").mkdir(parents=True)
    (tmp_path / "rules/team/key-file-tracked.toml").write_text(RULE)
    (tmp_path / "cfguard.toml").write_text('policies = ["rules"]\n')
    (tmp_path / "tracked.pem").write_text("x\n")
    report = check_request(Request((str(tmp_path),), select=("team/key-file-tracked",)))
    assert report.findings == ()
    assert report.problems == ()
