"""action.yml and the workflow as text: their shape, their pins, and what auditors say of them."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.rerun_readme import blocks

FILES = ("action.yml", ".github/workflows/ci.yml")


def steps(told: Any) -> list[dict[str, Any]]:
    """Every step of an action or a workflow."""
    if "runs" in told:
        return list(told["runs"]["steps"])
    return [step for each in told["jobs"].values() for step in each["steps"]]


@pytest.fixture(params=FILES)
def path(request: pytest.FixtureRequest, checkout: Path) -> Path:
    return checkout / str(request.param)


def test_other_actions_are_pinned_with_their_version(path: Path) -> None:
    text = path.read_text("utf-8")
    used = [step["uses"] for step in steps(yaml.safe_load(text)) if "uses" in step]
    assert used
    for each in used:
        assert each == "./" or re.search(rf"uses: {re.escape(each)} # v\d+\.\d+\.\d+\n", text), each
        assert each == "./" or re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", each), each


def test_one_action_has_one_pin(checkout: Path) -> None:
    pins: dict[str, set[str]] = {}
    for name in FILES:
        for action, pin in re.findall(r"uses: (\S+)@(.*)", (checkout / name).read_text("utf-8")):
            pins.setdefault(action, set()).add(pin)
    assert {action: found for action, found in pins.items() if len(found) > 1} == {}


def test_scripts_hold_no_expression(path: Path) -> None:
    assert [
        step["run"] for step in steps(yaml.safe_load(path.read_text("utf-8"))) if "${{" in step.get("run", "")
    ] == []


def test_the_verdict_comes_last_and_after_the_upload(checkout: Path) -> None:
    order = [step["id"] for step in steps(yaml.safe_load((checkout / "action.yml").read_text("utf-8")))]
    assert order == ["python", "install", "check", "upload", "verdict"]


def test_the_workflow_may_read_and_no_more(checkout: Path) -> None:
    told = yaml.safe_load((checkout / FILES[1]).read_text("utf-8"))
    assert told["permissions"] == {}
    assert [job["permissions"] for job in told["jobs"].values()] == [{"contents": "read"}] * 2
    assert "pull_request_target" not in told[True]  # `on` is a truth value in YAML 1.1


def test_the_workflow_runs_the_versions_that_the_package_promises(checkout: Path) -> None:
    told = yaml.safe_load((checkout / FILES[1]).read_text("utf-8"))
    promised = re.findall(r"Python :: (3\.\d+)\"", (checkout / "pyproject.toml").read_text("utf-8"))
    assert told["jobs"]["ci"]["strategy"]["matrix"]["python"] == promised


@pytest.mark.parametrize(("schema", "name"), [("github-actions", FILES[0]), ("github-workflows", FILES[1])])
def test_shape_is_the_published_one(checkout: Path, schema: str, name: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", name]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_auditor_of_actions_finds_nothing(checkout: Path) -> None:
    zizmor = Path(sysconfig.get_path("scripts")) / "zizmor"
    command = [zizmor, "--offline", "--no-progress", "--persona=auditor", *FILES]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_lists_every_input_and_output(checkout: Path) -> None:
    told = yaml.safe_load((checkout / "action.yml").read_text("utf-8"))
    page = (checkout / "docs" / "github.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.*) \|$", page, re.MULTILINE))
    inputs = {
        name: f"{each['description']} | `{each['default'] or ' '}`" for name, each in told["inputs"].items()
    }
    outputs = {name: each["description"] for name, each in told["outputs"].items()}
    assert rows == inputs | outputs


def test_the_page_shows_workflows_that_are_right(checkout: Path, tmp_path: Path) -> None:
    page = (checkout / "docs" / "github.md").read_text("utf-8")
    pins = set(
        re.findall(
            r"uses: ([\w-]+/[\w/-]+@.*)", "".join((checkout / name).read_text("utf-8") for name in FILES)
        )
    )
    shown = set(re.findall(r"uses: ([\w-]+/[\w/-]+@[0-9a-f]{40}.*)", page))
    assert shown
    assert shown <= pins
    inputs = yaml.safe_load((checkout / "action.yml").read_text("utf-8"))["inputs"]
    [whole] = [block for block in blocks(page) if block.path]
    (tmp_path / "cfguard.yml").write_text(
        whole.text.replace("<owner>", "someone").replace("<commit>", "0" * 40)
    )
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*command, tmp_path / "cfguard.yml"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for given in re.findall(
        r"uses: <owner>/cfguard@<commit>(?:\n +id: \w+)?\n +with:\n((?: {10}.*\n)+)", page
    ):
        assert set(yaml.safe_load(given)) <= set(inputs), given
