"""The help of a rule without a finding: templates need one to be filled in, and pages about rules have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.pattern import lazy

if TYPE_CHECKING:
    import re

EACH_SAYS = "Each finding says it; it depends on what is found"

_PART = lazy(r"\{\{|\}\}|\{((?:'(?:[^'\\]|\\.)*'|[^'{}])*)\}")
_OWN_OR = lazy(r"self\.help == '' \? '((?:[^'\\]|\\.)*)' : self\.help\Z")


def general_advice(help: str) -> str:
    """The text of a rule's ``help`` in which ``…`` stands for what only a finding knows.

    Where the entity brings words of its own, those of the rule are taken; where nothing else is left, it is
    :data:`EACH_SAYS`.
    """
    told = _PART.sub(_general, help)
    return told if any(character.isalpha() for character in told) else EACH_SAYS


def _general(part: re.Match[str]) -> str:
    if part[1] is None:
        return part[0][0]
    own = _OWN_OR.match(part[1])
    return own[1] if own else "…"
