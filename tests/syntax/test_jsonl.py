"""JSON Lines: every line a value, places in the whole file, broken lines beside whole ones."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.syntax import parse
from cfguard.syntax.node import Document, Node
from cfguard.text import Source

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def read(text: str) -> Document:
    return parse(Source("x.jsonl", text), "jsonl")


@settings(max_examples=150, deadline=None)
@given(values=st.lists(VALUES, max_size=6), ends=st.sampled_from(["\n", "\r\n", "\n\n", "\n \t\n"]))
def test_lines_are_the_values_that_were_written(values: list[object], ends: str) -> None:
    document = read(ends.join(json.dumps(value, ensure_ascii=False) for value in values))
    assert document.root.plain() == values
    assert not document.recovered
    for item, value in zip(document.root.items, values, strict=True):
        assert json.loads(document.source.slice(item.span)) == value
        assert item.path == (item.key,)


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.sampled_from('{}[]",:/ *#\n\r\t01ae-\\')))
def test_no_text_raises_and_places_lie_inside(text: str) -> None:
    document = read(text)
    for node in document.root.walk():
        assert 0 <= node.span.start <= node.span.end <= len(text)
    for found in document.diagnostics:
        assert found.span is not None
        assert 0 <= found.span.start <= found.span.end <= len(text)


def test_a_broken_line_stands_as_null_and_the_others_keep_their_places() -> None:
    text = '{"a": 1}\n{"a": [1, 2}\n\n{"a": 3}\n'
    document = read(text)
    assert document.recovered
    assert document.root.plain() == [{"a": 1}, None, {"a": 3}]
    (found,) = document.diagnostics
    assert found.span is not None
    assert document.source.position(found.span.start) == (2, 7)
    assert found.key == (1,)
    third = document.root.get(2, "a")
    assert isinstance(third, Node)
    assert document.source.position(third.span.start) == (4, 7)


def test_a_value_does_not_go_on_in_the_next_line() -> None:
    document = read('{"a":\n1}\n')
    assert [each.kind for each in document.root.items] == ["null", "null"]
    assert len(document.diagnostics) == 2


def test_a_key_given_twice_is_told_with_its_line() -> None:
    (found,) = read('{}\n{"a": 1, "a": 2}\n').diagnostics
    assert found.code == "duplicate-key"
    assert "line 2" in found.message
    assert found.key == (1, "a")


def test_lines_with_comments_alone_hold_nothing() -> None:
    document = read('// first\n{"a": 1}\n  /* second */ \n')
    assert document.root.plain() == [{"a": 1}]
    assert [document.source.slice(each.span) for each in document.comments] == ["// first", "/* second */"]
    assert not document.recovered


def test_very_many_errors_are_cut() -> None:
    assert len(read("{\n" * 5000).diagnostics) == 100
