"""Runs rules over the model: every rule on every entity it is about, and findings out of what does not hold."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cfguard.finding import Finding, Note, Problem, Related, Severity
from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.entity import Entity, Place
from cfguard.model.project import COLLECTIONS, Project
from cfguard.named_tuple import NamedTuple
from cfguard.policy.compile import CompiledRule, Each, RuleError, parse_each
from cfguard.policy.expression import Budget, EvaluationError, Expression
from cfguard.policy.rule import Rule
from cfguard.policy.scope import Parameters
from cfguard.policy.select import DOCUMENTS, NodeEntity
from cfguard.reading import Progress
from cfguard.secrets.masking import mask_text
from cfguard.syntax.node import format_path

#: Work that one rule may do on one entity, in steps of the expression language.
BUDGET = 20_000


class Choice(NamedTuple):
    """What the user wants of a rule for one file: its severity (None: not to be told) and its parameters."""

    severity: Severity | None
    params: Mapping[str, object]


class Setting(NamedTuple):
    """Everything from outside that a run depends on, so that equal settings give equal reports."""

    today: date
    now: datetime
    #: None where the rule is not for a file at all.
    choose: Callable[[Rule, str], Choice | None]
    #: Files whose errors are told as warnings (samples, fixtures).
    lenient: Callable[[str], bool]


class Outcome(NamedTuple):
    """What a run found; ``silenced`` counts what the settings keep from being told."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    silenced: int
    ran: frozenset[str]


def run(
    project: Project, rules: Sequence[Rule], setting: Setting, progress: Progress | None = None
) -> Outcome:
    """Run rules over a project.

    A rule that fails is a problem and stops nothing else; no rule failure ever reads as a pass.
    """
    findings: list[Finding] = []
    problems: list[Problem] = []
    notes: dict[Note, None] = {}
    silenced = 0
    ran: set[str] = set()
    for number, rule in enumerate(rules):
        if progress is not None:
            progress(f"checking, {{}} rules: {rule.id}", number, len(rules))
        ran.add(rule.id)
        judge = _Judge(project, rule, setting)
        try:
            found = list(judge.findings())
        except EvaluationError as error:
            problems.append(Problem("rule-failed", rule.file, f"{rule.id} could not run: {error.message}"))
            continue
        except RuleError as error:
            problems.append(Problem("policy", rule.file, str(error)))
            continue
        except Exception as error:  # a bug of ours must not stop the other rules, and must not read as a pass
            if os.environ.get("CFGUARD_DEBUG"):
                raise
            problems.append(
                Problem("internal", None, f"{rule.id} met a bug of cfguard: {type(error).__name__}")
            )
            continue
        findings += [finding for finding, told in found if told]
        silenced += sum(not told for _, told in found)
        notes.update(dict.fromkeys(judge.notes))
    return Outcome(merge(findings), tuple(problems), tuple(notes), silenced, frozenset(ran))


def entities_of(project: Project, each: Each) -> Iterator[Entity]:
    """The entities that a rule goes through, in a stable order."""
    if each.selector is not None:
        yield from each.selector.select(project.documents_of(DOCUMENTS[each.selector.document]))
    elif each.fact is not None:
        for diagnostic in project.diagnostics(each.fact):
            if diagnostic.code == each.code:
                yield diagnostic
    elif each.collection is not None:
        name = COLLECTIONS[each.collection]
        yield from getattr(project, name) if name else (project,)


