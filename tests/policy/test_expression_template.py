"""Messages with expressions in them."""

from __future__ import annotations

import datetime

import pytest

from cfguard.policy.expression import Budget, EvaluationError, ExpressionError, compile_template
from tests.policy.expression_host import VALUES, scope


def render(text: str, **values: object) -> str:
    return compile_template(text, scope()).render(VALUES | values, Budget())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("plain", "plain"),
        ("{text}", "hello"),
        ("{{{text}}}", "{hello}"),
        ("a {{ b }} c", "a { b } c"),
        ("{self.name} has {size(texts)} of {texts}", "api has 2 of a, b"),
        ("{ {'a': '}'}.a }", "}"),
        ("{'{'}", "{"),
        ("{today} {now} {duration('90s')}", "2026-11-22 2026-11-22T12:00:00Z 90s"),
        ("{flag} {!flag} {null} {1.0} {0.5} {3u}", "true false none 1 0.5 3"),
        ("{table} {[[1, 2], []]} {[]}", "one: 1 1, 2,  "),
        ("{self} {type(self)} {b'abc'}", "worker worker 3 bytes"),
        ("{workers[1].name}", "none"),
    ],
)
def test_render(text: str, expected: str) -> None:
    assert render(text) == expected


@pytest.mark.parametrize(
    ("text", "message", "start"),
    [
        ("ab {self.nmae}", "has no field `nmae`", 9),
        ("ab {text", "is not closed", 3),
        ("ab } c", "is written `}}`", 3),
        ("ab {}", "a value is expected", 4),
        ("{text text}", "an operator or the end", 6),
    ],
)
def test_errors_are_placed_in_the_template(text: str, message: str, start: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_template(text, scope())
    assert message in caught.value.message
    assert caught.value.span.start == start


def test_names_and_failures_are_collected() -> None:
    template = compile_template("{texts[0]} {text} {count + 1}", scope())
    assert template.names == {"texts", "text", "count"}
    assert [template.text[slice(*span)] for span, _ in template.may_fail] == ["texts[0]", "+"]


def test_a_failing_hole_is_an_error_at_its_place() -> None:
    text = "first {texts[7]}"
    with pytest.raises(EvaluationError) as caught:
        render(text)
    assert text[slice(*caught.value.span)] == "texts[7]"


def test_odd_values_are_shown_without_failing() -> None:
    assert render("{any}", any=10**5000) == "a number of more than 64 bits"
    assert render("{any}", any=datetime.time(1, 2)) == "time"
    assert render("{any}", any=[[[[[[1]]]]]]) == "…"
    assert render("{any}", any=float("nan")) == "NaN"
