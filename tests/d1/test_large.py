"""Migrations that fill tables: read although they are large, and stopped where they have no measure."""

from __future__ import annotations

from itertools import islice

import pytest

from cfguard.d1.script import TOO_MANY, Script, judge
from cfguard.syntax.sql import bounds, split, tokenize
from cfguard.syntax.sql.document import comment_spans
from cfguard.syntax.sql.statement import MOST

TEXTS = (
    "-- a\nSELECT '-- b', \"--c\", `--d`, [--e] /* f; */; -- g",
    "INSERT INTO t VALUES (1, 'a;b'), (2, 'it''s') -- end\n ; SELECT 1 /* open",
    "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END; SELECT 'open; -- x",
    "SELECT a-b/c ; ;; SELECT 1\n",
)


@pytest.mark.parametrize("text", TEXTS)
def test_comments_are_where_the_tokens_say(text: str) -> None:
    wanted = [
        (
            token.start,
            token.start + len(token.text.removesuffix("\n") if token.text[0] == "-" else token.text),
        )
        for token in tokenize(text)
        if token.kind == "comment"
    ]
    assert [tuple(span) for span in comment_spans(text)] == wanted


@pytest.mark.parametrize("text", TEXTS)
def test_bounds_are_those_of_the_statements_first_and_last_tokens(text: str) -> None:
    for span, _ in bounds(text):
        tokens = list(tokenize(text, *span))
        assert tokens[0].significant
        assert tokens[-1].significant
    assert [span for span, _ in bounds(text)] == [statement.span for statement in split(text)]


def test_too_many_statements_stop_at_the_first_beyond() -> None:
    text = "SELECT 1;\n" * (MOST + 5)
    script = Script(text)
    assert len(list(islice(script.steps, MOST + 1))) == MOST
    verdict = judge(text)
    assert verdict.unverified
    assert verdict.message == TOO_MANY
    assert judge("SELECT 1;\n" * 1000).accepted
