"""JSON that programs and people can both read: an item a line where lists are long, compact below that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cfguard.pattern import lazy

if TYPE_CHECKING:
    import re

_COMMAND = lazy(r"(##\w{0,20})\[")


class Block(dict[str, object]):
    """An object that is laid out with one member a line."""


class Rows(list[object]):
    """A list that is laid out with one item a line."""


def lay_out(value: object) -> str:
    """The JSON text of a value, with a line end; blocks and rows may nest a few levels deep.

    What a terminal would act on and half characters (``\\ud800`` in a checked JSON file) stay escaped, so that
    the text can be shown and encoded, and ``##[`` is written as an escape, because CI runners obey it wherever
    it stands in a log.
    """
    return _harmless(_text(value, "")) + "\n"


def indented(value: object) -> str:
    """The JSON text of a value that people read as a whole: every member and item on a line, and safe as above."""
    return _harmless(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)) + "\n"


def _harmless(text: str) -> str:
    if not text.isascii() or "\x7f" in text:
        text = _escaped(text)
    if "##" in text:
        text = _COMMAND.sub(r"\1\\u005b", text)
    return text


def _escaped(text: str) -> str:
    from cfguard.secrets.masking import CONTROLS
    from cfguard.secrets.pattern import compiled

    def escape(match: re.Match[str]) -> str:
        return "\n" if match[0] == "\n" else json.dumps(match[0])[1:-1]

    return compiled(CONTROLS).sub(escape, text)


def _text(value: object, indent: str) -> str:
    inner = indent + "  "
    if isinstance(value, Block) and value:
        members = (f"{inner}{_compact(key)}: {_text(item, inner)}" for key, item in value.items())
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    if isinstance(value, Rows) and value:
        return "[\n" + ",\n".join(inner + _text(item, inner) for item in value) + f"\n{indent}]"
    return _compact(value)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
