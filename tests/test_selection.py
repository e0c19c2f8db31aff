from __future__ import annotations

import pytest

from cfguard.policy.load import by_id, load_bundled
from cfguard.policy.rule import Rule
from cfguard.selection import Selection, UnknownRule, wrong_params
from cfguard.settings import Settings, load_settings
from cfguard.text import Source

RULES = by_id(load_bundled())
STALE = RULES["wrangler/compatibility-date-stale"]
MISSING = RULES["env/variable-missing"]
SHARED = RULES["d1/database-shared"]
OVERLAP = RULES["wrangler/vars-overlap"]


def settings(text: str, path: str = "cfguard.toml") -> Settings:
    found = load_settings(Source(path, text))
    assert found is not None
    return found


def ids(selection: Selection) -> set[str]:
    return {rule.id for rule in selection.rules}


def test_profiles_hold_each_other() -> None:
    held = [ids(Selection(RULES, Settings(), profile)) for profile in ("recommended", "strict", "all")]
    assert held[0] < held[1] <= held[2] == set(RULES)
    assert MISSING.id in held[1] - held[0]
    assert ids(Selection(RULES, settings('profile = "strict"'))) == held[1]
    assert ids(Selection(RULES, settings('profile = "strict"'), "recommended")) == held[0]


def test_select_replaces_and_ignore_subtracts() -> None:
    assert ids(Selection(RULES, Settings(), select=[STALE.id])) == {STALE.id}
    assert ids(Selection(RULES, Settings(), select=[MISSING.id])) == {MISSING.id}
    areas = ids(Selection(RULES, Settings(), select=["d1/*"]))
    assert areas == {id for id in RULES if id.startswith("d1/")}
    assert SHARED.id not in ids(Selection(RULES, Settings(), select=["d1/*"], ignore=[SHARED.id]))
    assert ids(Selection(RULES, Settings(), "all", ignore=["d1/*"])) == set(RULES) - areas


@pytest.mark.parametrize("pattern", ["d1/database-sharde", "d2/*", "*", "", "d1", "D1/*"])
def test_an_unknown_rule_is_refused(pattern: str) -> None:
    for asked in ({"select": [pattern]}, {"ignore": [pattern]}):
        with pytest.raises(UnknownRule):
            Selection(RULES, Settings(), **asked)


def test_a_slip_gets_a_suggestion() -> None:
    with pytest.raises(UnknownRule, match="did you mean `d1/database-shared`"):
        Selection(RULES, Settings(), select=["d1/database-sharde"])


def test_a_severity_in_the_settings_asks_for_the_rule() -> None:
    asked = settings(f'[rules."{MISSING.id}"]\nseverity = "info"\n')
    selection = Selection(RULES, asked)
    assert MISSING.id in ids(selection)
    assert selection.choose(MISSING, ".env").severity == "info"


def test_a_severity_in_an_override_asks_for_the_rule_in_its_files_alone() -> None:
    asked = settings(f'[[override]]\nfiles = ["new/"]\nrules."{MISSING.id}".severity = "info"\n')
    selection = Selection(RULES, asked)
    assert MISSING.id in ids(selection)
    assert selection.choose(MISSING, "new/.env").severity == "info"
    assert selection.choose(MISSING, "old/.env") is None
    assert Selection(RULES, asked, "strict").choose(MISSING, "old/.env") is not None
    off = settings(f'[[override]]\nfiles = ["new/"]\nrules."{MISSING.id}".severity = "off"\n')
    assert MISSING.id not in ids(Selection(RULES, off))


def test_what_is_off_still_runs_so_that_it_can_be_counted() -> None:
    selection = Selection(RULES, settings(f'[rules."{STALE.id}"]\nseverity = "off"\n'))
    assert STALE.id in ids(selection)
    assert selection.choose(STALE, "wrangler.toml").severity is None


def made(rule: Rule, **fields: object) -> str:
    return Selection(RULES, Settings(), "strict").severity(rule._replace(**fields))


def test_strict_makes_the_specification_s_warnings_errors() -> None:
    assert Selection(RULES, Settings()).severity(OVERLAP) == "warning"
    assert made(OVERLAP) == "error"
    assert made(OVERLAP, upstream="wrangler") == "warning"
    assert made(OVERLAP, id="limits/free-plan-exceeded") == "warning"
    assert made(OVERLAP, severity="info") == "info"
    assert made(OVERLAP, clauses=()) == "warning"
    assert made(STALE) == "error"


