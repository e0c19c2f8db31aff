"""JavaScript's dates, truths and did-you-mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfguard.syntax.node import Node
from cfguard.text import Span
from cfguard.wrangler.javascript import is_falsy, is_integer
from cfguard.wrangler.javascript_date import is_date
from cfguard.wrangler.suggest import closest

# What Node 20.20 said of `new Date(text)`, 2026-11-22.
DATES = [
    "2026-01-31",
    "2026-02-30",
    "2030",
    "2024-06",
    "2024-1-1",
    "Jan 1 2024",
    "1 Jan 2024",
    "2099-01-01",
    "2024/01/01",
    "01-12-2024",
    "2024-01-01T00:00:00Z",
    "2024-01-01 10:30",
    "2024-01-01T10:00:00.5+01:00",
    "2024.01.01",
    "(soon) 2024",
    "2030:",
    "32",
    "march2030",
    "2024-01-01 10:30 pm",
    "10:30:15.250 2024-01-01 GMT",
    "Mon, 02 Jan 2024 10:00 GMT+0100",
]
NOT_DATES = [
    "",
    "banana",
    "yesterday",
    "latest",
    "2024-13-01",
    "2024-00-01",
    "31-12-2024",
    "2024-01-32",
    "20240101",
    "2024-01-01x",
    "2024-01-01 x",
    "2024-01-01T25:00",
    "2024-01-01T10",
    "2024-01-01- ",
    "2024240Jan 1",
    "1 2 3 4",
    "2024-01-01 10:30:15:20:25",
    "2024-01-01 25:00",
    "10:30.² 2024",
    "٣٠-٠١-٢٠٢٤",
]


@pytest.mark.parametrize("text", DATES)
def test_javascript_takes_it_for_a_date(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize("text", NOT_DATES)
def test_javascript_does_not_take_it_for_a_date(text: str) -> None:
    assert not is_date(text)


@pytest.mark.parametrize("text", ["9" * 100_000, "(" * 100_000, "1:" * 50_000, "Jan" * 50_000, "-" * 100_000])
def test_long_texts_are_read_in_linear_time(text: str) -> None:
    assert is_date(text) in (True, False)


@given(st.text(st.sampled_from("0129:.-+ TZJanpmGMT()/²٣é"), max_size=16))
def test_any_text_is_decided(text: str) -> None:
    assert is_date(text) in (True, False)


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("d1_database", ["d1_databases", "dev"], "d1_databases"),
        ("kv-namespaces", ["kv_namespaces"], "kv_namespaces"),
        ("compatibilityDate", ["compatibility_date", "compatibility_flags"], "compatibility_date"),
        ("bidning", ["binding", "remote"], "binding"),
        ("spa", ["single-page-application", "404-page", "none"], None),
        ("foo", ["id", "binding"], None),
        ("", ["id"], None),
        ("x" * 10_000, ["id"], None),
    ],
)
def test_did_you_mean(word: str, known: list[str], meant: str | None) -> None:
    assert closest(word, known) == meant


def test_falsy_values() -> None:
    span = Span(0, 0)
    falsy = [
        Node("null", span),
        Node("boolean", span, False),
        Node("integer", span, 0),
        Node("string", span, ""),
    ]
    assert all(is_falsy(node) for node in [*falsy, Node("float", span, float("nan"))])
    assert not any(
        is_falsy(node) for node in [Node("table", span), Node("array", span), Node("string", span, "0")]
    )


def test_integers() -> None:
    assert is_integer(1)
    assert is_integer(1.0)
    assert not any(is_integer(value) for value in (True, 1.5, float("inf"), float("nan"), "1", None))
