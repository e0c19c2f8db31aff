"""Holds records against their published schemas, which are made from the contracts: no pydantic is needed to judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from cfguard.http import is_status_code
from cfguard.model.records.said import RecordFile, Said
from cfguard.resources import read_schema
from cfguard.syntax.node import Diagnostic, Document, Node, format_path
from cfguard.times import SAYS, point_in_time
from cfguard.wrangler.diagnostic import Findings
from cfguard.wrangler.evaluate import Check, Evaluation
from cfguard.wrangler.javascript import is_integer
from cfguard.wrangler.table import AnnotatedSchema
from cfguard.wrangler.wording import field, noun

if TYPE_CHECKING:
    from cfguard.model.records.entities import Record
    from cfguard.wrangler.table import Schema

#: The code of what is wrong with the shape of a record, by its kind.
CODES: Mapping[str, str] = {
    "health-check": "health-invalid",
    "dev-state": "dev-state-invalid",
    "deployment": "deployment-invalid",
    "migration-record": "migration-invalid",
    "contract-test": "contract-invalid",
    "integration-test": "integration-invalid",
}
#: Wrong places of one file that are told: nobody reads more, and a history may have thousands.
MOST = 100


def about_shapes(files: Iterable[RecordFile]) -> Iterator[Said]:
    """What is wrong with the shape of every record in the published form."""
    for file in files:
        if file.kind is None or (file.document.recovered and file.document.format != "jsonl"):
            continue
        left = MOST
        for record in file.records:
            for found in _faults(file.document, record, file.kind.schema):
                if left:
                    left -= 1
                    yield Said(file.document, found, record.belongs_to()[0])


@lru_cache(maxsize=8)
def _table(kind: str) -> AnnotatedSchema:
    return AnnotatedSchema(read_schema(kind))


class _RecordEvaluation(Evaluation):
    """The evaluator in what records have beyond configs: free values, TOML dates, and no null in TOML."""

    __slots__ = ()

    def value(self, node: Node, schema: Schema | bool) -> None:
        if not isinstance(schema, bool):
            super().value(node, schema)

    @staticmethod
    def _type_fits(node: Node, schema: Schema) -> bool:
        if node.kind == "date":
            return schema.get("x-dates") is True or "type" not in schema
        kind = schema.get("type")
        if kind == "integer" and node.kind == "float":
            return is_integer(node.value)
        return Evaluation._type_fits(node, schema)

    def _lacks(self, node: Node, key: str, schema: Schema) -> None:
        branches = schema["properties"][key].get("anyOf", ())
        if not (self.toml and any(branch.get("type") == "null" for branch in branches)):
            super()._lacks(node, key, schema)


def _faults(document: Document, record: Record, kind: str) -> Iterator[Diagnostic]:
    node = record.source_node
    code = CODES[kind]
    if node.kind != "table":
        yield Diagnostic(code, f"the record is {noun(node)}; a table was expected", node.span, node.path)
        return
    findings = Findings(document)
    # A line that could be read is whole, whatever becomes of the others.
    findings.complete = True
    table = _table(kind)
    _RecordEvaluation(table, findings, _CHECKS).members(node, table.sections, table.root)
    for found in findings.sorted():
        message = _inside_record(found.message, node)
        yield Diagnostic(code, message, found.span, found.key, found.help, found.related)


def _inside_record(message: str, record: Node) -> str:
    """A message whose paths begin at the record: which entry of a file it is, its place shows."""
    where = format_path(record.path)
    return (
        message.replace(f"`{where}`", "the record").replace(f"`{where}.", "`")
        if where
        else message.replace("``", "the record")
    )


def _time(node: Node, findings: Findings) -> None:
    if point_in_time(node.value) is None:
        findings.at(node, f"{field(node.path)} is {noun(node)} that is no time; {SAYS} was expected")


def _status_code(node: Node, findings: Findings) -> None:
    if isinstance(node.value, int) and 100 <= node.value <= 599 and not is_status_code(node.value):
        message = f"{field(node.path)} is `{node.value}`, which is no status code of HTTP"
        findings.at(node, message)


_CHECKS: Mapping[str, Check] = {"time": _time, "status-code": _status_code}
