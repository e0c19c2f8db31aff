"""Where a line of an env file gives something else than it says to wrangler, or to another reader of Node.

wrangler has two readers: ``.dev.vars*`` is taken as written, and in ``.env*`` what looks like a reference is
expanded afterwards (dotenv 16.3.1 and dotenv-expand 12.0.2 in wrangler 4.164, read 2026-11-22). Node's own
``--env-file`` reads quotes and ``:`` differently from both (Node 20.20, run 2026-11-23).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from cfguard.pattern import lazy
from cfguard.secrets.masking import MASK, mask_value
from cfguard.syntax.dotenv import Assignment, assignments, expand
from cfguard.syntax.node import Diagnostic
from cfguard.text import Span

if TYPE_CHECKING:
    from cfguard.syntax.node import Document

AMBIGUOUS = "ambiguous-value"

REFERENCE = lazy(
    r"(?<!\\)\$(?:\{(?P<braced>[A-Za-z_]\w*)(?::?[-+][^{}]*)?\}|(?P<bare>[A-Za-z_]\w*))", re.ASCII
)
_CUT_OFF = lazy(r"#[^\r\n]*")
_HASH_HELP = "Put the value into quotes if `#` belongs to it, or a space before `#` if a comment begins there"
_QUOTE_HELP = "Close the quote at the end of the value, or put the whole value into quotes of the other kind"
_ESCAPE_HELP = "Put the value into quotes of the other kind, without backslashes before the inner ones"
_COLON_HELP = "Write `=` in place of `:`"
_DOLLAR_HELP = (
    "Write `\\$` for a dollar sign in this file, or move the value to `.dev.vars`, which expands nothing"
)
_LITERAL_HELP = "Write the value out, or move it to a `.env` file, where wrangler expands references"


def ambiguous_values(document: Document, *, expands: bool, names: Collection[str]) -> Iterator[Diagnostic]:
    """What is ambiguous in an env file, a diagnostic a line at most.

    ``expands`` says that wrangler expands references in this file; ``names`` are all variables that a
    reference in it can mean. What each reader makes of a value is told as :func:`mask_value` leaves it.
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
            yield Diagnostic(AMBIGUOUS, message, place_of(each), (each.name,), help)


def place_of(each: Assignment) -> Span:
    """Where to point for an assignment: its value, or its name where the value is empty."""
    return each.span if each.span.end > each.span.start else each.key_span


def told(name: str, readings: Mapping[str, str], otherwise: str) -> str:
    """What each reader makes of a value, to append to a message; ``otherwise`` where that would show a secret.

    The last reading is the longest. A part of a secret may not look like one any more, so that the others are
    shown only as far as nothing in the last one is masked.
    """
    shown = [mask_value(name, value) for value in readings.values()]
    legible = shown[-1].partition(MASK)[0]
    if MASK in shown or any(
        MASK in text or (MASK in shown[-1] and text not in legible) for text in shown[:-1]
    ):
        return otherwise
    parts = [f"{reader} `{text}`" for reader, text in zip(readings, shown, strict=True)]
    return f": {', '.join(parts[:-1])}, and {parts[-1]}"


def _judge(document: Document, each: Assignment) -> tuple[str, str]:
    """What every reader of Node does to the value without regard to references."""
    text = document.source.text
    if not each.quote and text.startswith("#", each.span.end):
        return _cut(each, text)
    if not each.quote and each.value[:1] in ("'", '"', "`"):
        line = document.source.line_span(document.source.position(each.span.start).line)
        lost = "never closed" if each.value.count(each.value[0]) == 1 else "closed before the value ends"
        if each.span.end <= line.end or lost == "never closed":
            return (
                f"the quote before the value of `{each.name}` is {lost}, so that it becomes part of the value",
                _QUOTE_HELP,
            )
    if each.quote and "\\" + each.quote in each.value:
        return (
            f"the backslashes before quotes stay in the value of `{each.name}` for wrangler, and for "
            "`node --env-file` the first such quote ends it",
            _ESCAPE_HELP,
        )
    if text[each.key_span.end : each.span.start].lstrip().startswith(":"):
        return (
            f"wrangler takes the `:` behind `{each.name}` for a `=`, and `node --env-file` drops the line",
            _COLON_HELP,
        )
    return "", ""


def _cut(each: Assignment, text: str) -> tuple[str, str]:
    what = "is empty" if not each.value else "ends at `#`"
    rest = _CUT_OFF.match(text, each.span.end)
    whole = each.value + (rest[0].rstrip() if rest is not None else "")
    readings = {"wrangler and Node read": each.value, "python-dotenv and Docker Compose": whole}
    otherwise = "; python-dotenv and Docker Compose keep what follows"
    return (
        f"the value of `{each.name}` {what}, because `#` begins a comment even without a space before it"
        + (told(each.name, readings, otherwise) if each.value else otherwise),
        _HASH_HELP,
    )


def _expanded(each: Assignment, result: str, names: Collection[str]) -> tuple[str, str]:
    """A ``$`` that wrangler takes for a reference to something that there is not."""
    if result in (each.value, each.value.replace("\\$", "$")):
        return "", ""
    meant = [match["braced"] or match["bare"] for match in REFERENCE.finditer(each.value)]
    if meant and all(name in names for name in meant) and "$$" not in each.value:
        return "", ""
    readings = {"it reads": result, "`node --env-file`": each.value}
    # What other variables put into it may be a secret that nothing in this one's name or form betrays.
    is_its_own = expand({each.name: each.value})[each.name] == result
    otherwise = "; `node --env-file` takes it as written"
    return (
        f"wrangler takes a `$` in the value of `{each.name}` for a reference and leaves a part of the value out"
        + (told(each.name, readings, otherwise) if result and is_its_own else otherwise),
        _DOLLAR_HELP,
    )


def _unexpanded(each: Assignment, names: Collection[str]) -> tuple[str, str]:
    """A reference to a variable that there is, in a file in which wrangler expands none."""
    for match in REFERENCE.finditer(each.value):
        name = match["braced"]
        if name is not None and name in names and name != each.name:
            return (
                f"`${{{name}}}` in the value of `{each.name}` is not expanded: `.dev.vars` is taken as written",
                _LITERAL_HELP,
            )
    return "", ""
