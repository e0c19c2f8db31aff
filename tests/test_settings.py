from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from time import process_time

import hypothesis
import pytest
from hypothesis import strategies as st

from cfguard import cache
from cfguard.settings import (
    RuleSetting,
    Settings,
    SettingsError,
    SettingsIssue,
    find_settings,
    load_settings,
    resolver,
    unknown_rules,
)
from cfguard.text import Position, Source

TEXT = """\
profile = "strict"
exclude = ["old/", "*.bak"]
policies = ["policies"]
plan = "paid"

[stages]
production = ["prod*", "live"]

[rules."wrangler/compatibility-date-stale"]
severity = "warning"
params = { max_age_months = 12, names = ["a", "b"] }

[rules."d1/*"]
severity = "off"

[[override]]
files = ["apps/legacy/**"]
[override.rules."secrets/committed"]
severity = "info"
"""


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("CFGUARD_CACHE_DIR", str(folder))
    return folder


def load(text: str, path: str = "cfguard.toml") -> Settings | None:
    return load_settings(Source(path, text))


def issues(text: str, path: str = "cfguard.toml") -> list[tuple[Position, str]]:
    with pytest.raises(SettingsError) as caught:
        load(text, path)
    assert all(issue.path == path for issue in caught.value.issues)
    return [(issue.position, issue.message) for issue in caught.value.issues]


def test_everything_that_can_be_set() -> None:
    settings = load(TEXT, "apps/cfguard.toml")
    assert settings is not None
    assert settings.profile == "strict"
    assert settings.exclude == ("old/", "*.bak")
    assert settings.policies == ("policies",)
    assert settings.plan == "paid"
    assert settings.stages == {"production": ("prod*", "live")}
    assert settings.rules["wrangler/compatibility-date-stale"] == RuleSetting(
        "warning", False, {"max_age_months": 12, "names": ("a", "b")}
    )
    assert settings.rules["d1/*"] == RuleSetting(None, True, {})
    (override,) = settings.overrides
    assert override.files == ("apps/legacy/**",)
    assert override.rules == {"secrets/committed": RuleSetting("info", False, {})}
    assert (settings.path, settings.folder) == ("apps/cfguard.toml", "apps")


def test_an_empty_file_gives_the_defaults() -> None:
    assert load("") == Settings(path="cfguard.toml")


def test_pyproject_and_package_json() -> None:
    assert load("[tool.other]\nx = 1\n", "pyproject.toml") is None
    assert load('[tool.cfguard]\nprofile = "all"\n', "pyproject.toml") == Settings(
        "all", path="pyproject.toml"
    )
    assert load('{"name": "shop"}', "package.json") is None
    assert load('{"name": "cfguard-user"}', "package.json") is None
    assert load('{"cfguard": {"profile": "all"}}', "a/package.json") == Settings("all", path="a/package.json")


