"""Where readers beside Node's make something else of a line of an env file: python-dotenv, shells, Docker Compose.

python-dotenv is asked itself, and only about lines on which its grammar can differ. Shells are those that
follow POSIX (``set -a; . ./.env``); Compose as in its reference of the format
(https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/, read 2026-11-22).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from cfguard.env_readers import REFERENCE, place_of
from cfguard.pattern import lazy
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
_SHELL_NAME = lazy(r"[A-Za-z_]\w*\Z", re.ASCII)
#: In an assignment neither patterns nor braces mean anything to a shell; a tilde does in front of a path.
_SHELL_SPECIAL = lazy(r"[\s;&|<>()'\"`\\]|(?:\A|:)~")
_HELP = (
    "Where another program reads this file too, write the value so that no reader has a choice, "
    "or give that program a file of its own"
)


def reader_dependent(document: Document, *, expands: bool, told: Collection[str]) -> Iterator[Diagnostic]:
    """A diagnostic for each assignment that another program than Node would read differently.

    ``expands`` says that wrangler expands references in this file; ``told`` are the names of which a graver
    diagnostic speaks. Of a very long file the first thousand assignments are looked at.
    """
    found = assignments(document)[:_MOST]
    values = {each.name: each.value for each in found}
    for each in found:
        if each.name in told or len(each.raw) > _LONGEST:
            continue
        readers = [
            reader
            for reader, differs in (
                (_NODE, expands and REFERENCE.search(each.value) is not None),
                (_PYTHON, _python_differs(document.source.slice(each.pair_span), each, values, expands)),
                (_COMPOSE, _compose_differs(each, expands)),
                (_SHELLS, _shell_differs(document.source.slice(each.pair_span), each, expands)),
            )
            if differs
        ]
        if readers:
            message = f"the value of `{each.name}` is another one for {_list(readers)} than for wrangler"
            yield Diagnostic(READER_DEPENDENT, message, place_of(each), (each.name,), _HELP)


def _list(readers: list[str]) -> str:
    return readers[0] if len(readers) == 1 else f"{', '.join(readers[:-1])} and {readers[-1]}"


def _python_differs(text: str, each: Assignment, values: Mapping[str, str], expands: bool) -> bool:
    """Whether python-dotenv gives another name or value; it is loaded only where its grammar can differ."""
    if _ALIKE.match(text) or _ALIKE_QUOTED.match(text):
        return False
    from io import StringIO

    from dotenv.parser import parse_stream
    from dotenv.variables import Literal

    binding = next(parse_stream(StringIO(text)), None)
    if binding is None or binding.key != each.name or binding.value is None:
        return True
    if REFERENCE.search(each.value) is None or not expands:
        return binding.value != each.value or not all(
            isinstance(atom, Literal) for atom in _atoms(binding.value)
        )
    # Both expand: what is left are the forms that only one of them knows.
    return any(match["bare"] or match["braced"] not in values for match in REFERENCE.finditer(each.value))


def _atoms(value: str) -> Iterator[object]:
    from dotenv.variables import parse_variables

    return parse_variables(value)


def _compose_differs(each: Assignment, expands: bool) -> bool:
    """Compose expands outside single quotes, knows no back-ticks, and resolves escapes in double quotes."""
    if each.quote == "`":
        return True
    if REFERENCE.search(each.value):
        return expands == (each.quote == "'")
    return each.quote == '"' and any(escape in each.raw for escape in ("\\t", "\\\\", "\\$"))


def _shell_differs(text: str, each: Assignment, expands: bool) -> bool:
    """Shells want a plain name, no blanks around `=`, and quotes around all that means something to them."""
    between = text[len(each.name) :].partition(each.raw)[0] if each.raw else "="
    if not _SHELL_NAME.match(each.name) or between != "=":
        return True
    if each.quote == "'":
        return expands and REFERENCE.search(each.value) is not None
    if each.quote == '"':
        return any(mark in each.raw for mark in ("$", "`", "\\"))
    return each.quote == "`" or "$" in each.value or _SHELL_SPECIAL.search(each.value) is not None
