"""How values, expectations and lists of names are put into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cfguard.named_tuple import NamedTuple
from cfguard.prose import abridged, enumerated
from cfguard.syntax.node import Cure, Path, format_path
from cfguard.wrangler.javascript import kind_of

if TYPE_CHECKING:
    from cfguard.syntax.node import Node

_LONGEST_SHOWN = 48
_NOUNS = {
    "string": "a string",
    "number": "a number",
    "integer": "an integer",
    "boolean": "`true` or `false`",
    "object": "a table",
    "array": "an array",
    "null": "`null`",
}
_PLURALS = {"string": "strings", "number": "numbers", "boolean": "booleans", "object": "tables"}


def quoted(word: str) -> str:
    """A name in back-ticks, cut where it is too long to read."""
    flat = " ".join(word.split()) if word.strip() else word
    shown = flat if len(flat) <= _LONGEST_SHOWN else flat[: _LONGEST_SHOWN - 1] + "…"
    return f"`{shown}`"


def listed(words: Iterable[str], joiner: str = "and") -> str:
    """Names in back-ticks as a list of English: `a`, `b` and `c`."""
    return enumerated([quoted(word) for word in words], joiner)


def some(words: Sequence[str]) -> str:
    """A list of names that stays readable: at most four of them, else three and how many more."""
    if len(words) <= 4:
        return listed(words)
    return abridged(words, shown=quoted)


def field(path: Path) -> str:
    """A path as a reader of its environment writes it: without ``env.NAME`` in front, in back-ticks."""
    inner = path[2:] if len(path) > 2 and path[0] == "env" else path
    return quoted(format_path(inner))


def number_shown(value: int | float) -> str:
    """A number in back-ticks, as JavaScript would write it where it is too long to read."""
    if abs(value) < 1e21 or isinstance(value, float):
        return f"`{value}`"
    return f"`{float(value):g}`" if abs(value) < 1e308 else "`Infinity`"


def noun(node: Node) -> str:
    """What a value is, in words that never print it: it may be a secret."""
    if node.kind == "date":
        return "a date"
    if node.kind == "boolean":
        return "`true`" if node.value else "`false`"
    if node.kind == "string" and node.value == "":
        return "an empty string"
    return _NOUNS[kind_of(node)]


def expectation(schema: Mapping[str, Any]) -> str:
    """What a schema asks for, in words: "a string", "an array of tables", "one of `eu` and `us`"."""
    if "x-says" in schema:
        return str(schema["x-says"])
    if "enum" in schema:
        return one_of(schema["enum"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(expectation(branch) for branch in schema["anyOf"]))
    types = schema.get("type", ())
    if types == "array":
        return _array(schema.get("items", {}))
    if isinstance(types, str):
        return _NOUNS[types]
    return " or ".join(_NOUNS[name] for name in types)


def _array(items: Mapping[str, Any]) -> str:
    inner = items.get("type")
    plural = _PLURALS.get(inner) if isinstance(inner, str) else None
    if plural is None and "$ref" in items:
        plural = "tables"
    return f"an array of {plural}" if plural else "an array"


def one_of(values: Sequence[object]) -> str:
    """The allowed values of an enumeration, in words."""
    words = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
    return listed(words) if len(words) == 1 else f"one of {listed(words, 'or')}"


class Advice(NamedTuple):
    """What to do about a value, in words, and the same as a change where it can be made without asking."""

    words: str = ""
    cure: Cure | None = None


def advise(node: Node, schema: Mapping[str, Any], toml: bool) -> Advice:
    """What to do about a value of the wrong type, where that can be told from its looks."""
    types = schema.get("type", ())
    wanted = {types} if isinstance(types, str) else set(types)
    for branch in schema.get("anyOf", ()):
        wanted.add(str(branch.get("type", "object")))
    if node.kind == "date" and "string" in wanted:
        return Advice(f'Put the date in quotes: `"{node.value}"`', Cure("replace", value=str(node.value)))
    if node.kind == "string" and _is_plain(str(node.value), wanted):
        return Advice("Remove the quotes", Cure("replace", value=_plain_value(str(node.value))))
    if node.kind in ("integer", "float", "boolean") and "string" in wanted:
        text = str(node.value).lower() if node.kind == "boolean" else str(node.value)
        # A float has many spellings, and the one in quotes would count.
        return Advice(
            "Put the value in quotes", None if node.kind == "float" else Cure("replace", value=text)
        )
    if node.kind == "table" and "array" in wanted:
        name = str(node.key)
        return Advice(
            f"Use [[double brackets]]: `[[{name}]]`" if toml else "Put the table in an array: `[{ … }]`"
        )
    if node.kind == "array" and "object" in wanted:
        return Advice(f"Use [single brackets]: `[{node.key}]`" if toml else "Remove the square brackets")
    if node.kind == "string" and "array" in wanted:
        return Advice("Put the value in square brackets", Cure("replace", value=[node.value]))
    return Advice()


def _plain_value(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    return float(text) if "." in text else int(text)


def _is_plain(text: str, wanted: set[str]) -> bool:
    if "boolean" in wanted and text in ("true", "false"):
        return True
    digits = text.removeprefix("-").replace(".", "", 1)
    return bool(wanted & {"number", "integer"}) and digits.isascii() and digits.isdigit()