class _Judge:
    """One rule at work on one project."""

    def __init__(self, project: Project, rule: Rule, setting: Setting) -> None:
        self.project, self.rule, self.setting = project, rule, setting
        self.notes: list[Note] = []
        self._params: dict[int, Parameters] = {}

    def findings(self) -> Iterator[tuple[Finding, bool]]:
        """Findings, each with whether it is to be told; rules without entities are not even compiled."""
        compiled: CompiledRule | None = None
        for entity in entities_of(self.project, _each_of(self.rule)):
            if not (self.rule.partial or isinstance(entity, DiagnosticEntity) or entity.is_whole()):
                continue
            if compiled is None:
                compiled = CompiledRule(self.rule)
            found = self._judge(compiled, entity)
            if found is not None:
                yield found

    def _judge(self, compiled: CompiledRule, entity: Entity) -> tuple[Finding, bool] | None:
        path = entity.document.path if entity.document is not None else ""
        choice = self.setting.choose(self.rule, path)
        if choice is None:
            return None
        values = self._values(entity, choice)
        budget = Budget(BUDGET)
        if compiled.cannot_tell is not None and compiled.cannot_tell[0].evaluate(values, budget) is True:
            if choice.severity is not None:
                self.notes.append(
                    Note(mask_text(compiled.cannot_tell[1].render(values, budget)), path or None)
                )
            return None
        if compiled.when is not None and not _holds(compiled.when, values, budget):
            return None
        for name, expression in compiled.let:
            values[name] = expression.evaluate(values, budget)
        if compiled.assertion is not None and _holds(compiled.assertion, values, budget):
            return None
        return self._finding(compiled, entity, choice, values, budget), choice.severity is not None

    def _values(self, entity: Entity, choice: Choice) -> dict[str, object]:
        values: dict[str, object] = {
            "self": entity,
            "project": self.project,
            "today": self.setting.today,
            "now": self.setting.now,
            "params": Parameters(choice.params),
        }
        if isinstance(entity, NodeEntity):
            values.update(entity.captures)
        return values

    def _finding(
        self,
        compiled: CompiledRule,
        entity: Entity,
        choice: Choice,
        values: dict[str, object],
        budget: Budget,
    ) -> Finding:
        rule = self.rule
        place = _place(entity, rule.at)
        worker, environment = entity.belongs_to()
        severity: Severity = choice.severity or rule.severity
        if isinstance(entity, DiagnosticEntity) and entity.severity and severity == rule.severity:
            severity = entity.severity  # nobody chose another one for the rule
        if severity == "error" and self.setting.lenient(place.path):
            severity = "warning"
        start, end = self._positions(entity, place)
        return Finding(
            rule=rule.id,
            severity=severity,
            message=mask_text(compiled.message.render(values, budget)),
            help=mask_text(compiled.help.render(values, budget)),
            path=place.path,
            span=place.span,
            start=start,
            end=end,
            key=_key(entity, place),
            worker=worker,
            environments=() if environment is None else (mask_text(environment),),
            upstream=_upstream(rule, entity),
            clauses=rule.clauses,
            url=rule.page,
            related=tuple(self._related(compiled, entity, values, budget)),
            fix=next(filter(None, (each.offer(entity, values, budget) for each in compiled.fixes)), None),
        )

    def _related(
        self, compiled: CompiledRule, entity: Entity, values: dict[str, object], budget: Budget
    ) -> Iterator[Related]:
        if isinstance(entity, DiagnosticEntity):
            for document, span, words in entity.related_places():
                source = document.source
                yield Related(
                    source.path, span, source.position(span.start), source.position(span.end), words
                )
        for template in compiled.related:
            found = template.each.evaluate(values, budget) if template.each is not None else [entity]
            for item in found if isinstance(found, list | tuple) else []:
                place = item.place(template.at)
                start, end = self._positions(item, place)
                words = mask_text(template.message.render({**values, "it": item}, budget))
                yield Related(place.path, place.span, start, end, words)

    @staticmethod
    def _positions(entity: Entity, place: Place) -> tuple[Any, Any]:
        for document, _ in entity.scopes():
            if document.path == place.path and place.span is not None:
                return document.source.position(place.span.start), document.source.position(place.span.end)
        return None, None


_EACH: dict[str, Each] = {}


def _each_of(rule: Rule) -> Each:
    if rule.each not in _EACH:
        _EACH[rule.each] = parse_each(rule.each)
    return _EACH[rule.each]


def _upstream(rule: Rule, entity: Entity) -> str | None:
    """The tool that says the same: the entity knows better than its rule."""
    own = entity.upstream if isinstance(entity, DiagnosticEntity) else None
    return (rule.upstream if own is None else own) or None


def _key(entity: Entity, place: Place) -> str:
    """The path inside the document; a statement of SQL goes by its head as it is (``CREATE TABLE users``)."""
    document = entity.document
    if document is not None and document.format == "sql" and document.path == place.path:
        return " ".join(map(str, place.key))
    return format_path(place.key)


def _holds(expression: Expression, values: Mapping[str, object], budget: Budget) -> bool:
    value = expression.evaluate(values, budget)
    if not isinstance(value, bool):
        raise EvaluationError("invalid value", f"a condition gave {type(value).__name__}, not true or false")
    return value


def _place(entity: Entity, at: tuple[str, ...]) -> Place:
    """The first place that exists; if none does, where the first one would be."""
    places = [entity.place(each) for each in at or ("",)]
    return next((place for place in places if place.exact), places[0])


def merge(*groups: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for one cause at one place, naming every environment that has it, in the stable order."""
    merged: dict[tuple[object, ...], Finding] = {}
    for finding in (each for group in groups for each in group):
        words = "" if finding.environments else finding.message
        key = (finding.rule, finding.path, finding.span, finding.key, words)
        known = merged.get(key)
        if known is None:
            merged[key] = finding
        else:
            names = dict.fromkeys([*known.environments, *finding.environments])
            merged[key] = known._replace(environments=tuple(names))
    return tuple(sorted(merged.values(), key=_order))


def _order(finding: Finding) -> tuple[object, ...]:
    start = (finding.start.line, finding.start.column) if finding.start is not None else (0, 0)
    return finding.path, start, finding.rule, finding.key, finding.message
