"""What the README shows is what happens."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from cfguard import __version__
from cfguard.arguments import read_arguments
from cfguard.commands import COMMANDS
from cfguard.terminal import EMPTY, FAILED, FINDINGS, INTERRUPTED, OK
from scripts import terminal_picture
from scripts.pages import areas
from scripts.rerun_readme import blocks, commands, rerun, shop
from scripts.terminal_picture import Piece, drawn, pieces, wrapped

_LINK = re.compile(r"\]\((?!https?:)([^)]+)\)")


@pytest.fixture
def readme(checkout: Path) -> str:
    return (checkout / "README.md").read_text("utf-8")


def test_commands_print_what_the_readme_shows(readme: str, tmp_path: Path) -> None:
    shop(tmp_path)
    assert rerun(readme, tmp_path) == readme, "run `./dev generate` and read the difference"


def test_every_command_shows_what_it_prints(readme: str) -> None:
    shown = [each for block in blocks(readme) if block.language == "console" for each in commands(block.text)]
    assert len(shown) >= 3
    assert [command for command, output in shown if not output] == []


def test_a_changed_line_of_output_is_noticed(readme: str, tmp_path: Path) -> None:
    stale = readme.replace("790 days", "789 days")
    assert stale != readme
    shop(tmp_path)
    assert rerun(stale, tmp_path) == readme


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(checkout: Path, page: str) -> None:
    links = _LINK.findall((checkout / page).read_text("utf-8"))
    assert [link for link in links if not leads_somewhere(checkout, link)] == []


def leads_somewhere(checkout: Path, link: str) -> bool:
    """Whether the file is there, and in it the heading that GitHub makes that anchor of."""
    path, _, anchor = link.partition("#")
    if not anchor:
        return (checkout / path).exists()
    headings = re.findall(r"^#+ (.*)$", (checkout / path).read_text("utf-8"), re.MULTILINE)
    return anchor in [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]


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


def test_the_readme_is_short(readme: str) -> None:
    assert readme.count("\n") <= 200


def test_the_workflow_is_that_of_the_page_about_github(checkout: Path, readme: str) -> None:
    path = ".github/workflows/cfguard.yml"
    [shown] = [block.text for block in blocks(readme) if block.path == path]
    page = (checkout / "docs" / "github.md").read_text("utf-8")
    assert shown == next(block.text for block in blocks(page) if block.path == path)
    assert shown.count("\n") <= 11


def test_the_table_tells_of_every_command(readme: str) -> None:
    told = re.findall(r"`(cfguard [a-z][^`]*)`", readme)
    assert {shlex.split(line)[1] for line in told} == set(COMMANDS)
    assert [line for line in told if read_arguments(shlex.split(line)[1:]) is None] == []


def test_the_readme_tells_every_exit_code(readme: str) -> None:
    told = [int(code) for code in re.findall(r"^\| (\d+) \|", readme, re.MULTILINE)]
    assert told == [OK, FINDINGS, FAILED, EMPTY, INTERRUPTED]


def test_the_readme_leads_to_every_page(checkout: Path, readme: str) -> None:
    pages = {f"docs/{path.name}" for path in (checkout / "docs").glob("*.md")}
    assert pages - {link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", readme)} == set()


def test_the_accuracy_is_that_of_the_page_about_secrets(checkout: Path, readme: str) -> None:
    page = (checkout / "docs" / "secrets.md").read_text("utf-8")
    [precision] = re.findall(r"^\| ordinary places, precision \| (.*) \|$", page, re.MULTILINE)
    [recall] = re.findall(r"^\| ordinary places, recall \| (.*) \|$", page, re.MULTILINE)
    words = " ".join(readme.split())
    ours, detect, lint = zip(precision.split(" | "), recall.split(" | "), strict=True)
    assert f"a precision of {ours[0]} and a recall of {ours[1]} in ordinary files" in words
    assert f"(detect-secrets: {detect[0]} and {detect[1]}; secretlint: {lint[0]} and {lint[1]})" in words


def test_an_area_that_the_readme_does_not_tell_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(areas, "load_bundled", lambda: ())
    with pytest.raises(ValueError, match="the README tells of"):
        list(areas.lines())


def test_the_picture_shows_what_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["terminal_picture.py", "--check"])
    assert terminal_picture.main() == 0, "run `./dev generate` and look at docs/terminal.svg"


def test_another_picture_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "terminal.svg"
    picture.write_text(terminal_picture.PICTURE.read_text("utf-8").replace("6 errors", "5 errors"), "utf-8")
    monkeypatch.setattr(terminal_picture, "PICTURE", picture)
    monkeypatch.setattr(sys, "argv", ["terminal_picture.py", "--check"])
    assert terminal_picture.main() == 1
    assert capsys.readouterr().out == "docs/terminal.svg: is out of step\n"


def test_a_line_is_taken_apart_by_style_and_cut_at_the_width() -> None:
    line = pieces("\x1b[1;31merror\x1b[0m: three \x1b[1mfour\x1b[0m")
    assert line == [Piece("error", "1;31"), Piece(": three ", ""), Piece("four", "1")]
    assert list(wrapped(line, 7)) == [
        [Piece("error", "1;31"), Piece(": ", "")],
        [Piece("three ", ""), Piece("f", "1")],
        [Piece("our", "1")],
    ]


def test_the_picture_is_xml_that_loads_nothing() -> None:
    picture = drawn("\x1b[34m-->\x1b[0m <script>&\n\n  x")
    texts = [each.text for each in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["$", "cfguard check", "-->", "<script>&", "x"]
    assert re.findall(r"href|url\(|@import|https?://(?!www\.w3\.org/2000/svg)", picture) == []
