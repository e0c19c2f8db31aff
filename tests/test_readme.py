"""What the README shows is what happens."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from cfguard import __version__
from scripts.rerun_readme import blocks, commands, rerun

_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


@pytest.fixture
def readme(checkout: Path) -> str:
    return (checkout / "README.md").read_text("utf-8")


def test_commands_print_what_the_readme_shows(readme: str, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert rerun(readme, tmp_path) == readme, "run `./dev generate` and read the difference"


def test_every_command_shows_what_it_prints(readme: str) -> None:
    shown = [each for block in blocks(readme) if block.language == "console" for each in commands(block.text)]
    assert len(shown) >= 4
    assert [command for command, output in shown if not output] == []


def test_a_changed_line_of_output_is_noticed(readme: str, tmp_path: Path) -> None:
    stale = readme.replace("996 days", "995 days")
    assert stale != readme
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert rerun(stale, tmp_path) == readme


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(checkout: Path, page: str) -> None:
    links = _LINK.findall((checkout / page).read_text("utf-8"))
    assert [link for link in links if not (checkout / link).exists()] == []


def test_verbs_in_the_pages_are_verbs_of_the_script(checkout: Path) -> None:
    script = (checkout / "dev").read_text("utf-8")
    verbs = set(re.findall(r"^([a-z]+)\)$", script, re.MULTILINE))
    told = set(re.findall(r"^  ([a-z]+)  ", script, re.MULTILINE))
    pages = "".join((checkout / page).read_text("utf-8") for page in ("README.md", "CONTRIBUTING.md"))
    assert verbs == told == set(re.findall(r"\./dev ([a-z]+)", pages))
    assert len(verbs) <= 10


def test_hook_in_the_readme_is_one_that_there_is(checkout: Path, readme: str) -> None:
    [snippet] = [
        yaml.safe_load(block.text) for block in blocks(readme) if block.path == ".pre-commit-config.yaml"
    ]
    [repository] = snippet["repos"]
    hooks: list[dict[str, Any]] = yaml.safe_load((checkout / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert {hook["id"] for hook in repository["hooks"]} <= {hook["id"] for hook in hooks}
    assert repository["rev"] == f"v{__version__}"


def test_changelog_begins_with_this_version(checkout: Path) -> None:
    text = (checkout / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## (\S+)", text, re.MULTILINE)[0] == __version__
