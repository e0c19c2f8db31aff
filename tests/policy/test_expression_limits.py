"""Bounds: nothing an expression or a value does takes long, or raises anything but the two errors."""

from __future__ import annotations

import datetime
import time
from contextlib import suppress
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cfguard.policy.expression import (
    DYN,
    Budget,
    EvaluationError,
    ExpressionError,
    Scope,
    compile_expression,
    compile_template,
)
from cfguard.policy.expression.errors import BUDGET, LIMIT
from cfguard.sensitive import Sensitive
from tests.policy.expression_host import OBJECTS, VALUES, Worker, scope
from tests.policy.expression_samples import sample

ANY = Scope({"a": DYN, "b": DYN, "today": DYN}, OBJECTS)


def kind_of_failure(text: str, a: object = None, budget: Budget | None = None) -> str:
    expression = compile_expression(text, ANY)
    with pytest.raises(EvaluationError) as caught:
        expression.evaluate({"a": a, "b": None, "today": None}, budget or Budget())
    return caught.value.kind


LOOPS = [
    "a.all(w, a.all(x, a.all(y, a.all(z, w + x + y + z >= 0))))",
    "a.map(w, a.map(x, a.map(y, a.map(z, 1))))",
    "a.exists(w, a.exists(x, a.exists(y, a.exists(z, 1 / 0 == 1))))",
    "a.all(w, a.all(x, a.all(y, a == b || y in a || a == a)))",
]


@pytest.mark.parametrize("text", LOOPS)
def test_nested_loops_stop_within_the_budget(text: str) -> None:
    started = time.perf_counter()
    assert kind_of_failure(text, list(range(60))) == BUDGET
    assert time.perf_counter() - started < 1


def test_a_budget_can_be_shared() -> None:
    budget = Budget(100)
    expression = compile_expression("a.all(x, x >= 0)", ANY)
    values = {"a": list(range(60))}
    assert expression.evaluate(values, budget) is True
    with pytest.raises(EvaluationError):
        expression.evaluate(values, budget)


@pytest.mark.parametrize(
    "text",
    [
        "a.all(w, a.all(x, a.all(y, w + x + y >= 0))) || true",
        "true && (false && true || a.all(w, a.all(x, a.all(y, w + x + y >= 0))) || true)",
        "a.exists(w, a.all(x, a.all(y, w + x + y >= 0)) && false || w == 59)",
    ],
)
def test_no_operator_hides_that_the_budget_is_exhausted(text: str) -> None:
    assert kind_of_failure(text, list(range(60))) == BUDGET


def test_long_texts_cost_more() -> None:
    for text in (
        "a.map(x, b + 'x')",
        "a.map(x, b.contains('y'))",
        "a.map(x, b.matches('y'))",
        "a.map(x, b.trim())",
    ):
        expression = compile_expression(text, ANY)
        with pytest.raises(EvaluationError) as caught:
            expression.evaluate({"a": list(range(1000)), "b": "x" * 900_000}, Budget())
        assert caught.value.kind == BUDGET


def test_strings_and_lists_have_a_largest_size() -> None:
    assert kind_of_failure("a + a", "x" * 600_000) == LIMIT
    assert kind_of_failure("a.replace('x', 'yyyy')", "x" * 300_000) == LIMIT
    assert kind_of_failure("[a, a].join()", "x" * 600_000) == LIMIT
    assert kind_of_failure("a + a", [1] * 60_000) == LIMIT
    assert kind_of_failure("a.split('')", "x" * 200_000) == LIMIT


def test_doubling_stops() -> None:
    doubled = "a"
    for index in range(30):
        doubled = f"[{doubled}].map(x{index}, x{index} + x{index})[0]"
    assert kind_of_failure(doubled, "x") in (LIMIT, BUDGET)


def test_values_that_nest_too_deep() -> None:
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    assert kind_of_failure("a == [a][0]", deep) == LIMIT


DEEP = [
    "(" * 200 + "1" + ")" * 200,
    "[" * 200 + "]" * 200,
    "-" * 500 + "a",
    "!" * 500 + "a",
    "a" + ".b" * 500,
]
DEEPER = [
    "a" + "[0]" * 500,
    "1" + " + 1" * 500,
    "a ? b : " * 200 + "b",
    "{1:" * 100 + "1" + "}" * 100,
    "f(" * 300,
]


@pytest.mark.parametrize("text", [*DEEP, *DEEPER, "1" * 30_000, "a" * 30_000])
def test_depth_and_length_are_bounded(text: str) -> None:
    with pytest.raises(ExpressionError):
        compile_expression(text, ANY)


def test_long_chains_of_conditions_are_fine() -> None:
    text = " || ".join(f"a == {number}" for number in range(500))
    assert compile_expression(text, ANY).evaluate({"a": 499}, Budget()) is True


