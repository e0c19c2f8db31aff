"""Reads rule files: the bundled ones as they are, a project's own with everything checked first."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cfguard import cache
from cfguard.finding import Problem
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.policy.rule import Rule, rule_from_table
from cfguard.published import rule_page
from cfguard.resources import policies_dir

_KIND = "rules"
_NAME = lazy(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


class RuleFile(NamedTuple):
    """A file that holds a rule: the rule's id and the path of the file."""

    id: str
    path: str


class PolicyFolder(NamedTuple):
    """A folder of rules: ``path`` is relative to ``base``, and no link may lead out of the base."""

    base: str
    path: str


class Loaded(NamedTuple):
    """A project's own rules that are right, and what is wrong with the others."""

    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]
    #: The ids of all files, right or wrong: settings may name a rule that cannot be loaded.
    seen: frozenset[str]


def rule_files(folder: str) -> Iterator[RuleFile]:
    """The rule files of a policy folder (``<area>/<name>.toml``), by id.

    Raises OSError where the folder cannot be read.
    """
    for area in sorted(os.listdir(folder)):
        inside = os.path.join(folder, area)
        if area.startswith((".", "_")) or not os.path.isdir(inside):
            continue
        for name in sorted(os.listdir(inside)):
            stem, extension = os.path.splitext(name)
            if extension == ".toml" and not name.startswith("."):
                yield RuleFile(f"{area}/{stem}", os.path.join(inside, name))


def is_rule_id(text: str) -> bool:
    """Whether a text has the form of a rule id: ``area/name``, lower case words joined by hyphens."""
    area, slash, name = text.partition("/")
    return bool(slash and _NAME.match(area) and _NAME.match(name))


def load_bundled() -> tuple[Rule, ...]:
    """The rules that ship with the program; their shape is held to the schema by a test, not here.

    Parsed files are kept from run to run, for as long as none of them is touched.
    """
    files = tuple(rule_files(policies_dir()))
    key = cache.digest(_KIND, *map(_stamp, files))
    kept = _bundled(files, cache.read(_KIND, key))
    if kept is not None:
        return kept
    tables = [read_table(file.path) for file in files]
    cache.write(_KIND, key, tables)
    return tuple(map(_bundled_rule, files, tables))


def _stamp(file: RuleFile) -> str:
    """What changes with every change of a file, by the operating system's word."""
    state = os.stat(file.path)
    return f"{file.path}:{state.st_size}:{state.st_mtime_ns}:{state.st_ctime_ns}:{state.st_ino}"


def _bundled(files: tuple[RuleFile, ...], tables: object) -> tuple[Rule, ...] | None:
    """The rules of kept tables; None where these are not what was written."""
    if not isinstance(tables, list) or len(tables) != len(files):
        return None
    try:
        return tuple(map(_bundled_rule, files, tables))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _bundled_rule(file: RuleFile, table: Mapping[str, Any]) -> Rule:
    return rule_from_table(file.id, f"policies/{file.id}.toml", table, rule_page(file.id))


def read_table(path: str) -> Mapping[str, Any]:
    """The parsed contents of a rule file."""
    import tomli

    with open(path, "rb") as opened:
        return tomli.load(opened)


def by_id(rules: Iterable[Rule]) -> dict[str, Rule]:
    """Rules by their ids."""
    return {rule.id: rule for rule in rules}
