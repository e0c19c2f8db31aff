from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tree_checks import check_places, comments, shown

from cfguard.syntax.dotenv import assignments, expand, parse
from cfguard.syntax.node import Document
from cfguard.text import Source, Span

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "dotenv-cases.jsonl")
    .read_text(encoding="utf-8")
    .split("\n")
    if line
]


def read(text: str) -> Document:
    return parse(Source(".dev.vars", text))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_values_are_those_wrangler_reads(case: dict[str, Any]) -> None:
    values = read(case["text"].removeprefix("\ufeff")).root.plain()
    assert values == case["values"]["devvars"]
    assert isinstance(values, dict)
    assert expand(values) == case["values"]["wenv"]


def test_all_cases_are_there() -> None:
    assert len(CASES) == 96


class TestLanguage:
    """Values of dotenv 16.3.1, recorded 2026-11-22, beyond those of the case file."""

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("A=\n'x'", {"A": "x"}),
            ("A:\nx", {"A": "x"}),
            ("A\n=1", {"A": "1"}),
            ("export\nA=1", {"A": "1"}),
            ("export=1", {"export": "1"}),
            ("export A", {}),
            ("A=\nB=2", {"A": "", "B": "2"}),
            ("A='a' 'b'", {"A": "a' 'b"}),
            ('A="a" b', {"A": '"a" b'}),
            ('A="a\\nb" c', {"A": '"a\nb" c'}),
            ("A='it\\'s' x", {"A": "'it\\'s' x"}),
            ("A='it\\' # c\nB=1", {"A": "it\\", "B": "1"}),
            ('A="x\nB=1', {"A": '"x', "B": "1"}),
            ("A='\r\nx\r'", {"A": "\nx\n"}),
            ("A\u00a0=\u00a0x\u2003", {"A": "x"}),
            ("A\x85=x", {}),
            ("?\u2028B=2", {"B": "2"}),
            ("A=\u2028B=2", {"A": "B=2"}),
            ("A='\u2028'x", {"A": "'\u2028'x"}),
        ],
    )
    def test_odd_lines(self, text: str, values: dict[str, str]) -> None:
        assert read(text).root.plain() == values


class TestPlaces:
    TEXT = "# head\nA=1\nexport B = \"x # y\" # tail\nC: 'm\nn'\r\nfoo bar\nA=2 #last\nD="

    def test_pairs_keep_key_value_and_whole_apart(self) -> None:
        document = read(self.TEXT)
        rows = [
            (
                each.name,
                each.raw,
                each.quote,
                document.source.slice(each.key_span),
                document.source.slice(each.pair_span),
            )
            for each in assignments(document)
        ]
        assert rows == [
            ("A", "1", "", "A", "A=1"),
            ("B", '"x # y"', '"', "B", 'B = "x # y"'),
            ("C", "'m\nn'", "'", "C", "C: 'm\nn'"),
            ("A", "2", "", "A", "A=2"),
            ("D", "", "", "D", "D="),
        ]

    def test_comments_are_exact(self) -> None:
        assert comments(read(self.TEXT)) == ["# head", "# tail", "#last"]

    def test_an_empty_value_is_a_place_behind_the_delimiter(self) -> None:
        assert read("A= # c").root.members["A"].span == Span(2, 2)

    def test_dropped_lines_and_repeated_names_are_told(self) -> None:
        document = read(self.TEXT)
        assert [(each.code, each.key) for each in document.diagnostics] == [
            ("unreadable-line", ()),
            ("duplicate-key", ("A",)),
        ]
        assert shown(document) == [
            ("6:1", "foo bar", "the line is not `NAME=value`, so that it is dropped"),
            ("7:1", "A", "`A` was already set on line 2; the later value counts"),
        ]
        assert document.source.position(document.diagnostics[1].related[0][0].start) == (2, 1)
        assert not document.recovered

    def test_quotes_that_stay_in_the_value_are_no_quotes(self) -> None:
        (assignment,) = assignments(read('A="a" b'))
        assert (assignment.value, assignment.quote) == ('"a" b', "")


