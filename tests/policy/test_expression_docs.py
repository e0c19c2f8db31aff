"""The page about the language says what the language does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cfguard.policy.expression import Budget, Scope, compile_expression, parser, values
from cfguard.policy.expression.functions import FUNCTIONS, METHODS
from cfguard.policy.expression.matching import SIZE_LIMIT
from tests.policy.expression_host import run

PAGE = Path(__file__).parents[2].joinpath("docs", "expressions.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```cel\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = [line for block in BLOCKS for line in block.splitlines()]


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_true(text: str) -> None:
    assert compile_expression(text, Scope({})).evaluate({}, Budget()) is True


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 10


def test_every_guard_shown_is_one() -> None:
    section = PAGE.split("## Absent fields")[1].split("```text\n")[1].split("```")[0]
    guards = [text for line in section.splitlines() for text in re.split(r"\s{2,}", line)]
    assert len(guards) == 4
    for text in guards:
        run(text)


@pytest.mark.parametrize("name", sorted({*FUNCTIONS, *METHODS, *parser.MACROS}))
def test_every_function_is_described(name: str) -> None:
    assert re.search(rf"\b{name}\b", PAGE)


def test_the_limits_are_those_of_the_code() -> None:
    section = PAGE.split("## Limits")[1].split("##")[0].replace("\n", " ")
    shown = {int(number.replace(" ", "")) for number in re.findall(r"\d+(?: \d{3})*", section)}
    limits = {values.STEPS, values.STRING_LIMIT, values.LIST_LIMIT, values.DATA_DEPTH, SIZE_LIMIT}
    assert shown == limits | {parser.NESTING_LIMIT, parser.HEIGHT_LIMIT, parser.TEXT_LIMIT}
