"""Whatever a file looks like, a change changes what was meant and nothing else, or says why it cannot."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.edit import NotEditable, apply_change
from cfguard.edit.brackets import next_token
from cfguard.edit.intent import intended, without_empty
from cfguard.fix import AppendValue, Change, MoveValue, RemoveValue, SetValue
from cfguard.syntax import parse
from cfguard.syntax.node import Document, Format, Path
from cfguard.text import Source
from tests.edit.layouts import KEYS, SCALARS, VALUES, dotenv_texts, jsonc_texts, toml_texts

TEXTS = {"jsonc": jsonc_texts(), "toml": toml_texts(), "dotenv": dotenv_texts()}


def draw_change(data: st.DataObject, document: Document) -> Change:
    paths: list[Path] = [node.path for node in document.root.walk() if node.key is not None] or [("new",)]
    if document.format == "dotenv":
        name = data.draw(st.sampled_from("ABCDEF"))
        value = data.draw(st.text("ab $#'\"\\=`", max_size=5))
        return data.draw(st.sampled_from([SetValue("f", (name,), value), RemoveValue("f", (name,))]))
    path = data.draw(st.sampled_from(paths))
    fresh = (*data.draw(st.sampled_from([(), *paths])), *data.draw(st.lists(KEYS, min_size=1, max_size=2)))
    return data.draw(
        st.one_of(
            st.builds(SetValue, st.just("f"), st.sampled_from([path, fresh]), st.one_of(SCALARS, VALUES)),
            st.builds(AppendValue, st.just("f"), st.sampled_from([path, fresh]), VALUES),
            st.just(RemoveValue("f", path)),
            st.just(MoveValue("f", path, fresh)),
            st.builds(lambda name: MoveValue("f", path, (*path[:-1], name)), KEYS),
        )
    )


def gone(before: Document, change: Change) -> Counter[str]:
    """Comments that a change may take along: inside what it replaces, and on the lines of what it removes."""
    if isinstance(change, AppendValue):
        return Counter()
    node = before.root.get(*change.key)
    if node is None:
        return Counter()
    spans = [each.pair_span for each in node.walk()]
    source, found = before.source, Counter[str]()
    for comment in before.comments:
        line = source.position(comment.span.start).line
        ends = [next_token(before, each.end) + 1 for each in spans]
        if any(
            source.position(each.start).line <= line <= source.position(end).line
            for each, end in zip(spans, ends, strict=True)
        ):
            found[source.slice(comment.span)] += 1
    return found


@pytest.mark.parametrize("format", ["jsonc", "toml", "dotenv"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_change_changes_what_was_meant(format: Format, data: st.DataObject) -> None:
    document = parse(Source("f", data.draw(TEXTS[format])), format)
    change: Any = draw_change(data, document)
    try:
        after = apply_change(document, change)
    except NotEditable:
        return
    before, result = intended(document.root.plain(), change), after.root.plain()
    if isinstance(change, RemoveValue | MoveValue):
        before, result = without_empty(before, change.key), without_empty(result, change.key)
    assert result == before
    comments = [Counter(each.source.slice(c.span) for c in each.comments) for each in (document, after)]
    if not isinstance(change, MoveValue) or format == "jsonc":
        assert not comments[0] - comments[1] - gone(document, change)
    newline = "\r\n" if "\r\n" in document.source.text else "\n"
    if newline == "\r\n":
        assert after.source.text.count("\n") == after.source.text.count("\r\n")


@pytest.mark.parametrize("format", ["jsonc", "toml", "dotenv"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_setting_what_is_there_changes_no_value_a_second_time(format: Format, data: st.DataObject) -> None:
    document = parse(Source("f", data.draw(TEXTS[format])), format)
    change: Any = draw_change(data, document)
    if not isinstance(change, SetValue):
        return
    try:
        once = apply_change(document, change)
        twice = apply_change(once, change)
    except NotEditable:
        return
    assert twice.source.text == once.source.text
