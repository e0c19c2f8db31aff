"""The hook as users get it: the real pre-commit, a real repository, real commits.

pre-commit installs the hook with pip, so these tests need a package index and fail without one.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from cfguard import __version__
from cfguard.discover import role_of
from tests.machine import git
from tests.secrets.samples import Maker

BROKEN = 'name = "shop"\nmain = "src/index.ts"\ncompatibility_date = "2026-02-30"\n'
RIGHT = BROKEN.replace("2026-02-30", "2024-01-01")
#: The tests' own day moves on, so the age of a date must not count.
SETTINGS = '[rules."wrangler/compatibility-date-stale"]\nseverity = "off"\n'

HOOKS = Path(__file__).resolve().parent.parent / ".pre-commit-hooks.yaml"
OTHERS_THAT_COUNT = frozenset({"cfguard.toml", "pyproject.toml", ".gitignore", ".cfguard-baseline.json"})


def hook(id: str = "cfguard") -> dict[str, Any]:
    [found] = [each for each in yaml.safe_load(HOOKS.read_text("utf-8")) if each["id"] == id]
    return dict(found)


FILES = re.compile(hook()["files"])

pieces = st.sampled_from(
    [
        "wrangler", ".toml", ".json", ".jsonc", ".", "-", "_", "/", "production", "schema", "config-schema",
        "lock", ".env", ".dev.vars", ".devcontainer", "devcontainer", "devcontainer.json", ".local", "é", " ",
        "package.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "npm-shrinkwrap.json",
        "cfguard.toml", "pyproject.toml", "a", "\n", "x.ts", ".bak", "backend/", ".gitignore", ".jsonl", ".sql",
        "tests/contract/", "tests/integration/", ".health", ".deployments", ".migrations", "d1_migrations", ".txt",
        "wrangler-output", ".cfguard-baseline",
    ]
)  # fmt: skip


@given(st.lists(pieces, min_size=1, max_size=6).map("".join) | st.text(max_size=20))
@example("backend/wrangler.jsonc")
@example("backend/tests/contract/users/list.json")
@example("a\ntests/contract/b\n.toml")
@example("shop.dev-state.jsonl")
@example("api/d1_migrations.sql")
@example("wrangler.schema.json")
@example("wrangler-config-schema.json")
@example("wrangler.schema.extra.json")
@example(".devcontainer/api/devcontainer.json")
@example("x.devcontainer/devcontainer.json")
@example("apps/.dev.vars.production")
@example(".env\n")
@example("db/migrations/0001_users.sql")
@example("0001_users.sql.bak")
@example("backend/.gitignore")
def test_hook_runs_for_exactly_the_files_that_count(path: str) -> None:
    name = path.rpartition("/")[2]
    counts = role_of(path) is not None or name in OTHERS_THAT_COUNT or name.endswith(".sql")
    assert (FILES.search(path) is not None) == counts


@pytest.mark.parametrize(
    ("id", "entry", "takes_names", "always"),
    [
        ("cfguard", "cfguard check --allow-empty --only-touching --", True, False),
        ("cfguard-project", "cfguard check --allow-empty", False, True),
        ("cfguard-fix", "cfguard check --fix --allow-empty", False, False),
    ],
)
def test_hooks_are_chosen_by_file_names_alone(id: str, entry: str, takes_names: bool, always: bool) -> None:
    told = hook(id)
    assert told["entry"] == entry
    assert (told.get("pass_filenames", True), told.get("always_run", False)) == (takes_names, always)
    assert (told["require_serial"], told["language"]) == (True, "python")
    assert told.get("files") == (None if always else hook()["files"])
    assert not {"types", "types_or", "exclude_types", "language_version"} & told.keys()
    assert told["description"]


def test_there_are_three_hooks() -> None:
    ids = [each["id"] for each in yaml.safe_load(HOOKS.read_text("utf-8"))]
    assert ids == ["cfguard", "cfguard-project", "cfguard-fix"]


class Project:
    """A user's repository with the hook installed in it."""

    def __init__(self, root: Path, environment: dict[str, str]) -> None:
        self.root, self._environment = root, environment

    def write(self, **files: str) -> None:
        for name, text in files.items():
            path = self.root / name.replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        git(self.root, "add", "-A")

    def check(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """cfguard itself, as from a shell."""
        here = Project(self.root, {**self._environment, "PYTHONPATH": str(HOOKS.parent)})
        return here._run(sys.executable, "-m", "cfguard", "check", *arguments)

    def pre_commit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run(sys.executable, "-m", "pre_commit", *arguments)

    def commit(self) -> subprocess.CompletedProcess[str]:
        return self._run("git", "commit", "-m", "change")

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.root, env=self._environment, capture_output=True, text=True, check=False
        )

    def worktree(self, folder: Path) -> Project:
        git(self.root, "worktree", "add", "-q", str(folder))
        return Project(folder, self._environment)


