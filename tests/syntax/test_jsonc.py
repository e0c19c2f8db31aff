from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tree_checks import check_places, comments, nested, shown

from cfguard.syntax.jsonc import MAX_ERRORS, parse
from cfguard.syntax.node import Document
from cfguard.text import Source, Span


def read(text: str) -> Document:
    return parse(Source("wrangler.jsonc", text))


TYPICAL = """\
// a Worker
{
  "name": "api", /* the "name" */
  "vars": { "URL": "https://x.test//y", "n": [1, -2.5e3, true, null, ], },
  "empty": {}, // done
}
"""


class TestPlaces:
    def test_a_pair_keeps_key_value_and_whole_apart(self) -> None:
        document = read('{ "a" : [1, {"b": "x"}] }')
        array = document.root.members["a"]
        slices = [
            document.source.slice(span)
            for span in (array.key_span or Span(0, 0), array.span, array.pair_span)
        ]
        assert slices == ['"a"', '[1, {"b": "x"}]', '"a" : [1, {"b": "x"}]']
        assert array.items[1].path == ("a", 1)
        assert array.items[1].members["b"].path == ("a", 1, "b")

    def test_the_root_spans_the_text_and_its_pair_the_brackets(self) -> None:
        root = read(TYPICAL).root
        assert root.span == Span(0, len(TYPICAL))
        assert TYPICAL[root.pair_span.start] + TYPICAL[root.pair_span.end - 1] == "{}"

    def test_comments_are_exact(self) -> None:
        assert comments(read(TYPICAL)) == ["// a Worker", '/* the "name" */', "// done"]

    def test_comments_behind_an_error_are_kept(self) -> None:
        document = read("{a: 1 // one\n} // two\n/* three */")
        assert document.recovered
        assert comments(document) == ["// one", "// two", "/* three */"]

    def test_values_are_plain(self) -> None:
        document = read(TYPICAL)
        assert document.diagnostics == ()
        assert document.root.plain() == {
            "name": "api",
            "vars": {"URL": "https://x.test//y", "n": [1, -2500.0, True, None]},
            "empty": {},
        }

    def test_every_kind_of_value_is_named(self) -> None:
        items = read('["x", 1, 1.0, 1e2, true, null, [], {}]').root.items
        assert [item.kind for item in items] == [
            "string",
            "integer",
            "float",
            "float",
            "boolean",
            "null",
            "array",
            "table",
        ]


class TestValues:
    @pytest.mark.parametrize(
        ("literal", "value"),
        [
            (r'"\ud83d\ude00"', "\U0001f600"),
            (r'"\ud83d"', "\ufffd"),
            (r'"\"\\\/\b\f\n\r\t\u00e9"', '"\\/\b\f\n\r\té'),
            ("9223372036854775807", 2**63 - 1),
            ("9223372036854775808", 9223372036854775808.0),
            ("1E400", math.inf),
            ("9" * 5000, math.inf),
            ("-0", 0),
        ],
    )
    def test_literals(self, literal: str, value: object) -> None:
        document = read(literal)
        assert document.diagnostics == ()
        assert document.root.value == value
        assert type(document.root.value) is type(value)

    def test_the_later_of_two_equal_keys_counts(self) -> None:
        document = read('{"a": 1,\n "b": {"\\u0061": 2, "a": 3},\n "a": 4}')
        assert document.root.plain() == {"a": 4, "b": {"a": 3}}
        assert not document.recovered
        first, second = document.diagnostics
        assert (first.code, first.key) == ("duplicate-key", ("b", "a"))
        assert (second.message, second.key) == (
            "the key `a` was already given on line 1; the later value counts",
            ("a",),
        )
        assert second.span is not None
        assert document.source.position(second.span.start) == (3, 2)
        assert document.source.position(second.related[0][0].start) == (1, 2)


