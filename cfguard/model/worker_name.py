"""Which names a Worker can be deployed under: the API is stricter than wrangler's validator."""

from __future__ import annotations

import re

from cfguard.model.values import is_template_text
from cfguard.pattern import lazy

#: Length that the API and a host label of `workers.dev` allow (wrangler catalogue, read 2026-11-22).
LONGEST_NAME = 63
#: What wrangler's validator asks of `name` itself (4.164.0).
_ACCEPTED = lazy(r"[a-z0-9_][a-z0-9_-]*", re.ASCII)
_OUTSIDE = lazy(r"[^a-z0-9_-]")


def name_fault(name: str, *, is_derived: bool) -> str | None:
    """What is wrong with a name, as the end of a sentence; None where nothing is, or wrangler says it itself.

    ``is_derived``: the name is made of the top level's and an environment's, which wrangler does not look at.
    """
    if not name or is_template_text(name):
        return None
    if not _ACCEPTED.fullmatch(name):
        outside = _OUTSIDE.search(name) if is_derived else None
        if outside is None:
            return None
        shown = (
            "a space"
            if outside[0] == " "
            else f"`{outside[0]}`"
            if outside[0].isprintable()
            else "a control character"
        )
        return f"holds {shown}; lower-case letters, digits, `-` and `_` are allowed"
    if len(name) > LONGEST_NAME:
        return f"has {len(name)} characters; at most {LONGEST_NAME} are allowed"
    return "ends in `-`, which no host name may" if name.endswith("-") else None
