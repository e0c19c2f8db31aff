"""What makes a table a record of a kind: certain enough to judge it, so that other people's files are left alone."""

from __future__ import annotations

from collections.abc import Iterator

from cfguard.discover import kind_of_test
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Document, Node


class Kind(NamedTuple):
    """A kind of record: its published schema, the fields of the specification, those that nothing else has."""

    schema: str
    fields: frozenset[str]
    marks: frozenset[str]


def _kind(schema: str, marks: str, others: str) -> Kind:
    return Kind(schema, frozenset(f"{marks} {others}".split()), frozenset(marks.split()))


KINDS = {
    kind.schema: kind
    for kind in (
        _kind("health-check", "check_type response_time", "status timestamp details"),
        _kind(
            "dev-state",
            "wrangler_dev_pid database_status hot_reload_enabled",
            "last_migration port_bindings state",
        ),
        _kind(
            "deployment",
            "deployment_id deployment_status rollback_target",
            "worker_version migration_version health_check_status",
        ),
        _kind("migration-record", "up_script down_script", "version description applied_at"),
        _kind("contract-test", "request_schema response_schema status_codes", "endpoint method environment"),
        _kind(
            "integration-test",
            "test_scenario setup_steps test_steps expected_outcomes cleanup_steps",
            "dependencies",
        ),
    )
}
#: Words of which a file by name must hold one, or it is not even parsed: the marks above, and wrangler's own.
MARKS = (
    *sorted({mark.encode() for kind in KINDS.values() for mark in kind.marks}),
    b"wrangler-session", b"version_id", b"created_on", b"applied_at", b"d1_migrations",
    b"igrations to be applied", b"No migrations to apply",
)  # fmt: skip
#: The names of the published schemas, one of which a file without such a name must hold.
SCHEMA_NAMES = tuple(f"{name}.schema.json".encode() for name in KINDS)
_NAME = lazy(r"[^/]*\.(health|dev-state|deployment|migration)s?\.(?:jsonl?|ndjson|toml)\Z")
_BY_WORD = {"health": "health-check", "migration": "migration-record"}
_SCHEMA_COMMENT = lazy(r"#:schema\s+(\S+)")
_WRAPPERS = ("records", "history", "tests", "contracts")
_DEEPEST = 64


def kind_by_name(path: str) -> Kind | None:
    """The kind that a file's name or place speaks of; None for names that only wrangler's output has."""
    test = kind_of_test(path)
    if test:
        return KINDS[f"{test}-test"]
    match = _NAME.match(path.rpartition("/")[2])
    return KINDS[_BY_WORD.get(match[1], match[1])] if match is not None else None


def kind_by_schema(document: Document) -> Kind | None:
    """The kind that a file names as its `$schema`, in its first line or entry."""
    root = document.root
    first = root.items[0] if root.kind == "array" and root.items else root
    node = first.get("$schema")
    named = str(node.value) if node is not None and node.kind == "string" else ""
    if not named and document.format == "toml" and document.comments:
        match = _SCHEMA_COMMENT.match(document.source.slice(document.comments[0].span))
        named = match[1] if match is not None else ""
    name = named.rpartition("/")[2].removesuffix(".schema.json")
    return KINDS.get(name) if named.endswith(".schema.json") else None


def record_nodes(document: Document) -> tuple[Node, ...]:
    """The records of a file: its lines, the entries of its array, or its one table."""
    root = document.root
    if root.kind == "table" and len(root.members) <= 2:
        for name in _WRAPPERS:
            inner = root.members.get(name)
            if inner is not None and inner.kind == "array" and _are_tables(inner):
                return tuple(inner.items)
    if root.kind != "array":
        return (root,)
    # What could not be read stands as null among the lines.
    return tuple(item for item in root.items if item.kind != "null" or not document.recovered)


def _are_tables(array: Node) -> bool:
    return bool(array.items) and all(item.kind == "table" for item in array.items)


def is_certainly(kind: Kind, nodes: tuple[Node, ...]) -> bool:
    """Whether tables are records of a kind: one of them has a field that nothing else has, and another one."""
    return any(
        not kind.marks.isdisjoint(node.members) and len(kind.fields & node.members.keys()) >= 2
        for node in nodes
        if node.kind == "table"
    )


def speaks_of(kind: Kind, document: Document) -> bool:
    """Whether a file that could not be read plainly was to hold records of a kind: its text names their fields."""
    if not document.recovered:
        return False
    text = document.source.text
    named = {name for name in kind.fields if f'"{name}"' in text or f"{name} =" in text}
    return len(named) >= 2 and not kind.marks.isdisjoint(named)


def too_deep(node: Node) -> bool:
    """Whether a value nests deeper than anything that is read by recursion."""
    return any(depth > _DEEPEST for depth in _depths(node))


def _depths(node: Node) -> Iterator[int]:
    pending = [(node, 0)]
    while pending:
        each, depth = pending.pop()
        yield depth
        pending.extend((child, depth + 1) for child in each.children())
