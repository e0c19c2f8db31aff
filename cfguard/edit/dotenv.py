"""Changes to env files: whole assignments, and values that every reader reads alike."""

from __future__ import annotations

from cfguard.edit.text import Edit, NotEditable, at_end, whole_lines
from cfguard.pattern import lazy
from cfguard.syntax.dotenv import assignments
from cfguard.syntax.node import Document, Path, format_path

#: What no reader takes for anything but itself without quotes.
_PLAIN = lazy(r"[A-Za-z0-9_./:@%+,=-]+\Z")


def set_value(document: Document, key: Path, value: object) -> list[Edit]:
    """Replace a value, or add a line at the end; raises :class:`NotEditable`."""
    if len(key) != 1 or not isinstance(value, str):
        raise NotEditable("an env file holds names with strings")
    node = document.root.get(*key)
    if node is None:
        return [at_end(document.source, [f"{key[0]}={encode(value)}"])]
    return [Edit(node.span, encode(value))]


def remove_value(document: Document, key: Path) -> list[Edit]:
    """Take every line away that sets a name; raises :class:`NotEditable`."""
    found = [each for each in assignments(document) if each.name == key[0]]
    if not found or len(key) != 1:
        raise NotEditable(f"there is no `{format_path(key)}` to take away")
    edits = []
    for assignment in found:
        lines = whole_lines(document.source, assignment.pair_span)
        if lines is None:
            raise NotEditable("something else stands on the same line")
        edits.append(Edit(lines, ""))
    return edits


def rename_key(document: Document, key: Path, name: str) -> list[Edit]:
    """Give a name another spelling on every line that sets it."""
    return [Edit(each.key_span, name) for each in assignments(document) if each.name == key[0]]


def encode(value: str) -> str:
    """A value that all readers read as it is; single quotes expand nothing and cut nothing."""
    if not value or _PLAIN.match(value):
        return value
    if "'" not in value and "\n" not in value and "\r" not in value:
        return f"'{value}'"
    if '"' not in value and "$" not in value and "\\" not in value:
        return '"' + value.replace("\r", "\\r").replace("\n", "\\n") + '"'
    raise NotEditable("no quotes hold this value for every reader of env files")
