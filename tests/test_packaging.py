"""The package as users get it: built, installed far from the checkout, and run.

The wheel's dependencies come from a package index, so these tests need one and fail without it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from cfguard import __version__
from tests.machine import git

WRANGLER = 'name = "shop"\nmain = "src/index.ts"\ncompatibility_date = "2026-02-30"\n'

#: What a check of an ordinary project has no use for, and what each costs more than the check itself.
NEVER_IMPORTED = (
    "pydantic",
    "jsonschema",
    "detect_secrets",
    "dotenv",
    "dataclasses",
    "inspect",
    "typing_extensions",
    "argparse",
    "shutil",
    "hashlib",
    *(() if os.name == "nt" else ("subprocess",)),
)


def run(*command: str | Path, environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def built(snapshot: Path, outside: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive, and with the wheel made from that archive."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, snapshot]
    done = run(*build, environment=outside, folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    [found] = built.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def installed(wheel: Path, outside: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment that holds the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("installed")
    made = run(sys.executable, "-m", "venv", folder / "venv", environment=outside, folder=folder)
    assert made.returncode == 0, made.stdout + made.stderr
    programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    done = run(
        programs / "python", "-m", "pip", "install", "--quiet", wheel, environment=outside, folder=folder
    )
    if done.returncode != 0:
        pytest.fail(f"pip cannot install the wheel; it needs a package index:\n{done.stdout}{done.stderr}")
    return programs


@pytest.fixture
def plain() -> dict[str, str]:
    """An environment in which no checkout can be found by accident."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def tracked(snapshot: Path, *folders: str) -> set[str]:
    return {name for name in git(snapshot, "ls-files", "-z", *folders).split("\0") if name}


@pytest.mark.parametrize("folder", ["policies", "schemas"])
def test_wheel_holds_the_data_of_the_repository(wheel: Path, snapshot: Path, folder: str) -> None:
    prefix = "cfguard/_data/"
    packed = {name.removeprefix(prefix) for name in names(wheel) if name.startswith(f"{prefix}{folder}/")}
    assert packed == tracked(snapshot, folder) != set()


def test_wheel_holds_the_code_and_nothing_else(wheel: Path, snapshot: Path) -> None:
    code = {name for name in names(wheel) if not name.startswith("cfguard/_data/")}
    about = {name for name in code if name.startswith(f"cfguard-{__version__}.dist-info/")}
    assert code - about == tracked(snapshot, "cfguard")
    assert f"cfguard-{__version__}.dist-info/licenses/LICENSE" in about


def test_source_archive_holds_the_repository(built: Path, snapshot: Path) -> None:
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert tracked(snapshot) - packed == set()
    assert packed - tracked(snapshot) == {"PKG-INFO"}


def test_metadata_say_what_is_needed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = Parser().parsestr(archive.read(f"cfguard-{__version__}.dist-info/METADATA").decode())
    needed = [each for each in metadata.get_all("Requires-Dist", []) if "extra ==" not in each]
    assert [re.split(r"[<>=]", each)[0] for each in needed] == [
        "detect-secrets",
        "jsonschema",
        "pydantic",
        "python-dotenv",
        "pyyaml",
        "tomli",
    ]
    assert (metadata["Version"], metadata["Requires-Python"]) == (__version__, ">=3.11")
    assert metadata["License-Expression"] == "MIT"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "wrangler.toml").write_text(WRANGLER, "utf-8")
    return folder


def test_check_runs_outside_the_checkout(installed: Path, project: Path, plain: dict[str, str]) -> None:
    done = run(installed / "cfguard", "check", environment=plain, folder=project)
    assert done.returncode == 1, done.stderr
    assert "error[wrangler/compatibility-date-invalid]" in done.stdout
    assert "wrangler.toml:3:22" in done.stdout


def test_rule_lists_what_the_repository_holds(
    installed: Path, project: Path, snapshot: Path, plain: dict[str, str]
) -> None:
    done = run(installed / "cfguard", "rule", environment=plain, folder=project)
    rules = {path.removesuffix(".toml") for path in tracked(snapshot, "policies") if path.endswith(".toml")}
    listed = {f"policies/{line.split()[0]}" for line in done.stdout.split("\n\n")[0].splitlines()}
    assert (done.returncode, listed) == (0, rules)
    one = run(installed / "cfguard", "rule", "d1/database-shared", environment=plain, folder=project)
    assert one.stdout.startswith("d1/database-shared: ")


def test_own_rules_and_settings_are_read(installed: Path, project: Path, plain: dict[str, str]) -> None:
    (project / "cfguard.toml").write_text('policies = ["policies"]\n', "utf-8")
    (project / "policies" / "team").mkdir(parents=True)
    rule = (
        'title = "A name"\nwhy = "So."\nseverity = "error"\nprofile = "recommended"\neach = "environment"\n'
        'assert = "self.worker_name == \'other\'"\nat = "name"\nmessage = "found {self.worker_name}"\nhelp = "Do."\n'
    )
    (project / "policies" / "team" / "name.toml").write_text(rule, "utf-8")
    done = run(installed / "cfguard", "check", "--select", "team/*", environment=plain, folder=project)
    assert "error[team/name]: found shop" in done.stdout, done.stdout + done.stderr
    (project / "cfguard.toml").write_text("polices = []\n", "utf-8")
    refused = run(installed / "cfguard", "check", environment=plain, folder=project)
    assert (refused.returncode, "cfguard.toml:1:1" in refused.stderr) == (2, True)


def test_cases_of_the_bundled_rules_hold(installed: Path, project: Path, plain: dict[str, str]) -> None:
    # That all do is what tests/test_policies.py shows; this shows that they are found.
    done = run(installed / "cfguard", "test", "--select", "d1/*", environment=plain, folder=project)
    assert re.search(r"^[1-9][0-9]* passed, 0 failed$", done.stdout, re.MULTILINE), done.stdout[-2000:]
    assert done.returncode == 0


@pytest.fixture
def imported(installed: Path, project: Path, plain: dict[str, str]) -> set[str]:
    program = (
        "import sys\n"
        "from cfguard.cli import main\n"
        "main(['check'])\n"
        "sys.stderr.write('\\n'.join(sys.modules))\n"
    )
    done = run(installed / "python", "-c", program, environment=plain, folder=project)
    assert "error[wrangler/compatibility-date-invalid]" in done.stdout
    return set(done.stderr.splitlines())


def test_check_imports_only_what_it_needs(imported: set[str]) -> None:
    assert {"cfguard.engine", "tomli"} <= imported
    assert imported.isdisjoint(NEVER_IMPORTED), sorted(imported & set(NEVER_IMPORTED))
