"""Follows histories step by step: what state may follow which, times that run backwards, what was left half done."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cfguard.model.records.entities import Deployment, DevState, Record
from cfguard.model.records.said import RecordFile, Said, said_of
from cfguard.named_tuple import NamedTuple
from cfguard.state_machines import StateMachine, state_machines
from cfguard.wrangler.wording import one_of

if TYPE_CHECKING:
    from cfguard.syntax.node import Document
    from cfguard.text import Span


class Step(NamedTuple):
    """A record with the one before it in its history, None for the first and behind a line that is not known."""

    record: Record
    before: Record | None


def about_histories(files: Iterable[RecordFile]) -> Iterator[Said]:
    """Illegal steps and what was left half done, in every file that holds a history of states."""
    for file in files:
        if file.kind is None or file.kind.schema not in ("dev-state", "deployment"):
            continue
        machine = state_machines()[file.kind.schema]
        if file.kind.schema == "dev-state":
            states = [record for record in file.records if isinstance(record, DevState)]
            timelines: Sequence[Sequence[Record]] = dev_timelines(states)
        else:
            timelines = deployment_timelines(each for each in file.records if isinstance(each, Deployment))
            yield from _unfinished(timelines, machine)
        for timeline in timelines:
            for step in steps(timeline):
                yield from _judged(step, machine)


def link_states(records: Iterable[Record]) -> None:
    """Tell each state of a development environment which one came before it."""
    for timeline in dev_timelines([record for record in records if isinstance(record, DevState)]):
        for step in steps(timeline):
            if isinstance(step.record, DevState) and isinstance(step.before, DevState):
                step.record.before = step.before


def steps(timeline: Sequence[Record]) -> Iterator[Step]:
    """The records of a history in pairs; over a line that could not be read nothing is paired."""
    before: Record | None = None
    gaps: list[int] | None = None
    for record in timeline:
        if gaps is None:
            gaps = _gaps(record.source_document)
        yield Step(record, None if before is None or _is_between(gaps, before, record) else before)
        before = record


def _gaps(document: Document) -> list[int]:
    """Where lines could not be read, as offsets."""
    return (
        [each.span.start for each in document.root.items if each.kind == "null"] if document.recovered else []
    )


def _is_between(gaps: list[int], before: Record, record: Record) -> bool:
    at = bisect_left(gaps, before.source_node.span.start)
    return at < len(gaps) and gaps[at] < record.source_node.span.start


def dev_timelines(records: Sequence[DevState]) -> list[list[Record]]:
    """The histories in a file, one for each dev server.

    A record without a process id goes on with the history of the record above it. A new process goes on with
    one that has come to rest, so that what is between two runs is judged as well; beside one that is still
    running it begins a history of its own.
    """
    rest = state_machines()["dev-state"].rest
    timelines: list[list[DevState]] = []
    by_process: dict[int, list[DevState]] = {}
    current: list[DevState] | None = None
    for record in records:
        process = record.wrangler_dev_pid
        timeline = by_process.get(process) if process is not None else current
        if timeline is None and current is not None and _goes_on(current[-1], rest):
            timeline = current
        if timeline is None:
            timeline = []
            timelines.append(timeline)
        timeline.append(record)
        current = timeline
        if process is not None:
            by_process[process] = timeline
    return [list(each) for each in timelines]


def _goes_on(last: DevState, rest: frozenset[str]) -> bool:
    """Whether a new process may be the next run of what a history tells of."""
    return last.state in rest or last.wrangler_dev_pid is None


def deployment_timelines(records: Iterable[Deployment]) -> list[list[Record]]:
    """The histories in a file, one for each deployment that has an id."""
    by_id: dict[str, list[Record]] = {}
    for record in records:
        if record.deployment_id is not None:
            by_id.setdefault(record.deployment_id, []).append(record)
    return list(by_id.values())


def _state(record: Record) -> str:
    if isinstance(record, DevState):
        return record.state or ""
    return record.deployment_status or "" if isinstance(record, Deployment) else ""


def _state_node_name(record: Record) -> str:
    return "state" if isinstance(record, DevState) else "deployment_status"


def _judged(step: Step, machine: StateMachine) -> Iterator[Said]:
    record, before = step
    if before is None:
        return
    code = f"{machine.name}-transition"
    earlier, later = _state(before), _state(record)
    name = _state_node_name(record)
    related = ((before.source_document, _span(before, name), "the step before"),)
    if {earlier, later} <= machine.states.keys() and not machine.allows(earlier, later):
        expected = one_of(machine.states[earlier])
        message = f"`{later}` follows `{earlier}`; {expected} was expected"
        yield said_of(record, code, message, record.value(name), related)
    if before.time is not None and record.time is not None and record.time < before.time:
        message = "the step is dated before the one above it; a later time was expected"
        when = ((before.source_document, _span(before, "timestamp"), "the step above it"),)
        yield said_of(record, code, message, record.value("timestamp"), when)


def _span(record: Record, name: str) -> Span:
    node = record.value(name)
    return node.span if node is not None else record.source_node.span


def _unfinished(timelines: Sequence[Sequence[Record]], machine: StateMachine) -> Iterator[Said]:
    """Deployments that stop on the way although another one of the same environment became active after them."""
    ends = [end for timeline in timelines if isinstance(end := timeline[-1], Deployment)]
    newest: dict[str | None, Deployment] = {}
    for end in ends:
        known = newest.get(end.environment)
        if end.deployment_status == "active" and (known is None or _is_after(end, known)):
            newest[end.environment] = end
    for end in ends:
        state, later = end.deployment_status, newest.get(end.environment)
        # A rollback ends with the earlier deployment, under that one's own id.
        if state not in machine.states or state in machine.rest or state == "rolling_back" or later is None:
            continue
        if _is_after(later, end):
            message = f"the deployment ends in `{state}`, though another one became `active` after it"
            related = ((later.source_document, _span(later, "deployment_status"), "active here"),)
            yield said_of(end, "deployment-unfinished", message, end.value("deployment_status"), related)


def _is_after(later: Record, earlier: Record) -> bool:
    """Whether a record is certainly later: by its time, else by its line in a file that is appended to."""
    if later.time is not None and earlier.time is not None:
        return later.time > earlier.time
    document = later.source_document
    appended = document.format == "jsonl" and earlier.source_document is document
    return appended and later.source_node.span.start > earlier.source_node.span.start


def about_deployments(deployments: Sequence[Deployment]) -> Iterator[Said]:
    """Rollback targets that no record knows, or that never were active.

    What was deployed before the records begin is not known: a target is missing only where another
    deployment comes before the one that names it.
    """
    known: dict[str, list[Deployment]] = {}
    for each in deployments:
        for name in {each.deployment_id, each.worker_version} - {None}:
            known.setdefault(str(name), []).append(each)
    beginnings = _Beginnings(deployments)
    told: set[tuple[str | None, str]] = set()
    for record in deployments:
        target, own = record.rollback_target, record.deployment_id
        if target is None or own is None or record.by_wrangler or (own, target) in told:
            continue
        told.add((own, target))
        if target == own:
            message = (
                f"the deployment names itself, `{own}`, as its rollback target; an earlier one was expected"
            )
            yield said_of(record, "rollback-target-missing", message, record.value("rollback_target"))
        elif target not in known:
            if beginnings.has_before(record):
                message = (
                    f"no record knows the rollback target `{target}`; an earlier deployment was expected"
                )
                yield said_of(record, "rollback-target-missing", message, record.value("rollback_target"))
        elif not any(_may_have_been_active(each) for each in known[target]):
            last = known[target][-1]
            message = f"the rollback target `{target}` never was `active`; it is `{last.deployment_status}`"
            related = ((last.source_document, _span(last, "deployment_status"), "its last state"),)
            yield said_of(
                record, "rollback-target-missing", message, record.value("rollback_target"), related
            )


class _Beginnings:
    """The first deployments of all, and of each file that is appended to: two of each, of different ids."""

    def __init__(self, deployments: Sequence[Deployment]) -> None:
        self._first: dict[str, dict[str, Deployment]] = {}
        timed = sorted((each for each in deployments if each.time is not None), key=_time)
        for each in timed:
            self._note("", each)
        for each in deployments:
            if each.source_document.format == "jsonl":
                self._note(each.path, each)

    def _note(self, where: str, deployment: Deployment) -> None:
        first = self._first.setdefault(where, {})
        if deployment.deployment_id is not None and len(first) < 2:
            first.setdefault(deployment.deployment_id, deployment)

    def has_before(self, record: Deployment) -> bool:
        """Whether another deployment certainly came before a record."""
        others = [*self._first.get("", {}).values(), *self._first.get(record.path, {}).values()]
        return any(each.deployment_id != record.deployment_id and _is_after(record, each) for each in others)


def _time(deployment: Deployment) -> datetime:
    return deployment.time or datetime.max.replace(tzinfo=UTC)


def _may_have_been_active(deployment: Deployment) -> bool:
    """Whether a record shows a deployment that is or was active, or does not say."""
    status = deployment.deployment_status
    return status is None or status in ("active", "rolling_back")
