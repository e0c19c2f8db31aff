from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from cfguard.discover import RootsDiffer, discover, environment_in_name, in_scope, is_lenient, role_of


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def write(root: Path, *paths: str, **texts: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")
    for path, text in texts.items():
        (root / path).write_text(text)
    return root


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


def found(*paths: Path) -> list[str]:
    return [file.path for file in discover(map(str, paths)).files]


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("wrangler.toml", "wrangler"),
        ("a/b/wrangler.json", "wrangler"),
        ("wrangler.jsonc", "wrangler"),
        ("wrangler.production.toml", "wrangler"),
        ("wrangler.prod.eu.jsonc", "wrangler"),
        ("wrangler-production.toml", "wrangler"),
        ("wrangler-missing.toml", None),
        ("wrangler-notes.json", None),
        ("wrangler.schema.json", None),
        ("wrangler.yaml", None),
        ("my-wrangler.toml", None),
        ("wrangler.toml.bak", None),
        (".env", "env"),
        (".env.production.local", "env"),
        (".dev.vars.example", "env"),
        (".envrc", None),
        (".environment", None),
        ("prod.env", None),
        (".devcontainer.json", "devcontainer"),
        (".devcontainer/devcontainer.json", "devcontainer"),
        (".devcontainer/node/devcontainer.json", "devcontainer"),
        (".devcontainer/a/b/devcontainer.json", None),
        ("devcontainer.json", None),
        ("a/.devcontainer/devcontainer.json", "devcontainer"),
        ("x.devcontainer/devcontainer.json", None),
        ("package.json", "package"),
        ("bun.lock", "lockfile"),
        ("README.md", None),
    ],
)
def test_what_a_file_is_by_its_path(path: str, role: str | None) -> None:
    assert role_of(path) == role


def test_the_environment_in_a_name() -> None:
    names = [
        "wrangler.toml",
        "wrangler.production.toml",
        "a/wrangler.prod.eu.json",
        "wrangler-dev.toml",
        "x.toml",
    ]
    assert [environment_in_name(name) for name in names] == ["", "production", "prod.eu", "dev", ""]


def test_what_tools_made_is_never_entered(tmp_path: Path) -> None:
    skipped = [
        f"{name}/wrangler.toml"
        for name in ("node_modules/x", ".wrangler", "dist", "build", "vendor", ".venv")
    ]
    write(tmp_path, "wrangler.toml", "apps/api/wrangler.toml", *skipped)
    assert found(tmp_path) == ["apps/api/wrangler.toml", "wrangler.toml"]
    git(tmp_path, "init", "-q")
    assert found(tmp_path) == ["apps/api/wrangler.toml", "wrangler.toml"]
    git(tmp_path, "add", "-A")
    assert found(tmp_path) == ["apps/api/wrangler.toml", "wrangler.toml"]


def test_nested_repositories_are_somebody_else_s(tmp_path: Path) -> None:
    write(tmp_path, "wrangler.toml", "libs/other/wrangler.toml")
    git(tmp_path / "libs/other", "init", "-q")
    assert found(tmp_path) == ["wrangler.toml"]
    git(tmp_path, "init", "-q")
    assert found(tmp_path) == ["wrangler.toml"]


def test_ignored_files_are_left_out_but_env_files_of_a_worker_are_read(tmp_path: Path) -> None:
    write(tmp_path, "api/wrangler.toml", "api/.dev.vars", ".env", "docs/.env", "old/wrangler.toml")
    (tmp_path / ".gitignore").write_text(".env*\n.dev.vars\nold\n")
    git(tmp_path, "init", "-q")
    assert found(tmp_path) == [".env", "api/.dev.vars", "api/wrangler.toml"]


def test_a_tracked_file_that_was_deleted_is_gone(tmp_path: Path) -> None:
    write(tmp_path, "wrangler.toml", "api/wrangler.toml")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    (tmp_path / "api/wrangler.toml").unlink()
    assert found(tmp_path) == ["wrangler.toml"]


def test_a_path_below_takes_what_lies_above_as_context(tmp_path: Path) -> None:
    write(
        tmp_path,
        "package.json",
        ".env",
        "wrangler.toml",
        "api/wrangler.toml",
        "api/package.json",
        "web/package.json",
    )
    git(tmp_path, "init", "-q")
    result = discover([str(tmp_path / "api")])
    assert (result.root, result.scopes) == (str(tmp_path), ("api",))
    assert [file.path for file in result.files] == [
        ".env",
        "api/package.json",
        "api/wrangler.toml",
        "package.json",
    ]


def test_a_file_has_its_own_folder_or_that_of_its_project_as_root(tmp_path: Path) -> None:
    write(tmp_path, "project/package.json", "project/api/wrangler.toml", "lone/wrangler.toml")
    inside = discover([str(tmp_path / "project/api/wrangler.toml")])
    assert (inside.root, inside.scopes) == (str(tmp_path / "project"), ("api/wrangler.toml",))
    alone = discover([str(tmp_path / "lone/wrangler.toml")])
    assert (alone.root, alone.scopes) == (str(tmp_path / "lone"), ("wrangler.toml",))


