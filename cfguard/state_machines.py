"""Which state may follow which, read from ``schemas/state-machines.json``, and how that looks as a diagram."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from cfguard.named_tuple import NamedTuple
from cfguard.resources import read_data


class StateMachine(NamedTuple):
    """The states of one kind of record.

    ``states`` maps each state to those that may follow it. In ``rest`` a history may end for good; ``errors``
    are the states of failure. ``path`` is the way of a run in which all goes well.
    """

    name: str
    rule: str
    states: Mapping[str, tuple[str, ...]]
    rest: frozenset[str]
    errors: frozenset[str]
    path: tuple[str, ...]

    def allows(self, before: str, after: str) -> bool:
        """Whether a record may follow another; the same state again is no step."""
        return before == after or after in self.states[before]


@lru_cache(maxsize=1)
def state_machines() -> Mapping[str, StateMachine]:
    """Every machine by the kind of its records; raises OSError or ValueError for a broken installation."""
    return {
        name: StateMachine(
            name,
            each["rule"],
            {state: tuple(after) for state, after in each["states"].items()},
            frozenset(each["rest"]),
            frozenset(each["errors"]),
            tuple(each["path"]),
        )
        for name, each in read_data("state-machines")["machines"].items()
    }


def machine_of_rule(rule: str) -> StateMachine | None:
    """The machine that a rule judges by."""
    return next((each for each in state_machines().values() if each.rule == rule), None)


def text_diagram(machine: StateMachine) -> Iterator[str]:
    """The machine for a terminal: the way on which all goes well, then what may follow each state."""
    yield " → ".join(machine.path)
    yield ""
    width = max(map(len, machine.states))
    for state, after in machine.states.items():
        mark = "✗" if state in machine.errors else " "
        yield f"{mark} {state:<{width}} → {', '.join(after)}"
