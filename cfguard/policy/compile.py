"""Turns a rule's text into something that runs, and finds its mistakes before it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from cfguard.model.project import COLLECTIONS, FACTS
from cfguard.policy.expression import (
    Expression,
    ExpressionError,
    Scope,
    Template,
    compile_expression,
    compile_template,
)
from cfguard.policy.expression.types import INT, STRING, ListType, ObjectType, Type
from cfguard.policy.scope import GLOBALS, OBJECTS, ParameterFields
from cfguard.policy.select import Selector, SelectorError, compile_selector
from cfguard.suggest import did_you_mean
from cfguard.syntax.node import parse_path
from cfguard.text import Span

if TYPE_CHECKING:
    from cfguard.policy.rule import Rule

#: The entity type that each collection holds; the others are named like their collection.
_ITEM_TYPES: Mapping[str, str] = {"database": "binding", "secret": "variable"}


class Mistake(NamedTuple):
    """Something wrong with a rule: the path of the field in its file and the place in the field's text."""

    field: tuple[str | int, ...]
    message: str
    span: Span


class RuleError(Exception):
    """A rule that cannot run; ``mistakes`` says everything that is wrong with it."""

    def __init__(self, rule: Rule, mistakes: list[Mistake]) -> None:
        super().__init__(f"{rule.id}: " + "; ".join(mistake.message for mistake in mistakes))
        self.rule, self.mistakes = rule, mistakes


class Each(NamedTuple):
    """What a rule goes through: a collection of the model, diagnostics of a fact, or selected nodes."""

    collection: str | None
    fact: str | None
    code: str
    selector: Selector | None

    @property
    def item(self) -> ObjectType:
        """The type of ``self``."""
        if self.selector is not None:
            return ObjectType("node")
        if self.collection is None:
            return ObjectType("diagnostic")
        return ObjectType(_ITEM_TYPES.get(self.collection, self.collection))


class RelatedPlaces(NamedTuple):
    """Compiled further places; without an expression the place is relative to the entity itself."""

    each: Expression | None
    at: str
    message: Template


class CompiledRule(NamedTuple):
    """A rule that is ready to run."""

    rule: Rule
    each: Each
    when: Expression | None
    let: tuple[tuple[str, Expression], ...]
    assertion: Expression | None
    message: Template
    help: Template
    related: tuple[RelatedPlaces, ...]
    cannot_tell: tuple[Expression, Template] | None

    def expressions(self) -> Iterable[Expression]:
        """Every expression of the rule outside its messages."""
        found = [self.when, self.assertion, *(each for _, each in self.let)]
        found += [each.each for each in self.related]
        found += [self.cannot_tell[0]] if self.cannot_tell else []
        return [expression for expression in found if expression is not None]


def parse_each(text: str) -> Each:
    """Read ``each``; raises :class:`SelectorError` where it names nothing that there is."""
    if ":" in text:
        return Each(None, None, "", compile_selector(text))
    fact, dot, code = text.partition(".")
    if dot and fact in FACTS:
        return Each(None, fact, code, None)
    if text in COLLECTIONS:
        return Each(text, None, "", None)
    known = [*COLLECTIONS, *(f"{name}." for name in FACTS)]
    raise SelectorError(f"there is no entity `{text}`{did_you_mean(text, known)}", 0)


def compile_rule(rule: Rule) -> CompiledRule:
    """Compile a rule; raises :class:`RuleError` with all its mistakes."""
    return _Compiler(rule).compile()


