"""Histories step by step: legal ones are clean, and an illegal step is found at its line."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.model.records.histories import about_histories
from cfguard.model.records.said import Said
from cfguard.state_machines import StateMachine, state_machines, text_diagram
from tests.model.records_samples import RIGHT, check, record_file, said

DOCS = Path(__file__).resolve().parents[2] / "docs"
MACHINES = sorted(state_machines())


def walk(machine: StateMachine, length: int, dice: random.Random, illegal_at: int | None = None) -> list[str]:
    """A random history; the step to ``illegal_at`` is one that the machine does not know."""
    states = [dice.choice(sorted(machine.states))]
    while len(states) < length:
        before = states[-1]
        legal = [before, *machine.states[before]]
        if len(states) == illegal_at:
            states.append(dice.choice([each for each in machine.states if each not in legal]))
        else:
            states.append(dice.choice(legal))
    return states


def records_of(machine: StateMachine, states: list[str], dice: random.Random) -> list[dict[str, Any]]:
    """The states as records: a new process where the one before has come to rest, none while nothing runs."""
    process, records = 100, []
    for number, state in enumerate(states):
        record = dict(RIGHT[machine.name], timestamp=f"2026-11-22T{number // 60:02}:{number % 60:02}:00Z")
        if machine.name == "deployment":
            record |= {"deployment_status": state, "rollback_target": None}
        else:
            if number and states[number - 1] in machine.rest and dice.random() < 0.5:
                process += 1
            at_rest = state in machine.rest and dice.random() < 0.5
            record |= {"state": state, "wrangler_dev_pid": None if at_rest else process}
        records.append(record)
    return records


def judged(machine: StateMachine, records: list[dict[str, Any]]) -> list[Said]:
    found = about_histories([record_file(machine.name, records)])
    return [each for each in found if each.diagnostic.code == f"{machine.name}-transition"]


def line_of(each: Said) -> int:
    span = each.diagnostic.span
    assert span is not None
    return each.document.source.position(span.start).line


@pytest.mark.parametrize("name", MACHINES)
@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(1, 40))
def test_a_legal_history_is_clean(name: str, seed: int, length: int) -> None:
    machine, dice = state_machines()[name], random.Random(seed)
    assert judged(machine, records_of(machine, walk(machine, length, dice), dice)) == []


@pytest.mark.parametrize("name", MACHINES)
@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(2, 40), data=st.data())
def test_a_single_illegal_step_is_found_at_its_line(
    name: str, seed: int, length: int, data: st.DataObject
) -> None:
    machine, dice = state_machines()[name], random.Random(seed)
    at = data.draw(st.integers(1, length - 1))
    records = records_of(machine, walk(machine, length, dice, illegal_at=at), dice)
    assert [line_of(each) for each in judged(machine, records)] == [at + 1]


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32), lengths=st.lists(st.integers(1, 12), min_size=2, max_size=4))
def test_deployments_that_run_side_by_side_have_histories_of_their_own(seed: int, lengths: list[int]) -> None:
    machine, dice = state_machines()["deployment"], random.Random(seed)
    pending = [
        [(f"dep-{index}", state) for state in walk(machine, length, dice)]
        for index, length in enumerate(lengths)
    ]
    records = []
    while any(pending):
        id, state = dice.choice([each for each in pending if each]).pop(0)
        records.append(dict(RIGHT["deployment"], deployment_id=id, deployment_status=state))
    assert judged(machine, records) == []


@pytest.mark.parametrize("name", MACHINES)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(2, 20), data=st.data())
def test_a_time_before_the_step_above_is_found(
    name: str, seed: int, length: int, data: st.DataObject
) -> None:
    machine, dice = state_machines()[name], random.Random(seed)
    records = records_of(machine, walk(machine, length, dice), dice)
    at = data.draw(st.integers(1, length - 1))
    records[at]["timestamp"] = "2026-11-21T00:00:00Z"
    assert [line_of(each) for each in judged(machine, records)] == [at + 1]


def test_the_machines_are_whole() -> None:
    for machine in state_machines().values():
        followed = {after for states in machine.states.values() for after in states}
        assert followed <= machine.states.keys()
        assert machine.rest | machine.errors <= machine.states.keys()
        assert all(machine.states.values()), "every state has a way out"
        assert machine.errors <= followed, "every error has a way in"
        assert all(
            after in machine.states[before]
            for before, after in zip(machine.path, machine.path[1:], strict=False)
        )


def test_the_states_are_those_of_the_contracts() -> None:
    from scripts.generate_schemas import CONTRACTS

    for name, field in (("dev-state", "state"), ("deployment", "deployment_status")):
        about = CONTRACTS[name][1].model_json_schema()["properties"][field]
        allowed = next(
            (branch["enum"] for branch in about.get("anyOf", ()) if "enum" in branch), about.get("enum")
        )
        assert set(allowed) == state_machines()[name].states.keys()


def mermaid(machine: StateMachine) -> Iterator[str]:
    """The machine for a page, in the language of Mermaid."""
    yield "stateDiagram-v2"
    yield f"    [*] --> {machine.path[0]}"
    for state, after in machine.states.items():
        for each in after:
            yield f"    {state} --> {each}"
    yield f"    classDef error fill:#fdd,stroke:#c00\n    class {','.join(sorted(machine.errors))} error"


def test_the_page_shows_the_machines_as_they_are() -> None:
    page = (DOCS / "records.md").read_text(encoding="utf-8")
    for machine in state_machines().values():
        assert "\n".join(["```mermaid", *mermaid(machine), "```"]) in page


def test_a_rule_about_states_shows_them() -> None:
    from cfguard.explain import explain
    from cfguard.policy.load import load_bundled

    page = explain(load_bundled(), "deployment/transition-illegal", "text")
    for line in text_diagram(state_machines()["deployment"]):
        assert line.rstrip() in page
    assert "States" not in explain(load_bundled(), "deployment/record-invalid", "text")


def test_times_of_a_history_become_durations(tmp_path: Path) -> None:
    lines = ""
    for state, time in (
        ("starting", "09:30:00"),
        ("running", "09:30:10"),
        ("reloading", "09:31:00"),
        ("running", "09:31:02"),
    ):
        record = {
            "state": state,
            "timestamp": f"2026-11-22T{time}Z",
            "wrangler_dev_pid": 7,
            "database_status": "x",
        }
        lines += str(record).replace("'", '"') + "\n"
    report = check(tmp_path, {"a.dev-state.jsonl": lines}, "dev-state/startup-slow", "dev-state/reload-slow")
    assert [(line, message) for _, line, message in said(report)] == [
        (2, "the dev server took 10 s to start; less than 10 s was expected"),
        (4, "a changed file took 2 s to be served; less than 2 s was expected"),
    ]
