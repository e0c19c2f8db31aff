"""The two example projects: one is clean under the hardest profile, the other breaks every rule there is."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from cfguard.api import Request, check_request
from cfguard.finding import Report
from cfguard.policy.load import load_bundled

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
TODAY = date(2026, 11, 22)
#: The made-up key of the fingerprints in `broken/cfguard-secrets.json`.
KEY = "5d0c41f7a92be863:" + "00112233445566778899aabbccddeeff" * 2


def repository(source: Path, target: Path, *, untracked: tuple[str, ...] = ()) -> Path:
    """A copy of a folder as a git repository of its own, in which all but ``untracked`` is staged."""
    shutil.copytree(source, target)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=target, env=environment, check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    if untracked:
        git("rm", "-q", "--cached", "--", *untracked)
    return target


def check(path: Path, profile: str) -> Report:
    return check_request(Request(paths=(str(path),), profile=profile, today=TODAY))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    key = Path(os.environ["CFGUARD_KEY_FILE"])
    key.write_text(KEY)
    key.chmod(0o600)
    return repository(
        EXAMPLES / "broken",
        tmp_path / "broken",
        untracked=(".env.staging", "ledger/migrations/0003_created.sql"),
    )


def test_the_clean_example_is_clean_under_strict(tmp_path: Path) -> None:
    report = check(repository(EXAMPLES / "clean", tmp_path / "clean"), "strict")
    assert report.findings == ()
    assert report.problems == ()
    assert report.checked >= 4


def test_the_clean_example_is_clean_where_it_lies() -> None:
    report = check(EXAMPLES / "clean", "strict")
    assert [finding.rule for finding in report.findings] == []


def test_the_clean_example_stays_clean_with_env_files_of_its_own(tmp_path: Path) -> None:
    root = repository(EXAMPLES / "clean", tmp_path / "clean")
    for stage, host in (("development", "http://127.0.0.1:8787"), ("production", "https://shop.acme.dev")):
        names = [f"ENVIRONMENT={stage}", f"TWITTER_REDIRECT_URI={host}/auth/twitter/callback"]
        names += [
            f"TWITTER_CLIENT_ID={stage[:4]}Yk2mQ9sLx4Vt",
            f"SESSION_SECRET={stage[:4]}9f2c81d07be64a53b1d9",
        ]
        names += [f"TWITTER_CLIENT_SECRET={stage[:4]}Zq7xN2vLr8TgWc5Kd"]
        names += ["DB_PATH=./shop.db"] if stage == "development" else []
        (root / f".env.{stage}").write_text("\n".join(names) + "\n")
    report = check(root, "strict")
    assert [(finding.rule, finding.message) for finding in report.findings] == []


def test_the_broken_example_breaks_every_rule(broken: Path) -> None:
    report = check(broken, "all")
    assert {rule.id for rule in load_bundled()} - {finding.rule for finding in report.findings} == set()
    assert report.problems == ()


def test_the_broken_example_shows_no_secret(broken: Path) -> None:
    from cfguard.report import FORMATS, render

    report = check(broken, "all")
    for format in FORMATS:
        text = render(report, format)
        for secret in (
            "9f2c81d07be64a53b1d94c0e7a6f3258",
            "51e0a7c39d4b48f2a60b8e7d13c5f994",
            "c7d13f0a9be845d2a6f1830b7c4e95d2",
        ):
            assert secret not in text, format


def test_the_checker_finds_nothing_in_its_own_repository() -> None:
    report = check(ROOT, "recommended")
    assert [(finding.path, finding.rule) for finding in report.findings] == []
    assert report.problems == ()
