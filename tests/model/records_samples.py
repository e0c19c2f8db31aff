"""Records in memory and on disk for tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from cfguard.api import Request, check_request
from cfguard.finding import Report
from cfguard.model.records.entities import Deployment, DevState, Record
from cfguard.model.records.kinds import KINDS, record_nodes
from cfguard.model.records.said import RecordFile
from cfguard.syntax import parse
from cfguard.text import Source

WRANGLER = """name = "shop"
main = "src/index.ts"
compatibility_date = "2026-11-01"

[[d1_databases]]
binding = "DB"
database_name = "shop"
database_id = "6c1a2f34-9d7e-4b0a-8f11-0a2b3c4d5e6f"
"""
RIGHT: Mapping[str, dict[str, Any]] = {
    "health-check": {
        "check_type": "database",
        "status": "healthy",
        "timestamp": "2026-11-22T09:30:00Z",
        "details": {"tables": 2},
        "response_time": 18,
    },
    "dev-state": {
        "state": "running",
        "timestamp": 1795339800000,
        "wrangler_dev_pid": 4711,
        "database_status": "ready",
        "last_migration": "0002",
        "hot_reload_enabled": True,
        "port_bindings": [8787, "9229:9229"],
        "startup_seconds": 3.5,
    },
    "deployment": {
        "deployment_id": "dep-2",
        "worker_version": "9f2c1ab",
        "migration_version": 2,
        "deployment_status": "active",
        "rollback_target": "dep-1",
        "health_check_status": "healthy",
    },
    "migration-record": {
        "version": "0001",
        "up_script": "CREATE TABLE users (id INTEGER PRIMARY KEY);",
        "down_script": "DROP TABLE users;",
        "description": "People",
        "applied_at": "2026-11-22 09:30:00",
    },
    "contract-test": {
        "endpoint": "/api/health",
        "method": "GET",
        "request_schema": None,
        "response_schema": {"type": "object"},
        "status_codes": [200],
        "environment": "production",
    },
    "integration-test": {
        "test_scenario": "sign in",
        "setup_steps": ["create a user"],
        "test_steps": [{"open": "/login"}],
        "expected_outcomes": ["a session"],
        "cleanup_steps": ["delete the user"],
        "dependencies": ["DB"],
    },
}


def record_file(kind: str, records: Iterable[Mapping[str, Any]]) -> RecordFile:
    """A file in JSON Lines with a record on each line."""
    text = "".join(json.dumps(record) + "\n" for record in records)
    document = parse(Source("history.jsonl", text), "jsonl")
    entity: type[Record] = {"dev-state": DevState, "deployment": Deployment}.get(kind, Record)
    found = tuple(entity(document, node, None) for node in record_nodes(document))
    return RecordFile(document, KINDS[kind], None, None, found)


def check(root: Path, files: Mapping[str, str | bytes], *rules: str, settings: str | None = None) -> Report:
    """The report of some rules on files that are written below a folder."""
    for path, text in files.items():
        full = root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(text if isinstance(text, bytes) else text.encode())
    return check_request(
        Request((str(root),), profile="all", select=rules, settings=settings, today=date(2026, 11, 22))
    )


def said(report: Report) -> list[tuple[str, int, str]]:
    """The findings as path, line (0 for the whole file) and message."""
    return [
        (each.path, each.start.line if each.start is not None else 0, each.message)
        for each in report.findings
    ]
