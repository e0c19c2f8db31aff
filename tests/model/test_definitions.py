"""Contract and integration tests: their schemas, their Worker, and each other."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import jsonschema.validators
import pytest

from cfguard.json_schema import DRAFTS, faults_of, is_draft
from tests.model.records_samples import RIGHT, WRANGLER, check, said


def contract(**changes: Any) -> str:
    return json.dumps(RIGHT["contract-test"] | changes)


def told(root: Path, files: dict[str, str], *rules: str) -> list[str]:
    report = check(root, files, *(rules or ("tests/*",)))
    assert report.problems == ()
    return [each.message for each in report.findings]


@pytest.mark.parametrize("address", sorted(DRAFTS))
def test_every_draft_is_judged_by_its_own_rules(address: str) -> None:
    draft = getattr(jsonschema.validators, DRAFTS[address])
    assert draft.META_SCHEMA.get("$id", draft.META_SCHEMA.get("id")).rstrip("#") == address
    assert is_draft(address)
    assert is_draft(address + "#")
    assert faults_of({"$schema": address, "type": "object", "properties": {"a": {}}}) == ()
    (fault,) = faults_of({"$schema": address, "properties": {"a": {"minLength": "1"}}})
    assert fault.path == ("properties", "a", "minLength")


def test_a_remembered_verdict_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFGUARD_CACHE_DIR", str(tmp_path))
    schema = {"type": "objekt", "required": "a"}
    first = faults_of(schema)
    kept = list((tmp_path / "json-schema").iterdir())
    assert len(first) == 2
    assert faults_of(schema) == first
    for foreign in ("[1]", '[["a"]]', "{}", "null", "["):
        kept[0].write_text(foreign)
        assert faults_of(schema) == first


def test_an_unknown_draft_and_a_huge_schema_are_no_verdict(tmp_path: Path) -> None:
    deep: Any = {"type": "objekt"}
    for _ in range(80):
        deep = {"not": deep}
    files = {
        "tests/contract/a.json": contract(
            response_schema={"$schema": "https://acme.dev/own", "type": "objekt"}
        ),
        "tests/contract/b.json": contract(endpoint="/b", response_schema=deep),
        "tests/contract/c.json": contract(
            endpoint="/c", response_schema={"enum": list(range(5000)), "type": "x"}
        ),
    }
    report = check(tmp_path, files, "tests/contract-schema-invalid")
    assert report.findings == ()
    assert [note.message.partition(":")[0] for note in report.notes if "git" not in note.message] == [
        "cannot tell whether `response_schema` is a valid JSON Schema"
    ] * 3


def test_no_schema_takes_long(tmp_path: Path) -> None:
    wide = {"properties": {f"p{number}": {"type": "string"} for number in range(900)}}
    unsorted = {"required": [[number] for number in range(300)] + [{"a": 1}], "enum": [{}] * 300}
    files = {
        "tests/contract/a.json": contract(response_schema=wide),
        "tests/contract/b.json": contract(endpoint="/b", response_schema=unsorted),
    }
    started = time.process_time()
    check(tmp_path, files, "tests/contract-schema-invalid")
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("#/properties/a", ""),
        ("#", ""),
        ("#/properties/b~1c", ""),
        ("#/properties/b%2Fc", "`#/properties/b%2Fc` leads to nothing in this schema"),
        ("#here", ""),
        ("#there", "`#there` leads to nothing in this schema"),
        ("https://acme.dev/own.json", ""),
        ("https://json-schema.org/draft/2020-12/schema", ""),
        ("urn:other", ""),
        ("//acme.dev/x", ""),
        ("schema.json", ""),
        ("./a%20b.json#", ""),
        ("../../schema.json", "there is no `schema.json`; a file with a JSON Schema was expected"),
        ("../../../x", "`../../../x` leads out of the project; a file inside was expected"),
        ("/etc/passwd", "`/etc/passwd` leads out of the project; a file inside was expected"),
        ("schema.json#/a/0/b", ""),
        ("schema.json#/a/1", "`tests/contract/schema.json` has nothing at `#/a/1`"),
        ("x\0.json", "there is no `tests/contract/x\0.json`; a file with a JSON Schema was expected"),
    ],
)
def test_references(reference: str, message: str, tmp_path: Path) -> None:
    schema = {
        "properties": {
            "a": {"$anchor": "here"},
            "b/c": {},
            "d": {"$id": "https://acme.dev/own.json"},
            "e": {"$ref": reference},
        }
    }
    files = {
        "tests/contract/a.json": contract(response_schema=schema),
        "tests/contract/schema.json": '{"a": [{"b": {}}]}',
        "tests/contract/a b.json": "{}",
    }
    assert told(tmp_path, files, "tests/contract-schema-invalid") == ([message] if message else [])


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text('{"type": "objekt"}')
    root = tmp_path / "root"
    (root / "tests/contract").mkdir(parents=True)
    (root / "tests/contract/schema.json").symlink_to(tmp_path / "outside.json")
    assert told(root, {"tests/contract/a.json": contract(response_schema="schema.json")}) == [
        "there is no `tests/contract/schema.json`; a file with a JSON Schema was expected"
    ]


def test_a_schema_file_is_told_once_and_at_its_own_place(tmp_path: Path) -> None:
    files = {
        "tests/contract/a.json": contract(response_schema="user.json"),
        "tests/contract/b.json": contract(endpoint="/b", response_schema={"$ref": "user.json"}),
        "tests/contract/user.json": '{\n  "type": "objekt"\n}',
    }
    report = check(tmp_path, files, "tests/*")
    assert [each[:2] for each in said(report)] == [("tests/contract/user.json", 2)]


def test_the_environment_is_that_of_the_nearest_worker(tmp_path: Path) -> None:
    files = {
        "api/wrangler.toml": WRANGLER + "[env.qa]\n",
        "web/wrangler.toml": WRANGLER + "[env.staging]\n",
        "api/tests/contract/a.json": contract(environment="staging"),
        "web/tests/contract/a.json": contract(environment="staging"),
        "tests/contract/a.json": contract(environment="nowhere"),
    }
    assert told(tmp_path, files) == [
        "the Worker `api/wrangler.toml` has no environment `staging`; it has `qa`"
    ]


def test_contradictions_need_the_same_request(tmp_path: Path) -> None:
    worker = {"wrangler.toml": WRANGLER}
    first = contract(status_codes=[200])
    for changes, count in (
        ({"status_codes": [201]}, 1),
        ({"status_codes": [201], "name": "another"}, 1),
        ({"status_codes": [404]}, 0),
        ({"status_codes": [201], "method": "POST"}, 0),
        ({"status_codes": [201], "environment": "development"}, 0),
        ({"status_codes": [201], "request_schema": {"type": "object"}}, 0),
        ({"status_codes": [201], "headers": {"accept": "text/html"}}, 0),
        ({"status_codes": [200], "response_schema": {"type": "array"}}, 1),
        ({"status_codes": [200], "response_schema": {"type": ["array", "object"]}}, 0),
        ({"status_codes": [204], "response_schema": None}, 1),
        ({"status_codes": [200, 201]}, 0),
    ):
        found = told(tmp_path, {**worker, "tests/contract/a.jsonl": f"{first}\n{contract(**changes)}\n"})
        assert len(found) == count, changes


def test_many_definitions_are_compared_in_a_moment(tmp_path: Path) -> None:
    lines = "\n".join(contract(status_codes=[200 + number % 2]) for number in range(3000))
    started = time.process_time()
    told(tmp_path, {"wrangler.toml": WRANGLER, "tests/contract/a.jsonl": lines}, "tests/contract-invalid")
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("DB", ""),
        ("D1", ""),
        ("APP_URL", ""),
        ("QUEUE_OF_OURS", ""),
        ("STRIPE_API_KEY", ""),
        ("FROM_ENV_FILE", ""),
        ("PROMISED", ""),
        ("twitter", ""),
        ("Twitter API", ""),
        ("DBB", "the Worker `wrangler.toml` has no binding or variable `DBB`; did you mean `DB`"),
        ("R2", "the Worker `wrangler.toml` has no binding or variable `R2`"),
    ],
)
def test_dependencies(name: str, message: str, tmp_path: Path) -> None:
    config = (
        WRANGLER
        + '[vars]\nAPP_URL = "x"\n[secrets]\nrequired = ["PROMISED"]\n'
        + '[[env.qa.queues.producers]]\nbinding = "QUEUE_OF_OURS"\nqueue = "q"\n'
    )
    files = {
        "wrangler.toml": config,
        ".env.example": "FROM_ENV_FILE=\n",
        "tests/integration/a.json": json.dumps(RIGHT["integration-test"] | {"dependencies": [name]}),
    }
    assert told(tmp_path, files) == ([message] if message else [])
