from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cfguard.api import check
from cfguard.engine import Choice, Outcome, Setting, merge, run
from cfguard.finding import Finding, Position, Report
from cfguard.policy.load import load_bundled
from cfguard.policy.rule import CannotTell, Rule, rule_from_table
from cfguard.text import Span
from tests.model.projects import project

TODAY = date(2026, 11, 22)
RULES = {rule.id: rule for rule in load_bundled()}


def rule(**fields: object) -> Rule:
    table = {
        "title": "t", "why": "w", "severity": "error", "profile": "recommended", "message": "m", "help": "h",
        "each": "environment", **fields,
    }  # fmt: skip
    return rule_from_table("team/rule", "rules/team/rule.toml", table)


def judge(files: dict[str, str], *rules: Rule, off: bool = False, lenient: bool = False) -> Outcome:
    setting = Setting(
        today=TODAY,
        now=datetime(2026, 11, 22, tzinfo=UTC),
        choose=lambda rule, path: Choice(None if off else rule.severity, rule.params),
        lenient=lambda path: lenient,
    )
    return run(project(files), rules, setting)


OLD = 'name = "a"\ncompatibility_date = "2024-01-01"\n[env.dev]\n[env.prod]\n'


def test_one_cause_in_several_environments_is_one_finding_that_names_them() -> None:
    (finding,) = judge({"wrangler.toml": OLD}, RULES["wrangler/compatibility-date-stale"]).findings
    assert finding.environments == ("", "dev", "prod")
    assert (finding.worker, finding.key) == ("wrangler.toml", "compatibility_date")


def test_two_causes_stay_two_findings() -> None:
    text = OLD + 'compatibility_date = "2024-02-02"\n'
    findings = judge({"wrangler.toml": text}, RULES["wrangler/compatibility-date-stale"]).findings
    assert [finding.environments for finding in findings] == [("", "dev"), ("prod",)]


def test_findings_are_in_the_order_of_paths_and_places() -> None:
    files = {"b/wrangler.toml": OLD, "a/wrangler.toml": OLD, "a/.dev.vars": "ENVIRONMENT=production\n"}
    rules = [RULES["wrangler/compatibility-date-stale"], RULES["env/environment-mismatch"]]
    forth = judge(files, *rules).findings
    assert [finding.path for finding in forth] == ["a/.dev.vars", "a/wrangler.toml", "b/wrangler.toml"]
    assert judge(files, *reversed(rules)).findings == forth


def finding(message: str, line: int, rule: str = "a/b", environment: str | None = None) -> Finding:
    at = Position(line, 1)
    environments = () if environment is None else (environment,)
    return Finding(rule, "error", message, "", "x", Span(line, line), at, at, environments=environments)


def test_merging_keeps_what_differs_and_sorts() -> None:
    two, one = finding("m", 2), finding("m", 1)
    assert merge([two, one], [one]) == (one, two)
    assert len(merge([finding("m", 1), finding("n", 1)])) == 2
    (merged,) = merge([finding("m", 1, environment="a"), finding("n", 1, environment="b")])
    assert (merged.message, merged.environments) == ("m", ("a", "b"))


def test_a_whole_file_comes_before_its_places() -> None:
    whole = Finding("z/z", "error", "m", "", "x")
    assert merge([finding("m", 1), whole])[0] == whole


@pytest.mark.parametrize("when", ["size(project.workers) / 0 > 1", "[1][size(self.bindings) + 5] == 1"])
def test_a_rule_that_fails_is_a_problem_and_stops_no_other(when: str) -> None:
    outcome = judge({"wrangler.toml": OLD}, rule(when=when), RULES["wrangler/compatibility-date-stale"])
    (problem,) = outcome.problems
    assert (problem.kind, problem.path) == ("rule-failed", "rules/team/rule.toml")
    assert [finding.rule for finding in outcome.findings] == ["wrangler/compatibility-date-stale"]
    assert "team/rule" in outcome.ran


def test_a_failure_late_in_a_rule_takes_back_its_findings() -> None:
    """Half of a rule's findings would read as all of them."""
    outcome = judge(
        {"wrangler.toml": OLD}, rule(**{"assert": "self.is_top_level ? false : 1 / size('') > 0"})
    )
    assert outcome.findings == ()
    assert [problem.kind for problem in outcome.problems] == ["rule-failed"]


def test_a_rule_that_cannot_be_compiled_is_a_problem() -> None:
    outcome = judge({"wrangler.toml": OLD}, rule(when="self.nothing"))
    assert [problem.kind for problem in outcome.problems] == ["policy"]


