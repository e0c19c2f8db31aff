from __future__ import annotations

import pytest

from cfguard.baseline.entries import (
    NEVER,
    Baseline,
    Entry,
    Identity,
    apply,
    drawn_up,
    identity,
    pruned,
    stale,
)
from cfguard.finding import Finding
from cfguard.policy.load import load_bundled
from cfguard.text import Span


def found(rule: str = "a/b", path: str = "wrangler.toml", key: str = "vars.X", at: int = 0) -> Finding:
    return Finding(rule, "error", "m", "h", path, Span(at, at + 1), key=key)


def baseline(*names: Identity, times: int = 1) -> Baseline:
    return Baseline(".cfguard-baseline.json", "", dict.fromkeys(names, Entry(times)))


def test_what_is_accepted_is_hidden_wherever_it_has_moved_to() -> None:
    accepted = baseline(identity(found(at=3)))
    assert apply(accepted, (found(at=90),)) == ((), 1)


@pytest.mark.parametrize(
    "other", [found(rule="a/c"), found(path="b/wrangler.toml"), found(key="vars.Y"), found(key="")]
)
def test_another_rule_file_or_key_is_another_finding(other: Finding) -> None:
    assert apply(baseline(identity(found())), (other, found())) == ((other,), 1)


def test_more_than_is_accepted_is_told_whole_because_nobody_knows_which_is_new() -> None:
    three = (found(at=1), found(at=2), found(at=3))
    accepted = baseline(identity(found()), times=2)
    assert apply(accepted, three) == (three, 0)
    assert apply(accepted, three[:2]) == ((), 2)
    assert apply(accepted, three[:1]) == ((), 1)


def test_stale_is_what_accepts_more_than_there_is_and_could_have_been_found() -> None:
    here, twice, elsewhere = (Identity("w", "a/b", key) for key in ("x", "y", "z"))
    entries = {here: Entry(), twice: Entry(3), elsewhere: Entry()}
    findings = [found(path="w", key="y")]
    gone = stale(entries, findings, lambda name: name is not elsewhere)
    assert gone == {here: 0, twice: 1}
    assert pruned(entries, gone) == {twice: Entry(1), elsewhere: Entry()}


def test_new_entries_keep_the_reasons_of_the_old() -> None:
    name = identity(found())
    assert drawn_up([found(), found(at=5)], {name: Entry(1, "until June")}) == {name: Entry(2, "until June")}


def test_exposed_credentials_never_enter() -> None:
    assert drawn_up([found(rule=rule) for rule in NEVER], {}) == {}
    exposed = {rule.id for rule in load_bundled() if rule.area == "secrets" and rule.severity == "error"}
    assert exposed <= NEVER, "a rule about exposed credentials is one of them"


def test_a_key_that_holds_a_credential_is_masked() -> None:
    live = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    name = identity(found(key=f"vars.{live}"))
    assert live not in name.key
    assert apply(baseline(name), (found(key=f"vars.{live}"),)) == ((), 1)
