"""Writes the reference pages that are derived from the code: ``docs/model.md``, ``rules.md`` and ``clauses.md``.

``--check`` writes nothing and fails where a page is out of step.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from cfguard.model.diagnostic import DiagnosticEntity
from cfguard.model.entity import Entity, fields_of
from cfguard.model.project import COLLECTIONS, ENTITIES, FACTS
from cfguard.policy.load import load_bundled
from cfguard.policy.scope import type_of_annotation
from cfguard.policy.select import DOCUMENTS, NodeEntity

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.clause_table import clause_page

DOCS = Path(__file__).resolve().parent.parent / "docs"
BANNER = "<!-- Made by scripts/generate_docs.py; edits here are lost. -->\n"


def main() -> int:
    """Write or check the pages; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where a page is out of step")
    check = parser.parse_args().check
    stale = []
    for name, lines in (
        ("model.md", model_page()),
        ("rules.md", rules_page()),
        ("clauses.md", clause_page()),
    ):
        text = BANNER + "\n" + "\n".join(lines) + "\n"
        path = DOCS / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        sys.stdout.write(f"docs/{name} {'is out of step' if check else 'written'}\n")
    return 1 if check and stale else 0


def model_page() -> Iterator[str]:
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
    yield _first_sentence(entity.__doc__)
    yield ""
    yield "| field | type | what it is |"
    yield "|---|---|---|"
    for name, value in fields_of(entity).items():
        kind = str(type_of_annotation(value.annotation))
        if kind.startswith("optional("):
            kind = kind.removeprefix("optional(").removesuffix(")") + "?"
        yield f"| `{name}` | `{kind}` | {_first_paragraph(value.__doc__)} |"


def rules_page() -> Iterator[str]:
    """All bundled rules by area."""
    yield "# Rules"
    yield ""
    yield "`cfguard rule ID` explains a rule. Profiles: `recommended` < `strict` < `all`."
    area = ""
    for rule in load_bundled():
        if rule.area != area:
            area = rule.area
            yield from (
                "",
                f"## {area}",
                "",
                "| rule | severity | profile | clauses | finds |",
                "|---|---|---|---|---|",
            )
        link = f"[`{rule.id}`](../policies/{rule.id}.cases.md)"
        yield f"| {link} | {rule.severity} | {rule.profile} | {', '.join(rule.clauses)} | {rule.title} |"


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split()).replace("|", "\\|")


def _first_sentence(text: str | None) -> str:
    return _first_paragraph(text)


if __name__ == "__main__":
    sys.exit(main())