def test_a_bug_of_ours_is_a_problem_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from cfguard.model.worker import Worker

    def broken(worker: Worker) -> bool:
        raise ZeroDivisionError

    monkeypatch.delenv("CFGUARD_DEBUG", raising=False)
    monkeypatch.setattr(vars(Worker)["uses_d1"], "compute", broken)
    outcome = judge(
        {"wrangler.toml": OLD},
        rule(each="worker", when="self.uses_d1"),
        RULES["wrangler/compatibility-date-stale"],
    )
    assert [problem.kind for problem in outcome.problems] == ["internal"]
    assert len(outcome.findings) == 1


def test_what_cannot_be_told_is_a_note_said_once_and_no_finding() -> None:
    unsure = rule()._replace(cannot_tell=CannotTell("self.name == 'prod'", "cannot tell about production"))
    outcome = judge({"wrangler.toml": OLD + "[env.production]\n"}, unsure)
    assert [(note.message, note.path) for note in outcome.notes] == [
        ("cannot tell about production", "wrangler.toml")
    ]
    assert [finding.environments for finding in outcome.findings] != []
    assert all("prod" not in finding.environments for finding in outcome.findings)
    assert judge({"wrangler.toml": OLD}, unsure, off=True).notes == ()


def test_what_settings_silence_is_counted() -> None:
    outcome = judge({"wrangler.toml": OLD}, RULES["wrangler/compatibility-date-stale"], off=True)
    assert (outcome.findings, outcome.silenced) == ((), 3)


def test_samples_are_judged_mildly() -> None:
    (found,) = judge(
        {"wrangler.toml": OLD}, RULES["wrangler/compatibility-date-stale"], lenient=True
    ).findings
    assert found.severity == "warning"


def test_nothing_is_said_on_the_word_of_a_file_with_errors() -> None:
    broken = {"wrangler.toml": OLD + "x = "}
    assert judge(broken, rule(), RULES["wrangler/compatibility-date-stale"]).findings == ()
    assert judge(broken, rule(partial=True)).findings != ()
    assert judge(broken, RULES["config/syntax-error"]).findings != ()


def test_names_of_let_build_on_each_other() -> None:
    outcome = judge(
        {"wrangler.toml": 'name = "a"\n'},
        rule(let={"one": "1", "two": "one + 1"}, message="{two}", each="worker"),
    )
    assert [finding.message for finding in outcome.findings] == ["2"]


def test_captures_of_a_path_are_names() -> None:
    found = judge(
        {"wrangler.toml": '[env.prod.vars]\nA = "x"\n'},
        rule(each="wrangler:env.{e}.vars.{k}", message="{e}/{k}/{self.value}"),
    ).findings
    assert [(each.message, each.key) for each in found] == [("prod/A/x", "env.prod.vars.A")]


def test_a_message_never_shows_a_secret() -> None:
    secret = "9f2c81d07be64a53b1d94c0e7a6f3258"
    files = {"wrangler.toml": f'[vars]\nSESSION_SECRET = "{secret}"\n', ".dev.vars": f"API_TOKEN={secret}\n"}
    rules = [
        rule(
            each="variable",
            message="{self.value}",
            help="{self.value}",
            related=[{"message": "{self.value}"}],
        )
    ]
    others = [
        ("wrangler:vars.{k}", "{self.value}"),
        ("wrangler:", "{self.value.vars.SESSION_SECRET}"),
        ("environment", "{self.config.vars.SESSION_SECRET}"),
        ("environment", "{string(self.config.vars.SESSION_SECRET) + '!'}"),
    ]
    for number, (each, message) in enumerate(others):
        rules.append(rule(each=each, message=message)._replace(id=f"team/other-{number}"))
    outcome = judge(files, *rules)
    assert outcome.problems == ()
    assert len(outcome.findings) == 6
    assert secret not in repr(outcome.findings)


def report(tmp_path: Path, order: list[str]) -> Report:
    for path in order:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(OLD)
    return check(str(tmp_path), profile="all", today=TODAY)


def test_the_same_files_give_the_same_report(tmp_path: Path) -> None:
    paths = ["a/wrangler.toml", "b/wrangler.toml", "wrangler.production.toml", "wrangler.toml"]
    first = report(tmp_path / "one", paths)
    second = report(tmp_path / "two", list(reversed(paths)))
    assert first.findings == second.findings
    assert first.findings
