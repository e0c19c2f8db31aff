from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cfguard.env_readers import ambiguous_values
from cfguard.env_readers_outside import reader_dependent
from cfguard.syntax.dotenv import parse
from cfguard.syntax.node import Document
from cfguard.text import Source

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "syntax" / "data" / "dotenv-cases.jsonl")
    .read_text(encoding="utf-8")
    .split("\n")
    if line
]
#: The words by which a diagnostic names a reader, and the column of the cases that holds what it read.
READERS = {"python-dotenv": "py", "`node --env-file`": "nodeenv", "shells": "bash"}
#: Where another line, or the file as a whole, is the cause: that is told there.
CAUSED_ELSEWHERE = frozenset(
    {
        "crlf",
        "cr-only",
        "bom",
        "junk-line",
        "backslash-continuation",
        "dq-unterminated-next",
        "sq-unterminated-next",
    }
)


def read(text: str, *, bom: bool = False) -> Document:
    return parse(Source(".env", text, bom=bom))


def told(text: str, *, expands: bool, bom: bool = False) -> tuple[dict[str, str], dict[str, str]]:
    """The messages about ambiguous values and about readers, by name."""
    document = read(text, bom=bom)
    names = set(document.root.members)
    ambiguous = {
        str(each.key[0]): each.message for each in ambiguous_values(document, expands=expands, names=names)
    }
    others = reader_dependent(document, expands=expands, told=ambiguous)
    return ambiguous, {str(each.key[0]): each.message for each in others}


@pytest.mark.parametrize("expands", [False, True], ids=["dev.vars", "env"])
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_readers_named_are_those_that_differ(case: dict[str, Any], expands: bool) -> None:
    ambiguous, others = told(case["text"].removeprefix("\ufeff"), expands=expands, bom=case["id"] == "bom")
    read_by_wrangler = case["values"]["wenv" if expands else "devvars"]
    for name, value in read_by_wrangler.items():
        differing = {words for words, column in READERS.items() if case["values"][column].get(name) != value}
        if name in others:
            assert {words for words in READERS if words in others[name]} == differing
        elif case["id"] not in CAUSED_ELSEWHERE:
            assert not differing or name in ambiguous


class TestAmbiguity:
    def test_names_what_each_reader_makes_of_a_value_that_is_no_secret(self) -> None:
        ambiguous, _ = told("SITE_URL=https://acme.dev/#top\n", expands=False)
        assert ambiguous["SITE_URL"].endswith(
            ": wrangler and Node read `https://acme.dev/`, and python-dotenv and Docker Compose `https://acme.dev/#••••`"
        )

    @pytest.mark.parametrize(
        "text",
        [
            "PASSWORD=hunter2#x9qq",
            "GREETING=hunter2#x9qq",
            "API=pa$hunter2x",
            "URL=postgres://u:hunter2#x@db/x",
        ],
    )
    def test_never_shows_a_secret(self, text: str) -> None:
        ambiguous, others = told(text, expands=True)
        (message,) = (*ambiguous.values(), *others.values())
        assert "hunter2" not in message
        assert "x9qq" not in message

    def test_never_shows_what_another_variable_puts_in(self) -> None:
        text = (
            "PIN=hunter2x\nURL=https://acme.dev/$PIN/$missing\nX.Y=hunter2x\nB=https://acme.dev/${X.Y}/$no\n"
        )
        ambiguous, _ = told(text, expands=True)
        assert set(ambiguous) == {"URL", "B"}
        assert not any("hunter2x" in message for message in ambiguous.values())

    @given(st.text(alphabet="AB=#$\\\"'`{}: \n\r\tx", max_size=60), st.booleans())
    @hypothesis_settings(max_examples=200)
    def test_any_file_is_judged(self, text: str, expands: bool) -> None:
        document = read(text)
        found = [*ambiguous_values(document, expands=expands, names=frozenset({"A", "B"}))]
        found += reader_dependent(document, expands=expands, told=frozenset())
        for each in found:
            assert each.span is not None
            assert 0 <= each.span.start <= each.span.end <= len(text)


class TestOtherReaders:
    def test_what_concerns_the_whole_file_is_told_once(self) -> None:
        _, others = told("A=1\r\nB=2\r\n", expands=False)
        assert others == {"A": "the value of `A` is another one for shells than for wrangler"}

    def test_a_hostile_file_is_left_after_a_thousand_lines(self) -> None:
        document = read("".join(f"A{number}=a b\n" for number in range(5_000)))
        assert len([*reader_dependent(document, expands=False, told=())]) == 1_000

    def test_python_dotenv_is_loaded_only_for_lines_that_need_it(self) -> None:
        code = (
            "import sys; from cfguard.env_readers_outside import reader_dependent;"
            "from cfguard.syntax.dotenv import parse; from cfguard.text import Source;"
            "told = lambda text: [*reader_dependent(parse(Source('.env', text)), expands=False, told=())];"
            "told('A=1\\nB=\"x y\"\\nC=a b\\n'); assert 'dotenv' not in sys.modules;"
            "told('A=`x`\\n'); assert 'dotenv' in sys.modules"
        )
        assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent.parent).returncode == 0
