"""A rule's cures: compiled from its ``[fix]`` tables, and offered where they can be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cfguard.fix import (
    AddLine,
    AppendValue,
    Change,
    EraseText,
    Fix,
    MoveValue,
    RemoveValue,
    Safety,
    SetValue,
    WriteFile,
)
from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.named_tuple import NamedTuple
from cfguard.policy.expression import EvaluationError
from cfguard.secrets.masking import mask_text
from cfguard.sensitive import Sensitive
from cfguard.syntax.node import Document, Path, parse_path

if TYPE_CHECKING:
    from cfguard.model.entity import Entity
    from cfguard.policy.expression import Budget, Expression, Scope, Template

Field = tuple[str | int, ...]

#: Fields of a fix that hold an expression; the others are messages or paths with expressions in braces.
_EXPRESSIONS = ("value", "file", "text", "line")
#: The kinds of changes, in the order in which they are made: what moves or goes makes room first.
_KINDS = ("move", "remove", "set", "append", "erase", "write", "add_line")


class Compilers(NamedTuple):
    """How a rule compiles its parts, so that mistakes in a fix are told like all others."""

    condition: Callable[[Field, str, Scope], Expression | None]
    expression: Callable[[Field, str, Scope], Expression]
    template: Callable[[Field, str, Scope], Template]
    #: The names that may be used where a condition has been found true.
    scope_given: Callable[[Expression | None], Scope]


class Step(NamedTuple):
    """One change of a cure; ``here`` keeps it in the entity itself, whatever that inherits."""

    kind: str
    parts: Mapping[str, Expression | Template]
    here: bool


class CompiledFix(NamedTuple):
    """One cure, ready to be offered: each part of each change is an expression or a template."""

    title: Template
    safety: Safety
    when: Expression | None
    steps: tuple[Step, ...]

    def expressions(self) -> Iterator[Expression]:
        """Its expressions outside of messages and paths."""
        if self.when is not None:
            yield self.when
        for step in self.steps:
            yield from (step.parts[name] for name in _EXPRESSIONS if name in step.parts)  # type: ignore[misc]

    def offer(self, entity: Entity, values: Mapping[str, object], budget: Budget) -> Fix | None:
        """The cure for an entity; None where its condition or the file rules it out. Raises EvaluationError."""
        if self.when is not None and self.when.evaluate(values, budget) is not True:
            return None
        changes: list[Change] = []
        for step in self.steps:
            found = {name: _result(name, part, values, budget) for name, part in step.parts.items()}
            if step.kind == "write":
                changes += _files(found["file"], found["text"])
                continue
            change = _change(step, found, entity)
            if change is None:
                return None
            changes.append(change)
        return Fix(mask_text(self.title.render(values, budget)), self.safety, tuple(changes))


def compile_fix(table: Mapping[str, Any], field: Field, compilers: Compilers) -> CompiledFix:
    """Compile one ``[fix]`` table; raises RuleError through the compilers."""
    first = compilers.scope_given(None)
    when = compilers.condition((*field, "when"), table.get("when", ""), first)
    scope = compilers.scope_given(when)
    steps: list[Step] = []
    for kind in _KINDS:
        if kind in table:
            written = dict(table[kind]) if isinstance(table[kind], Mapping) else {}
            here = written.pop("here", False)
            parts: dict[str, Expression | Template] = {}
            for name, text in written.items():
                make = compilers.expression if name in _EXPRESSIONS else compilers.template
                parts[name] = make((*field, kind, name), text, scope)
            steps.append(Step(kind, parts, here))
    title = compilers.template((*field, "title"), table["title"], scope)
    return CompiledFix(title, table["safety"], when, tuple(steps))


def _result(name: str, part: Expression | Template, values: Mapping[str, object], budget: Budget) -> object:
    if name in _EXPRESSIONS:
        return part.evaluate(values, budget)  # type: ignore[union-attr]
    text = part.render(values, budget)  # type: ignore[union-attr]
    try:
        return parse_path(text.strip().removeprefix("."))
    except ValueError as error:
        raise EvaluationError("invalid value", f"a fix names no path: {error}") from None


def _files(paths: object, texts: object) -> Iterator[Change]:
    """One file, or as many as there are paths in a list, each with the text at its place in the other."""
    if not isinstance(paths, list | tuple) or not isinstance(texts, list | tuple):
        yield WriteFile(_text(paths), _text(texts))
        return
    if len(paths) != len(texts):
        raise EvaluationError("invalid value", "a fix has not as many texts as files")
    for path, text in zip(paths, texts, strict=True):
        yield WriteFile(_text(path), _text(text))


def _change(step: Step, parts: Mapping[str, Any], entity: Entity) -> Change | None:
    kind = step.kind
    if kind == "add_line":
        return AddLine(_text(parts["file"]), _text(parts["line"]))
    if kind == "erase":
        return _erasure(entity)
    document, key, is_there = _target(entity, parts["path"], here=step.here)
    if document is None or document.recovered:
        return None
    if kind == "set":
        return SetValue(document.path, key, parts["value"])
    if kind == "append":
        return AppendValue(document.path, key, parts["value"])
    if not is_there:
        return None
    if kind == "remove":
        return RemoveValue(document.path, key)
    other, to, _ = _target(entity, parts["to"], beside=document)
    return MoveValue(document.path, key, to) if other is document else None


def _target(
    entity: Entity, path: Path, beside: Document | None = None, *, here: bool = False
) -> tuple[Document | None, Path, bool]:
    """Where a path below an entity leads: the scope that has it, else the first one (of one document)."""
    scopes = [each for each in entity.scopes() if beside is None or each[0] is beside]
    for document, node in scopes[:1] if here else scopes:
        target = node.get(*path)
        if target is not None:
            return document, target.path, True
    if not scopes:
        return None, path, False
    document, node = scopes[0]
    return document, node.path + path, False


def _erasure(entity: Entity) -> Change | None:
    if not isinstance(entity, DiagnosticEntity) or entity.document is None:
        return None
    cure, source = entity.diagnostic.cure, entity.document.source
    if cure is None or cure.span is None:
        return None
    return EraseText(source.path, cure.span, source.slice(cure.span))


def _text(value: object) -> str:
    if isinstance(value, Sensitive):
        return value.reveal()
    if not isinstance(value, str):
        raise EvaluationError("invalid value", f"a fix gives {type(value).__name__} where text is needed")
    return value
