"""The runner of cases: what it reads, what it says, and that a wrong case never holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cfguard import cli
from cfguard.testing import CaseError, load_cases, run_case, run_folder

FAILS = """
## Fails: no name

```toml wrangler.toml
main = "x.ts"
```

```findings
wrangler.toml error no name
```
"""
PASSES = """
## Passes: a name

```toml wrangler.toml
name = "x"
```
"""
RULE = """\
title = "T"
why = "W."
severity = "error"
profile = "recommended"
each = "worker"
assert = "has(self.name)"
message = "no name"
help = "Name it"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "team").mkdir()
    (tmp_path / "team/nameless.toml").write_text(RULE)
    return tmp_path


def cases(folder: Path, text: str) -> Path:
    path = folder / "team/nameless.cases.md"
    path.write_text(text, encoding="utf-8")
    return path


def verdicts(folder: Path, text: str) -> dict[str, tuple[str, ...]]:
    cases(folder, text)
    return {result.case: result.wrong for result in run_folder(str(folder), bundled=False)}


def test_cases_that_hold(folder: Path) -> None:
    assert verdicts(folder, FAILS + PASSES) == {"no name": (), "a name": ()}


def test_a_finding_too_many_and_one_too_few(folder: Path) -> None:
    text = FAILS.replace("no name\n```", "another\n```") + PASSES.replace('name = "x"', 'main = "x.ts"')
    assert verdicts(folder, text) == {
        "no name": ("not expected: wrangler.toml error no name", "not found: wrangler.toml error another"),
        "a name": ("not expected: wrangler.toml error no name",),
    }


def test_the_same_finding_twice_must_be_expected_twice(folder: Path) -> None:
    text = FAILS.replace("error no name\n", "error no name\nwrangler.toml error no name\n") + PASSES
    assert verdicts(folder, text)["no name"] == ("not found: wrangler.toml error no name",)


def test_both_kinds_are_asked_for(folder: Path) -> None:
    assert verdicts(folder, FAILS)[""] == ("there is no `## Passes:` case",)
    assert verdicts(folder, PASSES)[""] == ("there is no `## Fails:` case",)
    assert len([*run_folder(str(folder), bundled=False)]) == 2


def test_a_rule_that_is_wrong_is_told_once_with_its_place(folder: Path) -> None:
    (folder / "team/nameless.toml").write_text(RULE.replace("self.name", "self.nam"))
    ((rule, case, wrong),) = (*run_folder(str(folder), bundled=False),)
    assert (rule, case) == ("team/nameless", "")
    assert wrong[0].startswith("team/nameless.toml:6:")
    assert "did you mean `name`" in wrong[0]


def test_a_wrong_neighbour_is_no_fault_of_a_rule(folder: Path) -> None:
    (folder / "team/other.toml").write_text("each = 7")
    cases(folder, FAILS + PASSES)
    found = {result.rule: result.wrong for result in run_folder(str(folder), bundled=False)}
    assert found["team/nameless"] == ()
    assert found["team/other"][0].startswith("team/other.toml:1:")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("## Fails no colon\n", 1, "a heading is"),
        ("\n## Examples\n", 2, "a heading is"),
        (FAILS + "```toml x.toml\nname = 1\n", 11, "never closed"),
        ("## Passes: x\n\n```toml\nname = 1\n```\n", 3, "names its file"),
        ("## Passes: x\n", 1, "no file"),
        ("## Fails: x\n```toml wrangler.toml\n```\n", 1, "no `findings` block"),
        (PASSES + "```findings\nx error y\n```\n", 2, "says that it passes"),
        (PASSES + "```settings\ntoday = 2026-01-\n```\n", 7, "cannot be read"),
        (PASSES + "```settings\nprofil = 'all'\n```\n", 7, "`profil` is no setting"),
        (PASSES + "```git\ntrack wrangler.toml\n```\n", 7, "is no `tracked PATH`"),
        (PASSES + "```git\ntracked\n```\n", 7, "is no `tracked PATH`"),
        ("## Passes: x\n```toml wrangler.toml klingon\n```\n", 2, "no encoding"),
    ],
)
def test_a_file_that_is_no_cases_file_says_where(folder: Path, text: str, line: int, words: str) -> None:
    path = cases(folder, text)
    with pytest.raises(CaseError, match=words) as caught:
        load_cases(str(path))
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert list(verdicts(folder, text)) == [""]


def test_what_a_case_holds(folder: Path) -> None:
    text = PASSES + (
        "```settings\ntoday = 2026-01-31\nprofile = 'all'\n```\n\n```env .env\n```\n\n"
        "````md notes.md\n```toml\n```\n````\n\n```git\ntracked .env\nexcluded *.md\n```\n\n"
        "```toml old.toml latin-1\nname = 'ü'\n```\n"
    )
    (case,) = load_cases(str(cases(folder, text)))
    assert (case.title, case.line, case.fails) == ("a name", 2, False)
    assert dict(case.files) == {
        "wrangler.toml": 'name = "x"\n',
        ".env": "",
        "notes.md": "```toml\n```\n",
        "old.toml": "name = 'ü'\n",
    }
    assert str(case.options["today"]) == "2026-01-31"
    assert case.git == ("tracked .env", "excluded *.md")
    assert dict(case.encodings) == {"old.toml": "iso8859-1"}


def test_prose_and_windows_line_ends_are_no_matter(folder: Path) -> None:
    text = "# team/nameless\n\nWords.\n" + FAILS + "\nMore words.\n" + PASSES
    assert set(verdicts(folder, text).values()) == {()}
    (folder / "team/nameless.cases.md").write_bytes(text.replace("\n", "\r\n").encode())
    assert {result.wrong for result in run_folder(str(folder), bundled=False)} == {()}


def test_circumstances_reach_the_rule(folder: Path) -> None:
    rule = RULE.replace(
        "has(self.name)", "today == date('2026-01-31') && project.git_known && params.limit == 7"
    )
    (folder / "team/nameless.toml").write_text(rule + "[params]\nlimit = 1\n")
    settings = (
        "```settings\ntoday = 2026-01-31\nparams = { limit = 7 }\n```\n\n```git\ntracked wrangler.toml\n```\n"
    )
    text = FAILS + PASSES + settings
    found = verdicts(folder, text)
    assert found == {"no name": (), "a name": ()}


@pytest.mark.parametrize("path", ["../outside.toml", "/etc/cfguard-case", "a/../../outside.toml"])
def test_no_case_writes_outside_its_folder(folder: Path, path: str) -> None:
    text = PASSES.replace("wrangler.toml", path)
    with pytest.raises(CaseError, match="outside"):
        load_cases(str(cases(folder, text)))


def test_git_is_cut_off_from_this_machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(folder / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(folder / "index"))
    (folder / "team/nameless.toml").write_text(RULE.replace("has(self.name)", "project.git_known"))
    (case,) = load_cases(str(cases(folder, PASSES + "```git\ntracked wrangler.toml\n```\n")))
    assert run_case("team/nameless", case, str(folder)) == ()
    assert not os.path.exists(folder / "elsewhere")


def test_the_cases_of_some_rules_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["test", "--select", "d1/placeholder-id"]) == 0
    one = capsys.readouterr().out
    assert cli.main(["test", "--select", "d1/*"]) == 0
    area = capsys.readouterr().out
    assert 0 < int(one.split()[0]) < int(area.split()[0])
    assert cli.main(["test", "--select", "no/such"]) == 3
