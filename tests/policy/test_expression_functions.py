"""The functions of the language."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfguard.policy.expression import EvaluationError, UInt
from cfguard.policy.expression.functions import FUNCTIONS, METHODS
from cfguard.policy.expression.times import months_before
from tests.policy.expression_host import run

UTC = datetime.UTC
VALUES = [
    ("size('héé😀') + size([1]) + size({}) + size(b'ab') + 'ab'.size()", 9),
    ("'hello'.contains('ell') && 'hello'.startsWith('he') && 'hello'.endsWith('lo')", True),
    ("'hello'.charAt(1) + 'hello'.charAt(5)", "e"),
    ("'hello'.indexOf('l') + 'hello'.indexOf('l', 3) + 'hello'.lastIndexOf('l')", 8),
    ("'hello'.indexOf('x')", -1),
    ("'hello'.lastIndexOf('l', 2)", 2),
    ("'ÀbC'.lowerAscii() + 'ÀbC'.upperAscii()", "ÀbcÀBC"),
    ("'\\u00a0 x\\t'.trim()", "x"),
    ("'aXbXc'.replace('X', '-') + 'aXbXc'.replace('X', '-', 1)", "a-b-ca-bXc"),
    ("'a,b,c'.split(',')", ["a", "b", "c"]),
    ("'a,b,c'.split(',', 2)", ["a", "b,c"]),
    ("'abc'.split('')", ["a", "b", "c"]),
    ("'abc'.split('', 2)", ["a", "bc"]),
    ("'hello'.substring(3) + 'hello'.substring(0, 2)", "lohe"),
    ("['a', 'b'].join() + ['a', 'b'].join('-')", "aba-b"),
    ("quote_list([]) + quote_list(['a']) + quote_list(['a', 'b', 'c'])", "`a``a`, `b` and `c`"),
    ("sorted([3, 1, 2])", [1, 2, 3]),
    ("sorted(['b', 'a'])", ["a", "b"]),
    ("sorted([dyn(2), 1.5, 1u])", [UInt(1), 1.5, 2]),
    ("distinct([1, 1.0, '1', 2, [1], [1], null, null, dyn(true)])", [1, "1", 2, [1], None, True]),
    ("get({'a': 1}, 'a', 0) + get({'a': 1}, 'b', 10)", 11),
    ("date('2026-01-10')", datetime.date(2026, 1, 10)),
    ("date(timestamp('2026-01-10T23:30:00-02:00'))", datetime.date(2026, 1, 11)),
    ("months_before(date('2026-08-31'), 6)", datetime.date(2026, 2, 28)),
    ("months_before(date('2024-08-31'), 6)", datetime.date(2024, 2, 29)),
    ("months_before(date('2026-01-15'), 1)", datetime.date(2025, 12, 15)),
    ("months_before(date('2026-01-15'), 9000000000)", datetime.date(1, 1, 15)),
    ("age_days(date('2026-11-20'))", 2),
    ("timestamp('2026-01-10T09:30:00.25+01:00')", datetime.datetime(2026, 1, 10, 8, 30, 0, 250000, UTC)),
    ("timestamp(0) + duration('1h30m') - duration('90m') == timestamp(0)", True),
    ("string(duration('1h1.5s')) + string(duration('-1ms'))", "3601.5s-0.001s"),
    ("string(timestamp('2026-01-10T09:30:00.250Z'))", "2026-01-10T09:30:00.25Z"),
    ("now.getFullYear() + now.getMonth() + now.getDate()", 2026 + 10 + 22),
    ("now.getHours('+02:30') * 100 + now.getMinutes('+02:30')", 1430),
    ("duration('-90m').getHours()", -1),
    ("url_host('https://user:pw@Example.COM.:8787/x?y#z')", "example.com"),
    ("url_host('http://[::1]:80/')", "[::1]"),
    ("url_host('https://münchen.example')", "münchen.example"),
    ("['', 'example.com/x', 'https://{{host}}/', 'mailto:a@b'].all(u, url_host(u) == '')", True),
    ("url_host('https://good.example\\\\@evil.example/')", "good.example"),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_value(text: str, expected: object) -> None:
    found = run(text)
    assert type(found) is type(expected)
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "text.charAt(6)",
        "text.indexOf('l', -1)",
        "text.substring(2, 1)",
        "text.substring(-1)",
        "date(text)",
        "timestamp(text + '2026-01-10')",
        "timestamp(99999999999999 * count)",
        "duration(text)",
        "duration(text.replace('hello', '99999999999999h'))",
        "int(text)",
        "uint(-count)",
        "double(text)",
        "bool(text)",
        "int(1e30 * double(count))",
        "now.getHours(text)",
        "now.getHours('Europe/' + 'Berlin')",
        "sorted([1, dyn('a')])",
        "['a', dyn(1)].join()",
        "quote_list([dyn(1)])",
        "string(b'\\xff' + b'')",
    ],
)
def test_error_at_run_time(text: str) -> None:
    with pytest.raises(EvaluationError):
        run(text)


@given(st.dates(), st.integers(min_value=-200_000, max_value=200_000))
def test_months_before_never_fails_and_keeps_the_order(day: datetime.date, months: int) -> None:
    earlier = months_before(day, months)
    assert earlier.day <= day.day
    assert (earlier <= day) or months < 0 or day.year - months // 12 < 2
    if 12 <= day.year * 12 + day.month - 1 - months <= 9999 * 12 + 11:
        assert (day.year - earlier.year) * 12 + day.month - earlier.month == months


def test_every_function_has_a_case_here() -> None:
    texts = " ".join([text for text, _ in VALUES])
    elsewhere = {"matches", "glob", "bytes", "type", "int", "uint", "double", "bool"}
    parts = {name for name in METHODS if name.startswith("get")}
    missing = {name for name in [*FUNCTIONS, *METHODS] if f"{name}(" not in texts} - elsewhere - parts
    assert missing == set()