def test_a_broken_package_json_is_no_business_of_ours_unless_it_holds_settings() -> None:
    assert load('{"name": "cfguard", }', "package.json") is None
    assert issues('{"cfguard": {"profile": "al"}}', "package.json")[0][0] == Position(1, 25)


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ('profil = "all"', Position(1, 1), "`profil` is not a setting; did you mean `profile`"),
        (
            'profile = "strikt"',
            Position(1, 11),
            "`profile` is `strikt`; expected one of `recommended`, `strict`, `all`; did you mean `strict`",
        ),
        ('exclude = "old"', Position(1, 11), "`exclude` is a string; expected a list"),
        ('\nexclude = ["a", 3]', Position(2, 17), "`exclude[1]` is an integer; expected a string"),
        ('exclude = ["!a"]', Position(1, 12), "`exclude[0]` starts with `!`, which patterns here cannot"),
        (
            '[rules."a/b"]\nseverty = "off"',
            Position(2, 1),
            "`severty` is not a setting; did you mean `severity`",
        ),
        ('[rules.ab]\nseverity = "off"', Position(1, 8), "`ab` is not a name that is accepted here"),
        (
            '[rules."a/b".params]\nlimit = { a = 1 }',
            Position(2, 9),
            '`rules."a/b".params.limit` is a table, which is not accepted here',
        ),
        (
            '[rules."a/b".params]\nlimit = 2024-01-01',
            Position(2, 9),
            '`rules."a/b".params.limit` is a date or time, which is not accepted here',
        ),
        ('[[override]]\nfiles = ["a"]', Position(1, 1), "`override[0]` lacks `rules`"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(text: str, position: Position, message: str) -> None:
    assert (position, message) in issues(text)


def test_all_issues_are_said_at_once() -> None:
    assert len(issues('profil = "all"\nplan = 3\n')) == 2


def test_syntax_errors_are_issues() -> None:
    assert issues("profile = \n")[0][0].line == 1


@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_an_issue_of_its_own(start: str, end: str) -> None:
    deep = start * 40_000 + "1" + end * 40_000
    ((_, message),) = issues(f'{{"cfguard": {{"x": {deep}}}}}', "package.json")
    assert "nested" in message or "nesting" in message


def test_very_many_issues_take_no_time() -> None:
    started = process_time()
    assert 0 < len(issues("".join(f"profil{n} = 1\n" for n in range(3000)))) <= 100
    assert process_time() - started < 5


PIECES = [*TEXT.splitlines(True), "x", "=", "[", "]", '"', "{ a = 1 }", "\n"]


@hypothesis.settings(max_examples=60, deadline=None)
@hypothesis.given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_any_text_gives_settings_or_issues(pieces: list[str]) -> None:
    source = Source("cfguard.toml", "".join(pieces))
    told: tuple[SettingsIssue, ...] = ()
    settings = None
    try:
        settings = load_settings(source)
    except SettingsError as error:
        told = error.issues
    assert (settings is None) == bool(told)
    assert all(source.position(source.offset(issue.position)) == issue.position for issue in told)


def test_the_nearest_file_counts_and_nothing_is_merged() -> None:
    files = {
        "cfguard.toml": 'profile = "all"\n',
        "apps/package.json": '{"cfguard": {"exclude": ["x"]}}',
        "apps/shop/package.json": '{"name": "shop"}',
        "libs/pyproject.toml": "[tool.cfguard]\n",
        "libs/package.json": '{"name": "uses-cfguard", "devDependencies": {"cfguard": "1"}}',
    }

    def read(path: str) -> Source | None:
        return Source(path, files[path]) if path in files else None

    assert find_settings("apps/shop", read) == Settings(exclude=("x",), path="apps/package.json")
    assert find_settings("docs/deep", read) == Settings("all", path="cfguard.toml")
    assert find_settings("libs", read) == Settings(path="libs/pyproject.toml")
    assert find_settings("", lambda path: None) == Settings()


def test_two_files_of_a_folder_are_not_guessed_between() -> None:
    files = {
        "cfguard.toml": "",
        "pyproject.toml": "[project]\nname = 'x'\n\n[tool.cfguard]\nprofile = 'all'\n",
        "package.json": '{"name": "x",\n "cfguard": {}}',
    }
    with pytest.raises(SettingsError) as caught:
        find_settings("", lambda path: Source(path, files[path]) if path in files else None)
    assert [(issue.path, issue.position) for issue in caught.value.issues] == [
        ("pyproject.toml", Position(4, 7)),
        ("package.json", Position(2, 2)),
    ]
    assert "stand in `cfguard.toml` already" in caught.value.issues[0].message


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ('"profil": "all"', Position(2, 1), "`profil` is not a setting; did you mean `profile`"),
        (
            '"override": [{"files": ["a"], "rule": {}}]',
            Position(2, 31),
            "`rule` is not a setting; did you mean `rules`",
        ),
        (
            '"rules": {"a/b": {"severity": "of"}}',
            Position(2, 31),
            '`rules."a/b".severity` is `of`; expected one of `error`, `warning`, `info`, `off`; did you mean `off`',
        ),
    ],
)
def test_mistakes_in_package_json_have_their_place_as_well(
    text: str, position: Position, message: str
) -> None:
    found = issues(f'{{"name": "x", "cfguard": {{\n{text}}}}}', "package.json")
    assert (position, message) in found


def test_package_json_holds_everything_that_cfguard_toml_does() -> None:
    plain = {
        "profile": "strict",
        "exclude": ["old/"],
        "stages": {"production": ["live"]},
        "rules": {"d1/*": {"severity": "off"}, "a/b": {"params": {"x": 1}}},
        "override": [{"files": ["apps/**"], "rules": {"a/b": {"severity": "info"}}}],
    }
    toml = (
        'profile = "strict"\nexclude = ["old/"]\nstages.production = ["live"]\nrules."d1/*".severity = "off"\n'
        'rules."a/b".params.x = 1\n[[override]]\nfiles = ["apps/**"]\nrules."a/b".severity = "info"\n'
    )
    found = load(json.dumps({"cfguard": plain}), "package.json")
    assert found is not None
    assert found == (load(toml) or Settings())._replace(path="package.json")


