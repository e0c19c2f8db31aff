from __future__ import annotations

import pytest
from toml_sample import TYPICAL, read
from tree_checks import comments, shown

from cfguard.syntax.node import Document, Node
from cfguard.syntax.toml_recovery import MAX_ERRORS
from cfguard.text import Span


def node(document: Document, *path: str | int) -> Node:
    found = document.root.get(*path)
    assert found is not None
    return found


class TestPlaces:
    def test_a_scalar_keeps_key_value_and_pair_apart(self) -> None:
        document = read(TYPICAL)
        name = node(document, "name")
        assert document.source.slice(name.span) == '"api"'
        assert name.key_span is not None
        assert document.source.slice(name.key_span) == "name"
        assert document.source.slice(name.pair_span) == 'name = "api"'

    def test_a_header_table_spans_its_header_alone(self) -> None:
        document = read("[ env . production ] # c\na = 1\n")
        table = node(document, "env", "production")
        assert document.source.slice(table.span) == "[ env . production ]"
        assert table.pair_span == table.span
        assert table.key_span is not None
        assert document.source.slice(table.key_span) == "production"

    def test_an_implied_table_spans_the_key_part_that_implies_it(self) -> None:
        document = read("[env.production]\n[x]\na.b.c = 1\n")
        for path, text in ((("env",), "env"), (("x", "a"), "a"), (("x", "a", "b"), "b")):
            implied = node(document, *path)
            assert (implied.kind, document.source.slice(implied.span)) == ("table", text)
            assert implied.key_span == implied.span

    def test_a_later_header_takes_the_place_of_an_implied_table(self) -> None:
        document = read("[a.b]\n[a]\nc = 1\n")
        assert document.source.slice(node(document, "a").span) == "[a]"
        assert document.root.plain() == {"a": {"b": {}, "c": 1}}

    def test_an_array_of_tables_spans_its_first_header_and_each_element_its_own(self) -> None:
        document = read("[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n")
        array = node(document, "a", "b")
        assert array.kind == "array"
        assert array.span == Span(0, 7) == array.items[0].span
        assert document.source.position(array.items[1].span.start) == (3, 1)
        assert (array.items[1].key, array.items[1].key_span) == (1, None)
        assert array.items[1].path == ("a", "b", 1)

    def test_a_dotted_pair_runs_from_its_first_key_part(self) -> None:
        document = read("limits . cpu_ms = 50 # ms\n")
        pair = node(document, "limits", "cpu_ms")
        assert document.source.slice(pair.pair_span) == "limits . cpu_ms = 50"
        assert pair.key_span is not None
        assert document.source.slice(pair.key_span) == "cpu_ms"

    def test_brackets_belong_to_the_container(self) -> None:
        document = read("a = [ {b = 1}, [2] ] # c\n")
        assert document.source.slice(node(document, "a").span) == "[ {b = 1}, [2] ]"
        assert document.source.slice(node(document, "a").pair_span) == "a = [ {b = 1}, [2] ]"
        assert document.source.slice(node(document, "a", 0).span) == "{b = 1}"
        assert node(document, "a", 1).key_span is None

    def test_quoted_keys_lose_their_quotes_and_escapes(self) -> None:
        document = read('"a.b".\'c d\'."\\u0065" = 1\n')
        assert document.root.plain() == {"a.b": {"c d": {"e": 1}}}
        key = node(document, "a.b", "c d", "e").key_span
        assert key is not None
        assert document.source.slice(key) == '"\\u0065"'

    def test_the_root_spans_the_text(self) -> None:
        assert read(TYPICAL).root.span == Span(0, len(TYPICAL))

    def test_windows_line_ends_move_nothing(self) -> None:
        unix, windows = read(TYPICAL), read(TYPICAL.replace("\n", "\r\n"))
        assert windows.root.plain() == unix.root.plain()
        for left, right in zip(unix.root.walk(), windows.root.walk(), strict=True):
            assert unix.source.position(left.span.start) == windows.source.position(right.span.start)

    def test_every_kind_of_value_is_named(self) -> None:
        text = "a='x'\nb=1\nc=1.5\nd=true\ne=2020-01-01\nf=07:32:00\ng=[]\nh={}\ni=nan\n"
        kinds = {key: each.kind for key, each in read(text).root.members.items()}
        assert list(kinds.values()) == [
            "string",
            "integer",
            "float",
            "boolean",
            "date",
            "date",
            "array",
            "table",
            "float",
        ]