MESSAGES = [
    ("", [("1:1", "", "a value is expected, but there is none")]),
    ("// only", [("1:1", "", "a value is expected, but there is none")]),
    (
        "{a: 1, 'b': 2}",
        [("1:2", "a", "the key `a` needs double quotes"), ("1:8", "'b'", "the key `b` needs double quotes")],
    ),
    ("{\"a\": 'b'}", [("1:7", "'b'", "strings need double quotes")]),
    ('{"a": 1 "b": 2}', [("1:8", "", "a comma is missing here")]),
    (
        '{"a": 1\n "b": 2\n "c": 3}',
        [("1:8", "", "a comma is missing here"), ("2:8", "", "a comma is missing here")],
    ),
    ("[1 2 3]", [("1:3", "", "a comma is missing here")]),
    ('{"a" 1}', [("1:5", "", "a colon is missing after the key")]),
    ('{"a" = 1}', [("1:6", "=", "`=` stands where `:` is expected")]),
    ('{"a":}', [("1:2", '"a"', "the key has no value")]),
    ('{"a", "b": 1}', [("1:2", '"a"', "the key has no value")]),
    ("[,]", [("1:2", ",", "a comma stands where a value is expected")]),
    ("{,}", [("1:2", ",", "a comma stands where a value is expected")]),
    ("[1,,2]", [("1:4", ",", "a comma stands where a value is expected")]),
    ('{"a": tru}', [("1:7", "tru", "`tru` is not a value; strings need double quotes")]),
    ('{"a": None}', [("1:7", "None", "`None` is not a value; JSON writes it `null`")]),
    ('{"a": True}', [("1:7", "True", "`True` is not a value; JSON writes it `true`")]),
    (
        '{"a": sk_live_0123456789}',
        [("1:7", "sk_live_0123456789", "the text is not a value; strings need double quotes")],
    ),
    ("[01]", [("1:2", "01", "`01` is not a number; leading zeros are not allowed")]),
    ("[.5]", [("1:2", ".5", "`.5` is not a number; a digit is needed before the point")]),
    ("[1.]", [("1:2", "1.", "`1.` is not a number; a digit is needed after the point")]),
    ("[+1]", [("1:2", "+1", "`+1` is not a number; a plus sign is not allowed")]),
    ('{"a": "x\n}', [("1:7", '"x', 'the string lacks its closing `"`')]),
    (
        '["\t"]',
        [("1:3", "\t", "the control character U+0009 is not allowed in a string; it is written `\\u0009`")],
    ),
    ('["\\x"]', [("1:3", "\\x", "`\\x` is not an escape that JSON knows; a backslash is written `\\\\`")]),
    ('["\\u12"]', [("1:3", "\\u12", "the escape `\\u` needs four hexadecimal digits")]),
    ('{"a": {"b": 1}', [("1:1", "{", "the `{` is never closed")]),
    ('{"a": [1, 2}', [("1:7", "[", "the `[` is not closed before this level ends")]),
    ('{"a": [1, "b": 2}', [("1:7", "[", "the `[` is not closed before the next key")]),
    ("[1}]", [("1:3", "}", "`}` closes nothing")]),
    ("{} x", [("1:4", "x", "the file goes on after its value is complete")]),
    ("{}\n}", [("2:1", "}", "the file goes on after its value is complete")]),
    (
        "/* open",
        [("1:1", "", "a value is expected, but there is none"), ("1:1", "/*", "the comment is never closed")],
    ),
    ("[/]", [("1:2", "/", "`/` begins no value and no comment")]),
    ("# c\n{}", [("1:1", "#", "`#` begins no comment in JSON; `//` does")]),
    ("{{name}}", [("1:1", "{{name}}", "a template placeholder stands where JSON expects a value")]),
    ("{[1]}", [("1:2", "[", "a key is expected here")]),
    ('["a": 1]', [("1:5", ":", "`:` has no key before it")]),
    (
        "{\n<<<<<<< HEAD\n}",
        [("2:1", "<<<<<<< HEAD", "a mark of an unresolved merge conflict is left in the file")],
    ),
]


class TestErrors:
    @pytest.mark.parametrize(("text", "expected"), MESSAGES, ids=[text[:24] for text, _ in MESSAGES])
    def test_message_and_place(self, text: str, expected: list[tuple[str, str, str]]) -> None:
        document = read(text)
        assert shown(document) == expected
        assert document.recovered

    def test_the_rest_of_the_tree_survives(self) -> None:
        text = '{\n a: tru,\n "b": "x,\n "c": [1, 2\n "d": {{name}},\n "e": {"f": [1 2},\n "g": 5\n}\n'
        document = read(text)
        assert [place for place, _, _ in shown(document)] == [
            "2:2",
            "2:5",
            "3:7",
            "4:7",
            "5:7",
            "6:15",
        ]
        assert document.root.plain() == {
            "a": "tru",
            "b": "x",
            "c": [1, 2],
            "d": None,
            "e": {"f": [1, 2]},
            "g": 5,
        }

    def test_the_number_of_errors_is_bounded(self) -> None:
        assert len(read("[\n" + "tru,\n" * 500 + "]").diagnostics) == MAX_ERRORS
        assert len(read("{" + '"a": 1,' * 500 + "}").diagnostics) == MAX_ERRORS

    def test_no_message_repeats_what_may_be_a_value(self) -> None:
        for text in (
            '{"a": hunter2hunter2}',
            '{"a": "x",\nhunter2hunter2\n}',
            '{"hunter2hunter2"}',
            "[hunter2hunter2 1]",
        ):
            document = read(text)
            assert document.diagnostics
            assert not any("hunter2" in each.message for each in document.diagnostics)

    def test_many_duplicates_hide_no_error(self) -> None:
        document = read("{" + '"a": 1,' * 500 + "]")
        assert document.diagnostics[-1].code == "syntax-error"


