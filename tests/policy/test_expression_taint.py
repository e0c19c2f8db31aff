"""Masked text stays masked, whatever an expression does to it."""

from __future__ import annotations

import pytest

from cfguard.policy.expression import (
    DYN,
    STRING,
    Budget,
    EvaluationError,
    ListType,
    MapType,
    Scope,
    compile_expression,
    compile_template,
)
from cfguard.policy.expression.functions import FUNCTIONS, METHODS
from cfguard.policy.expression.types import Type
from cfguard.sensitive import MASK, Sensitive

SECRET = "hunter2-2026-01-10"
SCOPE = Scope({"secret": STRING, "many": ListType(STRING), "table": MapType(STRING, STRING), "any": DYN})
VALUES = {
    "secret": Sensitive(SECRET),
    "many": ["plain", Sensitive(SECRET)],
    "table": {"k": Sensitive(SECRET), Sensitive(SECRET): "v"},
    "any": {"deep": [Sensitive(SECRET)]},
}

LEAKS = {
    "+": ["secret + ''", "'' + secret", "many + [secret]", "('a' + secret) + 'b'"],
    "?:": ["true ? secret : ''"],
    "index": ["many[1]", "table['k']", "any.deep[0]", "{'a': secret}.a", "[secret][0]"],
    "macros": [
        "many.map(m, m + '')",
        "many.filter(m, m != 'plain')",
        "table.map(k, k)",
        "many.map(m, [m, m])",
    ],
    "transforms": ["many.transformList(i, m, m)", "table.transformMap(k, v, k + v)", "{'a': secret}"],
    "charAt": ["secret.charAt(0)", "'x'.charAt(0) + secret.charAt(1)"],
    "lowerAscii": ["secret.lowerAscii()"],
    "upperAscii": ["secret.upperAscii().lowerAscii()"],
    "trim": ["secret.trim()"],
    "replace": ["secret.replace('2', '')", "'x'.replace('x', secret)", "secret.replace('h', '', 1)"],
    "split": ["secret.split('-')", "secret.split('', 3)"],
    "substring": ["secret.substring(1)", "secret.substring(0, 3)"],
    "join": ["many.join()", "secret.split('').join('')", "['a', 'b'].join(secret)"],
    "quote_list": ["quote_list(many)"],
    "string": ["string(secret)"],
    "dyn": ["dyn(secret)", "dyn([secret])"],
    "get": ["get(table, 'k', '')", "get(table, 'none', secret)", "get(table, 'x' + secret, secret)"],
    "sorted": ["sorted(many)"],
    "distinct": ["distinct(many + many)"],
    "url_host": ["url_host('https://' + secret)", "url_host('https://' + secret.replace('2', ''))"],
}


@pytest.mark.parametrize("text", [text for texts in LEAKS.values() for text in texts])
def test_nothing_leaks_into_a_message(text: str) -> None:
    shown = compile_template("<{ " + text + " }>", SCOPE).render(VALUES, Budget())
    assert MASK in shown
    for start in range(len(SECRET) - 3):
        assert SECRET[start : start + 4] not in shown.lower()


def test_every_function_that_gives_text_is_proven_above() -> None:
    def gives_text(result: object) -> bool:
        return not isinstance(result, Type) or result.kind in ("string", "list", "dyn", "map")

    found = {
        name
        for table in (FUNCTIONS, METHODS)
        for name, overloads in table.items()
        if any(gives_text(overload.result) for overload in overloads)
    }
    assert found <= LEAKS.keys()


CONVERSIONS = [
    "bytes(secret)",
    "int(secret)",
    "uint(secret)",
    "double(secret)",
    "date(secret)",
    "timestamp(secret)",
]


@pytest.mark.parametrize("text", [*CONVERSIONS, "duration(secret)"])
def test_masked_text_is_not_converted(text: str) -> None:
    with pytest.raises(EvaluationError, match="masked string"):
        compile_expression(text, SCOPE).evaluate(VALUES, Budget())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("size(secret)", len(SECRET)),
        (f"secret == '{SECRET}'", True),
        (f"'{SECRET}' in many", True),
        ("secret in table", True),
        ("secret.startsWith('hunter') && secret.matches('^hunter[0-9]')", True),
        ("secret < 'z'", True),
        ("secret.indexOf('2')", 6),
    ],
)
def test_masked_text_can_be_judged(text: str, expected: object) -> None:
    found = compile_expression(text, SCOPE).evaluate(VALUES, Budget())
    assert found == expected
    assert type(found) is type(expected)


def test_the_host_of_a_masked_url_may_be_shown() -> None:
    template = compile_template("{url_host(secret)}", SCOPE)
    url = Sensitive("https://user:password@db.example/x")
    assert template.render(VALUES | {"secret": url}, Budget()) == "db.example"


@pytest.mark.parametrize(
    "text", ["{'a': 'b'}[secret]", "{secret: 1, secret + '': 2}", "any[secret]", "any.deep[secret]"]
)
def test_an_error_does_not_show_it(text: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        compile_expression(text, SCOPE).evaluate(VALUES, Budget())
    assert "hunter" not in str(caught.value)


def test_every_printed_form_is_the_mask() -> None:
    secret = Sensitive(SECRET)
    assert {
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret!r:>4}",
        format(secret, ">40"),
    } == {MASK}
    assert repr([secret]) == f"[{MASK}]"
    assert secret.reveal() == SECRET
    assert type(secret.reveal()) is str
    assert secret == SECRET
    assert hash(secret) == hash(SECRET)
