"""TOML files that nobody wrote: generated, damaged, hostile; tomli is the yardstick."""

from __future__ import annotations

from typing import Any

import pytest
import tomli
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from toml_sample import TYPICAL, read
from tree_checks import check_places, comments

from cfguard.syntax.node import Document
from cfguard.syntax.toml_recovery import MAX_ERRORS, all_comments


def same(left: Any, right: Any) -> bool:
    """Equal in type and value; NaN equals itself."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right) or (left != left and right != right)


def check_scalars(document: Document) -> None:
    for each in document.root.walk():
        text = document.source.slice(each.span)
        if each.kind not in ("table", "array") or text[:1] == "{":
            assert same(tomli.loads(f"x = {text}")["x"], each.plain())
        if each.key_span is not None:
            key = document.source.slice(each.key_span)
            assert list(tomli.loads(f"{key} = 1")) == [each.key]


HOSTILE = {
    "brackets": "a = " + "[" * 100_000,
    "closed brackets": "a = " + "[" * 100_000 + "]" * 100_000,
    "braces": "a = " + "{a=" * 50_000,
    "key parts": ".".join("a" * 50_000) + " = 1",
    "one line": 'a = "' + "x" * 1_000_000 + '"',
    "escapes": 'a = "' + "\\n" * 200_000,
    "digits": "a = " + "9" * 100_000 + "\nb = 1",
    "hex digits": "a = 0x" + "f" * 100_000,
    "errors": "a = tru\n" * 50_000,
    "headers": "[a\nb = 1\n" * 50_000,
    "quotes": "a = '\n" * 50_000,
    "carriage returns": "\r" * 200_000,
    "spaces nobody skips": "\u3000a = 1\n" * 1000,
    "unclosed": "a = [\n" * 50_000,
}


class TestHostile:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_hostile_file_is_read_to_the_end(self, name: str) -> None:
        document = read(HOSTILE[name])
        assert len(document.diagnostics) <= MAX_ERRORS
        assert document.diagnostics or name == "one line"

    @given(st.text())
    def test_no_text_raises(self, text: str) -> None:
        document = read(text)
        check_places(document)

    @given(
        st.lists(
            st.sampled_from(
                [
                    "a",
                    "b.c",
                    '"d"',
                    " = ",
                    "1",
                    '"x"',
                    "'y'",
                    "[",
                    "]",
                    "{",
                    "}",
                    ",",
                    "\n",
                    "\r\n",
                    "\r",
                    "#",
                    " ",
                    '"""',
                    "'''",
                    "\\",
                    "tru",
                    "[t]\n",
                    "[[u]]\n",
                    "2020-01-01",
                    "{{x}}",
                    "=",
                    ":",
                    "\u3000",
                    "\x00",
                ]
            ),
            max_size=30,
        )
    )
    @hypothesis_settings(max_examples=400)
    def test_the_verdict_is_that_of_tomli(self, words: list[str]) -> None:
        text = "".join(words)
        document = read(text)
        check_places(document)
        try:
            expected = tomli.loads(text)
        except tomli.TOMLDecodeError:
            assert document.recovered
            assert document.diagnostics
        else:
            assert not document.recovered
            assert same(document.root.plain(), expected)

    @given(st.data())
    @hypothesis_settings(max_examples=200)
    def test_a_damaged_file_is_read_without_harm(self, data: st.DataObject) -> None:
        text = damaged(data, TYPICAL)
        document = read(text)
        check_places(document)
        assert document.recovered == any(each.code == "syntax-error" for each in document.diagnostics)


def damaged(data: st.DataObject, text: str) -> str:
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(start + 6, len(text))))
        text = (
            text[:start]
            + data.draw(st.sampled_from(["", "[", "]", '"', "'", "=", "\n", "#", "}", "{", "x", ","]))
            + text[end:]
        )
    return text


BARE = st.sampled_from(["a", "b-c", "d_1", "9", "'q.u'", '"e s\\t"'])
SCALARS = st.sampled_from(
    [
        "1",
        "0x1f",
        "1_000",
        "1.5e3",
        "-inf",
        "nan",
        "true",
        "false",
        '"s # t"',
        "'l'",
        '"\\u00e9"',
        '"""m\n"""',
        "'''m'''",
        '""',
        "2020-01-01",
        "2020-01-01 07:32:00Z",
        "07:32",
    ]
)


def values(depth: int) -> st.SearchStrategy[str]:
    if depth == 0:
        return SCALARS
    inner = values(depth - 1)
    array = st.lists(inner, max_size=3).map(lambda items: "[ " + ",\n # c\n".join(items) + "]")
    table = st.dictionaries(BARE, inner, max_size=3).map(
        lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + " }"
    )
    return st.one_of(SCALARS, array, table)


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines = []
    for index in range(draw(st.integers(0, 4))):
        header = draw(
            st.sampled_from(
                ["", f"[t{index}.x]", f"[[aot.n{index}]]", "[[aot2]]", f"[aot2.sub{index}]" if lines else ""]
            )
        )
        lines.append(header if "sub" not in header or "[[aot2]]" in lines else "")
        for number in range(draw(st.integers(0, 3))):
            key = draw(st.lists(BARE, min_size=1, max_size=2).map(" . ".join))
            lines.append(f"k{index}{number}.{key} = {draw(values(2))}{draw(st.sampled_from(['', ' # c']))}")
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


@given(documents())
def test_generated_documents_keep_values_and_places(text: str) -> None:
    document = read(text)
    assert document.diagnostics == ()
    assert same(document.root.plain(), tomli.loads(text))
    check_places(document)
    check_scalars(document)
    assert document.comments == all_comments(text)
    assert comments(document) == ["# c"] * text.count("# c")
