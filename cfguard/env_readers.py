"""Where the readers of an env file make different things of one line, or something that its writer did not mean.

wrangler has two readers: ``.dev.vars*`` is taken as written, and in ``.env*`` what looks like a reference is
expanded afterwards (dotenv 16.3.1 and dotenv-expand 12.0.2 in wrangler 4.164, read 2026-11-22). Node's own
``--env-file`` reads quotes differently from both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from cfguard.pattern import lazy
from cfguard.syntax.dotenv import Assignment, assignments, expand
from cfguard.syntax.node import Diagnostic

if TYPE_CHECKING:
    from cfguard.syntax.node import Document

AMBIGUOUS = "ambiguous-value"

_REFERENCE = lazy(
    r"(?<!\\)\$(?:\{(?P<braced>[A-Za-z_]\w*)(?::?[-+][^{}]*)?\}|(?P<bare>[A-Za-z_]\w*))", re.ASCII
)
_HASH_HELP = "Put the value into quotes if `#` belongs to it, or a space before `#` if a comment begins there"
_QUOTE_HELP = "Close the quote at the end of the value, or put the whole value into quotes of the other kind"
_DOLLAR_HELP = (
    "Write `\\$` for a dollar sign in this file, or move the value to `.dev.vars`, which expands nothing"
)
_LITERAL_HELP = "Write the value out, or move it to a `.env` file, where wrangler expands references"


def ambiguous_values(document: Document, *, expands: bool, names: Collection[str]) -> Iterator[Diagnostic]:
    """What is ambiguous in an env file, a diagnostic a line at most.

    ``expands`` says that wrangler expands references in this file; ``names`` are all variables that a
    reference in it can mean. No message repeats any part of a value.
    """
    found = assignments(document)
    values = {each.name: each.value for each in found}
    expanded = expand(values) if expands and "$" in document.source.text else {}
    for each in found:
        message, help = _judge(document, each)
        if not message and "$" in each.value:
            if expands:
                message, help = _expanded(each, expanded.get(each.name, each.value), names)
            else:
                message, help = _unexpanded(each, names)
        if message:
            span = each.span if each.span.end > each.span.start else each.key_span
            yield Diagnostic(AMBIGUOUS, message, span, (each.name,), help)


def _judge(document: Document, each: Assignment) -> tuple[str, str]:
    """What every reader of wrangler does to the value without regard to references."""
    text = document.source.text
    if not each.quote and text.startswith("#", each.span.end):
        what = "is empty" if not each.value else "ends at `#`"
        return (
            f"the value of `{each.name}` {what}, because `#` begins a comment even without a space before it",
            _HASH_HELP,
        )
    if not each.quote and each.value[:1] in ("'", '"', "`"):
        line = document.source.line_span(document.source.position(each.span.start).line)
        lost = "never closed" if each.value.count(each.value[0]) == 1 else "closed before the value ends"
        if each.span.end <= line.end or lost == "never closed":
            return (
                f"the quote before the value of `{each.name}` is {lost}, so that it becomes part of the value",
                _QUOTE_HELP,
            )
    return "", ""


def _expanded(each: Assignment, result: str, names: Collection[str]) -> tuple[str, str]:
    """A ``$`` that wrangler takes for a reference to something that there is not."""
    if result in (each.value, each.value.replace("\\$", "$")):
        return "", ""
    meant = [match["braced"] or match["bare"] for match in _REFERENCE.finditer(each.value)]
    if meant and all(name in names for name in meant) and "$$" not in each.value:
        return "", ""
    return (
        f"wrangler takes a `$` in the value of `{each.name}` for a reference and leaves a part of the value out",
        _DOLLAR_HELP,
    )


def _unexpanded(each: Assignment, names: Collection[str]) -> tuple[str, str]:
    """A reference to a variable that there is, in a file in which wrangler expands none."""
    for match in _REFERENCE.finditer(each.value):
        name = match["braced"]
        if name is not None and name in names and name != each.name:
            return (
                f"`${{{name}}}` in the value of `{each.name}` is not expanded: `.dev.vars` is taken as written",
                _LITERAL_HELP,
            )
    return "", ""
