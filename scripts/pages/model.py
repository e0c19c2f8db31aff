"""The entities that rules can speak of."""

from __future__ import annotations

from collections.abc import Iterator

from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.entity import Entity, fields_of
from cfguard.model.project import COLLECTIONS, ENTITIES, FACTS
from cfguard.policy.scope import type_of_annotation
from cfguard.policy.select import DOCUMENTS, NodeEntity
from scripts.pages.markdown import first_paragraph


def lines() -> Iterator[str]:
    """The entities that rules can speak of, with their fields and types."""
    yield "# What rules can speak of"
    yield ""
    yield "`each` of a rule names what it goes through; in its expressions that is `self`. A type with `?` may be absent:"
    yield "an expression must ask `has(self.field)` before it uses such a field, which is checked when the rule is loaded."
    yield ""
    yield "| `each` | goes through |"
    yield "|---|---|"
    for name, collection in COLLECTIONS.items():
        yield f"| `{name}` | {f'`project.{collection}`' if collection else 'the project, once'} |"
    for fact in FACTS:
        yield f"| `{fact}.<code>` | the diagnostics of that kind, as `diagnostic` |"
    for document in DOCUMENTS:
        yield f"| `{document}:<path>` | the values at a path of every such file, as `node`, as in `{document}:a.{{name}}.b[*]` |"
    yield ""
    yield "Every expression also has `project`, `today`, `now`, `params` (the parameters of the rule) and what `[let]` names;"
    yield "a path pattern adds its captures."
    for entity in (*ENTITIES, DiagnosticEntity, NodeEntity):
        yield from _entity(entity)


def _entity(entity: type[Entity]) -> Iterator[str]:
    yield ""
    yield f"## {entity.expression_type}"
    yield ""
    yield first_paragraph(entity.__doc__)
    yield ""
    yield "| field | type | what it is |"
    yield "|---|---|---|"
    for name, value in fields_of(entity).items():
        kind = str(type_of_annotation(value.annotation))
        if kind.startswith("optional("):
            kind = kind.removeprefix("optional(").removesuffix(")") + "?"
        yield f"| `{name}` | `{kind}` | {first_paragraph(value.__doc__)} |"
