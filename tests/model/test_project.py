from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import FrameType

from cfguard.model.entity import fields_of
from cfguard.model.project import COLLECTIONS, ENTITIES, FACTS
from cfguard.policy.scope import type_of_annotation
from tests.model.projects import project
from tests.model.records_samples import RIGHT

SMALL = {
    ".devcontainer.json": """{
        "image": "node:22",
        "mounts": ["source=state,target=/workspaces/acme/.wrangler,type=volume"],
        "forwardPorts": [8787],
        "postCreateCommand": "npm ci",
        "privileged": true,
        "containerEnv": {"LOG": "1"}
    }""",
    ".env.production": "CLIENT_ID=x1\nREDIRECT_URI=https://acme.dev\nAPI_TOKEN=9f2c81d07be64a53b1d94c0e\n",
    "cfguard-secrets.json": (
        '{"version": 1, "secrets": [{"folder": "", "environment": "production", "name": "GONE", '
        '"since": "2026-11-22", "key": "%s", "fingerprint": "%s"}]}' % ("0" * 16, "0" * 64)
    ),
    "migrations/0001_users.sql": "CREATE TABLE users (id INTEGER PRIMARY KEY);",
    "package.json": "{}",
    "wrangler.toml": (
        'd1_databases = [{ binding = "DB" }]\ntriggers = { crons = ["* * * * *"] }\n'
        'queues = { consumers = [{ queue = "jobs" }] }\n'
    ),
    "acme.health.json": json.dumps(RIGHT["health-check"]),
    "acme.dev-state.json": json.dumps(RIGHT["dev-state"]),
    "acme.deployment.json": json.dumps(RIGHT["deployment"]),
    "acme.migration.json": json.dumps(RIGHT["migration-record"]),
    "tests/contract/acme.json": json.dumps(RIGHT["contract-test"]),
    "tests/integration/acme.json": json.dumps(RIGHT["integration-test"]),
}


def test_every_collection_is_there_and_typed() -> None:
    found = project(SMALL)
    for collection, name in COLLECTIONS.items():
        entities = getattr(found, name) if name else (found,)
        # Without a repository git knows no files; test_git_file.py has one.
        assert bool(entities) is (collection != "git_file"), collection
        for entity in entities:
            assert isinstance(entity, ENTITIES), collection
            for field in fields_of(type(entity)):
                getattr(entity, field)


def test_every_field_has_a_type_and_a_line_of_its_own() -> None:
    for entity in ENTITIES:
        for name, field in fields_of(entity).items():
            type_of_annotation(field.annotation)
            assert field.__doc__, f"{entity.__name__}.{name}"


def test_facts_are_diagnostics() -> None:
    found = project({"wrangler.toml": "name =", "a/wrangler.json": '{"a": 1, "a": 2}'})
    assert {each.code for each in found.diagnostics("syntax")} == {"syntax-error", "duplicate-key"}
    assert set(FACTS) >= {"syntax", "ignore"}


def test_env_files_belong_to_the_workers_at_or_below_them() -> None:
    files = {"api/wrangler.toml": "", "web/wrangler.toml": "", ".env": "", "api/.env": "", "docs/.env": ""}
    assert {each.path: each.workers for each in project(files).env_files} == {
        ".env": ("api/wrangler.toml", "web/wrangler.toml"),
        "api/.env": ("api/wrangler.toml",),
        "docs/.env": (),
    }


def test_examples_hold_no_variables_but_secrets() -> None:
    found = project({"wrangler.toml": "", ".env.example": "API_TOKEN=9f2c81d07be64a53b1d94c0e\n"})
    assert found.variables == ()
    assert [each.name for each in found.secrets] == ["API_TOKEN"]


def calls(run: Callable[[], None]) -> int:
    """How many functions a run calls: a cost that no other process can change."""
    count = 0

    def tally(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tally)
    try:
        run()
    finally:
        sys.setprofile(None)
    return count


def ask_everything(count: int) -> Callable[[], None]:
    files = {
        ".env.production": "CLIENT_ID=x9sLx4VtRb7N\nREDIRECT_URI=https://acme.dev/cb\n",
        ".devcontainer/devcontainer.json": "{}",
    }
    for number in range(count):
        config = '[env.dev.vars]\nREDIRECT_URI = "http://localhost/cb"\n'
        config += '[env.prod.vars]\nREDIRECT_URI = "https://acme.dev/cb"\n'
        files[f"apps/a{number}/wrangler.toml"] = config
        files[f"apps/a{number}/package.json"] = '{"scripts": {"dev": "wrangler dev"}}'
        files[f"apps/a{number}/.dev.vars"] = "CLIENT_ID=Yk2mQ9sLx4VtRb7N\n"
        files[f"apps/a{number}/.devcontainer.json"] = "{}"
    found = project(files)

    def ask() -> None:
        for collection, name in COLLECTIONS.items():
            for entity in getattr(found, name) if name else ():
                for field in fields_of(type(entity)):
                    getattr(entity, field)
            assert collection

    return ask


def test_a_monorepo_costs_what_its_files_cost() -> None:
    ask_everything(3)()
    assert calls(ask_everything(160)) < 5 * calls(ask_everything(40))
