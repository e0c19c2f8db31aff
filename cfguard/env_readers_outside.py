"""Where readers beside Node's make something else of a line of an env file: python-dotenv, shells, Docker Compose.

python-dotenv is asked itself, and only about lines on which its grammar can differ. Shells are those that
follow POSIX (``set -a; . ./.env``); Compose as in its reference of the format
(https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/, read 2026-11-22).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from cfguard.env_readers import REFERENCE, place_of
from cfguard.pattern import lazy
from cfguard.prose import enumerated
from cfguard.syntax.dotenv import Assignment, assignments
from cfguard.syntax.node import Diagnostic

if TYPE_CHECKING:
    from cfguard.syntax.node import Document

READER_DEPENDENT = "reader-dependent"

_PYTHON, _COMPOSE, _SHELLS, _NODE = "python-dotenv", "Docker Compose", "shells", "`node --env-file`"
_LONGEST = 4096
_MOST = 1000
#: What both grammars read alike: no quote, escape, reference or comment is near.
_ALIKE = lazy(r"[A-Za-z0-9_.-]+=[^\s'\"`\\$#][^'\"`\\$#\r\n]*\Z", re.ASCII)
_ALIKE_QUOTED = lazy(r"""[A-Za-z0-9_.-]+=(?:"[^"`\\$\r\n]*"|'[^'`\\$\r\n]*')\Z""", re.ASCII)
#: `node --env-file` takes nothing but spaces off, and one of them behind `export` (Node 20.20).
_NODE_BLANK = lazy(r"[^\S \r\n]")
_NODE_EXPORT = lazy(r"export(?! \Z)\s")
_SHELL_NAME = lazy(r"[A-Za-z_]\w*\Z", re.ASCII)
#: In an assignment neither patterns nor braces mean anything to a shell; a tilde does in front of a path.
_SHELL_SPECIAL = lazy(r"[\s;&|<>()'\"`\\\x00]|(?:\A|:)~")
_SHELL_ESCAPE = lazy(r"\\[`\"\\nr\n]|`")
_SHELL_PARAMETER = lazy(r"(?<!\\)\$[0-9$(@#?*!\[-]")
_HELP = (
    "Where another program reads this file too, write the value so that no reader has a choice, "
    "or give that program a file of its own"
)


def reader_dependent(document: Document, *, expands: bool, told: Collection[str]) -> Iterator[Diagnostic]:
    """A diagnostic for each assignment that another program than wrangler would read differently.

    ``expands`` says that wrangler expands references in this file; ``told`` are the names of which a graver
    diagnostic speaks. Of a very long file the first thousand assignments are looked at.
    """
    throughout = _throughout(document)
    for each in assignments(document)[:_MOST]:
        if each.name in told or len(each.raw) > _LONGEST:
            continue
        line = _Line(document, each, expands)
        readers = [
            reader
            for reader, differs in (
                (_NODE, _node_differs),
                (_PYTHON, _python_differs),
                (_COMPOSE, _compose_differs),
                (_SHELLS, _shell_differs),
            )
            if differs(line) or reader in throughout
        ]
        throughout = frozenset()  # what concerns the whole file is told at its first line
        if readers:
            message = f"the value of `{each.name}` is another one for {enumerated(readers)} than for wrangler"
            yield Diagnostic(READER_DEPENDENT, message, place_of(each), (each.name,), _HELP)


def _throughout(document: Document) -> frozenset[str]:
    """Who stumbles over the byte order mark or the line ends of a file."""
    text = document.source.text
    if document.source.bom or text.count("\r") != text.count("\r\n"):
        return frozenset((_NODE, _SHELLS))
    return frozenset((_SHELLS,) if "\r" in text else ())


class _Line:
    """An assignment with what stands around it on its lines."""

    __slots__ = ("after", "assignment", "before", "between", "expands", "refers", "text")

    def __init__(self, document: Document, assignment: Assignment, expands: bool) -> None:
        source = document.source
        begin = source.line_span(source.position(assignment.key_span.start).line).start
        end = source.line_span(source.position(assignment.pair_span.end).line).end
        self.assignment, self.expands = assignment, expands
        self.text = source.slice(assignment.pair_span)
        self.before = source.text[begin : assignment.key_span.start]
        self.between = source.text[
            assignment.key_span.end : max(assignment.span.start, assignment.key_span.end)
        ]
        self.after = source.text[assignment.pair_span.end : min(end, assignment.pair_span.end + _LONGEST)]
        self.refers = REFERENCE.search(assignment.value) is not None


def _node_differs(line: _Line) -> bool:
    each = line.assignment
    if line.expands and (line.refers or "\\$" in each.value):
        return True
    blank = each.quote == "" and _NODE_BLANK.match(line.after)
    around = _NODE_BLANK.search(line.before) or _NODE_BLANK.search(line.between)
    return bool(blank or around or _NODE_EXPORT.search(line.before))


def _python_differs(line: _Line) -> bool:
    """Whether python-dotenv gives another name or value; it is loaded only where its grammar can differ."""
    if _ALIKE.match(line.text) or _ALIKE_QUOTED.match(line.text):
        return False
    from io import StringIO

    from dotenv.parser import parse_stream
    from dotenv.variables import Literal, parse_variables

    each = line.assignment
    text = line.text.replace("\r\n", "\n").replace("\r", "\n")
    binding = next(parse_stream(StringIO(text)), None)
    if binding is None or binding.key != each.name or binding.value is None:
        return True
    if not line.expands:
        return binding.value != each.value or not all(
            isinstance(atom, Literal) for atom in parse_variables(binding.value)
        )
    if binding.value != each.value or "\\$" in each.value:
        return True
    # Both expand: what is left are the forms that only one of them knows.
    return any(_is_unknown_to_python(match) for match in REFERENCE.finditer(each.value))


def _is_unknown_to_python(reference: re.Match[str]) -> bool:
    if reference["bare"] is not None:
        return True
    operator = reference[0][2 + len(reference["braced"]) :]
    return not operator.startswith(("}", ":-"))


def _compose_differs(line: _Line) -> bool:
    """Compose expands outside single quotes, knows no back-ticks, and resolves escapes in double quotes."""
    each = line.assignment
    if each.quote == "`":
        return True
    if line.refers:
        return line.expands == (each.quote == "'")
    return each.quote == '"' and ("\\t" in each.raw or "\\\\" in each.raw)


def _shell_differs(line: _Line) -> bool:
    """Shells want a plain name, no blanks around `=`, quotes around what means something to them, and no CR."""
    each = line.assignment
    if not _SHELL_NAME.match(each.name) or line.between != "=" or "\r" in each.raw:
        return True
    if each.quote == "'":
        return (line.expands and line.refers) or line.after.startswith("#")
    if _SHELL_PARAMETER.search(each.value) or (line.refers and not line.expands):
        return True
    if each.quote == '"':
        escaped = "\\$" in each.raw and not line.expands
        return escaped or _SHELL_ESCAPE.search(each.raw) is not None or line.after.startswith("#")
    return each.quote == "`" or _SHELL_SPECIAL.search(each.value) is not None
