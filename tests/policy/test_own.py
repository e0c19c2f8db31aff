"""A project's own rules: data in its repository, checked whole, with every mistake at its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cfguard.api import RefusedRequest, Request, check, check_request, rules_of
from cfguard.finding import Problem, Report

TODAY = date(2026, 11, 22)
RULE = """\
title = "Worker has no owner"
why = "Nobody knows whom to ask."
severity = "warning"
profile = "recommended"
each = "worker"
assert = "has(self.name) && self.name.startsWith(params.prefix)"
at = ["name", "main"]
message = "the name of {self.path} does not begin with `{params.prefix}`"
help = "Rename it"
[params]
prefix = "team-"
"""


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFGUARD_CACHE_DIR", "")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "rules/team").mkdir(parents=True)
    (tmp_path / "cfguard.toml").write_text('policies = ["rules"]\n')
    (tmp_path / "wrangler.toml").write_text('name = "acme"\ncompatibility_date = "2026-11-01"\n')
    return tmp_path


def run(project: Path, rule: str = RULE, name: str = "owner-missing") -> Report:
    (project / f"rules/team/{name}.toml").write_text(rule)
    return check(str(project), today=TODAY)


def problems(project: Path, rule: str) -> list[tuple[int, int, str]]:
    found = run(project, rule).problems
    assert {(each.kind, each.path) for each in found} <= {("policy", "rules/team/owner-missing.toml")}
    return [(each.start.line, each.start.column, each.message) for each in found if each.start is not None]


def test_a_rule_of_the_project_runs_like_any_other(project: Path) -> None:
    report = run(project)
    (finding,) = (each for each in report.findings if each.rule == "team/owner-missing")
    assert (finding.path, finding.severity) == ("wrangler.toml", "warning")
    assert finding.message == "the name of wrangler.toml does not begin with `team-`"
    assert finding.start is not None
    assert (finding.start.line, finding.start.column) == (1, 8)
    assert report.problems == ()
    assert "team/owner-missing" in {rule.id for rule in rules_of(Request(paths=(str(project),)))}


def test_settings_and_ignores_work_on_it(project: Path) -> None:
    (project / "cfguard.toml").write_text(
        'policies = ["rules"]\n[rules."team/owner-missing"]\nseverity = "error"\nparams.prefix = "x-"\n'
    )
    (finding,) = (each for each in run(project).findings if each.rule.startswith("team/"))
    assert (finding.severity, "`x-`" in finding.message) == ("error", True)
    (project / "wrangler.toml").write_text(
        'name = "acme" # cfguard: ignore[team/owner-missing] it has none\n'
        'main = "src/index.ts"\ncompatibility_date = "2026-11-01"\n'
    )
    assert [each.rule for each in run(project).findings] == []


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "words"),
    [
        ("self.name.startsWith", "self.nam.startsWith", 6, None, "did you mean `name`"),
        ("params.prefix)", "params.prefx)", 6, None, "did you mean `prefix`"),
        ("{self.path}", "{self.pat}", 8, None, "did you mean `path`"),
        ('each = "worker"', 'each = "workers"', 5, 9, "did you mean `worker`"),
        ("&& self.name", "&&& self.name", 6, None, ""),
        ('"has(self.name)', '"self.path', 6, None, ""),
        ('at = ["name", "main"]', 'at = ["name", "a b"]', 7, 16, ""),
        ('at = ["name", "main"]', 'at = "name ~nokey"', 7, 7, "~nokey"),
        ('each = "worker"', 'each = "wrangler:env.{"', 5, None, ""),
        ('each = "worker"', 'each = "toml:x"', 5, 9, "`wrangler:`"),
        ('severity = "warning"', 'severity = "warn"', 3, 1, "did you mean `warning`"),
        ('severity = "warning"', 'severty = "warning"', 3, 1, "did you mean `severity`"),
        ('help = "Rename it"', "help = 7", 9, 1, "a string"),
        ('help = "Rename it"', 'help = "Rename it', 9, None, ""),
    ],
)
def test_a_mistake_is_told_at_its_place(
    project: Path, old: str, new: str, line: int, column: int | None, words: str
) -> None:
    assert old in RULE
    found = problems(project, RULE.replace(old, new, 1))
    on_line = [each for each in found if each[0] == line]
    assert on_line, found
    assert column is None or on_line[0][1] == column, found
    assert words in on_line[0][2]


def test_an_unknown_name_is_at_its_column(project: Path) -> None:
    (found,) = problems(project, RULE.replace("self.name.startsWith", "self.nam.startsWith"))
    line = RULE.replace("self.name.startsWith", "self.nam.startsWith").splitlines()[5]
    assert line[found[1] - 1 :].startswith(("nam", "self.nam"))


def test_every_mistake_is_told_once(project: Path) -> None:
    found = problems(project, RULE.replace('each = "worker"', 'each = "wroker"'))
    assert len(found) == len(set(found)) == 1
    wrong = RULE.replace("self.name.startsWith", "self.nam.startsWith").replace("{self.path}", "{self.pth}")
    found = problems(project, wrong)
    assert len(found) == len(set(found)) == 2


def test_a_missing_field_is_told(project: Path) -> None:
    found = problems(project, RULE.replace('title = "Worker has no owner"\n', ""))
    assert "`title`" in found[0][2]


def test_a_bad_rule_stops_no_other(project: Path) -> None:
    (project / "rules/team/second.toml").write_text(RULE)
    report = run(project, "each = 7")
    assert "team/second" in {each.rule for each in report.findings}
    assert report.problems


def test_the_id_of_a_bundled_rule_is_taken(project: Path) -> None:
    (project / "rules/d1").mkdir()
    (project / "rules/d1/database-shared.toml").write_text(RULE)
    (found,) = run(project).problems
    assert (found.kind, found.path) == ("policy", "rules/d1/database-shared.toml")
    assert "already" in found.message


def test_two_folders_may_not_define_one_rule(project: Path) -> None:
    (project / "more/team").mkdir(parents=True)
    (project / "more/team/owner-missing.toml").write_text(RULE)
    (project / "cfguard.toml").write_text('policies = ["rules", "more"]\n')
    (found,) = run(project).problems
    assert found.path == "more/team/owner-missing.toml"


@pytest.mark.parametrize("name", ["Owner", "owner_missing", "owner--missing", "-owner"])
def test_a_name_that_is_no_id(project: Path, name: str) -> None:
    (found,) = run(project, RULE, name).problems
    assert found.path == f"rules/team/{name}.toml"


@pytest.mark.parametrize("folder", ["../elsewhere", "..", "/tmp", "rules/../../x"])
def test_a_folder_outside_the_project_is_refused(project: Path, folder: str) -> None:
    (project / "cfguard.toml").write_text(f'policies = ["{folder}"]\n')
    try:
        found = check(str(project)).problems
    except RefusedRequest as error:
        assert error.lines
    else:
        assert [each.kind for each in found] == ["policy"]


def test_a_link_to_a_rule_outside_the_project_is_not_followed(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "rule.toml").write_text(RULE)
    (project / "rules/team/linked.toml").symlink_to(outside / "rule.toml")
    (found,) = check(str(project), today=TODAY).problems
    assert found.path == "rules/team/linked.toml"
    assert "outside" in found.message


def test_a_linked_folder_outside_the_project_is_not_followed(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "team").mkdir()
    (outside / "team/secret-name.toml").write_text(RULE)
    (project / "linked").symlink_to(outside)
    (project / "cfguard.toml").write_text('policies = ["linked"]\n')
    report = check(str(project), today=TODAY)
    assert {each.kind for each in report.problems} == {"policy"}
    assert not any(each.rule.startswith("team/") for each in report.findings)


@pytest.mark.parametrize(("folder", "words"), [("gone", "no such policy folder"), ("empty", "holds no rule")])
def test_a_folder_that_is_not_there_or_empty(project: Path, folder: str, words: str) -> None:
    (project / "empty").mkdir()
    (project / "cfguard.toml").write_text(f'policies = ["{folder}"]\n')
    (found,) = check(str(project)).problems
    assert words in found.message


def test_imposed_settings_bring_the_rules_beside_them(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    platform = tmp_path_factory.mktemp("platform")
    (platform / "policies/team").mkdir(parents=True)
    (platform / "policies/team/owner-missing.toml").write_text(RULE)
    (platform / "settings.toml").write_text('policies = ["policies"]\n')
    (project / "cfguard.toml").write_text("profile = 7\n")
    report = check_request(Request((str(project),), settings=str(platform / "settings.toml"), today=TODAY))
    assert "team/owner-missing" in {each.rule for each in report.findings}
    assert report.problems == ()


def failing(project: Path, change: tuple[str, str]) -> Problem:
    (found,) = run(project, RULE.replace(*change)).problems
    return found


def test_a_rule_that_fails_while_it_runs_is_a_problem_not_a_pass(project: Path) -> None:
    found = failing(
        project,
        ("has(self.name) && self.name.startsWith(params.prefix)", "1 / size(self.uses_d1 ? 'a' : '') > 0"),
    )
    assert (found.kind, found.path) == ("rule-failed", "rules/team/owner-missing.toml")


def test_a_condition_that_is_no_boolean_is_a_problem(project: Path) -> None:
    assert (
        failing(project, ("has(self.name) && self.name.startsWith(params.prefix)", "self.name")).kind
        == "policy"
    )


def test_a_rule_that_never_ends_is_stopped(project: Path) -> None:
    loop = "project.workers.all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, "
    loop += (
        "[1,2,3,4,5,6,7,8,9].all(d, [1,2,3,4,5,6,7,8,9].all(e, [1,2,3,4,5,6,7,8,9].all(f, a.path != 'x'))))))"
    )
    found = failing(project, ("has(self.name) && self.name.startsWith(params.prefix)", loop))
    assert found.kind in ("rule-failed", "policy")


@pytest.mark.parametrize("depth", [60, 400])
def test_depth_in_a_checked_file_fails_no_rule_of_the_project(project: Path, depth: int) -> None:
    (project / "wrangler.toml").unlink()
    deep = '{"a":' * depth + "1" + "}" * depth
    (project / "wrangler.json").write_text('{"name": "acme", "vars": {"X": ' + deep + "}}")
    rule = RULE.replace('each = "worker"', 'each = "wrangler:vars.{k}"')
    rule = rule.replace("has(self.name) && self.name.startsWith(params.prefix)", "self.value == k")
    rule = rule.replace('at = ["name", "main"]\n', "").replace("{self.path}", "{k}")
    report = run(project, rule)
    assert report.problems == ()
    assert "team/owner-missing" in {each.rule for each in report.findings}
