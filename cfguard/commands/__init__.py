"""The commands, a module each: ``ARGUMENTS``, the words it takes, and ``run``, which gives an exit code.

Only the module of the command that is given is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import SimpleNamespace

#: Every command with a line about it, in the order of the help.
COMMANDS = {
    "check": "check a repository, a folder or a file",
    "init": "look at a project and write what it could begin with: settings, a hook, a workflow",
    "rule": "explain a rule, or list all rules",
    "envs": "show the environments of each Worker side by side",
    "migrations": "show what applying the D1 migrations does, and whether each can be undone",
    "baseline": "accept what is found today, so that only new findings are told",
    "secrets": "look for secrets in everything ever committed, or remember them to see them change",
    "verify": "run the Workers with the real wrangler and measure them (executes their code)",
    "test": "run the cases of policies",
    "completion": "let your shell complete commands, options and rules",
}


class Command(Protocol):
    """What the module of a command holds."""

    #: The names of the arguments, with the keywords of argparse's ``add_argument``.
    ARGUMENTS: Mapping[str, Mapping[str, Any]]

    def run(self, options: SimpleNamespace) -> int:
        """Do what is asked; gives the exit code."""


def module_of(command: str) -> Command:
    """The module of one of :data:`COMMANDS`, imported when it is asked for."""
    found: Command = __import__(f"{__name__}.{command}", fromlist=["run"])
    return found
