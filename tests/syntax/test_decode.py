from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfguard.syntax import decode, parse
from cfguard.syntax.node import Format
from cfguard.text import Span


def test_a_utf8_mark_is_dropped_and_remembered() -> None:
    source, diagnostics = decode("a.toml", b"\xef\xbb\xbfa = 1")
    assert (source.text, source.bom, source.path, diagnostics) == ("a = 1", True, "a.toml", ())


def test_line_ends_are_kept() -> None:
    assert decode("a", b"a\r\nb\rc\n")[0].text == "a\r\nb\rc\n"


@pytest.mark.parametrize(
    ("data", "text", "message", "span"),
    [
        (
            b"a = 1\nb = '\xe9'\n",
            "a = 1\nb = '\ufffd'\n",
            "the file seems to be Windows-1252 (Latin-1)",
            Span(11, 12),
        ),
        (
            b"\xef\xbb\xbf\xc3\xa9\xff\x81",
            "é\ufffd\ufffd",
            "the file holds a byte that begins no character",
            Span(1, 2),
        ),
        (b"ab\xc3", "ab\ufffd", "the file ends in the middle of a character", Span(2, 3)),
        (b"ab\xff\x00", "ab\ufffd\x00", "the file seems to be binary", Span(2, 3)),
        ("a = 1".encode("utf-16"), "a = 1", "the file is UTF-16", Span(0, 1)),
        (b"\xfe\xff" + "a = 1".encode("utf-16-be"), "a = 1", "the file is UTF-16", Span(0, 1)),
        ("a = 1".encode("utf-32"), "a = 1", "the file is UTF-32", Span(0, 1)),
        ("a = 1".encode("utf-16-le"), "a = 1", "the file seems to be UTF-16", Span(0, 1)),
        ("a = 1".encode("utf-16-be"), "a = 1", "the file seems to be UTF-16", Span(0, 1)),
        (b"\xff\xfe", "", "the file is UTF-16", Span(0, 0)),
    ],
)
def test_other_encodings_are_told(data: bytes, text: str, message: str, span: Span) -> None:
    source, (diagnostic,) = decode("a", data)
    assert source.text == text
    assert diagnostic.code == "syntax-error"
    assert diagnostic.message == f"{message}, but UTF-8 is expected"
    assert diagnostic.span == span


@given(st.binary(), st.sampled_from(["toml", "jsonc", "dotenv"]))
def test_no_bytes_raise(data: bytes, format: Format) -> None:
    source, diagnostics = decode("a", data)
    assert parse(source, format).format == format
    for diagnostic in diagnostics:
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(source.text)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff")))
def test_utf8_is_read_without_loss(text: str) -> None:
    source, diagnostics = decode("a", text.encode())
    assert (source.text, diagnostics) == (text, ())


@pytest.mark.parametrize(("format", "other"), [("toml", ("jsonc", "dotenv")), ("jsonc", ("toml", "dotenv"))])
def test_a_format_loads_its_own_parser_alone(format: str, other: tuple[str, str]) -> None:
    code = (
        "import sys\nfrom cfguard.syntax import decode, parse\n"
        f"parse(decode('x', b'')[0], {format!r})\n"
        "print(*(name for name in sys.modules if name.startswith('cfguard.syntax.')"
        " or name in ('dataclasses', 'inspect', 'pathlib', 'logging')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert f"cfguard.syntax.{format}" in loaded
    for name in (
        *(f"cfguard.syntax.{each}" for each in other),
        "dataclasses",
        "inspect",
        "pathlib",
        "logging",
    ):
        assert name not in loaded