class TestVerdicts:
    """Verdicts of jsonc-parser 3.2.0 with trailing commas allowed, recorded 2026-11-22."""

    @pytest.mark.parametrize(
        "text",
        [
            "[1,]",
            '{"a":1,}',
            "/**/1",
            "1//",
            "[]//\r",
            "\t\r\n 1",
            '["\x7f\u2028"]',
            "[-0,1e5,1E-5,0.5]",
            '"a"/*x*/',
            '{"":0}',
        ],
    )
    def test_accepted(self, text: str) -> None:
        assert not read(text).recovered

    @pytest.mark.parametrize(
        "text",
        [
            "[1,,]",
            "\u00a01",
            "\x0b1",
            "\ufeff1",
            "1 2",
            "-",
            "1e",
            "1.e5",
            "0x1",
            "NaN",
            "tru",
            "[1true]",
            '["a"b]',
            "/",
            "/*/",
            "[1]]",
            '{"a"}',
            "{1:2}",
            '"\n"',
            '"\\\n"',
            "'a'",
            '"\\u00G0"',
        ],
    )
    def test_refused(self, text: str) -> None:
        assert read(text).recovered


HOSTILE = {
    "brackets": "[" * 100_000,
    "closed brackets": "[" * 100_000 + "]" * 100_000,
    "braces": '{"a":' * 50_000,
    "mismatched": "{[" * 50_000 + "}" * 100_000,
    "words": "[" + "tru " * 100_000,
    "strings": '["\n' * 50_000,
    "backslashes": '["' + "\\" * 500_000,
    "stars": "/*" + "*" * 500_000,
    "comments": "[/*" * 100_000,
    "colons": "{" + ":" * 200_000,
    "templates": "{{" * 50_000,
    "zeros": "\x00" * 500_000,
    "one line": '{"a": "' + "x" * 1_000_000 + '"}',
}


class TestHostile:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_hostile_file_is_read_to_the_end(self, name: str) -> None:
        document = read(HOSTILE[name])
        assert document.recovered == (name not in ("closed brackets", "one line"))
        assert len(document.diagnostics) <= MAX_ERRORS

    def test_depth_is_kept(self) -> None:
        assert nested(read("[" * 5000 + "]" * 5000)) == 4999

    @given(st.text())
    def test_no_text_raises(self, text: str) -> None:
        check_places(read(text))

    @given(
        st.lists(
            st.sampled_from(
                [
                    *"{}[],:\"'/\\",
                    '"a"',
                    "1",
                    "tru",
                    "//",
                    "/*",
                    "*/",
                    "\n",
                    " ",
                    "{{x}}",
                    "#",
                    "=",
                    "01",
                    '"\\u00',
                    "null",
                ]
            ),
            max_size=25,
        )
    )
    @hypothesis_settings(max_examples=400)
    def test_broken_documents_are_read(self, words: list[str]) -> None:
        document = read("".join(words))
        check_places(document)
        assert document.recovered == any(each.code == "syntax-error" for each in document.diagnostics)

    @given(st.data())
    @hypothesis_settings(max_examples=200)
    def test_a_damaged_file_is_read_without_harm(self, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(TYPICAL)))
        end = data.draw(st.integers(start, len(TYPICAL)))
        check_places(
            read(TYPICAL[:start] + data.draw(st.sampled_from(["", "{", "]", '"', ":", "x"])) + TYPICAL[end:])
        )


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(PLAIN, st.sampled_from([None, 2]), st.booleans(), st.sampled_from(["", " // c\n", "\r\n/* d, [ */"]))
def test_generated_documents_keep_values_and_places(
    value: Any, indent: int | None, ascii: bool, comment: str
) -> None:
    text = comment + json.dumps(value, indent=indent, ensure_ascii=ascii) + comment
    document = read(text)
    assert document.diagnostics == ()
    assert document.root.plain() == value
    check_places(document)
    for node in document.root.walk():
        if node is not document.root:
            assert read(document.source.slice(node.span)).root.plain() == node.plain()
        if node.key_span is not None:
            assert json.loads(document.source.slice(node.key_span), strict=False) == node.key
