"""Reads Dockerfiles: stages, arguments, and what the wanted stage is built from. Linear, and nothing is run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cfguard.model.devcontainer.shell import HEREDOC
from cfguard.model.devcontainer.variables import substitute_shell
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy

#: Real Dockerfiles have a handful of stages; a chain longer than this is not followed.
MAX_STAGES = 200
MAX_INSTRUCTIONS = 5_000

_ESCAPE = lazy(r"#\s*escape\s*=\s*([\\`])\s*\Z", re.IGNORECASE)
_DIRECTIVE = lazy(r"#\s*[A-Za-z]+\s*=")
_WORD = lazy(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])+""")
_ASSIGNMENT = lazy(r"([A-Za-z_]\w*)(?:=((?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|\\.|[^\s\"'\\])*))?")


class Instruction(NamedTuple):
    """One instruction: its name in capitals, its text with continuations joined, its line (1-based)."""

    name: str
    text: str
    line: int


class Stage(NamedTuple):
    """A build stage: what it is built from as written, its name, and its instructions."""

    base: str
    name: str
    line: int
    steps: tuple[Instruction, ...]


class Dockerfile(NamedTuple):
    """A Dockerfile in parts; ``arguments`` are those before the first stage, None without a default."""

    arguments: Mapping[str, str | None]
    stages: tuple[Stage, ...]


class Target(NamedTuple):
    """What a stage comes down to: the image below all its stages, and their steps from the image upwards.

    ``image`` is None where it cannot be known; ``stages`` gives the image below every named stage.
    ``arguments`` are the global ones with their values, ``given`` those that the build sets.
    """

    image: str | None
    line: int
    steps: tuple[Instruction, ...]
    arguments: Mapping[str, str]
    given: Mapping[str, str]
    stages: Mapping[str, str]

    def value(self, name: str, default: str | None) -> str:
        """The value of an ARG inside a stage; empty without one."""
        return self.given.get(name) or default or self.arguments.get(name) or ""


class TooLarge(Exception):
    """A Dockerfile beyond every real one."""


def read_dockerfile(text: str) -> Dockerfile:
    """The parts of a Dockerfile; raises :class:`TooLarge`."""
    arguments: dict[str, str | None] = {}
    stages: list[Stage] = []
    steps: list[Instruction] = []
    current: Stage | None = None
    for instruction in _instructions(text):
        if instruction.name == "FROM":
            if current is not None:
                stages.append(current._replace(steps=tuple(steps)))
            if len(stages) >= MAX_STAGES:
                raise TooLarge(f"it has more than {MAX_STAGES} stages")
            current, steps = _stage(instruction), []
        elif current is not None:
            steps.append(instruction)
        elif instruction.name == "ARG":
            arguments.update(assignments(instruction.text))
    if current is not None:
        stages.append(current._replace(steps=tuple(steps)))
    return Dockerfile(arguments, tuple(stages))


def resolve(file: Dockerfile, wanted: str | None, given: Mapping[str, str]) -> Target | None:
    """Follow the wanted stage (the last without a name) down to its image; None where there is no such stage."""
    values: dict[str, str] = {}
    for name, default in file.arguments.items():
        # A default may be made of the arguments before it; one that cannot be known stays a variable.
        stated = substitute_shell(default, values) if default else ""
        values[name] = given.get(name) or (stated if stated is not None else "$")
    by_name: dict[str, Stage] = {}
    images: dict[str, str] = {}
    below: dict[str, str | None] = {}
    for index, stage in enumerate(file.stages):
        base = substitute_shell(stage.base, values)
        # A stage can only be built on an earlier one; a later name is an image.
        known = base is not None and base.lower() in by_name
        image: str | None = images.get(base.lower()) if known and base is not None else base
        for name in (str(index), stage.name.lower()):
            if name:
                below[name] = base.lower() if known and base is not None else None
                if image is not None:
                    images[name] = image
                elif name in images:
                    del images[name]
        if stage.name:
            by_name[stage.name.lower()] = stage
    chosen = _choose(file, wanted)
    if chosen is None:
        return None
    chain = [chosen]
    following = below.get(chosen.name.lower() or str(file.stages.index(chosen)))
    seen: set[str] = set()
    while following is not None and following not in seen:
        seen.add(following)
        chain.append(by_name[following])
        following = below.get(following)
    bottom = chain[-1]
    steps = tuple(step for stage in reversed(chain) for step in stage.steps)
    return Target(substitute_shell(bottom.base, values), bottom.line, steps, values, given, images)


def _choose(file: Dockerfile, wanted: str | None) -> Stage | None:
    if not file.stages:
        return None
    if not wanted:
        return file.stages[-1]
    if wanted.isdigit() and int(wanted) < len(file.stages):
        return file.stages[int(wanted)]
    return next((stage for stage in file.stages if stage.name.lower() == wanted.lower()), None)


def _stage(instruction: Instruction) -> Stage:
    words = [word for word in instruction.text.split() if not word.startswith("--")]
    named = len(words) > 2 and words[1].upper() == "AS"
    base = words[0].strip("\"'") if words else ""
    return Stage(base, words[2] if named else "", instruction.line, ())


def assignments(text: str) -> dict[str, str | None]:
    """The names of an ARG, or of an ENV in its newer form, with their values unquoted."""
    found: dict[str, str | None] = {}
    for word in _WORD.findall(text):
        match = _ASSIGNMENT.fullmatch(word)
        if match is not None:
            found[match[1]] = re.sub(r"[\"']", "", match[2]) if match[2] is not None else None
    return found


def _instructions(text: str) -> list[Instruction]:
    """The instructions in order; comments are dropped, lines joined, heredocs kept with what opens them."""
    found: list[Instruction] = []
    escape = "\\"
    lines = text.split("\n")
    directives = True
    number = 0
    while number < len(lines):
        line, start = lines[number].strip(), number + 1
        number += 1
        if directives and (match := _ESCAPE.match(line)):
            escape = match[1]
            continue
        directives = directives and _DIRECTIVE.match(line) is not None
        if not line or line.startswith("#"):
            continue
        parts = []
        while line.endswith(escape) and number < len(lines):
            parts.append(line[:-1])
            line = lines[number].strip()
            number += 1
            while (line.startswith("#") or not line) and number < len(lines):
                line = lines[number].strip()
                number += 1
        parts.append(line)
        name, _, rest = " ".join(parts).partition(" ")
        body, number = _heredocs(rest, lines, number) if "<<" in rest else (rest, number)
        found.append(Instruction(name.upper(), body.strip(), start))
        if len(found) > MAX_INSTRUCTIONS:
            raise TooLarge(f"it has more than {MAX_INSTRUCTIONS:,} instructions")
    return found


def _heredocs(text: str, lines: list[str], number: int) -> tuple[str, int]:
    """An instruction with the texts that it opens, and the line after them."""
    body = [text]
    for match in HEREDOC.finditer(text):
        while number < len(lines):
            line = lines[number].strip("\r")
            number += 1
            if (line.lstrip("\t") if match[1] else line).rstrip() == match[3]:
                break
            body.append(line)
    return "\n".join(body), number
