"""Turns a rule's text into something that runs, and finds its mistakes before it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from cfguard.model.project import COLLECTIONS, FACTS
from cfguard.named_tuple import NamedTuple
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
    from cfguard.policy.offer import CompiledFix
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


class CompiledRule:
    """A rule that is ready to run.

    Each part is compiled when it is first needed: most rules of a run never get as far as their message.
    A part with a mistake raises :class:`RuleError`; :meth:`check` finds all mistakes at once.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._mistakes: list[Mistake] = []
        self._params = ObjectType("params")
        self._objects = {**OBJECTS, "params": ParameterFields({**rule.params, **rule.strict_params})}

    def check(self) -> CompiledRule:
        """Compile everything; raises :class:`RuleError` with all mistakes."""
        for part in (
            "each",
            "when",
            "cannot_tell",
            "let",
            "assertion",
            "message",
            "help",
            "related",
            "fixes",
        ):
            try:
                getattr(self, part)
            except RuleError:
                continue
        self._check_paths()
        if self._mistakes:
            raise RuleError(self.rule, self._mistakes)
        return self

    def expressions(self) -> Iterable[Expression]:
        """Every expression of the rule outside its messages."""
        found = [self.when, self.assertion, *(each for _, each in self.let)]
        found += [each.each for each in self.related]
        found += [self.cannot_tell[0]] if self.cannot_tell else []
        found += [each for fix in self.fixes for each in fix.expressions()]
        return [expression for expression in found if expression is not None]

    @cached_property
    def each(self) -> Each:
        """What the rule goes through."""
        try:
            return parse_each(self.rule.each)
        except SelectorError as error:
            raise self._mistake(("each",), error.message, Span(error.offset, error.offset + 1)) from None

    @cached_property
    def when(self) -> Expression | None:
        """Where the rule looks; None for everywhere."""
        return self._condition(("when",), self.rule.when, self._first_scope)

    @cached_property
    def cannot_tell(self) -> tuple[Expression, Template] | None:
        """When the rule cannot judge, and the words for it."""
        unknown = self.rule.cannot_tell
        if unknown is None:
            return None
        judged = self._condition(("cannot_tell", "when"), unknown.when, self._first_scope)
        words = self._template(("cannot_tell", "message"), unknown.message, self._first_scope)
        return (judged, words) if judged is not None else None

    @cached_property
    def let(self) -> tuple[tuple[str, Expression], ...]:
        """The names of the rule, in order; each may use those before it."""
        variables = dict(self._first_scope.variables)
        found: list[tuple[str, Expression]] = []
        for name, text in self.rule.let:
            expression = self._expression(("let", name), text, self._scope(variables))
            found.append((name, expression))
            variables[name] = expression.type
        return tuple(found)

    @cached_property
    def assertion(self) -> Expression | None:
        """What holds where all is well; None where everything that is looked at is a finding."""
        return self._condition(("assert",), self.rule.assertion, self._last_scope)

    @cached_property
    def message(self) -> Template:
        """The sentence of a finding."""
        return self._template(("message",), self.rule.message, self._last_scope)

    @cached_property
    def help(self) -> Template:
        """How to put a finding right."""
        return self._template(("help",), self.rule.help, self._last_scope)

    @cached_property
    def related(self) -> tuple[RelatedPlaces, ...]:
        """Further places of a finding."""
        return tuple(self._related(index) for index in range(len(self.rule.related)))

    @cached_property
    def fixes(self) -> tuple[CompiledFix, ...]:
        """The cures that the rule offers, best first."""
        if not self.rule.fixes:
            return ()
        from cfguard.policy.offer import Compilers, compile_fix

        compilers = Compilers(self._condition, self._expression, self._template, self._scope_given)
        many = len(self.rule.fixes) > 1
        return tuple(
            compile_fix(table, ("fix", index) if many else ("fix",), compilers)
            for index, table in enumerate(self.rule.fixes)
        )

    @cached_property
    def _first_scope(self) -> Scope:
        """The names before ``let``."""
        variables: dict[str, Type] = {**GLOBALS, "params": self._params, "self": self.each.item}
        if self.each.selector is not None:
            captures = self.each.selector.captures
            variables |= {name: INT if is_index else STRING for name, is_index in captures.items()}
        return Scope(variables, self._objects)

    @cached_property
    def _last_scope(self) -> Scope:
        """All names, and what ``when`` proves present."""
        return self._scope({**self._first_scope.variables, **{name: each.type for name, each in self.let}})

    def _scope(self, variables: Mapping[str, Type]) -> Scope:
        try:
            assumed = self.when.implies if self.when is not None else frozenset()
        except RuleError:  # told already; the other parts have mistakes of their own to tell
            assumed = frozenset()
        return Scope(variables, self._objects, assumed=assumed)

    def _scope_given(self, condition: Expression | None) -> Scope:
        """All names, with what ``when`` and a further condition prove present."""
        scope = self._last_scope
        if condition is None:
            return scope
        return Scope(scope.variables, self._objects, assumed=scope.assumed | condition.implies)

    def _mistake(self, field: tuple[str | int, ...], message: str, span: Span) -> RuleError:
        mistake = Mistake(field, message, span)
        # Parts that build on a wrong part meet its mistake again.
        if mistake not in self._mistakes:
            self._mistakes.append(mistake)
        return RuleError(self.rule, [mistake])

    def _expression(self, field: tuple[str | int, ...], text: str, scope: Scope) -> Expression:
        try:
            return compile_expression(text, scope)
        except ExpressionError as error:
            raise self._mistake(field, error.message, error.span) from None

    def _condition(self, field: tuple[str | int, ...], text: str, scope: Scope) -> Expression | None:
        if not text:
            return None
        expression = self._expression(field, text, scope)
        if expression.type.kind not in ("bool", "dyn"):
            message = f"a condition is true or false, but this is {expression.type}"
            raise self._mistake(field, message, Span(0, len(text)))
        return expression

    def _template(self, field: tuple[str | int, ...], text: str, scope: Scope) -> Template:
        try:
            return compile_template(text, scope)
        except ExpressionError as error:
            raise self._mistake(field, error.message, error.span) from None

    def _related(self, index: int) -> RelatedPlaces:
        template, scope, expression = self.rule.related[index], self._last_scope, None
        if template.each:
            field = ("related", index, "each")
            expression = self._expression(field, template.each, scope)
            item = expression.type.parts[0] if isinstance(expression.type, ListType) else None
            if not isinstance(item, ObjectType):
                message = f"related places are a list of entities, but this is {expression.type}"
                raise self._mistake(field, message, Span(0, len(template.each)))
            scope = self._scope({**scope.variables, "it": item})
        words = self._template(("related", index, "message"), template.message, scope)
        return RelatedPlaces(expression, template.at, words)

    def _check_paths(self) -> None:
        many = len(self.rule.at) > 1
        paths: list[tuple[tuple[str | int, ...], str]] = [
            (("at", index) if many else ("at",), at) for index, at in enumerate(self.rule.at)
        ]
        paths += [(("related", index, "at"), each.at) for index, each in enumerate(self.rule.related)]
        for field, at in paths:
            path, _, part = at.partition("~")
            try:
                parse_path(path.strip().removeprefix("."))
            except ValueError as error:
                self._mistakes.append(Mistake(field, str(error), Span(0, len(at))))
            if part.strip() not in ("", "key", "value", "pair"):
                message = f"`~{part.strip()}` is not one of `~key`, `~value` and `~pair`"
                self._mistakes.append(Mistake(field, message, Span(0, len(at))))


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
    """Compile a rule whole; raises :class:`RuleError` with all its mistakes."""
    return CompiledRule(rule).check()