@given(st.text(max_size=60) | st.text(alphabet="ab.()[]{}'\"\\!&|<>=+-*/%?:,01uxr \n`", max_size=60))
@example("a.matches('\\\\x{}')")
@example("'\\")
@example("{{}}")
@settings(max_examples=300)
def test_random_text_raises_nothing_else(text: str) -> None:
    for compile_text in (compile_expression, compile_template):
        failure = None
        try:
            compile_text(text, ANY)
        except ExpressionError as error:
            failure = error
        if failure is not None:
            assert 0 <= failure.span.start <= failure.span.end <= len(text)
            assert failure.message


LEAVES = st.sampled_from(
    [
        "a",
        "b",
        "x",
        "1",
        "0",
        "-1",
        "2u",
        "1.5",
        "'s'",
        "''",
        "b'y'",
        "null",
        "true",
        "false",
        "[]",
        "{}",
        "today",
        "'2026-01-10'",
        "9223372036854775807",
        "int",
        "duration('1h')",
        "timestamp(0)",
        "date('2024-02-29')",
    ]
)
UNARY = [
    "!{}",
    "-{}",
    "has({}.k)",
    "{}.k",
    "size({})",
    "string({})",
    "int({})",
    "double({})",
    "uint({})",
    "bool({})",
]
UNARY += ["date({})", "timestamp({})", "duration({})", "bytes({})", "type({})", "distinct({})", "sorted({})"]
UNARY += [
    "quote_list({})",
    "url_host({})",
    "age_days({})",
    "{}.join()",
    "{}.trim()",
    "{}.getHours()",
    "{}.lowerAscii()",
]
UNARY += [
    "{}.matches('^(s|a+)+$')",
    "glob({}, '*[a-z]')",
    "{}.getDayOfYear()",
    "{}.getMilliseconds()",
    "[{}]",
]
BINARY = [
    "({} && {})",
    "({} || {})",
    "({} == {})",
    "({} < {})",
    "({} in {})",
    "({} + {})",
    "({} - {})",
    "({} / {})",
]
BINARY += [
    "{}[{}]",
    "{}.map(x, {})",
    "{}.all(x, {})",
    "{}.exists(x, {})",
    "{}.filter(x, {})",
    "{}.exists_one(x, {})",
]
BINARY += [
    "{}.transformMap(i, x, {})",
    "{}.transformList(i, x, {})",
    "{}.split({})",
    "{}.contains({})",
    "{{{}: {}}}",
]
BINARY += [
    "months_before({}, {})",
    "{}.charAt({})",
    "{}.indexOf({})",
    "{}.join({})",
    "{}.getMonth({})",
    "[{}, {}]",
]
TERNARY = [
    "({} ? {} : {})",
    "get({}, {}, {})",
    "{}.replace({}, {})",
    "{}.substring({}, {})",
    "{}.split({}, {})",
]


def _built(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(str.format, st.sampled_from(UNARY), children),
        st.builds(str.format, st.sampled_from(BINARY), children, children),
        st.builds(str.format, st.sampled_from(TERNARY), children, children, children),
    )


HUGE = st.integers(min_value=5000, max_value=5010).map(lambda digits: 10**digits)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.dates()
    | st.datetimes()
    | st.just(Sensitive("s3cret"))
    | st.just(VALUES["self"])
    | st.timedeltas()
    | HUGE
    | st.times(),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=2), children, max_size=4)
    ),
    max_leaves=8,
)


@given(st.recursive(LEAVES, _built, max_leaves=8), JSON, JSON)
@settings(max_examples=1000)
def test_random_expressions_raise_nothing_else(text: str, a: object, b: object) -> None:
    known = Scope({"a": DYN, "b": DYN, "x": DYN, "today": DYN}, OBJECTS)
    values = {"a": a, "b": b, "x": 1, "today": datetime.date(2026, 11, 22)}
    with suppress(ExpressionError, EvaluationError):
        compile_template("{ " + text + " }", known).render(values, Budget())
    with suppress(ExpressionError, EvaluationError):
        compile_expression(text, known).evaluate(values, Budget())


ABSENT = VALUES | {"self": Worker(None), "table": {}, "texts": [], "text": "", "workers": [], "any": None}


@given(st.integers(min_value=0))
@settings(max_examples=1000)
def test_an_expression_without_listed_failures_does_not_fail(seed: int) -> None:
    text = sample(Random(seed))
    try:
        expression = compile_expression(text, scope())
    except ExpressionError:
        return
    if not expression.may_fail:
        expression.evaluate(VALUES, Budget())
        expression.evaluate(ABSENT, Budget())


@given(st.integers(min_value=0))
@settings(max_examples=300)
def test_what_an_expression_implies_is_present(seed: int) -> None:
    text = sample(Random(seed), depth=3)
    try:
        expression = compile_expression(text, scope())
        if expression.evaluate(ABSENT, Budget()) is True:
            assert "self.name" not in expression.implies
    except (ExpressionError, EvaluationError):
        return
