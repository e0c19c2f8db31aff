"""Explains rules to people and machines: what a rule is about, why it matters, how to put it right."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from cfguard.policy.advice import general_advice
from cfguard.policy.rule import Rule
from cfguard.suggest import did_you_mean

WIDTH = 100


class NoSuchRule(Exception):
    """There is no rule of that id."""


def list_rules(rules: Iterable[Rule], format: str) -> str:
    """All rules, a line each with severity, profile and title; or a JSON array."""
    if format == "json":
        return _json([as_record(rule) for rule in rules])
    rows = [(rule.id, rule.severity, rule.profile, rule.title) for rule in rules]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = [
        f"{id:<{widths[0]}}  {severity:<{widths[1]}}  {profile:<{widths[2]}}  {title}"
        for id, severity, profile, title in rows
    ]
    return "\n".join([*lines, "", f"{len(rows)} rules; `cfguard rule ID` explains one"]) + "\n"


def explain(rules: Iterable[Rule], id: str, format: str) -> str:
    """One rule in full; raises :class:`NoSuchRule` with a did-you-mean."""
    known = {rule.id: rule for rule in rules}
    if id not in known:
        raise NoSuchRule(f"`{id}` is not a rule{did_you_mean(id, known)}")
    rule = known[id]
    return _json(as_record(rule)) if format == "json" else _page(rule)


def as_record(rule: Rule) -> dict[str, object]:
    """A rule as plain data, for machines."""
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "profile": rule.profile,
        "why": rule.why,
        "help": general_advice(rule.help) if rule.help else "",
        "clauses": list(rule.clauses),
        "tags": list(rule.tags),
        "upstream": rule.upstream,
        "params": dict(rule.params),
        "fixes": [{"title": fix["title"], "safety": fix["safety"]} for fix in rule.fixes],
        "references": list(rule.references),
        "url": rule.page,
    }


def _page(rule: Rule) -> str:
    lines = [f"{rule.id}: {rule.title}", ""]
    lines += [f"{rule.severity}, in the profile `{rule.profile}`" + _origin(rule), ""]
    lines += _paragraph("Why", rule.why)
    lines += _paragraph("How to put it right", general_advice(rule.help) if rule.help else "")
    if rule.fixes:
        lines += [
            "What --fix does",
            *(f"  {general_advice(fix['title'])} ({fix['safety']})" for fix in rule.fixes),
            "",
        ]
    lines += _states(rule)
    if rule.params:
        lines += ["Parameters", *(f"  {name} = {_value(value)}" for name, value in rule.params.items()), ""]
    comment = f"# cfguard: ignore[{rule.id}] the reason"
    accepting = [*settings_lines(rule), "", "or on the line above the place:", comment]
    lines += ["Settings", *(f"  {line}".rstrip() for line in accepting), ""]
    if rule.references:
        lines += ["References", *(f"  {each}" for each in rule.references), ""]
    lines += ["Page", f"  {rule.page}", ""]
    return "\n".join(lines)


def _states(rule: Rule) -> list[str]:
    """The diagram of the states that a rule judges by."""
    from cfguard.state_machines import machine_of_rule, text_diagram

    machine = machine_of_rule(rule.id)
    if machine is None:
        return []
    return ["States", *(f"  {line}".rstrip() for line in text_diagram(machine)), ""]


def _origin(rule: Rule) -> str:
    clauses = f"; clause {', '.join(rule.clauses)} of the specification" if rule.clauses else ""
    upstream = f"; {rule.upstream} says the same" if rule.upstream else ""
    return clauses + upstream


def settings_lines(rule: Rule) -> list[str]:
    """What can be set about a rule, as it stands in ``cfguard.toml``."""
    lines = [f'[rules."{rule.id}"]', 'severity = "off"  # or error, warning, info']
    return lines + [f"params.{name} = {_value(value)}" for name, value in rule.params.items()]


def _paragraph(title: str, text: str) -> list[str]:
    if not text:
        return []
    return [title, *textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  "), ""]


def _value(value: object) -> str:
    import json

    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _json(value: object) -> str:
    import json

    return json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n"
