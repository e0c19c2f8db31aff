"""The bundled rules: right in shape, complete, unable to fail on content, and true to their own cases."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from cfguard.contracts.errors import validate
from cfguard.contracts.policy import Policy
from cfguard.model.project import COLLECTIONS, FACTS
from cfguard.policy.compile import compile_rule
from cfguard.policy.load import RuleFile, load_bundled, read_table, rule_files
from cfguard.resources import policies_dir
from cfguard.testing import Case, cases_path, load_cases, run_case

FILES = {file.id: file for file in rule_files(policies_dir())}
RULES = {rule.id: rule for rule in load_bundled()}


class Fixed(NamedTuple):
    """What users' settings and the documentation rely on; a change here breaks them."""

    severity: str
    profile: str
    clause: str


FIXED = {
    "config/duplicate-key": Fixed("warning", "recommended", "S01"),
    "config/ignore-without-reason": Fixed("warning", "recommended", "C1"),
    "config/syntax-error": Fixed("error", "recommended", "S01"),
    "config/unused-ignore": Fixed("warning", "recommended", "C1"),
    "d1/binding-missing": Fixed("warning", "recommended", "S10"),
    "d1/database-reused": Fixed("warning", "recommended", "S29"),
    "d1/database-shared": Fixed("error", "recommended", "S29"),
    "d1/placeholder-id": Fixed("warning", "recommended", "S29"),
    "d1/remote-in-development": Fixed("warning", "recommended", "S29"),
    "deployment/record-invalid": Fixed("error", "recommended", "S27"),
    "deployment/rollback-target-missing": Fixed("error", "recommended", "S27"),
    "deployment/transition-illegal": Fixed("error", "recommended", "S28"),
    "deployment/unfinished": Fixed("warning", "recommended", "S28"),
    "dev-state/record-invalid": Fixed("error", "recommended", "S25"),
    "dev-state/reload-slow": Fixed("warning", "recommended", "S34"),
    "dev-state/startup-slow": Fixed("warning", "recommended", "S34"),
    "dev-state/transition-illegal": Fixed("error", "recommended", "S26"),
    "devcontainer/command-race": Fixed("warning", "recommended", "S04"),
    "devcontainer/command-without-shell": Fixed("error", "recommended", "S02"),
    "devcontainer/definition-missing": Fixed("info", "recommended", "S02"),
    "devcontainer/deprecated-key": Fixed("info", "recommended", "S02"),
    "devcontainer/extensions-missing": Fixed("info", "strict", "S06"),
    "devcontainer/file-missing": Fixed("error", "recommended", "S02"),
    "devcontainer/file-unreadable": Fixed("warning", "recommended", "S01"),
    "devcontainer/host-command-unsafe": Fixed("warning", "recommended", "S35"),
    "devcontainer/host-credentials-mounted": Fixed("info", "recommended", "S35"),
    "devcontainer/ignored-key": Fixed("warning", "recommended", "S02"),
    "devcontainer/image-tag-unpublished": Fixed("warning", "recommended", "S02"),
    "devcontainer/invalid": Fixed("error", "recommended", "S02"),
    "devcontainer/libc-unsupported": Fixed("warning", "recommended", "S03"),
    "devcontainer/lockfile-stale": Fixed("warning", "recommended", "S36"),
    "devcontainer/login-unreachable": Fixed("warning", "recommended", "S32"),
    "devcontainer/mount-ineffective": Fixed("warning", "recommended", "S07"),
    "devcontainer/node-end-of-life": Fixed("info", "recommended", "S03"),
    "devcontainer/node-mismatch": Fixed("warning", "recommended", "S03"),
    "devcontainer/node-missing": Fixed("warning", "recommended", "S03"),
    "devcontainer/node-unsupported": Fixed("error", "recommended", "S03"),
    "devcontainer/not-isolated": Fixed("warning", "recommended", "S35"),
    "devcontainer/nvm-not-loaded": Fixed("warning", "recommended", "S03"),
    "devcontainer/port-host-unknown": Fixed("warning", "recommended", "S05"),
    "devcontainer/port-mapping": Fixed("warning", "recommended", "S05"),
    "devcontainer/port-not-forwarded": Fixed("error", "recommended", "S05"),
    "devcontainer/port-published-only": Fixed("warning", "recommended", "S05"),
    "devcontainer/port-repeated": Fixed("info", "recommended", "S05"),
    "devcontainer/runs-as-root": Fixed("info", "all", "S35"),
    "devcontainer/secret-build-argument": Fixed("warning", "recommended", "S35"),
    "devcontainer/state-not-persisted": Fixed("warning", "recommended", "S07"),
    "devcontainer/typescript-missing": Fixed("info", "all", "S04"),
    "devcontainer/unknown-key": Fixed("info", "recommended", "S02"),
    "devcontainer/unpinned": Fixed("info", "strict", "S36"),
    "devcontainer/variable-default-cut": Fixed("warning", "recommended", "S02"),
    "devcontainer/variable-unknown": Fixed("warning", "recommended", "S02"),
    "devcontainer/volume-not-owned": Fixed("info", "recommended", "S07"),
    "devcontainer/volume-shared": Fixed("info", "strict", "S07"),
    "devcontainer/wrangler-config-unreachable": Fixed("warning", "recommended", "S32"),
    "devcontainer/wrangler-missing": Fixed("warning", "recommended", "S04"),
    "devcontainer/wrangler-not-installed": Fixed("info", "strict", "S04"),
    "devcontainer/wrangler-retired": Fixed("warning", "recommended", "S04"),
    "env/development-only-variable": Fixed("warning", "recommended", "S14"),
    "env/environment-mismatch": Fixed("error", "recommended", "S14"),
    "env/variable-missing": Fixed("warning", "strict", "S14"),
    "health/record-invalid": Fixed("error", "recommended", "S23"),
    "health/too-slow": Fixed("warning", "recommended", "S24"),
    "limits/free-plan-exceeded": Fixed("info", "recommended", "S36"),
    "limits/paid-plan-exceeded": Fixed("error", "recommended", "S36"),
    "migrations/applied-edited": Fixed("warning", "recommended", "S19"),
    "migrations/applied-late": Fixed("warning", "recommended", "S20"),
    "migrations/applied-missing": Fixed("warning", "recommended", "S19"),
    "migrations/applied-renamed": Fixed("error", "recommended", "S19"),
    "migrations/pending": Fixed("info", "recommended", "S19"),
    "migrations/record-invalid": Fixed("error", "recommended", "S19"),
    "migrations/too-slow": Fixed("warning", "recommended", "S34"),
    "oauth/application-shared": Fixed("error", "recommended", "S16"),
    "oauth/redirect-host-mismatch": Fixed("error", "recommended", "S17"),
    "oauth/redirect-insecure": Fixed("error", "recommended", "S17"),
    "oauth/redirect-shared": Fixed("error", "recommended", "S17"),
    "secrets/committed": Fixed("error", "recommended", "S15"),
    "secrets/not-ignored": Fixed("warning", "recommended", "S15"),
    "tests/contract-invalid": Fixed("error", "recommended", "S37"),
    "tests/contract-schema-invalid": Fixed("error", "recommended", "S37"),
    "tests/integration-invalid": Fixed("error", "recommended", "S38"),
    "wrangler/binding-not-inherited": Fixed("warning", "recommended", "S10"),
    "wrangler/compatibility-date-in-future": Fixed("warning", "recommended", "S12"),
    "wrangler/compatibility-date-invalid": Fixed("error", "recommended", "S12"),
    "wrangler/compatibility-date-missing": Fixed("error", "recommended", "S12"),
    "wrangler/compatibility-date-stale": Fixed("error", "recommended", "S12"),
    "wrangler/config-redirected": Fixed("info", "all", "S08"),
    "wrangler/config-shadowed": Fixed("warning", "recommended", "S08"),
    "wrangler/deprecated-field": Fixed("warning", "recommended", "S09"),
    "wrangler/entry-point-missing": Fixed("warning", "recommended", "S09"),
    "wrangler/environment-drift": Fixed("info", "strict", "S36"),
    "wrangler/generated-environments": Fixed("warning", "recommended", "S08"),
    "wrangler/invalid": Fixed("error", "recommended", "S09"),
    "wrangler/name-missing": Fixed("warning", "recommended", "S09"),
    "wrangler/swallowed-key": Fixed("error", "recommended", "S09"),
    "wrangler/unexpected-field": Fixed("warning", "recommended", "S09"),
    "wrangler/unpinned": Fixed("info", "strict", "S36"),
    "wrangler/vars-overlap": Fixed("warning", "recommended", "S11"),
}


