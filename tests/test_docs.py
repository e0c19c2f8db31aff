"""The pages in docs/: generated ones are in step, and what the others show works as shown."""

from __future__ import annotations

import inspect
import re
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import cfguard
from cfguard.arguments import read_arguments
from cfguard.baseline.entries import NEVER
from cfguard.baseline.file import read_baseline
from cfguard.commands.check import ARGUMENTS
from cfguard.policy.load import load_bundled
from cfguard.report import FORMATS
from cfguard.settings import load_settings, unknown_rules
from cfguard.terminal import EMPTY, FAILED, FINDINGS, INTERRUPTED, OK
from cfguard.testing import run_folder
from cfguard.text import Source
from scripts import generate_docs
from scripts.pages.clauses import CLAUSES
from scripts.pages.markdown import fenced

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
    same = load_settings(Source("package.json", block(page, "```", "json")))
    assert same is not None
    assert same.overrides == settings.overrides
    stale = "wrangler/compatibility-date-stale"
    assert same.rules[stale] == settings.rules[stale]


def test_the_settings_and_the_baseline_of_the_guide_are_such() -> None:
    page = (DOCS / "adopting.md").read_text(encoding="utf-8")
    source = Source("cfguard.toml", block(page, "```", "toml"))
    settings = load_settings(source)
    assert settings is not None
    assert unknown_rules(settings, source, {rule.id for rule in load_bundled()}) == ()
    listed = read_baseline(".cfguard-baseline.json", block(page, "```", "json").encode(), "")
    assert len(listed.entries) == 2
    assert [rule for rule in NEVER if f"`{rule}`" not in page] == []


@pytest.mark.parametrize("page", sorted({path.name for path in DOCS.glob("*.md")} - {"commands.md"}))
def test_commands_on_the_pages_are_commands(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"^```(?:sh|console)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    inline = re.findall(r"`(cfguard [a-z][^`]*)`", text)
    for line in [*inline, *re.findall(r"\b(cfguard [a-z][^\n>|)#]*)", blocks)]:
        words = shlex.split(line.partition("|")[0])[1:]
        if "ID" not in words:
            assert read_arguments(words) is not None, line


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


@pytest.mark.parametrize("page", sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")))
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]
    assert [target for target in targets if not ((DOCS / page).parent / target).exists()] == []


def test_every_bundled_rule_leads_to_its_page() -> None:
    pages = {rule.id: ROOT / rule.page for rule in load_bundled()}
    assert [id for id, page in pages.items() if not page.exists()] == []
    assert {
        path.relative_to(DOCS / "rules").with_suffix("").as_posix() for path in DOCS.glob("rules/*/*.md")
    } == set(pages)


def test_pages_that_nobody_asked_for_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = generate_docs.pages()
    del wanted[DOCS / "rules/d1/database-shared.md"]
    monkeypatch.setattr(generate_docs, "pages", lambda: wanted)
    monkeypatch.setattr(sys, "argv", ["generate_docs.py", "--check"])
    assert generate_docs.main() == 1
    assert capsys.readouterr().out == "docs/rules/d1/database-shared.md: is out of step\n"


def test_every_clause_that_a_rule_names_has_its_words() -> None:
    named = {clause for rule in load_bundled() for clause in rule.clauses}
    assert named - CLAUSES.keys() == set()


def test_examples_of_the_pages_are_cases_that_hold() -> None:
    """The findings on a page are those of its first failing case, which `cfguard test` runs."""
    page = (DOCS / "rules/wrangler/compatibility-date-stale.md").read_text(encoding="utf-8")
    cases = (ROOT / "policies/wrangler/compatibility-date-stale.cases.md").read_text(encoding="utf-8")
    assert block(page, "```", "text") == block(cases, "```", "findings")
    assert "| `max_age_months` | `6` |" in page


def test_the_longest_fence_of_a_text_ends_no_block() -> None:
    assert list(fenced("markdown", "```toml\n```\n")) == ["````markdown", "```toml", "```", "````"]


def test_the_comparison_says_of_cfguard_what_is_so(tmp_path: Path) -> None:
    page = (DOCS / "comparison.md").read_text(encoding="utf-8")
    for path, text in re.findall(r"^```\w+ (\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    report = cfguard.check(str(tmp_path), today=date(2026, 11, 23))
    assert {finding.rule for finding in report.findings} >= {
        "wrangler/unexpected-field",
        "wrangler/binding-not-inherited",
        "d1/database-shared",
        "wrangler/compatibility-date-stale",
        "migrations/rejected-by-d1",
        "secrets/committed",
        "devcontainer/node-unsupported",
        "devcontainer/port-not-forwarded",
    }
    [unknown] = [each for each in report.findings if each.rule == "wrangler/unexpected-field"]
    assert "did you mean `kv_namespaces`" in unknown.message