def test_two_repositories_are_two_runs(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path, f"{name}/wrangler.toml")
        git(tmp_path / name, "init", "-q")
    with pytest.raises(RootsDiffer):
        discover([str(tmp_path / "one"), str(tmp_path / "two")])


def test_two_folders_of_one_repository_are_one_run(tmp_path: Path) -> None:
    write(tmp_path, "a/wrangler.toml", "b/wrangler.toml", "c/wrangler.toml")
    git(tmp_path, "init", "-q")
    assert found(tmp_path / "a", tmp_path / "b") == ["a/wrangler.toml", "b/wrangler.toml"]


def test_a_missing_path_is_a_problem_and_stops_nothing(tmp_path: Path) -> None:
    write(tmp_path, "wrangler.toml")
    result = discover([str(tmp_path / "gone"), str(tmp_path)])
    assert [problem.kind for problem in result.problems] == ["missing"]
    assert [file.path for file in result.files] == ["wrangler.toml"]
    assert [problem.kind for problem in discover([str(tmp_path / "gone")]).problems] == ["missing"]


def test_no_report_names_the_folder_that_a_missing_path_was_looked_for_in(tmp_path: Path) -> None:
    (problem,) = discover([str(tmp_path / "gone")]).problems
    assert problem.path is not None
    assert not os.path.isabs(problem.path)


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    write(tmp_path, "a/wrangler.toml")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to("b")
    (tmp_path / "c").symlink_to(tmp_path / "a")
    assert found(tmp_path) == ["a/wrangler.toml"]
    git(tmp_path, "init", "-q")
    assert found(tmp_path) == ["a/wrangler.toml"]


@pytest.mark.parametrize("repository", [False, True])
def test_a_folder_of_a_known_name_is_handed_on_to_be_told(tmp_path: Path, repository: bool) -> None:
    write(tmp_path, "wrangler.toml/notes.txt", "api/wrangler.toml")
    if repository:
        git(tmp_path, "init", "-q")
    assert found(tmp_path) == ["api/wrangler.toml", "wrangler.toml"]


def test_without_git_there_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "wrangler.toml")
    assert "not a git repository" in discover([str(tmp_path)]).notes[0].message
    git(tmp_path, "init", "-q")
    assert discover([str(tmp_path)]).notes == ()
    monkeypatch.setenv("PATH", str(tmp_path))
    result = discover([str(tmp_path)])
    assert result.repository is None
    assert len(result.notes) == 1
    assert [file.path for file in result.files] == ["wrangler.toml"]


@pytest.mark.parametrize(
    ("path", "scopes", "lenient"),
    [
        ("examples/a/wrangler.toml", ("",), True),
        ("a/tests/fixtures/wrangler.toml", ("a",), True),
        ("examples/a/wrangler.toml", ("examples",), False),
        ("examples/a/wrangler.toml", ("examples/a",), False),
        ("examples/a/test/wrangler.toml", ("examples/a",), True),
        ("a/wrangler.toml", ("",), False),
        ("examples.toml", ("",), False),
        ("tests/wrangler.toml", ("tests/wrangler.toml",), False),
        ("tests/wrangler.toml", ("tests", ""), False),
        (".env", ("api",), False),
    ],
)
def test_samples_below_the_path_given_are_judged_mildly(
    path: str, scopes: tuple[str, ...], lenient: bool
) -> None:
    assert is_lenient(path, scopes) is lenient


def test_scopes_are_folders_and_files_not_prefixes() -> None:
    assert in_scope("api/x", ("api",))
    assert in_scope("api", ("api",))
    assert not in_scope("api2/x", ("api",))
    assert in_scope("x", ("",))


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("shop.health.json", "record"),
        ("logs/shop.dev-state.jsonl", "record"),
        ("shop.deployments.toml", "record"),
        ("wrangler-output-2026-11-22_09-30-00_000-a1b2c3.json", "record"),
        ("d1_migrations.sql", "record"),
        ("shop.migrations.txt", "record"),
        ("backend/tests/contract/a/b.json", "record"),
        ("tests/integration/a.toml", "record"),
        ("tests/integration/wrangler.toml", "wrangler"),
        ("wrangler.deployment.json", "wrangler"),
        ("tests/contract/a.ts", None),
        ("contests/contract/a.json", None),
        ("tests/unit/a.json", None),
        ("health.json", None),
        ("data.json", None),
    ],
)
def test_records_have_a_name_or_a_place(path: str, role: str | None) -> None:
    assert role_of(path) == role


def test_files_of_no_name_in_which_records_could_be_are_data(tmp_path: Path) -> None:
    write(tmp_path, "a.json", "b/c.jsonl", "d.sql", "e.ts", "node_modules/f.json", "shop.health.json")
    assert sorted(discover([str(tmp_path)]).data) == ["a.json", "b/c.jsonl", "d.sql"]
    assert discover([str(tmp_path / "b")]).data == ("c.jsonl",)


def test_definitions_of_tests_are_at_home_in_their_folder() -> None:
    assert not is_lenient("api/tests/contract/a.json", ("",))
    assert is_lenient("api/tests/contract/wrangler.toml", ("",))
    assert is_lenient("examples/api/tests/contract/a.json", ("",))
    assert is_lenient("tests/api/tests/contract/a.json", ("",))
    assert is_lenient("tests/unit/a.json", ("",))
