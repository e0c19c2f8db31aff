"""The table of clauses: none is without a rule or command that carries it and a test that proves it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfguard.policy.load import load_bundled
from cfguard.resources import policies_dir
from scripts.clause_table import Clause, clauses

ROOT = Path(__file__).resolve().parent.parent
CLAUSES = clauses()


def test_every_clause_of_the_specification_has_a_row() -> None:
    assert [each.number for each in CLAUSES] == [*(f"S{number:02}" for number in range(1, 39)), "C1", "C2"]
    named = {number for rule in load_bundled() for number in rule.clauses}
    assert named <= {each.number for each in CLAUSES}


@pytest.mark.parametrize("clause", CLAUSES, ids=[each.number for each in CLAUSES])
def test_no_row_is_empty(clause: Clause) -> None:
    assert clause.says
    assert clause.rules or clause.commands
    assert clause.tests
    for path in clause.tests:
        assert "def test_" in (ROOT / path).read_text(encoding="utf-8")
    for rule in clause.rules:
        assert (Path(policies_dir()) / f"{rule}.cases.md").is_file()
    for name in clause.commands:
        assert (ROOT / "cfguard" / "commands" / f"{name.split()[0]}.py").is_file()