class TestExpansion:
    """Values of dotenv-expand 12.0.2 without environment variables, recorded 2026-11-22."""

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ({"A": "1", "B": "$A${A}"}, {"A": "1", "B": "11"}),
            ({"B": "$A", "A": "1"}, {"B": "", "A": "1"}),
            ({"A": "$A"}, {"A": ""}),
            ({"A": "${X:-d}|${X-e}|${X:+f}|${X+g}"}, {"A": "d|e||"}),
            ({"X": "1", "A": "${X:-d}|${X:+f}|${X+g}"}, {"X": "1", "A": "1|f|g"}),
            ({"A": "\\$X \\${Y}"}, {"A": "$X ${Y}"}),
            ({"A": "${X:-${Y:-z}}"}, {"A": "z"}),
            ({"A": "pa$$word", "B": "$2b$12$abc"}, {"A": "pa$", "B": "$2b$12"}),
            ({"A": "$nullable"}, {"A": "able"}),
            ({"A": "a$&b", "B": "[$A]"}, {"A": "a$&b", "B": "[a]"}),
            ({"B": "$1", "1": "x"}, {"B": "$1", "1": "x"}),
            ({"B": "${1}", "1": "x"}, {"B": "x", "1": "x"}),
            # Recorded 2026-11-23: a value that is a reference alone is not expanded once more.
            ({"A": "pa\\$word", "B": "$A", "C": "x$A"}, {"A": "pa$word", "B": "pa$word", "C": "xpa"}),
        ],
    )
    def test_references(self, values: dict[str, str], expected: dict[str, str]) -> None:
        assert expand(values) == expected
        assert list(expand(values)) == list(values)

    def test_endless_references_end(self) -> None:
        assert set(expand({"B": "\\$B\\$B", "A": "x$B", "C": "$A"})) == {"A", "B", "C"}

    def test_values_that_double_do_not_fill_the_memory(self) -> None:
        values = {"a0": "xx"} | {f"a{index}": f"$a{index - 1}$a{index - 1}" for index in range(1, 80)}
        assert sum(map(len, expand(values).values())) < 100_000_000


WORDS = [
    "A",
    "B.c",
    "export ",
    "=",
    ": ",
    " ",
    "\n",
    "\r\n",
    "\r",
    '"',
    "'",
    "`",
    "\\",
    "#",
    "$",
    "{",
    "}",
    "\u2028",
    "\u00a0",
    "x",
]


class TestHostile:
    @pytest.mark.parametrize(
        "text",
        [
            "\n" * 500_000,
            "A\n" * 100_000,
            "export\n" * 100_000,
            'A="\\" x\n' * 50_000,
            "A='" + "\\' x" * 100_000,
            "A='\n" + "B=\\'\n" * 50_000,
            "A=" + '\u2028"' * 200_000,
            "A=" + '"' * 500_000,
            "A:\n" * 100_000,
            "A=" + " " * 1_000_000,
            'A="' + '\\"' * 300_000 + '" x',
        ],
        ids=range(11),
    )
    def test_a_hostile_file_is_read_to_the_end(self, text: str) -> None:
        assert not read(text).recovered

    @given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=40).map("".join)))
    @hypothesis_settings(max_examples=400)
    def test_any_text_is_read(self, text: str) -> None:
        document = read(text)
        check_places(document)
        values = document.root.plain()
        assert isinstance(values, dict)
        assert expand(values).keys() == values.keys()
        latest = {}
        for each in assignments(document):
            assert document.source.slice(each.span) == each.raw
            assert document.source.slice(each.key_span) == each.name
            assert each.key_span.start == each.pair_span.start
            assert each.key_span.end < each.span.start <= each.span.end <= each.pair_span.end
            latest[each.name] = each.value
        assert latest == values


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,5}", fullmatch=True),
            st.text(st.characters(exclude_characters="'\r", codec="utf-8"), max_size=12),
        ),
        max_size=6,
    )
)
def test_quoted_values_read_back(pairs: list[tuple[str, str]]) -> None:
    document = read("".join(f"{name}='{value}'\n" for name, value in pairs if not value.endswith("\\")))
    assert document.root.plain() == {name: value for name, value in pairs if not value.endswith("\\")}
    for each in assignments(document):
        (again,) = assignments(read(f"X={document.source.slice(each.span)}"))
        assert again.value == each.value
