"""The pages in docs/: generated ones are in step, and what the others show works as shown."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

import pytest

import cfguard
from cfguard.commands.check import ARGUMENTS
from cfguard.report import FORMATS
from cfguard.settings import load_settings
from cfguard.terminal import EMPTY, FAILED, FINDINGS, INTERRUPTED, OK
from cfguard.testing import run_folder
from cfguard.text import Source
from scripts import generate_docs

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def block(page: str, fence: str, language: str) -> str:
    """The first fenced block of a language on a page."""
    match = re.search(rf"^{fence}{language}\n(.*?)^{fence}$", page, re.MULTILINE | re.DOTALL)
    assert match is not None, f"there is no {language} block"
    return match[1]


def test_generated_pages_are_in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["generate_docs.py", "--check"])
    assert generate_docs.main() == 0


def test_the_rule_of_the_guide_holds_its_cases(tmp_path: Path) -> None:
    page = (DOCS / "own-rules.md").read_text(encoding="utf-8")
    area = tmp_path / "policies" / "team"
    area.mkdir(parents=True)
    (area / "observability-off.toml").write_text(block(page, "```", "toml"), encoding="utf-8")
    (area / "observability-off.cases.md").write_text(block(page, "````", "markdown"), encoding="utf-8")
    results = list(run_folder(str(tmp_path / "policies"), bundled=False))
    assert len(results) == 2
    assert [result.wrong for result in results] == [(), ()]


def test_the_settings_of_the_page_are_settings() -> None:
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    settings = load_settings(Source("cfguard.toml", block(page, "```", "toml")))
    assert settings is not None
    assert settings.profile == "strict"
    assert settings.overrides


def test_the_python_page_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    exec(
        compile(
            block((DOCS / "python.md").read_text(encoding="utf-8"), "```", "python"), "python.md", "exec"
        ),
        {},
    )
    assert "wrangler/compatibility-date-missing: " in capsys.readouterr().out


def test_the_reports_page_names_every_format_and_every_exit_code() -> None:
    page = (DOCS / "reports.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)`.* \| (?!means)", page.partition("What holds")[0], re.MULTILINE) == list(
        FORMATS
    )
    told = re.findall(r"^\| (\d+) \|", page, re.MULTILINE)
    assert told == [str(code) for code in (OK, FINDINGS, FAILED, EMPTY, INTERRUPTED)]
    assert set(re.findall(r"(--[a-z][a-z-]+)", page)) <= ARGUMENTS.keys()


def test_the_python_page_names_every_parameter() -> None:
    page = (DOCS / "python.md").read_text(encoding="utf-8")
    assert [name for name in inspect.signature(cfguard.check).parameters if f"`{name}`" not in page] == []


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md")))
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]
    assert [target for target in targets if not (DOCS / target).exists()] == []
