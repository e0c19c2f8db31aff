"""The words of the command line: a table for each command, read directly where plain, by argparse elsewhere.

argparse costs more than reading and checking all files of a project of ordinary size, so it is imported
only for what it is good at: help, abbreviations, and telling what is wrong.
"""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from cfguard import __version__
from cfguard.commands import COMMANDS, module_of

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator, Mapping, Sequence

_DESCRIPTION = """\
Checks the configuration of Cloudflare Workers + D1 projects before it is deployed:
wrangler.toml/.json/.jsonc, devcontainer.json, .env* and .dev.vars*. Works offline."""

_EPILOG = """\
exit codes:
  0  nothing at or above --fail-on      2  could not do the job (usage, settings, unreadable files)
  1  findings                           3  nothing to check here

examples:
  cfguard check                         the repository you are in
  cfguard check --profile strict        with every requirement of the specification
  cfguard rule d1/database-shared       what a rule is about and how to put it right
"""


def read_arguments(words: Sequence[str]) -> SimpleNamespace | None:
    """The command and its options by name; None where no command is given.

    Raises SystemExit, with everything said, for help and for mistakes.
    """
    plain = _plain(words)
    if plain is not None:
        return plain
    parser = _parser()
    if words and not words[0].startswith("-") and words[0] not in COMMANDS:
        parser.error(_no_command(words[0]))
    options = parser.parse_args(words, SimpleNamespace())
    if options.command is None:
        parser.print_help()
        return None
    return options


def _no_command(word: str) -> str:
    """What to say of a first word that is no command; a path is what people give to most linters."""
    from cfguard.suggest import did_you_mean

    meant = (
        f"; did you mean `cfguard check {word}`" if os.path.lexists(word) else did_you_mean(word, COMMANDS)
    )
    return f"`{word}` is not a command{meant}"


def _plain(words: Sequence[str]) -> SimpleNamespace | None:
    """The options where the words are a command, options in full, and values; None for anything else."""
    arguments = module_of(words[0]).ARGUMENTS if words and words[0] in COMMANDS else None
    if arguments is None or not _has_one_positional(arguments):
        return None
    found = SimpleNamespace(command=words[0])
    for name, keywords in arguments.items():
        setattr(found, _attribute(name), keywords.get("default", False if _is_switch(keywords) else None))
    given: list[str] = []
    after_option = False
    remaining = iter(words[1:])
    for word in remaining:
        if word == "--":
            rest = [*remaining]
            if "--" in rest or (given and after_option):
                return None
            given += rest
            break
        if not word.startswith("-"):
            if given and after_option:
                return None
            given.append(word)
            after_option = False
        elif _option(word, remaining, arguments, found):
            after_option = True
        else:
            return None
    return found if not given or _positional(given, arguments, found) else None


def _has_one_positional(arguments: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether there is one argument without a name, and it may be left out: other commands are argparse's."""
    found = [keywords for name, keywords in arguments.items() if not name.startswith("-")]
    return len(found) == 1 and found[0].get("nargs") in ("*", "?")


def _option(
    word: str,
    remaining: Iterator[str],
    arguments: Mapping[str, Mapping[str, Any]],
    found: SimpleNamespace,
) -> bool:
    """Take one option with its value; false where argparse has to look at it."""
    name, equals, value = word.partition("=")
    keywords = arguments.get(name)
    if keywords is None:
        return False
    attribute = _attribute(name)
    if _is_switch(keywords):
        setattr(found, attribute, True)
        return not equals
    if not equals:
        value = next(remaining, "-")
    if value == "--" or (not equals and value.startswith("-")):
        return False
    many = keywords.get("action") == "append"
    setattr(found, attribute, [*getattr(found, attribute), value] if many else value)
    return value in keywords.get("choices", (value,))


def _positional(given: list[str], arguments: Mapping[str, Mapping[str, Any]], found: SimpleNamespace) -> bool:
    name = next(iter(arguments))
    many = arguments[name]["nargs"] == "*"
    setattr(found, name, given if many else given[0])
    return many or len(given) == 1


def _attribute(name: str) -> str:
    return name.lstrip("-").replace("-", "_")


def _is_switch(keywords: Mapping[str, Any]) -> bool:
    return keywords.get("action") == "store_true"


def _parser() -> ArgumentParser:
    import argparse

    parser = argparse.ArgumentParser(
        prog="cfguard",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"cfguard {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for command, help in COMMANDS.items():
        added = commands.add_parser(command, help=help)
        for name, keywords in module_of(command).ARGUMENTS.items():
            added.add_argument(name, **keywords)
    return parser