def test_unknown_rules_are_named_with_their_place() -> None:
    source = Source("cfguard.toml", TEXT)
    settings = load_settings(source)
    assert settings is not None
    found = unknown_rules(settings, source, {"wrangler/compatibility-date-stale", "secrets/commited"})
    assert [(issue.position, issue.message) for issue in found] == [
        (Position(13, 8), "`d1/*` is not a rule"),
        (Position(18, 17), "`secrets/committed` is not a rule; did you mean `secrets/commited`"),
    ]
    known = {"wrangler/compatibility-date-stale", "secrets/committed", "d1/x"}
    assert unknown_rules(settings, source, known) == ()


def test_the_nearer_word_about_a_rule_counts() -> None:
    settings = load(
        """
        [rules."a/*"]
        severity = "off"
        params = { x = 1, y = 1 }
        [rules."a/one"]
        severity = "info"
        params = { y = 2 }
        [[override]]
        files = ["old/"]
        rules = { "a/*" = { severity = "warning" }, "b/two" = { params = { z = 3 } } }
        [[override]]
        files = ["old/very"]
        rules = { "a/one" = { severity = "off" } }
        """,
        "apps/cfguard.toml",
    )
    assert settings is not None
    setting = resolver(settings)
    assert setting("a/two", "apps/w.toml") == RuleSetting(None, True, {"x": 1, "y": 1})
    assert setting("a/one", "apps/w.toml") == RuleSetting("info", False, {"x": 1, "y": 2})
    assert setting("a/one", "apps/old/w.toml") == RuleSetting("warning", False, {"x": 1, "y": 2})
    assert setting("a/one", "apps/old/very/w.toml") == RuleSetting(None, True, {"x": 1, "y": 2})
    assert setting("b/two", "apps/old/w.toml") == RuleSetting(None, False, {"z": 3})
    assert setting("b/two", "old/w.toml") == RuleSetting()


def test_a_cached_result_equals_the_first_one(cache_folder: Path) -> None:
    first = load(TEXT)
    assert len(list(cache_folder.rglob("*.json"))) == 1
    assert load(TEXT) == first


def test_a_text_seen_before_does_not_import_pydantic(cache_folder: Path) -> None:
    load(TEXT)
    program = (
        "import sys\n"
        "from cfguard.settings import load_settings\n"
        "from cfguard.text import Source\n"
        f"print(load_settings(Source('cfguard.toml', {TEXT!r})).profile)\n"
        "print(sorted({'pydantic', 'tomli', 'dataclasses', 'pathlib', 'inspect'} & set(sys.modules)))\n"
    )
    run = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env={**os.environ, "PYTHONPATH": os.getcwd(), "CFGUARD_CACHE_DIR": str(cache_folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "strict\n[]\n"


@pytest.mark.parametrize(
    "poison",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"settings": []}',
        '{"settings": {"profile": "all"}}',
        json.dumps(
            {
                "settings": {
                    "profile": "none",
                    "exclude": [1],
                    "policies": [],
                    "stages": {},
                    "plan": None,
                    "rules": {},
                    "override": [],
                }
            }
        ),
        "[" * 100_000,
    ],
)
def test_a_poisoned_cache_is_worked_around(cache_folder: Path, poison: str) -> None:
    first = load(TEXT)
    (entry,) = cache_folder.rglob("*.json")
    entry.write_text(poison)
    assert load(TEXT) == first
    assert json.loads(entry.read_text())["settings"]["profile"] == "strict"


def test_errors_are_not_cached(cache_folder: Path) -> None:
    assert issues("x = 1") == issues("x = 1")
    assert not list(cache_folder.rglob("*.json"))


@pytest.mark.parametrize("folder", ["", "relative/folder", "/dev/null/x"])
def test_without_a_cache_folder_it_works_as_well(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFGUARD_CACHE_DIR", folder)
    assert load(TEXT) == load(TEXT)
    cache.write("kind", "key", 1)
    assert cache.read("kind", "key") is None


def test_the_users_cache_folder_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CFGUARD_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    cache.write("kind", "key", [1])
    assert cache.read("kind", "key") == [1]
    assert (tmp_path / "xdg" / "cfguard" / "kind" / "key.json").exists()
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    cache.write("kind", "key", [2])
    assert (tmp_path / "home" / ".cache" / "cfguard" / "kind" / "key.json").exists()


def test_a_digest_keeps_its_parts_apart() -> None:
    assert cache.digest("ab", "c") != cache.digest("a", "bc")
    assert cache.digest("\ud800") == cache.digest("\ud800")
