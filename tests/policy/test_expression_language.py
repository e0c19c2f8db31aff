"""What expressions mean: operators, literals, macros and conversions."""

from __future__ import annotations

import datetime
import math

import pytest

from cfguard.policy.expression import (
    Budget,
    EvaluationError,
    ExpressionError,
    Scope,
    UInt,
    compile_expression,
)
from cfguard.policy.expression.errors import DIVIDE_BY_ZERO, NO_SUCH_KEY, NO_SUCH_OVERLOAD, RANGE
from tests.policy.expression_host import run

VALUES = [
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("10 - 4 - 3", 3),
    ("-7 / 2", -3),
    ("-7 % 3", -1),
    ("7u / 2u", UInt(3)),
    ("1.5 + 1.5", 3.0),
    ("1.0 / 0.0", math.inf),
    ("-1.0 / 0.0", -math.inf),
    ("0x1F", 31),
    ("- -3", 3),
    ("!!flag", True),
    ("1 == 1.0 && 1u == 1", True),
    ("[1, 2u] == [1.0, 2]", True),
    ("any == 1", False),
    ("dyn(true) == 1", False),
    ("dyn(1) < 1.5", True),
    ("1 in [dyn(true)]", False),
    ("{1: 'a'}[1.0]", "a"),
    ("true in {dyn(1): 'a'}", False),
    ("'a' < 'b' && false < true && b'a' < b'b'", True),
    ("'a' + \"b\" + '''c'd''' + r'\\n'", "abc'd\\n"),
    ("'\\u00e9\\x41\\101\\n'", "éAA\n"),
    ("b'\\xff\\000é'", b"\xff\x00\xc3\xa9"),
    ("b'a' + b'b'", b"ab"),
    ("[1] + [2, 3]", [1, 2, 3]),
    ("{'a': 1, 2: 'b', true: null}", {"a": 1, 2: "b", True: None}),
    ("[1, 2, 3,]", [1, 2, 3]),
    ("[10, 20][1]", 20),
    ("{'a': {'b': 1}}.a.b", 1),
    ("{'a-b': 1}.`a-b`", 1),
    ("has({'a': null}.a)", True),
    ("has({'a': 1}.b)", False),
    ("flag ? 'yes' : 'no'", "yes"),
    ("false ? 1 : false ? 2 : 3", 3),
    ("[1, 2, 3].all(x, x > 0)", True),
    ("[1, 2, 3].exists(x, x > 2)", True),
    ("[1, 2, 3].exists_one(x, x > 2)", True),
    ("[1, 2, 3].map(x, x * x)", [1, 4, 9]),
    ("[1, 2, 3].map(x, x > 1, x * x)", [4, 9]),
    ("[1, 2, 3].filter(x, x != 2)", [1, 3]),
    ("{'a': 1}.all(k, v, k == 'a' && v == 1)", True),
    ("{'b': 1, 'c': 2}.map(k, k)", ["b", "c"]),
    ("['x', 'y'].transformList(i, v, string(i) + v)", ["0x", "1y"]),
    ("{'a': 1}.transformMap(k, v, v > 0, v + 1)", {"a": 2}),
    ("[[1], [2, 3]].all(x, x.exists(x, x > 0))", True),
    ("true || 1 / 0 == 1", True),
    ("1 / 0 == 1 || true", True),
    ("false && 1 / 0 == 1", False),
    ("1 / 0 == 1 && false", False),
    ("[0, 1].exists(x, 1 / x == 1)", True),
    ("[0, 1].all(x, 1 / x == 2)", False),
    ("type(1) == int && type('') == string && type(null) == null_type", True),
    ("type(today) == date", True),
    ("int('42') + int(3.9) + int(2u)", 47),
    ("uint(3)", UInt(3)),
    ("double('1.5') + double(1)", 2.5),
    ("string(1.0) + string(0.1) + string(true) + string(today)", "10.1true2026-11-22"),
    ("string(b'abc')", "abc"),
    ("bool('true')", True),
    ("9223372036854775807", 2**63 - 1),
    ("-9223372036854775808", -(2**63)),
    ("1 // a comment\n + 1", 2),
    ("self.name", "api"),
    ("workers[1].name", None),
    ("workers[1].name == null", True),
    ("has(workers[1].name)", False),
    ("has(self.name)", True),
    ("any.nested.deep + 1.0", 2.5),
    ("any.list[2] == null", True),
    ("any.day == today", True),
    ("dyn(self).vars.A", "1"),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_value(text: str, expected: object) -> None:
    found = run(text)
    assert type(found) is type(expected)
    assert found == expected


ERRORS = [
    ("9223372036854775807 + 1", RANGE),
    ("-9223372036854775808 - count", RANGE),
    ("-(-9223372036854775808)", RANGE),
    ("-9223372036854775808 / -1", RANGE),
    ("-9223372036854775808 % -1", RANGE),
    ("0u - 1u", RANGE),
    ("18446744073709551615u * 2u", RANGE),
    ("1 / (count - 3)", DIVIDE_BY_ZERO),
    ("1 % (count - 3)", DIVIDE_BY_ZERO),
    ("any.missing", NO_SUCH_KEY),
    ("any.nested['missing']", NO_SUCH_KEY),
    ("dyn(self).missing", NO_SUCH_KEY),
    ("dyn(1) + 1.0", NO_SUCH_OVERLOAD),
    ("dyn('a') < 1", NO_SUCH_OVERLOAD),
    ("dyn(null) < 1", NO_SUCH_OVERLOAD),
    ("dyn([1]) < dyn([2])", NO_SUCH_OVERLOAD),
    ("!dyn(1)", NO_SUCH_OVERLOAD),
    ("dyn(1) ? 1 : 2", NO_SUCH_OVERLOAD),
    ("dyn(1) && true", NO_SUCH_OVERLOAD),
    ("dyn(1).size()", NO_SUCH_OVERLOAD),
    ("dyn(1).all(x, x)", NO_SUCH_OVERLOAD),
    ("[1, 2].all(x, dyn(x))", NO_SUCH_OVERLOAD),
    ("dyn(null).x", NO_SUCH_OVERLOAD),
    ("has(dyn(1).x)", NO_SUCH_OVERLOAD),
    ("{dyn(1.5): 1}", NO_SUCH_OVERLOAD),
    ("{'a': 1, dyn('a'): 2}", NO_SUCH_OVERLOAD),
    ("true && 1 / (count - 3) == 1", DIVIDE_BY_ZERO),
    ("[0, 1].exists_one(x, 1 / x == 1)", DIVIDE_BY_ZERO),
]


@pytest.mark.parametrize(("text", "kind"), ERRORS)
def test_error_at_run_time(text: str, kind: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        run(text)
    assert caught.value.kind == kind
    assert 0 <= caught.value.span.start < caught.value.span.end <= len(text)


def test_an_error_names_the_operation_that_failed() -> None:
    text = "flag && count + any.list[7] == 1"
    with pytest.raises(EvaluationError) as caught:
        run(text)
    assert text[slice(*caught.value.span)] == "any.list[7]"


SYNTAX = [
    ("", "ends where a value is expected", ""),
    ("1 +", "ends where a value is expected", ""),
    ("a = b", "equality is `==`", "="),
    ("a & b", "`and` is `&&`", "&"),
    ("(1", "ends where `)` is expected", ""),
    ("[1 2]", "`,` or `]`", "2"),
    ("'abc", "the string does not end", "'abc"[:1]),
    ("'\\q'", "is no escape", "\\q"),
    ("'\\ud800'", "is no escape", "\\ud800"),
    ("b'\\u0041'", "is no escape", "\\u"),
    ("1 == 1 1", "an operator or the end", "1"),
    ("9223372036854775808", "does not fit into 64 bits", "9223372036854775808"),
    ("99999999999999999999999u", "does not fit into 64 bits", "99999999999999999999999u"),
    ("if", "reserved word", "if"),
    ("has(text)", "`has` takes one field", "has(text)"),
    ("[1].all(1, true)", "binds a plain name", "1"),
    ("[1].all(x, x, true)", "bound twice", "x"),
    ("f(1,)", "an argument", ")"),
    ("a.", "the name of a field", ""),
    ("text.`a b!`", "begins nothing", "`"),
]


@pytest.mark.parametrize(("text", "message", "place"), SYNTAX)
def test_syntax_error(text: str, message: str, place: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        run(text)
    assert message in caught.value.message
    assert text[slice(*caught.value.span)].startswith(place)


def test_offsets_start_where_the_host_says() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression("tru", Scope({}), start=100)
    assert caught.value.span == (100, 103)


def test_names_are_the_variables_read() -> None:
    expression = compile_expression("a + b.map(c, c + a)[0]", Scope({"a": _INT, "b": _LIST, "unused": _INT}))
    assert expression.names == ("a", "b")


def test_a_missing_value_is_an_error_of_its_own() -> None:
    with pytest.raises(EvaluationError, match="there is no value for `a`"):
        compile_expression("a + 1", Scope({"a": _INT})).evaluate({}, Budget())


def test_local_times_are_read_as_utc() -> None:
    naive = datetime.datetime(2026, 11, 22, 12)
    assert run("any == now && !(any < now)", any=naive) is True


def test_numbers_beyond_64_bits_are_compared_but_not_computed_with() -> None:
    assert run("any > 1 && any != 1.5", any=10**400) is True
    with pytest.raises(EvaluationError):
        run("any + 1", any=10**400)
    with pytest.raises(EvaluationError):
        run("string(any)", any=10**5000)


_INT = compile_expression("1", Scope({})).type
_LIST = compile_expression("[1]", Scope({})).type
