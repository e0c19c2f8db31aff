"""Completion for shells, made from the same tables that the command line is read by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cfguard.named_tuple import NamedTuple

SHELLS = ("bash", "zsh", "fish")

_ANYTHING = ("DATE", "URL")
"""Words for values that nobody can list."""


class Argument(NamedTuple):
    """One argument of a command: its name (empty where it goes by its place), and what it can be.

    ``values`` None stands for files, ``takes_value`` is false for a switch.
    """

    name: str
    about: str
    takes_value: bool
    values: tuple[str, ...] | None


class Command(NamedTuple):
    """A command with a line about it."""

    name: str
    about: str
    arguments: tuple[Argument, ...]


def commands_of(
    tables: Mapping[str, tuple[str, Mapping[str, Mapping[str, Any]]]], words: Mapping[str, Sequence[str]]
) -> tuple[Command, ...]:
    """The commands from their lines and argument tables; ``words`` lists what a metavar can be (``RULE``)."""
    return tuple(
        Command(name, about, tuple(_argument(each, about_it, words) for each, about_it in table.items()))
        for name, (about, table) in tables.items()
    )


def _argument(name: str, keywords: Mapping[str, Any], words: Mapping[str, Sequence[str]]) -> Argument:
    metavar = keywords.get("metavar", "")
    values: tuple[str, ...] | None = None
    if "choices" in keywords:
        values = tuple(keywords["choices"])
    elif metavar in words:
        values = tuple(words[metavar])
    elif metavar in _ANYTHING:
        values = ()
    named = name if name.startswith("-") else ""
    return Argument(named, keywords.get("help", ""), keywords.get("action") != "store_true", values)


def script(shell: str, commands: Iterable[Command]) -> str:
    """The script that teaches a shell; raises KeyError for one that is not in :data:`SHELLS`."""
    write = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]
    return "\n".join(write(list(commands))) + "\n"


def _bash(commands: list[Command]) -> Iterator[str]:
    yield '# cfguard completion for bash; put this into ~/.bashrc:  eval "$(cfguard completion bash)"'
    yield "_cfguard() {"
    yield '    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"'
    yield '    local command="${COMP_WORDS[1]}" words="" word'
    # `--format=json` arrives as three words, because `=` parts words in bash.
    yield '    if [ "$previous" = "=" ]; then previous="${COMP_WORDS[COMP_CWORD-2]}"; fi'
    yield '    if [ "$current" = "=" ]; then current=""; fi'
    yield "    COMPREPLY=()"
    yield '    if [ "$COMP_CWORD" -eq 1 ]; then'
    yield f"        words='{' '.join([each.name for each in commands] + ['--help', '--version'])}'"
    yield "    else"
    yield '        case "$command:$previous" in'
    for command in commands:
        for argument in command.arguments:
            if argument.name and argument.takes_value:
                # No word left means that bash completes file names itself.
                yield f"        {command.name}:{argument.name}) words='{' '.join(argument.values or ())}' ;;"
    yield '        *) case "$command:$current" in'
    for command in commands:
        options = [argument.name for argument in command.arguments if argument.name]
        yield f"            {command.name}:-*) words='{' '.join([*options, '--help'])}' ;;"
        yield f"            {command.name}:*) words='{' '.join(_first_values(command))}' ;;"
    yield "        esac ;;"
    yield "        esac"
    yield "    fi"
    yield '    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$current")'
    yield "}"
    yield "complete -o default -F _cfguard cfguard"


def _first_values(command: Command) -> tuple[str, ...]:
    """What the first argument without a name can be; further ones are paths."""
    return next((each.values or () for each in command.arguments if not each.name), ())


def _zsh(commands: list[Command]) -> Iterator[str]:
    yield "#compdef cfguard"
    yield "# cfguard completion for zsh; write it into a folder of $fpath under the name _cfguard"
    yield "_cfguard() {"
    yield "    local -a commands=("
    yield from (f"        {_quoted(f'{each.name}:{each.about}')}" for each in commands)
    yield "    )"
    yield "    if (( CURRENT == 2 )); then _describe command commands; return; fi"
    yield "    local command=$words[2]"
    yield "    shift words; (( CURRENT-- ))"
    yield "    case $command in"
    for command in commands:
        yield f"    {command.name}) _arguments -s \\"
        for argument in command.arguments:
            yield f"        {_quoted(_zsh_spec(argument, command))} \\"
        yield "        '--help[show what it takes]' ;;"
    yield "    esac"
    yield "}"
    # Sourced, it registers itself; from $fpath it is the function's own body that runs.
    yield 'if [ "$funcstack[1]" = "_cfguard" ]; then _cfguard "$@"; else compdef _cfguard cfguard; fi'


def _zsh_spec(argument: Argument, command: Command) -> str:
    about = argument.about.replace("[", "(").replace("]", ")").replace(":", " -")
    values = "_files" if argument.values is None else f"({' '.join(argument.values)})"
    if argument.name:
        return f"{argument.name}[{about}]" + (f":value:{values}" if argument.takes_value else "")
    first = next(each for each in command.arguments if not each.name) is argument
    many = sum(not each.name for each in command.arguments) > 1
    return f"{'1' if first and many else '*'}:{about or 'argument'}:{values}"


def _fish(commands: list[Command]) -> Iterator[str]:
    yield "# cfguard completion for fish; write it to ~/.config/fish/completions/cfguard.fish"
    for command in commands:
        yield (
            f"complete -c cfguard -n __fish_use_subcommand -f -a {command.name} -d {_fish_quoted(command.about)}"
        )
    yield "complete -c cfguard -n __fish_use_subcommand -f -l version"
    yield "complete -c cfguard -n __fish_use_subcommand -f -l help"
    for command in commands:
        seen = f"complete -c cfguard -n '__fish_seen_subcommand_from {command.name}'"
        for argument in command.arguments:
            name = f" -l {argument.name.lstrip('-')}" if argument.name else ""
            if not argument.takes_value:
                yield f"{seen} -f{name} -d {_fish_quoted(argument.about)}"
            elif argument.values is None:
                yield f"{seen}{name}{' -r' if name else ' -F'} -d {_fish_quoted(argument.about)}"
            else:
                listed = _fish_quoted(" ".join(argument.values))
                required = " -x" if name else " -f"
                yield f"{seen}{name}{required} -a {listed} -d {_fish_quoted(argument.about)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
