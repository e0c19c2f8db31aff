"""Whether Python's INI parser can get through a file, told in most cases by its first lines.

detect-secrets gives every file to ``configparser``, which reads to the end before it says that the first
line was wrong. This gives up at that line. It never says no to a file that parses; the parser itself has
the last word on a yes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENTS = ("#", ";")


def may_parse(content: bytes, *, header: bool) -> bool:
    """Whether a file with ``\\n`` line ends may parse; ``header`` puts a section in front of it."""
    seen: set[str] = set()
    level, in_section, in_option = 0, header, False
    for line in _lines(content):
        text = line.strip()
        if not text or text.startswith(_COMMENTS):
            continue
        indent = len(line) - len(line.lstrip())
        if in_option and indent > level:
            continue
        level = indent
        if text.startswith("[") and "]" in text[2:]:
            in_section, in_option = True, False
            seen.clear()
            continue
        option = _option(text) if in_section else None
        if option is None or option in seen:
            return False
        seen.add(option)
        in_option = True
    return in_section


def _lines(content: bytes) -> Iterator[str]:
    position = 0
    while position < len(content):
        end = content.find(b"\n", position)
        end = len(content) if end < 0 else end
        yield content[position:end].decode("utf-8", "surrogatepass")
        position = end + 1


def _option(text: str) -> str | None:
    """The key of an assignment, None where the line is none."""
    ends = [at for at in (text.find("="), text.find(":")) if at >= 0]
    return text[: min(ends)].rstrip() or None if ends else None