class TestComments:
    def test_comments_are_exact(self) -> None:
        assert comments(read(TYPICAL)) == [
            "# a Worker",
            "# the name",
            "# multi-line, as TOML 1.1 allows",
        ]

    def test_a_comment_on_a_broken_line_is_kept(self) -> None:
        document = read("# one\r\na = tru # two\r\nb = '#' # three\r\n")
        assert document.recovered
        assert comments(document) == ["# one", "# two", "# three"]


MESSAGES = [
    ("a = tru", [("1:5", "tru", "`tru` is not a value; strings need quotes")]),
    ("a = True", [("1:5", "True", "`True` is not a value; TOML writes it `true`")]),
    ("a = null", [("1:5", "null", "`null` is not a value; TOML has no null")]),
    (
        "a = sk_live_0123456789",
        [("1:5", "sk_live_0123456789", "the text is not a value; strings need quotes")],
    ),
    ("a = 012", [("1:5", "012", "`012` is not a number; leading zeros are not allowed")]),
    ("a = 1.", [("1:5", "1.", "`1.` is not a number; a point needs a digit on both sides")]),
    ("a = 2026-02-30", [("1:5", "2026-02-30", "the date or time does not exist")]),
    (
        "a = 2026-13-01",
        [("1:5", "2026-13-01", "the text is not a date or time that exists; strings need quotes")],
    ),
    ("a =\nb = 1", [("1:1", "a", "`a` has no value")]),
    ("a: 1", [("1:2", ":", "a colon follows the key; TOML writes `key = value`")]),
    ("a = 1 b = 2", [("1:7", "b = 2", "the value is followed by more text on its line")]),
    ("├── src", [("1:1", "├── src", "the line is neither `key = value` nor a `[table]`")]),
    ("= 1", [("1:1", "=", "`=` has no key before it")]),
    ('{ "a": 1 }', [("1:1", "{", "`{` begins no TOML statement; the file looks like JSON")]),
    ("[a\nb = 1", [("1:1", "[a", "the table header lacks its closing `]`")]),
    ("[[a]\nb = 1", [("1:1", "[[a", "the table header lacks its closing `]]`")]),
    ("[]\nb = 1", [("1:1", "[]", "the table header has no valid name")]),
    ("[a] b", [("1:5", "b", "the table header is followed by more text on its line")]),
    ('a = "x', [("1:5", '"x', 'the string lacks its closing `"`')]),
    ("a = 'x\nb = 1", [("1:5", "'x", "the string lacks its closing `'`")]),
    ('a = """x\nb = 1', [("1:5", '"""', 'the string that `"""` opens is never closed')]),
    ('a = "\\p"', [("1:6", "\\p", "`\\p` is not an escape that TOML knows")]),
    ('a = "\\u12"', [("1:6", "\\u", "the escape `\\u` needs 4 hexadecimal digits")]),
    ('a = "\\ud800"', [("1:6", "\\ud800", "the escape names no Unicode character")]),
    ('a = "\x07"', [("1:6", "\x07", "the control character U+0007 is not allowed in a string")]),
    ("# \x07", [("1:3", "\x07", "the control character U+0007 is not allowed in a comment")]),
    ("a = 1\rb = 2\n", [("1:6", "\r", "a carriage return without a line feed is not allowed")]),
    ("a = [1 2]", [("1:8", "2", "a comma is missing before this part of the array")]),
    ("a = [1, 2}", [("1:10", "}", "`}` stands where `]` is expected")]),
    ("a = [,]", [("1:6", ",", "a comma stands where a value is expected")]),
    ("a = [1,\n", [("1:5", "[", "the array that `[` opens is never closed")]),
    ("a = {b = 1,\n", [("1:5", "{", "the inline table that `{` opens is never closed")]),
    ("a = 1\nb = 2\na = 3", [("3:1", "a", "`a` was already set on line 1")]),
    (
        "[t]\na.b = 1\na.b.c = 3",
        [("3:1", "a.b.c", "`t.a.b.c` cannot be set, because `t.a.b` was already set on line 2")],
    ),
    ("[a]\n[b]\n[a]", [("3:1", "[a]", "`a` was already set on line 1")]),
    ("a = {b = 1, b = 2}", [("1:13", "b", "`b` was already set on line 1, in the same inline table")]),
    ("name = {{name}}", [("1:8", "{{name}}", "a template placeholder stands where TOML expects a value")]),
    (
        "<<<<<<< HEAD\n",
        [("1:1", "<<<<<<< HEAD", "a mark of an unresolved merge conflict is left in the file")],
    ),
    (
        "a = 9007199254740992",
        [
            (
                "1:5",
                "9007199254740992",
                "the integer is beyond ±9007199254740991, the largest that Wrangler reads without loss",
            )
        ],
    ),
]


