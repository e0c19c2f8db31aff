"""Prints the script that lets a shell complete commands, options and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfguard.commands import COMMANDS, module_of
from cfguard.completion import SHELLS, commands_of, script
from cfguard.terminal import OK, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import SimpleNamespace


ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "shell": {"choices": SHELLS, "help": "the shell to write for; the script says where it goes"},
}


def run(options: SimpleNamespace) -> int:
    """Print the script, with the rules that are there now: the bundled ones and the project's own."""
    from cfguard.api import RefusedRequest, Request, rules_of
    from cfguard.policy.load import load_bundled
    from cfguard.report import FORMATS

    try:
        rules = rules_of(Request())
    except RefusedRequest:  # what is wrong with the settings of this folder is no matter here
        rules = load_bundled()
    ids = [rule.id for rule in rules]
    words = {
        "RULE": [*ids, *dict.fromkeys(f"{rule.area}/*" for rule in rules)],
        "ID": ids,
        "FORMAT": list(FORMATS),
    }
    tables = {name: (about, module_of(name).ARGUMENTS) for name, about in COMMANDS.items()}
    write(script(options.shell, commands_of(tables, words)))
    return OK