@pytest.mark.parametrize("id", sorted(FILES))
def test_a_rule_file_has_the_shape_of_its_contract(id: str) -> None:
    policy, faults = validate(Policy, dict(read_table(FILES[id].path)), noun="field")
    assert policy is not None, faults


@pytest.mark.parametrize("id", sorted(RULES))
def test_a_rule_compiles_whole_and_no_content_can_make_it_fail(id: str) -> None:
    compiled = compile_rule(RULES[id])
    failures = {each.text: each.may_fail for each in compiled.expressions()}
    templates = [compiled.message, compiled.help, *(each.message for each in compiled.related)]
    templates += [compiled.cannot_tell[1]] if compiled.cannot_tell else []
    failures |= {each.text: each.may_fail for each in templates}
    assert {text: places for text, places in failures.items() if places} == {}


@pytest.mark.parametrize("id", sorted(FIXED))
def test_what_users_rely_on_is_as_published(id: str) -> None:
    rule = RULES[id]
    assert (rule.severity, rule.profile) == FIXED[id][:2]
    assert FIXED[id].clause in rule.clauses


def test_every_kind_of_entity_is_really_one() -> None:
    for rule in RULES.values():
        fact, dot, _ = rule.each.partition(".")
        assert rule.each in COLLECTIONS or ":" in rule.each or (dot and fact in FACTS), rule.id


@pytest.mark.parametrize("id", sorted(RULES))
def test_a_rule_speaks_as_rules_do(id: str) -> None:
    rule = RULES[id]
    for text in (rule.message, rule.help, rule.title):
        assert not text.endswith(".") or text.endswith("…"), text
        assert "\n" not in text, text
    assert rule.why.endswith("."), "`why` is written in whole sentences"
    assert ("security" in rule.tags) == (rule.security_severity is not None)


@pytest.mark.parametrize("id", sorted(RULES))
def test_a_rule_has_cases_that_fail_and_cases_that_pass(id: str) -> None:
    cases = load_cases(cases_path(FILES[id]))
    assert {case.fails for case in cases} == {True, False}
    assert len({case.title for case in cases}) == len(cases)


def all_cases() -> list[tuple[RuleFile, Case]]:
    return [(file, case) for file in FILES.values() for case in load_cases(cases_path(file))]


@pytest.mark.parametrize(
    ("file", "case"), [pytest.param(file, case, id=f"{file.id}: {case.title}") for file, case in all_cases()]
)
def test_cases_hold(file: RuleFile, case: Case) -> None:
    assert run_case(file.id, case, None) == ()