class TestErrors:
    @pytest.mark.parametrize(("text", "expected"), MESSAGES, ids=[text[:24] for text, _ in MESSAGES])
    def test_message_and_place(self, text: str, expected: list[tuple[str, str, str]]) -> None:
        assert shown(read(text)) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "a = hunter2hunter2",
            "a = 1 hunter2hunter2",
            "hunter2hunter2",
            "a = [hunter2hunter2]",
            'a = "hunter2hunter2',
        ],
    )
    def test_no_message_repeats_what_may_be_a_value(self, text: str) -> None:
        document = read(text)
        assert document.diagnostics
        assert not any("hunter2" in each.message for each in document.diagnostics)

    def test_the_earlier_place_is_related(self) -> None:
        document = read("[[d1]]\na = 1\n[[d1]]\na = 2\na = 3\n")
        (diagnostic,) = document.diagnostics
        assert diagnostic.code == "syntax-error"
        assert diagnostic.key == ("d1", "a")
        ((place, _),) = diagnostic.related
        assert document.source.position(place.start) == (4, 1)

    def test_independent_errors_are_all_listed(self) -> None:
        document = read('a = tru\nb = 1\nc = [1, 2\nd = "x\n[e]\nf = 2\ng: 3\n[e]\nh = 4\n[i]\nj = 5\n')
        assert [place for place, _, _ in shown(document)] == ["1:5", "3:5", "4:5", "7:2", "8:1"]
        assert document.recovered
        assert document.root.plain() == {"b": 1, "e": {"f": 2}, "i": {"j": 5}}

    def test_keys_under_a_broken_header_do_not_move_to_the_table_above(self) -> None:
        document = read("a = 1\n[env.production\nvars = 1\n[b]\nc = 2\n")
        assert document.root.plain() == {"a": 1, "b": {"c": 2}}

    def test_an_unclosed_bracket_ends_where_the_next_statement_begins(self) -> None:
        document = read("a = [\n  1,\n[vars]\nb = 1\n")
        assert shown(document) == [("1:5", "[", "the array that `[` opens is never closed")]
        assert document.root.plain() == {"vars": {"b": 1}}

    def test_an_integer_that_wrangler_refuses_leaves_the_tree_whole(self) -> None:
        document = read("a = -9007199254740991\nb = -9007199254740992\nc = 123456789012345678901234567890\n")
        assert not document.recovered
        assert [each.key for each in document.diagnostics] == [("b",), ("c",)]
        assert document.root.members["c"].value == 123456789012345678901234567890.0
        assert isinstance(document.root.members["c"].value, float)

    @pytest.mark.parametrize("count", [1, MAX_ERRORS, MAX_ERRORS + 30])
    def test_the_number_of_errors_is_bounded(self, count: int) -> None:
        document = read("".join(f"k{index} = tru\n" for index in range(count)))
        assert len(document.diagnostics) == min(count, MAX_ERRORS)

    def test_what_stands_before_the_last_error_is_kept(self) -> None:
        document = read("a = 1\n" + "b = tru\n" * 50 + "c = 2\n")
        assert document.root.plain() == {"a": 1}