def test_strict_changes_parameters_and_settings_change_them_back() -> None:
    binding = RULES["d1/binding-missing"]
    name = "require_stages"
    assert Selection(RULES, Settings()).choose(binding, "x").params[name] is False
    assert Selection(RULES, Settings(), "strict").choose(binding, "x").params[name] is True
    back = settings(f'[rules."{binding.id}".params]\n{name} = false\n')
    assert Selection(RULES, back, "strict").choose(binding, "x").params[name] is False


def test_a_whole_number_is_a_number() -> None:
    slow = RULES["health/too-slow"]
    text = f'[rules."{slow.id}".params]\nlimit_ms = 250\n'
    value = Selection(RULES, settings(text)).choose(slow, "x").params["limit_ms"]
    assert isinstance(value, float)
    assert value == 250
    assert wrong_params(settings(text), Source("cfguard.toml", text), RULES) == ()
    wrong = text.replace("250", "true")
    (issue,) = wrong_params(settings(wrong), Source("cfguard.toml", wrong), RULES)
    assert "takes a number, not `true` or `false`" in issue.message


def test_ids_are_stronger_than_areas_and_overrides_than_both() -> None:
    selection = Selection(
        RULES,
        settings(
            """
            [rules."d1/*"]
            severity = "info"
            [rules."d1/database-shared"]
            severity = "warning"
            [[override]]
            files = ["legacy/**"]
            [override.rules."d1/database-shared"]
            severity = "off"
            """
        ),
    )
    assert selection.choose(SHARED, "wrangler.toml").severity == "warning"
    assert selection.choose(RULES["d1/database-reused"], "wrangler.toml").severity == "info"
    assert selection.choose(SHARED, "legacy/wrangler.toml").severity is None
    assert selection.choose(SHARED, "legacy2/wrangler.toml").severity == "warning"


def test_patterns_are_relative_to_the_settings_file() -> None:
    text = '[[override]]\nfiles = ["legacy/**"]\n[override.rules."d1/database-shared"]\nseverity = "off"\n'
    selection = Selection(RULES, settings(text, "apps/cfguard.toml"))
    assert selection.choose(SHARED, "apps/legacy/wrangler.toml").severity is None
    assert selection.choose(SHARED, "legacy/wrangler.toml").severity == "error"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('max_age_months = "6"', "`max_age_months`"),
        ("max_age_months = 6.5", "`max_age_months`"),
        ("max_age_months = [6]", "`max_age_months`"),
        ("max_age_months = true", "`max_age_months`"),
        ("max_age_month = 6", "did you mean `max_age_months`"),
    ],
)
def test_a_parameter_of_another_type_is_told_at_its_place(line: str, words: str) -> None:
    text = f'profile = "strict"\n[rules."{STALE.id}".params]\n{line}\n'
    source = Source("cfguard.toml", text)
    (issue,) = wrong_params(settings(text), source, RULES)
    assert words in issue.message
    assert (issue.path, issue.position.line, issue.position.column) == ("cfguard.toml", 3, 1)


def test_parameters_of_overrides_are_looked_at_too() -> None:
    text = f'[[override]]\nfiles = ["*"]\n[override.rules."{STALE.id}".params]\nmax_age_months = "x"\n'
    (issue,) = wrong_params(settings(text), Source("cfguard.toml", text), RULES)
    assert issue.position.line == 4


@pytest.mark.parametrize("line", ["required = []", 'required = ["A"]'])
def test_a_list_may_be_empty_or_full(line: str) -> None:
    text = f'[rules."{MISSING.id}".params]\n{line}\n'
    assert wrong_params(settings(text), Source("cfguard.toml", text), RULES) == ()


def test_a_list_of_the_wrong_things_is_refused() -> None:
    text = f'[rules."{MISSING.id}".params]\nrequired = [1]\n'
    assert len(wrong_params(settings(text), Source("cfguard.toml", text), RULES)) == 1


def test_a_mixed_list_is_refused() -> None:
    text = f'[rules."{MISSING.id}".params]\nrequired = ["A", 1]\n'
    assert len(wrong_params(settings(text), Source("cfguard.toml", text), RULES)) == 1