@pytest.fixture(scope="session")
def environment(outside: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The machine's environment with one cache of hooks for all tests here, and somebody who commits."""
    person = {
        f"GIT_{role}_{field}": value
        for role in ("AUTHOR", "COMMITTER")
        for field, value in (("NAME", "Test"), ("EMAIL", "test@test.invalid"))
    }
    return outside | person | {
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }  # fmt: skip


def installed(folder: Path, snapshot: Path, environment: dict[str, str], hook: str) -> Project:
    """A repository in which pre-commit runs one of the hooks at every commit."""
    git(folder, "init", "-q", "-b", "main", "shop")
    made = Project(folder / "shop", environment)
    config = {"repos": [{"repo": str(snapshot), "rev": f"v{__version__}", "hooks": [{"id": hook}]}]}
    (made.root / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    done = made.pre_commit("install", "--install-hooks")
    if done.returncode != 0:
        pytest.fail(
            f"pre-commit cannot install the hook; it needs a package index:\n{done.stdout}{done.stderr}"
        )
    return made


@pytest.fixture
def project(snapshot: Path, environment: dict[str, str], tmp_path: Path) -> Project:
    return installed(tmp_path, snapshot, environment, "cfguard")


def test_commit_is_refused_until_the_config_is_right(project: Project) -> None:
    project.write(cfguard_toml=SETTINGS, wrangler_toml=BROKEN)
    refused = project.commit()
    assert refused.returncode != 0
    assert "error[wrangler/compatibility-date-invalid]" in refused.stderr + refused.stdout
    assert " --> wrangler.toml:3:22" in refused.stderr + refused.stdout
    project.write(wrangler_toml=RIGHT)
    done = project.commit()
    assert done.returncode == 0, done.stderr
    assert re.search(r"^cfguard\.+Passed$", done.stderr + done.stdout, re.MULTILINE)


def test_what_is_staged_counts(project: Project) -> None:
    project.write(cfguard_toml=SETTINGS, wrangler_toml=RIGHT)
    (project.root / "wrangler.toml").write_text(BROKEN, "utf-8")
    done = project.commit()
    assert done.returncode == 0, done.stderr
    assert (project.root / "wrangler.toml").read_text("utf-8") == BROKEN


def test_project_without_anything_to_check_is_not_held_up(project: Project) -> None:
    project.write(index_ts="export {}\n")
    untouched = project.commit()
    assert untouched.returncode == 0
    assert "Skipped" in untouched.stderr + untouched.stdout
    project.write(cfguard_toml=SETTINGS)
    empty = project.commit()
    assert empty.returncode == 0, empty.stderr
    assert "Passed" in empty.stderr + empty.stdout


def test_only_the_project_that_is_touched_holds_a_commit_up(project: Project) -> None:
    project.write(**{"cfguard_toml": SETTINGS, "a/wrangler_toml": RIGHT, "b/wrangler_toml": RIGHT})
    assert project.commit().returncode == 0
    (project.root / "b/wrangler.toml").write_text(BROKEN, "utf-8")
    git(project.root, "-c", "core.hooksPath=/dev/null", "commit", "-q", "-a", "-m", "not looked at")
    project.write(**{"a/wrangler_toml": RIGHT + "# a\n"})
    assert project.commit().returncode == 0
    project.write(**{"b/package_json": "{}\n"})
    refused = project.commit()
    assert refused.returncode != 0
    assert "b/wrangler.toml:3:22" in refused.stderr + refused.stdout
    project.write(**{"b/wrangler_toml": RIGHT})
    assert project.commit().returncode == 0


def test_a_staged_secret_is_caught_after_the_file_has_changed(project: Project) -> None:
    secret = Maker(44).hex(32)
    project.write(cfguard_toml=SETTINGS, wrangler_toml=RIGHT, **{"_env": f"SESSION_SECRET={secret}\n"})
    (project.root / ".env").write_text("\n", "utf-8")
    refused = project.commit()
    assert refused.returncode != 0
    assert "error[secrets/committed]" in refused.stderr + refused.stdout
    assert secret not in refused.stderr + refused.stdout
    # pre-commit puts the work tree aside, so that the hook sees what is staged; a shell does not.
    assert (project.root / ".env").read_text("utf-8") == "\n"
    for arguments in ([], ["--staged"], ["--only-touching", ".env"]):
        done = project.check(*arguments)
        assert done.returncode == 1, done.stdout
        assert "error[secrets/committed]" in done.stdout
    git(project.root, "add", ".env")
    assert project.check("--staged").returncode == 0
    assert project.commit().returncode == 0


def test_the_hook_for_the_whole_repository_sees_all_files(
    snapshot: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    project = installed(tmp_path, snapshot, environment, "cfguard-project")
    project.write(index_ts="export {}\n")
    assert project.commit().returncode == 0
    project.write(index_ts=f"const sessionSecret = '{Maker(45).hex(32)}';\n")
    refused = project.commit()
    assert refused.returncode != 0
    assert "error[secrets/committed]" in refused.stderr + refused.stdout
    project.write(index_ts="const sessionSecret = process.env.SESSION_SECRET;\n")
    assert project.commit().returncode == 0


def test_the_hook_that_mends_leaves_the_rest_to_be_added(
    snapshot: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    project = installed(tmp_path, snapshot, environment, "cfguard-fix")
    (project.root / ".env").write_text(f"SESSION_SECRET={Maker(48).hex(32)}\n", "utf-8")
    (project.root / "wrangler.toml").write_text(RIGHT, "utf-8")
    (project.root / "cfguard.toml").write_text(SETTINGS, "utf-8")
    git(project.root, "add", ".pre-commit-config.yaml", "wrangler.toml", "cfguard.toml")
    mended = project.commit()
    assert mended.returncode == 0, mended.stderr
    assert (project.root / ".gitignore").read_text("utf-8") == ".env*\n"
    project.write(wrangler_toml=RIGHT + "# more\n")
    assert project.commit().returncode == 0
    assert ".env" not in git(project.root, "ls-files").split()


def test_worktrees_are_checked_like_the_main_one(project: Project, tmp_path: Path) -> None:
    project.write(cfguard_toml=SETTINGS, wrangler_toml=RIGHT)
    assert project.commit().returncode == 0
    other = project.worktree(tmp_path / "other")
    other.write(wrangler_toml=BROKEN)
    refused = other.commit()
    assert refused.returncode != 0
    assert "error[wrangler/compatibility-date-invalid]" in refused.stderr + refused.stdout
    other.write(wrangler_toml=RIGHT + "# better\n")
    assert other.commit().returncode == 0


def test_try_repo(project: Project, snapshot: Path) -> None:
    project.write(cfguard_toml=SETTINGS, wrangler_toml=BROKEN)
    tried = project.pre_commit("try-repo", str(snapshot), "cfguard", "--verbose", "--all-files")
    assert tried.returncode == 1, tried.stdout + tried.stderr
    assert "error[wrangler/compatibility-date-invalid]" in tried.stdout
    project.write(wrangler_toml=RIGHT)
    assert project.pre_commit("run", "--all-files").returncode == 0


def test_manifest_is_one(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
