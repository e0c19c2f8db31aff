"""Values of SQL under the names of their columns: in the rows of ``INSERT`` statements, and defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.secrets.names import is_credential_name
from cfguard.secrets.pattern import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSERT = (
    r"(?i)\b(?:INSERT|REPLACE)\s(?:[A-Z]+\s+){0,3}INTO\s+[\w.\"`\[\]]{1,100}\s*"
    r"\((?P<columns>[^()']{1,4000})\)\s*VALUES\s*"
)
_DEFAULT = r"(?i)\b([a-z_]\w{1,80})[\"`\]]?\s[^,;'\n]{0,120}?\bDEFAULT\s{0,8}\(?\s{0,8}'([^'\n]{8,2048})'"
_PART = r"'(?:[^']|'')*'|[(),;]|--[^\n]*|[^\s'(),;]+"


def inserted_values(text: str) -> Iterator[tuple[str, str, int]]:
    """Column, text and offset of every text literal that stands in the column of a credential, defaults first.

    Linear in the text: a statement is read once, up to its semicolon.
    """
    part = compiled(_PART)
    for default in compiled(_DEFAULT).finditer(text):
        if is_credential_name(default[1]):
            yield default[1], default[2], default.start(2)
    at = 0
    while (insert := compiled(_INSERT).search(text, at)) is not None:
        columns = [each.strip().strip('"`[]') for each in insert["columns"].split(",")]
        at = insert.end()
        if not any(map(is_credential_name, columns)):
            continue
        depth = column = 0
        while (found := part.search(text, at)) is not None and found[0] != ";":
            at = found.end()
            said = found[0]
            if said == "(":
                depth += 1
                column = column if depth > 1 else 0
            elif said == ")":
                depth -= 1
            elif said == "," and depth == 1:
                column += 1
            elif (
                said[0] == "'"
                and depth == 1
                and column < len(columns)
                and is_credential_name(columns[column])
            ):
                yield columns[column], said[1:-1].replace("''", "'"), found.start() + 1
