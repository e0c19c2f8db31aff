"""Loads a project's own rules: data only, checked whole before anything runs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from cfguard import cache
from cfguard.finding import Problem
from cfguard.policy.compile import Mistake, RuleError, compile_rule
from cfguard.policy.load import Loaded, PolicyFolder, RuleFile, is_rule_id, rule_files
from cfguard.policy.rule import Rule, rule_from_table
from cfguard.reading import Unreadable, read_bytes
from cfguard.syntax import decode, parse
from cfguard.syntax.node import Document, Path
from cfguard.text import Position, Span


def load_own(folders: Iterable[PolicyFolder], taken: Iterable[str]) -> Loaded:
    """Load the rules in policy folders.

    ``taken`` are the ids of the bundled rules: a second definition of one is refused, settings are the
    way to change a rule. Everything that is wrong is a problem of kind ``policy`` with its position.
    """
    rules: dict[str, Rule] = {}
    seen: set[str] = set()
    problems: list[Problem] = []
    bundled = frozenset(taken)
    for folder in folders:
        for file in _files(folder, problems):
            seen.add(file.id)
            if file.id in bundled or file.id in rules:
                message = (
                    f"there is a rule `{file.id}` already; change that one in the settings, or rename this"
                )
                problems.append(Problem("policy", file.path, message))
                continue
            rule = _load(folder.base, file, problems)
            if rule is not None:
                rules[rule.id] = rule
    return Loaded(tuple(rules.values()), tuple(problems), frozenset(seen))


def _files(folder: PolicyFolder, problems: list[Problem]) -> Iterator[RuleFile]:
    relative = os.path.normpath(folder.path).replace(os.sep, "/")
    if relative.startswith("../") or relative == ".." or os.path.isabs(relative):
        problems.append(Problem("policy", folder.path, "the policy folder lies outside the project"))
        return
    try:
        found = list(rule_files(os.path.join(folder.base, relative)))
    except OSError:
        problems.append(Problem("policy", folder.path, "there is no such policy folder"))
        return
    if not found:
        problems.append(
            Problem("policy", folder.path, "the policy folder holds no rule (`<area>/<name>.toml`)")
        )
    for file in found:
        yield RuleFile(file.id, os.path.relpath(file.path, folder.base).replace(os.sep, "/"))


def _load(base: str, file: RuleFile, problems: list[Problem]) -> Rule | None:
    if not is_rule_id(file.id):
        message = (
            f"`{file.id}` is no rule id: lower case words joined by hyphens, as in `team/name-of-the-smell`"
        )
        problems.append(Problem("policy", file.path, message))
        return None
    try:
        source, diagnostics = decode(file.path, read_bytes(base, file.path))
    except Unreadable as error:
        problems.append(Problem("policy", file.path, error.told.message))
        return None
    document = parse(source, "toml")
    for diagnostic in (*diagnostics, *document.diagnostics):
        start = source.position(diagnostic.span.start) if diagnostic.span else None
        problems.append(Problem("policy", file.path, diagnostic.message, start))
    if diagnostics or document.recovered:
        return None
    table = document.root.plain()
    assert isinstance(table, dict)  # noqa: S101 - the root of a TOML file is a table
    if not _has_right_shape(document, table, problems):
        return None
    rule = rule_from_table(file.id, file.path, table)
    try:
        compile_rule(rule)
    except RuleError as error:
        problems += [
            Problem("policy", file.path, each.message, _where(document, each)) for each in error.mistakes
        ]
        return None
    return rule


def _has_right_shape(document: Document, table: dict[str, object], problems: list[Problem]) -> bool:
    """Hold a rule file against its contract; a text that was right once is not validated again."""
    key = cache.digest("policy", document.source.text)
    if cache.read("policies", key) is True:
        return True
    from cfguard.contracts.errors import validate
    from cfguard.contracts.policy import Policy

    _, faults = validate(Policy, table, noun="field")
    problems += [
        Problem("policy", document.path, fault.message, _position(document, fault.path)) for fault in faults
    ]
    if not faults:
        cache.write("policies", key, True)
    return not faults


def _position(document: Document, path: Path) -> Position:
    node = document.nearest(path)
    span = node.part("key") if node.key is not None else Span(0, 0)
    return document.source.position(span.start)


def _where(document: Document, mistake: Mistake) -> Position:
    """The place of a mistake inside a field's text; exact where the text is written without escapes."""
    node = document.nearest(mistake.field)
    if node.path != mistake.field or node.kind != "string":
        return _position(document, mistake.field)
    written, value = document.source.slice(node.span), str(node.value)
    inside = written.find(value)
    offset = node.span.start + (inside + mistake.span.start if inside > 0 else 0)
    return document.source.position(offset)
