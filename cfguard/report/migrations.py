"""The plan of the migrations as text for a terminal, as Markdown for a pull request, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cfguard.migrations_plan import Database, Plan, PlannedMigration
from cfguard.report.layout import indented
from cfguard.report.shown import as_markdown, disarm_lines
from cfguard.secrets.masking import escape_controls

_TOO = "a rollback, which wrangler applies as well"
FORMATS = ("text", "markdown", "json")


def render(plans: Iterable[Plan], format: str, *, schema: bool = False) -> str:
    """The plans in one of :data:`FORMATS`; raises KeyError for another name.

    ``schema`` shows the schema that each leads to instead of the steps; JSON always holds both.
    """
    found = tuple(plans)
    if format == "json":
        return _json(found)
    if format not in FORMATS:
        raise KeyError(format)
    face = _schema if schema else _markdown if format == "markdown" else _text
    text = disarm_lines("\n".join(line for plan in found for line in face(plan)) + "\n")
    return f"{_fence(text)}sql\n{text}{_fence(text)}\n" if schema and format == "markdown" else text


def _text(plan: Plan) -> Iterator[str]:
    yield escape_controls(f"{plan.folder}/{plan.pattern}")
    for database in plan.databases:
        yield escape_controls(f"  for {_named(database)}")
    yield ""
    width = max((len(each.name) for each in plan.migrations), default=0)
    for each in plan.migrations:
        yield escape_controls(f"  {each.name:<{width}}  {_state(each)}")
        for line in (*each.effects, *(f"what {table} holds is lost" for table in each.at_risk)):
            yield escape_controls(f"  {'':<{width}}    {line}")
        yield escape_controls(f"  {'':<{width}}    {_undo(each)}")
    yield from (escape_controls(f"  {name}  {_TOO}") for name in plan.rollbacks_applied)
    yield ""


def _markdown(plan: Plan) -> Iterator[str]:
    yield f"### {as_markdown(f'{plan.folder}/{plan.pattern}')}"
    yield ""
    yield from (f"* {as_markdown(_named(database))}" for database in plan.databases)
    yield ""
    yield "| migration | state | schema | rows at risk | rollback |"
    yield "|---|---|---|---|---|"
    for each in plan.migrations:
        cells = [each.name, _state(each), ", ".join(each.effects), ", ".join(each.at_risk), _undo(each)]
        yield "| " + " | ".join(map(as_markdown, cells)) + " |"
    yield from (f"| {as_markdown(name)} | {_TOO} | | | |" for name in plan.rollbacks_applied)
    yield ""


def _schema(plan: Plan) -> Iterator[str]:
    yield escape_controls(f"-- {plan.folder}/{plan.pattern}")
    for sql in plan.schema:
        yield "\n".join(map(escape_controls, sql.splitlines())) + ";"
    yield ""


def _fence(text: str) -> str:
    """A fence that the text cannot close."""
    fence = "```"
    while fence in text:
        fence += "`"
    return fence


def _named(database: Database) -> str:
    environment = database.environment or "the top level"
    return f"{database.binding or 'a binding without a name'} of {environment} in {database.config}"


def _state(migration: PlannedMigration) -> str:
    return f"{migration.state}: {migration.reason}" if migration.reason else migration.state


def _undo(migration: PlannedMigration) -> str:
    return f"rollback {migration.undo}" + (f": {migration.rollback}" if migration.rollback else "")


def _json(plans: tuple[Plan, ...]) -> str:
    folders = [
        {
            "folder": plan.folder,
            "pattern": plan.pattern,
            "table": plan.table,
            "databases": [database._asdict() for database in plan.databases],
            "rollbacks_applied": plan.rollbacks_applied,
            "migrations": [each._asdict() for each in plan.migrations],
            "schema": plan.schema,
        }
        for plan in plans
    ]
    return indented({"version": 1, "folders": folders})
