"""The index of the rules: by area, and by clause of the specification."""

from __future__ import annotations

from collections.abc import Iterator

from cfguard.policy.load import load_bundled
from cfguard.policy.rule import Rule
from scripts.pages.clauses import CLAUSES
from scripts.pages.markdown import table


def lines() -> Iterator[str]:
    """All bundled rules."""
    rules = load_bundled()
    areas = {rule.area: [each for each in rules if each.area == rule.area] for rule in rules}
    yield from ("# Rules", "")
    yield "`cfguard rule ID` explains a rule. Profiles: `recommended` < `strict` < `all`; [settings.md](settings.md) says how to"
    yield "choose, and [own-rules.md](own-rules.md) how to write one. Areas:"
    yield f"{', '.join(f'[{area}](#{area})' for area in areas)}; and [by clause](#by-clause)."
    for area, inside in areas.items():
        yield from ("", f"## {area}", "")
        rows = (
            (link(rule), rule.severity, rule.profile, ", ".join(rule.clauses), rule.title) for rule in inside
        )
        yield from table(("rule", "severity", "profile", "clauses", "finds"), rows)
    yield from ("", "## By clause", "", "The clauses of the specification, and what carries each.")
    for clause, about in CLAUSES.items():
        carrying = [rule for rule in rules if clause in rule.clauses]
        if carrying:
            yield from (
                "",
                f"### {clause}",
                "",
                f"{about[:1].upper()}{about[1:]}: {', '.join(map(link, carrying))}",
            )


def link(rule: Rule) -> str:
    """A rule's id as a link from a page in docs/."""
    return f"[`{rule.id}`](rules/{rule.id}.md)"
