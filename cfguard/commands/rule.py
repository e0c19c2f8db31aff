"""Explains a rule, or lists them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfguard.terminal import OK, Usage, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import SimpleNamespace


ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "id": {
        "nargs": "?",
        "metavar": "ID",
        "help": "a rule, as in `d1/database-shared`; all rules without it",
    },
    "--format": {"choices": ("text", "json"), "default": "text"},
    "--settings": {"metavar": "FILE", "help": "settings that name further policy folders"},
}


def run(options: SimpleNamespace) -> int:
    """Print the explanation or the list."""
    from cfguard.api import Request, rules_of
    from cfguard.explain import NoSuchRule, explain, list_rules

    rules = rules_of(Request(settings=options.settings))
    if options.id is None:
        write(list_rules(rules, options.format))
        return OK
    try:
        write(explain(rules, options.id, options.format))
    except NoSuchRule as error:
        raise Usage(str(error)) from None
    return OK
