"""The specification clause by clause, with the rules and commands that carry it and the tests that prove it.

Rules name their clauses themselves; ``scripts/clauses.json`` says each clause in a few words and names what rules
do not: commands, further rules, and tests beside the cases of the rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cfguard.policy.load import load_bundled

ROOT = Path(__file__).resolve().parent.parent
CLAUSES = Path(__file__).with_name("clauses.json")


class Clause(NamedTuple):
    """One row of the table: ``rules`` by id, ``commands`` by name, ``tests`` by path from the root."""

    number: str
    says: str
    rules: tuple[str, ...]
    commands: tuple[str, ...]
    tests: tuple[str, ...]


def clauses() -> tuple[Clause, ...]:
    """Every clause, in its order; raises KeyError where a rule names one that there is not."""
    written = json.loads(CLAUSES.read_text(encoding="utf-8"))
    rules: dict[str, set[str]] = {number: set(about.get("rules", ())) for number, about in written.items()}
    for rule in load_bundled():
        for number in rule.clauses:
            rules[number].add(rule.id)
    return tuple(
        Clause(
            number,
            about["says"],
            tuple(sorted(rules[number])),
            tuple(about.get("commands", ())),
            tuple(about["tests"]),
        )
        for number, about in written.items()
    )


def clause_page() -> Iterator[str]:
    """The lines of ``docs/clauses.md``."""
    yield "# The specification, clause by clause"
    yield ""
    yield "Every rule has cases beside it, which `cfguard test` runs: its name here leads to them. The tests named are those"
    yield "of the facts and commands behind the rules."
    yield ""
    yield "| clause | | carried by | proved by |"
    yield "|---|---|---|---|"
    for clause in clauses():
        carriers = [f"[`{id}`](../policies/{id}.cases.md)" for id in clause.rules]
        carriers += [f"`cfguard {name}`" for name in clause.commands]
        tests = [f"[{Path(path).name}](../{path})" for path in clause.tests]
        cases = [f"cases of {len(clause.rules)} rules"] if len(clause.rules) > 1 else ["cases of the rule"]
        proofs = [*(cases if clause.rules else []), *tests]
        yield f"| {clause.number} | {clause.says} | {', '.join(carriers)} | {', '.join(proofs)} |"