class _Compiler:
    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.mistakes: list[Mistake] = []
        self.variables: dict[str, Type] = dict(GLOBALS)
        self.objects = {**OBJECTS, "params": ParameterFields({**rule.params, **rule.strict_params})}
        self.variables["params"] = ObjectType("params")
        self.assumed: frozenset[str] = frozenset()

    def compile(self) -> CompiledRule:
        rule = self.rule
        each = self._each()
        when = self._condition(("when",), rule.when)
        unknown = None
        if rule.cannot_tell is not None:
            judged = self._condition(("cannot_tell", "when"), rule.cannot_tell.when)
            words = self._template(("cannot_tell", "message"), rule.cannot_tell.message)
            unknown = (judged, words) if judged is not None and words is not None else None
        if when is not None:
            self.assumed = when.implies
        let: list[tuple[str, Expression]] = []
        for name, text in rule.let:
            expression = self._expression(("let", name), text)
            if expression is not None:
                let.append((name, expression))
                self.variables[name] = expression.type
        assertion = self._condition(("assert",), rule.assertion)
        message = self._template(("message",), rule.message)
        help = self._template(("help",), rule.help)
        related = tuple(
            each_related
            for index in range(len(rule.related))
            if (each_related := self._related(index)) is not None
        )
        self._check_paths()
        if self.mistakes or each is None or message is None or help is None:
            raise RuleError(rule, self.mistakes)
        return CompiledRule(rule, each, when, tuple(let), assertion, message, help, related, unknown)

    def _each(self) -> Each | None:
        try:
            each = parse_each(self.rule.each)
        except SelectorError as error:
            self.mistakes.append(Mistake(("each",), error.message, Span(error.offset, error.offset + 1)))
            return None
        self.variables["self"] = each.item
        if each.selector is not None:
            self.variables |= {
                name: INT if is_index else STRING for name, is_index in each.selector.captures.items()
            }
        return each

    def _scope(self) -> Scope:
        return Scope(self.variables, self.objects, assumed=self.assumed)

    def _expression(self, field: tuple[str | int, ...], text: str) -> Expression | None:
        try:
            return compile_expression(text, self._scope())
        except ExpressionError as error:
            self.mistakes.append(Mistake(field, error.message, error.span))
            return None

    def _condition(self, field: tuple[str | int, ...], text: str) -> Expression | None:
        if not text:
            return None
        expression = self._expression(field, text)
        if expression is not None and expression.type.kind not in ("bool", "dyn"):
            message = f"a condition is true or false, but this is {expression.type}"
            self.mistakes.append(Mistake(field, message, Span(0, len(text))))
        return expression

    def _template(self, field: tuple[str | int, ...], text: str) -> Template | None:
        try:
            return compile_template(text, self._scope())
        except ExpressionError as error:
            self.mistakes.append(Mistake(field, error.message, error.span))
            return None

    def _related(self, index: int) -> RelatedPlaces | None:
        template = self.rule.related[index]
        expression = None
        before = dict(self.variables)
        if template.each:
            field = ("related", index, "each")
            expression = self._expression(field, template.each)
            if expression is not None:
                item = expression.type.parts[0] if isinstance(expression.type, ListType) else None
                if not isinstance(item, ObjectType):
                    message = f"related places are a list of entities, but this is {expression.type}"
                    self.mistakes.append(Mistake(field, message, Span(0, len(template.each))))
                    return None
                self.variables["it"] = item
        words = self._template(("related", index, "message"), template.message)
        self.variables = before
        return RelatedPlaces(expression, template.at, words) if words is not None else None

    def _check_paths(self) -> None:
        paths: list[tuple[tuple[str | int, ...], str]] = [
            (("at",) if len(self.rule.at) == 1 else ("at", i), at) for i, at in enumerate(self.rule.at)
        ]
        paths += [(("related", i, "at"), each.at) for i, each in enumerate(self.rule.related)]
        for field, at in paths:
            path, _, part = at.partition("~")
            try:
                parse_path(path.strip().removeprefix("."))
            except ValueError as error:
                self.mistakes.append(Mistake(field, str(error), Span(0, len(at))))
            if part.strip() not in ("", "key", "value", "pair"):
                message = f"`~{part.strip()}` is not one of `~key`, `~value` and `~pair`"
                self.mistakes.append(Mistake(field, message, Span(0, len(at))))
