"""The first day: what is proposed, what is written, and what never is."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard import __version__, cli, published
from cfguard.proposal import CHECKOUT, HOOK, WORKFLOW, Seen, _guess, proposals, settings_text
from cfguard.settings import PROFILES, Settings, load_settings
from cfguard.text import Source
from cfguard.writing import Refused, write_inside

ROOT = Path(__file__).parent.parent
URL = "https://git.example/tools/cfguard"
WORKER = 'name = "shop"\nmain = "src/index.ts"\ncompatibility_date = "2024-01-01"\n'
NOTHING = Seen((), {}, (), "", True)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shop"
    (folder / "src").mkdir(parents=True)
    (folder / "src/index.ts").write_text("")
    (folder / "wrangler.toml").write_text(WORKER)
    subprocess.run(["git", "init", "-q", folder], check=True)
    monkeypatch.chdir(folder)
    return folder


def init(*words: str) -> int:
    return cli.main(["init", *words])


def files(folder: Path) -> dict[str, str]:
    paths = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {str(path.relative_to(folder)): path.read_text() for path in paths}


def test_a_dry_run_shows_everything_and_writes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(project)
    assert init("--dry-run") == 0
    out = capsys.readouterr().out
    assert "cfguard.toml: the settings" in out
    assert 'profile = "recommended"' in out
    assert f"- repo: {published.PLACEHOLDER}" in out
    assert "Nothing is written" in out
    assert files(project) == before


def test_yes_writes_what_works_and_only_shows_what_would_not(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init("--yes", "--profile", "strict") == 0
    assert set(files(project)) == {"wrangler.toml", "src/index.ts", "cfguard.toml"}
    assert 'profile = "strict"' in Path("cfguard.toml").read_text()
    assert "the address of cfguard's repository is not known here" in capsys.readouterr().out


def test_with_the_address_the_hook_and_the_workflow_are_written(project: Path) -> None:
    (project / ".github").mkdir()
    assert init("--yes", "--repository", URL) == 0
    hook = yaml.safe_load(Path(HOOK).read_text())
    assert hook == {"repos": [{"repo": URL, "rev": f"v{__version__}", "hooks": [{"id": "cfguard"}]}]}
    checked = [sys.executable, "-m", "pre_commit", "validate-config", HOOK]
    assert subprocess.run(checked, capture_output=True, check=False).returncode == 0
    steps = yaml.safe_load(Path(WORKFLOW).read_text())["jobs"]["check"]["steps"]
    assert steps[1] == {"run": f'pipx run --spec "git+{URL}@v{__version__}" cfguard check'}
    assert re.fullmatch(r"actions/checkout@[0-9a-f]{40} # v[\d.]+", CHECKOUT)


def test_a_repository_without_github_gets_no_workflow_unasked(project: Path) -> None:
    assert init("--yes", "--repository", URL) == 0
    assert not (project / ".github").exists()


def test_nothing_that_exists_is_overwritten(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (HOOK, WORKFLOW, "cfguard.toml"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text("")
    before = files(project)
    assert init("--yes", "--repository", URL) == 0
    assert files(project) == before
    out = capsys.readouterr().out
    assert f"`{HOOK}` is there; add this below its `repos:`" in out
    assert "`cfguard.toml` holds settings already" in out


def test_a_second_run_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".github").mkdir()
    init("--yes", "--repository", URL)
    before = files(project)
    assert init("--yes", "--repository", URL) == 0
    assert files(project) == before
    assert f"`{HOOK}` has it already" in capsys.readouterr().out


def test_settings_elsewhere_are_settings(project: Path) -> None:
    (project / "package.json").write_text('{"devDependencies": {"cfguard": "1"}}')
    assert proposals(str(project), NOTHING, profile="all", repository="")[0].only_shown == ""
    (project / "package.json").write_text('{"cfguard": {"profile": "strict"}}')
    assert init("--yes") == 0
    assert not (project / "cfguard.toml").exists()


def test_other_hooks_get_a_command_instead(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".husky").mkdir()
    assert init("--yes", "--repository", URL) == 0
    assert not (project / HOOK).exists()
    assert f'uvx --from "git+{URL}@v{__version__}" cfguard check --allow-empty' in capsys.readouterr().out


def test_a_link_is_not_written_through(project: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (project / ".github").symlink_to(outside)
    assert init("--yes", "--repository", URL) == 2
    assert list(outside.iterdir()) == []
    (project / "cfguard.toml").unlink()
    (project / "cfguard.toml").symlink_to(outside / "cfguard.toml")
    assert init("--yes") in (0, 2)
    assert list(outside.iterdir()) == []


def test_many_findings_make_a_baseline(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(10):
        (project / f"a{number}").mkdir()
        (project / f"a{number}/wrangler.toml").write_text(WORKER.replace("src/", "../src/"))
    assert init("--yes") == 0
    assert len(json.loads(Path(".cfguard-baseline.json").read_text())["findings"]) >= 11
    assert cli.main(["check"]) == 0


def test_nobody_to_ask_is_said(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    before = files(project)
    assert init() == 2
    assert "`--yes` writes what is proposed, `--dry-run` shows it" in capsys.readouterr().err
    assert files(project) == before


def test_a_path_that_does_not_exist_is_a_mistake(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init("--dry-run", "absent") == 2
    assert capsys.readouterr().err == "cfguard: `absent` does not exist\n"


def test_nothing_to_check_is_explained(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "wrangler.toml").unlink()
    assert init("--yes") == 3
    assert "cfguard looks here" in capsys.readouterr().out
    assert not (project / "cfguard.toml").exists()


@pytest.mark.parametrize("url", ["a b", 'x"; curl', "x\ny", "<url>"])
def test_an_address_that_would_be_a_command_is_refused(url: str, project: Path) -> None:
    assert init("--yes", "--repository", url) == 2
    assert not (project / "cfguard.toml").exists()


def test_questions_are_asked_on_a_terminal(project: Path) -> None:
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "cfguard", "init", "--repository", URL],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"},
    )
    os.close(theirs)
    # profile; settings: shown, then yes; the hook: by default; the workflow: no; the baseline: by default no
    os.write(ours, b"str\ns\ny\n\nn\n\n")
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert started.wait(60) == 0
    assert 'profile = "strict"' in (project / "cfguard.toml").read_text()
    assert (project / HOOK).exists()
    assert not (project / ".github").exists()
    assert not (project / ".cfguard-baseline.json").exists()
    assert b"[Y/n, s to see it]" in shown


@pytest.mark.parametrize(
    ("name", "stage", "pattern"),
    [
        ("production-eu", "production", "production-*"),
        ("eu-prod", "production", "*-prod"),
        ("my_dev_box", "development", "my_dev_box"),
        ("local.mac", "development", "local.*"),
        ("staging", "", ""),
        ("dev-of-prod", "", ""),
        ("product", "", ""),
        ("devices", "", ""),
    ],
)
def test_names_that_say_their_stage(name: str, stage: str, pattern: str) -> None:
    assert _guess(name) == (stage, pattern)


def test_stages_and_plan_are_what_is_seen(project: Path) -> None:
    environments = "".join(f'[env.{name}]\nname = "{name}"\n' for name in ("production-eu", "staging"))
    (project / "wrangler.toml").write_text(WORKER + "limits.cpu_ms = 200\n" + environments)
    assert init("--yes") == 0
    written = load_settings(Source("cfguard.toml", Path("cfguard.toml").read_text()))
    assert written is not None
    assert written.stages == {"production": ("prod", "production", "live", "production-*")}
    assert written.plan == "paid"
    assert "# Taken for neither: staging." in Path("cfguard.toml").read_text()


def test_a_hostile_name_is_written_nowhere(project: Path) -> None:
    (project / "wrangler.toml").write_text(
        WORKER + '[env."prod-\\u0022\\n[rules]"]\nname = "x"\n[env."x\\nplan = 3"]\n'
    )
    assert init("--yes") == 0
    assert load_settings(Source("cfguard.toml", Path("cfguard.toml").read_text())) == Settings(
        path="cfguard.toml"
    )


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["development", "production"]),
        st.lists(st.from_regex(r"[A-Za-z0-9_.*-]+\Z", fullmatch=True), min_size=1).map(tuple),
    ),
    st.sampled_from(PROFILES),
    st.sampled_from(["", "cron triggers"]),
)
def test_what_is_written_is_settings_with_and_without_its_examples(
    stages: dict[str, tuple[str, ...]], profile: str, paid: str
) -> None:
    text = settings_text(Seen((), stages, ("staging",), paid, True), profile)
    plain = load_settings(Source("cfguard.toml", text))
    assert plain == Settings(profile, stages=stages, plan="paid" if paid else None, path="cfguard.toml")  # type: ignore[arg-type]
    examples = re.sub(r'^# (?=\[|[\w."/-]+ = )', "", text, flags=re.MULTILINE)
    whole = load_settings(Source("cfguard.toml", examples))
    assert whole is not None
    assert (whole.exclude, whole.plan, len(whole.rules), len(whole.overrides)) == (("legacy/",), "paid", 1, 1)


class Distribution:
    def __init__(self, noted: str | None) -> None:
        self.noted = noted

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return self.noted


@pytest.mark.parametrize(
    ("noted", "address"),
    [
        (None, ""),
        ("{", ""),
        ("[]", ""),
        ('{"url": "file:///home/me/cfguard", "dir_info": {}}', ""),
        ('{"url": "file:///home/me/cfguard", "vcs_info": {"vcs": "git"}}', ""),
        ('{"url": "https://git.example/cfguard.git", "vcs_info": {}}', "https://git.example/cfguard.git"),
        ('{"url": "https://me:token@git.example:8443/c?x#y", "vcs_info": {}}', "https://git.example:8443/c"),
        ('{"url": "ssh://git@git.example/c.git", "vcs_info": {}}', "ssh://git@git.example/c.git"),
    ],
)
def test_the_address_that_pip_noted(noted: str | None, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.distribution", lambda name: Distribution(noted))
    assert published.installed_from() == address


def test_every_address_derives_from_one_constant(monkeypatch: pytest.MonkeyPatch) -> None:
    assert published.rule_page("a/b") == "docs/rules/a/b.md"
    monkeypatch.setattr(published, "REPOSITORY", URL)
    assert published.rule_page("a/b") == f"{URL}/blob/v{__version__}/docs/rules/a/b.md"


def test_writing_is_whole_new_and_inside(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    write_inside(str(root), "a/b/c.txt", "one")
    with pytest.raises(Refused, match="exists"):
        write_inside(str(root), "a/b/c.txt", "two")
    assert (root / "a/b/c.txt").read_text() == "one"
    (root / "a/b/c.txt").chmod(0o640)
    write_inside(str(root), "a/b/c.txt", "two", replace=True)
    assert (root / "a/b/c.txt").read_text() == "two"
    assert (root / "a/b/c.txt").stat().st_mode & 0o777 == 0o640
    (root / "out").symlink_to(tmp_path)
    (root / "link").symlink_to(root / "a/b/c.txt")
    for path, replace in (("out/x", False), ("../x", False), ("link", True), ("a/b/c.txt/x", False)):
        with pytest.raises(Refused):
            write_inside(str(root), path, "three", replace=replace)
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted(
        ["root", "shop", "a", "b", "c.txt", "out", "link", *[p.name for p in (tmp_path / "shop").rglob("*")]]
    )
