"""What a page says of a rule whose help is filled in by its findings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfguard.policy.advice import EACH_SAYS, general_advice
from cfguard.policy.load import load_bundled


@pytest.mark.parametrize(
    ("help", "told"),
    [
        ("Remove it", "Remove it"),
        ("Set `{self.stage}` here", "Set `…` here"),
        ("Write `triggers = {{ crons = [] }}`", "Write `triggers = { crons = [] }`"),
        ("{self.help == '' ? 'Use {name}' : self.help}", "Use {name}"),
        ("{self.help}", EACH_SAYS),
        ("{size(self.flaws) > 0 ? 'A }' : 'B'}", EACH_SAYS),
    ],
)
def test_advice_without_a_finding(help: str, told: str) -> None:
    assert general_advice(help) == told


def test_no_rule_shows_its_code() -> None:
    for rule in load_bundled():
        assert "self." not in general_advice(rule.help), rule.id


@given(st.text("{}'\\a.", max_size=200))
def test_any_text_is_taken(text: str) -> None:
    assert general_advice(text)
