"""The one door to the parsers: bytes become a source, a source becomes a document, and nothing raises."""

from __future__ import annotations

from cfguard.syntax.node import Diagnostic, Document, Format, Node
from cfguard.text import Source, Span

__all__ = ["decode", "parse"]

_WIDE_MARKS = (  # the longer marks first: UTF-32 LE begins like UTF-16 LE
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
_UTF8_MARK = b"\xef\xbb\xbf"
_SAMPLE = 4096  # bytes looked at to tell UTF-16 without a mark


def parse(source: Source, format: Format) -> Document:
    """The document of a source; each parser is imported when its format is first met."""
    if format == "toml":
        from cfguard.syntax.toml import parse as parse_toml

        return parse_toml(source)
    if format == "jsonc":
        from cfguard.syntax.jsonc import parse as parse_jsonc

        return parse_jsonc(source)
    if format == "jsonl":
        from cfguard.syntax.jsonl import parse as parse_jsonl

        return parse_jsonl(source)
    if format == "text":
        return Document(source, "text", Node("string", Span(0, len(source.text)), source.text))
    if format == "sql":
        from cfguard.syntax.sql import parse as parse_sql

        return parse_sql(source)
    from cfguard.syntax.dotenv import parse as parse_dotenv

    return parse_dotenv(source)


def decode(path: str, data: bytes) -> tuple[Source, tuple[Diagnostic, ...]]:
    """The text of a file, with a ``syntax-error`` where it is not UTF-8.

    A UTF-8 byte order mark is dropped and remembered in the source, as the real tools drop it. Other
    encodings, which those tools refuse, are decoded as well as possible, with U+FFFD for what is lost.
    """
    for mark, codec, name in _WIDE_MARKS:
        if data.startswith(mark):
            source = Source(path, data.decode(codec, "replace"))
            return source, (_not_utf8(f"the file is {name}", Span(0, min(1, len(source.text)))),)
    bom = data.startswith(_UTF8_MARK)
    if bom:
        data = data[len(_UTF8_MARK) :]
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        source = Source(path, data.decode(errors="replace"), bom=bom)
        start = len(data[: error.start].decode(errors="replace"))
        return source, (_not_utf8(_guess(data, error), Span(start, min(start + 1, len(source.text)))),)
    if codec := _unmarked_utf16(data):
        source = Source(path, data.decode(codec, "replace"))
        return source, (_not_utf8("the file seems to be UTF-16", Span(0, min(1, len(source.text)))),)
    return Source(path, text, bom=bom), ()


def _not_utf8(what: str, span: Span) -> Diagnostic:
    return Diagnostic("syntax-error", f"{what}, but UTF-8 is expected", span, help="Save the file as UTF-8")


def _unmarked_utf16(data: bytes) -> str:
    """The codec of a text whose every second byte is zero, which UTF-8 would allow; else ``""``."""
    sample = data[:_SAMPLE]
    for codec, zero in (("utf-16-le", 1), ("utf-16-be", 0)):
        if (
            len(sample) >= 4
            and sample[zero::2].count(0) * 2 > len(sample[zero::2])
            and 0 not in sample[1 - zero :: 2]
        ):
            return codec
    return ""


def _guess(data: bytes, error: UnicodeDecodeError) -> str:
    if error.reason == "unexpected end of data":
        return "the file ends in the middle of a character"
    if b"\x00" in data:
        return "the file seems to be binary"
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return "the file holds a byte that begins no character"
    return "the file seems to be Windows-1252 (Latin-1)"
