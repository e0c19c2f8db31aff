"""How each format is changed, as a person would have done it."""

from __future__ import annotations

import pytest

from cfguard.edit import NotEditable, apply_change
from cfguard.fix import AppendValue, Change, EraseText, MoveValue, RemoveValue, SetValue
from cfguard.syntax import parse
from cfguard.syntax.node import Format
from cfguard.text import Source, Span


def changed(format: Format, text: str, change: Change) -> str:
    return apply_change(parse(Source("f", text), format), change).source.text


CASES: list[tuple[str, Format, str, Change, str]] = [
    (
        "a pair joins the others of its section",
        "toml",
        'a = 1\n\n[env.x]\nname = "x" # the name\n\n[vars]\n',
        SetValue("f", ("env", "x", "date"), "d"),
        'a = 1\n\n[env.x]\nname = "x" # the name\ndate = "d"\n\n[vars]\n',
    ),
    (
        "the top level ends where the first header begins",
        "toml",
        "# top\n\n# about x\n[x]\n",
        SetValue("f", ("a",), 1),
        "# top\n\na = 1\n\n# about x\n[x]\n",
    ),
    (
        "what no header makes gets one",
        "toml",
        "[env.x.vars]\nA = 1\n",
        SetValue("f", ("env", "x", "name"), "n"),
        '[env.x]\nname = "n"\n\n[env.x.vars]\nA = 1\n',
    ),
    ("an item in its brackets", "toml", "a = [ 1 ]\n", AppendValue("f", ("a",), 2), "a = [ 1, 2 ]\n"),
    (
        "an item on a line of its own",
        "toml",
        "a = [\n  1, # one\n]\n",
        AppendValue("f", ("a",), 2),
        "a = [\n  1, # one\n  2,\n]\n",
    ),
    (
        "a section of a list",
        "toml",
        "[[d]]\nn = 1\n\n[x]\n",
        AppendValue("f", ("d",), {"n": 2}),
        "[[d]]\nn = 1\n\n[[d]]\nn = 2\n\n[x]\n",
    ),
    (
        "a section goes with what is in it",
        "toml",
        "n = 1\n\n[a]\nx = 1 # one\n\n[b]\n\n[a.c]\ny = 2\n",
        RemoveValue("f", ("a",)),
        "n = 1\n\n[b]\n",
    ),
    (
        "a header is renamed",
        "toml",
        "[[kv]]\nn = 1\n[[kv]]\n",
        MoveValue("f", ("kv",), ("kvs",)),
        "[[kvs]]\nn = 1\n[[kvs]]\n",
    ),
    (
        "a member on a line of its own",
        "jsonc",
        '{\n  // first\n  "a": 1 // one\n}\n',
        SetValue("f", ("b",), [1, "x"]),
        '{\n  // first\n  "a": 1, // one\n  "b": [1, "x"]\n}\n',
    ),
    (
        "a last comma stays one",
        "jsonc",
        '{\n\t"a": 1,\n}\n',
        SetValue("f", ("b", "c"), True),
        '{\n\t"a": 1,\n\t"b": {\n\t\t"c": true\n\t},\n}\n',
    ),
    ("a member on the same line", "jsonc", '{"a": 1}', SetValue("f", ("b",), None), '{"a": 1, "b": null}'),
    (
        "a move takes comments along",
        "jsonc",
        '{\n  "x": [\n    "a" // why\n  ],\n  "y": {}\n}\n',
        MoveValue("f", ("x",), ("y", "z")),
        '{\n  "y": {\n    "z": [\n      "a" // why\n    ]\n  }\n}\n',
    ),
    (
        "the last member takes the comma before it along",
        "jsonc",
        '{\n  "a": 1, // one\n  "b": 2\n}\n',
        RemoveValue("f", ("b",)),
        '{\n  "a": 1 // one\n}\n',
    ),
    (
        "quotes that every reader knows",
        "dotenv",
        "A=x\nB=1\n",
        SetValue("f", ("A",), "a#b $c"),
        "A='a#b $c'\nB=1\n",
    ),
    ("a new name", "dotenv", "C=2\nA=x", SetValue("f", ("B",), "1"), "C=2\nA=x\nB=1\n"),
    ("every line of a name", "dotenv", "A=1\n# c\nA=2\nB=3\n", RemoveValue("f", ("A",)), "# c\nB=3\n"),
    ("a comment behind a value", "toml", "a = 1 # x\n", EraseText("f", Span(6, 9), "# x"), "a = 1\n"),
    ("a comment on its line", "sql", "-- x\nSELECT 1;\n", EraseText("f", Span(0, 4), "-- x"), "SELECT 1;\n"),
]


@pytest.mark.parametrize(
    ("format", "text", "change", "result"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_change_reads_as_if_a_person_had_made_it(
    format: Format, text: str, change: Change, result: str
) -> None:
    assert changed(format, text, change) == result
    windows = changed(format, text.replace("\n", "\r\n"), change)  # what is erased stands on first lines
    assert windows == result.replace("\n", "\r\n")


REFUSED: list[tuple[str, Format, str, Change, str]] = [
    ("a broken file", "toml", "a = \n", SetValue("f", ("b",), 1), "errors that come first"),
    (
        "a key that is there twice",
        "jsonc",
        '{"a":1,"a":2}',
        RemoveValue("f", ("a",)),
        "errors that come first",
    ),
    ("nothing there", "jsonc", "{}", RemoveValue("f", ("a",)), "there is no `a`"),
    ("not a list", "jsonc", '{"a":1}', AppendValue("f", ("a",), 1), "`a` is not a list"),
    ("no null", "toml", "a = 1", SetValue("f", ("a",), None), "TOML has no null"),
    ("a section as a value", "toml", "[a]\n", SetValue("f", ("a",), 1), "section of its own"),
    (
        "a place that is taken",
        "jsonc",
        '{"a":1,"b":2}',
        MoveValue("f", ("a",), ("b",)),
        "there is a `b` already",
    ),
    ("text that moved", "toml", "a = 1 # y", EraseText("f", Span(6, 9), "# x"), "another fix has moved"),
    ("no list in an env file", "dotenv", "A=1", AppendValue("f", ("A",), "x"), "`A` is not a list"),
    ("no quotes for it", "dotenv", "A=1", SetValue("f", ("A",), "'\"$"), "no quotes hold this value"),
    ("too deep", "jsonc", "[" * 3000 + "]" * 3000, AppendValue("f", (0,), 1), "nests too deeply"),
]


@pytest.mark.parametrize(
    ("format", "text", "change", "why"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_cannot_be_changed_says_why(format: Format, text: str, change: Change, why: str) -> None:
    with pytest.raises(NotEditable, match=why):
        changed(format, text, change)
