"""Records: found by name, schema and settings, judged by the published shapes, read from wrangler's own files."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cfguard.contracts.errors import validate
from cfguard.contracts.records import RECORDS
from cfguard.model.project import Project
from cfguard.model.records.entities import Record
from cfguard.model.records.kinds import KINDS, record_nodes
from cfguard.model.records.said import RecordFile
from cfguard.model.records.shape import about_shapes
from cfguard.syntax import parse
from cfguard.text import Source
from tests.model.records_samples import RIGHT, WRANGLER, check, said

ROOT = Path(__file__).resolve().parents[2]
HEALTH = json.dumps(RIGHT["health-check"])
VALUES = (
    None, True, False, 0, 1, -1, 7, 0.5, 65536, "", "x", "0001", "healthy", "running", "active", "GET",
    "2026-11-22T09:30:00Z", "2026-13-22T09:30:00Z", [], [1], ["x"], [200, 999], {}, {"a": 1}, {"http": 8787},
)  # fmt: skip


def faults(kind: str, record: object) -> list[str]:
    document = parse(Source("x.json", json.dumps(record)), "jsonc")
    records = tuple(Record(document, node, None) for node in record_nodes(document))
    found = about_shapes([RecordFile(document, KINDS[kind], None, None, records)])
    return [each.diagnostic.message for each in found]


@pytest.mark.parametrize("kind", sorted(RECORDS))
def test_what_the_specification_names_is_right(kind: str) -> None:
    assert faults(kind, RIGHT[kind]) == []
    assert KINDS[kind].fields <= RECORDS[kind].model_fields.keys() | {"state"}


@pytest.mark.parametrize("kind", sorted(RECORDS))
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_contract_and_judgement_agree(kind: str, data: st.DataObject) -> None:
    record = copy.deepcopy(RIGHT[kind])
    for _ in range(data.draw(st.integers(1, 2))):
        name = data.draw(st.sampled_from(sorted(RECORDS[kind].model_fields)))
        if data.draw(st.booleans()):
            record.pop(name, None)
        else:
            record[name] = data.draw(st.sampled_from(VALUES))
    _, expected = validate(RECORDS[kind], record, noun="field")
    assert bool(faults(kind, record)) == bool(expected), (record, expected)


def test_a_name_alone_does_not_make_a_record(tmp_path: Path) -> None:
    files = {
        "api.deployment.json": '{"apiVersion": "apps/v1", "kind": "Deployment"}',
        "api.health.json": '{"status": "ok", "timestamp": 1}',
        "tests/contract/fixture.json": '{"endpoint": "/x", "method": "GET", "response": {}}',
        "tests/integration/broken.json": "{",
        "users.json": HEALTH.replace("healthy", "ok"),
        "wrangler.toml": WRANGLER,
    }
    report = check(tmp_path, files, "health/*", "deployment/*", "tests/*", "config/syntax-error")
    assert said(report) == []
    assert report.checked == 1


def test_settings_and_schemas_make_records_of_any_file(tmp_path: Path) -> None:
    wrong = HEALTH.replace("healthy", "ok")
    files = {
        "cfguard.toml": '[records]\nhealth-check = ["logs/*.json"]\ndev-state = ["state/now.toml"]\n',
        "logs/now.json": wrong,
        "state/now.toml": 'database_status = "ready"\n',
        "a.json": '{"$schema": "https://example.com/schemas/health-check.schema.json", ' + wrong[1:],
        "b.toml": '#:schema ./schemas/deployment.schema.json\ndeployment_id = "d1"\nworker_version = "1"\n',
        "lines.jsonl": '{"$schema": "dev-state.schema.json"}\n',
    }
    found = {
        each.path: each.rule
        for each in check(tmp_path, files, "health/*", "dev-state/*", "deployment/*").findings
    }
    assert found == {
        "logs/now.json": "health/record-invalid",
        "state/now.toml": "dev-state/record-invalid",
        "a.json": "health/record-invalid",
        "b.toml": "deployment/record-invalid",
        "lines.jsonl": "dev-state/record-invalid",
    }


def test_what_settings_name_is_read_although_git_ignores_it(tmp_path: Path) -> None:
    files = {
        "cfguard.toml": '[records]\nhealth-check = ["logs/*.jsonl"]\n',
        ".gitignore": "logs/\n",
        "logs/now.jsonl": HEALTH.replace("healthy", "ok") + "\n",
    }
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert [each.path for each in check(tmp_path, files, "health/*").findings] == ["logs/now.jsonl"]


def test_records_alone_are_something_to_check(tmp_path: Path) -> None:
    report = check(tmp_path, {"a.health.json": HEALTH})
    assert not report.empty
    assert report.checked == 1
    assert check(tmp_path / "other", {"a.deployment.json": "{}"}).empty


def test_a_broken_line_is_told_and_the_others_are_judged(tmp_path: Path) -> None:
    lines = [HEALTH, HEALTH[:-1], HEALTH.replace("18", "6000"), HEALTH.replace("healthy", "ok")]
    report = check(tmp_path, {"a.health.jsonl": "\r\n".join(lines)}, "health/*", "config/*")
    assert [(finding.rule, finding.start) for finding in report.findings] == [
        ("config/syntax-error", (2, 1)),
        ("health/too-slow", (3, HEALTH.index("18}") + 1)),
        ("health/record-invalid", (4, HEALTH.index('"healthy"') + 1)),
    ]
    assert report.findings[2].key == "[3].status"


def test_a_history_of_which_no_line_can_be_read_is_told(tmp_path: Path) -> None:
    files = {
        "a.health.jsonl": json.dumps(RIGHT["health-check"], indent=2),
        "tests/contract/a.json": '{"endpoint": "/x", "status_codes": [',
    }
    report = check(tmp_path, files, "config/syntax-error", "health/*", "tests/*")
    assert {each.path for each in report.findings} == set(files)
    assert {each.rule for each in report.findings} == {"config/syntax-error"}


def test_an_ignore_comment_works_between_lines(tmp_path: Path) -> None:
    text = f"// cfguard: ignore[health/too-slow] the network was down\n{HEALTH.replace('18', '9000')}\n"
    report = check(tmp_path, {"a.health.jsonl": text}, "health/*", "config/*")
    assert said(report) == []
    assert report.hidden.ignores == 1


def test_records_keep_their_severity_where_tests_are_at_home(tmp_path: Path) -> None:
    wrong = json.dumps(RIGHT["contract-test"] | {"method": "FETCH"})
    files = {
        "api/tests/contract/a.json": wrong,
        "examples/api/tests/contract/a.json": wrong,
        "tests/fixtures/a.health.json": HEALTH.replace("healthy", "ok"),
    }
    report = check(tmp_path, files, "tests/*", "health/*")
    assert [(each.path, each.severity) for each in report.findings] == [
        ("api/tests/contract/a.json", "error"),
        ("examples/api/tests/contract/a.json", "warning"),
        ("tests/fixtures/a.health.json", "warning"),
    ]


def test_a_user_rule_reads_every_field(tmp_path: Path) -> None:
    conditions = {
        "health_check": "self.details.tables == 2 && self.time > now && self.source == 'project'",
        "dev_state": "self.wrangler_dev_pid == 4711 && size(self.port_bindings) == 2 && !has(self.worker)",
        "deployment": "self.rollback_target == 'dep-1' && self.migration_version == '2'",
        "migration_record": "self.up_script.startsWith('CREATE') && self.is_applied",
        "contract_test": "self.response_schema.type == 'object' && 200 in self.status_codes",
        "integration_test": "size(self.cleanup_steps) == 1 && 'DB' in self.dependencies",
    }
    files = {
        "cfguard.toml": 'policies = ["rules"]\n',
        "tests/contract/a.json": json.dumps(RIGHT["contract-test"]),
    }
    files["tests/integration/a.json"] = json.dumps(RIGHT["integration-test"])
    for kind in ("health", "dev-state", "deployment", "migration"):
        files[f"a.{kind}.json"] = json.dumps(next(RIGHT[name] for name in RIGHT if name.startswith(kind)))
    for entity, condition in conditions.items():
        guarded = " && ".join(
            f"has(self.{name})"
            for name in ("time", "wrangler_dev_pid", "rollback_target", "migration_version", "up_script")
            if f"self.{name}" in condition
        )
        files[f"rules/team/{entity.replace('_', '-')}.toml"] = (
            'title = "x"\nwhy = "x."\nseverity = "info"\nprofile = "recommended"\nhelp = "x"\nmessage = "seen"\n'
            f'each = "{entity}"\nwhen = "{" && ".join(filter(None, [guarded, condition]))}"\n'
        )
    report = check(tmp_path, files, "team/*")
    assert report.problems == ()
    assert sorted(each.rule for each in report.findings) == sorted(
        f"team/{each.replace('_', '-')}" for each in conditions
    )


OUTPUT = (  # wrangler 4.164.0, shortened
    '{"type":"wrangler-session","version":1,"wrangler_version":"4.164.0","command_line_args":["deploy"],"timestamp":"2026-11-20T08:00:00.000Z"}\n'
    '{"type":"deploy","version":1,"worker_name":"shop","worker_tag":"t","version_id":"v-1","wrangler_environment":"production","timestamp":"2026-11-20T08:00:05.000Z"}\n'
    '{"type":"deploy","version":1,"worker_name":"shop","worker_tag":null,"version_id":null,"worker_name_overridden":false,"timestamp":"2026-11-20T09:00:05.000Z"}\n'
    '{"type":"version-upload","version":1,"worker_name":"shop","worker_tag":"t","version_id":"v-2","timestamp":"2026-11-20T10:00:05.000Z"}\n'
    '{"type":"version-deploy","version":1,"worker_name":"shop","worker_tag":"t","deployment_id":"d-3","version_traffic":{},"timestamp":"2026-11-20T11:00:05.000Z"}\n'
    '{"type":"command-failed","version":1,"code":10021,"message":"no","timestamp":"2026-11-20T12:00:05.000Z"}\n'
)
DEPLOYMENTS = (
    '[{"id":"d-4","source":"wrangler","created_on":"2026-11-20T08:00:00Z",'
    '"versions":[{"version_id":"v-4","percentage":100}]}]'
)
VERSIONS = '[{"id":"v-5","number":5,"metadata":{"created_on":"2026-11-20T08:00:00Z","source":"wrangler"}}]'


def project_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str]) -> Project:
    """The project that a run makes of some files."""
    made: list[Project] = []
    original = Project.__init__

    def keep(self: Project, *arguments: Any, **named: Any) -> None:
        original(self, *arguments, **named)
        made.append(self)

    monkeypatch.setattr(Project, "__init__", keep)
    check(tmp_path, files, "deployment/*")
    return made[0]


def test_what_wrangler_writes_is_read_as_deployments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "wrangler-output-2026-11-20_08-00-00_000-a1b2c3.json": OUTPUT,
        "shop.deployments.json": DEPLOYMENTS,
        "shop.versions.json": VERSIONS,
    }
    found = project_of(tmp_path, monkeypatch, files).deployments
    assert [
        (each.deployment_id, each.worker_version, each.deployment_status, each.environment) for each in found
    ] == [
        ("d-4", "v-4", "active", None),
        ("v-5", "v-5", None, None),
        ("v-1", "v-1", "active", "production"),
        ("v-2", "v-2", None, None),
        ("d-3", None, "active", None),
    ]
    assert {each.source for each in found} == {"wrangler"}
    assert all(each.time is not None for each in found)


def test_an_output_file_of_any_name_is_known_by_the_settings(tmp_path: Path) -> None:
    history = (
        '{"deployment_id": "d-9", "worker_version": "v-9", "deployment_status": "active", '
        '"rollback_target": "%s", "timestamp": "2026-11-21T08:00:00Z"}\n'
    )
    files = {"cfguard.toml": '[records]\ndeployment = ["ci/deploy.ndjson"]\n', "ci/deploy.ndjson": OUTPUT}
    for target, told in (
        ("v-1", []),
        ("v-2", []),
        ("d-3", []),
        ("v-7", ["no record knows the rollback target `v-7`"]),
    ):
        files["shop.deployment.jsonl"] = history % target
        report = check(tmp_path, files, "deployment/*")
        assert [each.message.partition(";")[0] for each in report.findings] == told


def test_a_dump_with_several_rows_in_one_statement(tmp_path: Path) -> None:
    dump = (
        '-- d1 export\nINSERT INTO "d1_migrations" VALUES'
        "(1,'0001_users.sql','2026-11-20 08:00:00'),(2,'it''s.sql','2026-11-20');\n"
        "INSERT INTO users (name, applied_at) SELECT name, 1 FROM other;\nINSERT INTO d1_migrations VALUES (\n"
    )
    files = {
        "wrangler.toml": WRANGLER,
        "migrations/0001_users.sql": "CREATE TABLE users (id);",
        "d1_migrations.sql": dump,
    }
    assert said(check(tmp_path, files, "migrations/applied-missing")) == [
        ("d1_migrations.sql", 2, "`it's.sql` was applied, but `migrations` has no such file")
    ]


def test_the_list_of_an_older_wrangler_and_the_output_of_apply(tmp_path: Path) -> None:
    listed = "Migrations to be applied:\n│ Name │\n│ 0001_users.sql │\n"
    files = {
        "wrangler.toml": WRANGLER,
        "migrations/0001_users.sql": "CREATE TABLE users (id);",
        "shop.migrations.txt": listed,
    }
    assert [each.message for each in check(tmp_path, files, "migrations/pending").findings] == [
        "`0001_users.sql` was not applied when `shop.migrations.txt` was written"
    ]
    files["shop.migrations.txt"] = (
        "Migrations to be applied:\n? About to apply 1 migration(s)\n│ 0001_users.sql │ ✅ │\n"
    )
    assert check(tmp_path, files, "migrations/pending").findings == ()


HOSTILE = {
    "deep": b'{"check_type": ' + b"[" * 100_000,
    "many": b'{"check_type": 1, "status": 1}\n' * 20_000,
    "wide": b'{"check_type": 1, "status": {'
    + b",".join(b'"k%d": 1' % number for number in range(30_000))
    + b"}}",
    "nul": b'{"check_type": "\0", "status": 1}',
    "utf-16": '{"check_type": 1, "status": 1}'.encode("utf-16"),
    "numbers": b'{"check_type": 1, "timestamp": 1e400, "response_time": -0.0}\n{"check_type": 99999999999999999999999}',
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_records_are_judged_or_left_alone(name: str, tmp_path: Path) -> None:
    report = check(tmp_path, {"a.health.jsonl": HOSTILE[name], "b.deployment.json": HOSTILE[name]})
    assert [each for each in report.problems if each.kind not in ("too-large",)] == []
    assert len([each for each in report.findings if each.rule == "health/record-invalid"]) <= 100


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.randoms(use_true_random=False))
def test_no_content_of_a_record_makes_a_rule_fail(seed: Any, tmp_path: Path) -> None:
    lines = []
    for kind in seed.sample(sorted(RIGHT), 3):
        record = copy.deepcopy(RIGHT[kind])
        record[seed.choice(sorted(record))] = seed.choice(VALUES)
        text = json.dumps(record)
        cut = seed.randrange(len(text))
        lines.append(text if seed.random() < 0.7 else text[:cut] + seed.choice('{}[]",:0\\') + text[cut:])
    names = (
        "a.health.jsonl",
        "a.dev-state.jsonl",
        "a.deployment.jsonl",
        "a.migrations.jsonl",
        "tests/contract/a.jsonl",
        "tests/integration/a.jsonl",
    )
    report = check(tmp_path, {name: "\n".join(lines) for name in names} | {"wrangler.toml": WRANGLER})
    assert report.problems == ()


def test_a_record_is_not_followed_out_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text(HEALTH.replace("healthy", "ok"))
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.health.json").symlink_to(tmp_path / "outside.json")
    assert check(root, {"wrangler.toml": WRANGLER}, "health/*").findings == ()


def test_a_project_without_records_loads_nothing_for_them(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_text(WRANGLER)
    (tmp_path / "data.json").write_text("{}")
    script = (
        "import sys\nfrom cfguard.api import Request, check_request\n"
        f"check_request(Request(({str(tmp_path)!r},), select=('health/*', 'deployment/*', 'dev-state/*', 'tests/*')))\n"
        "print(sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in ("pydantic", "jsonschema", "cfguard.model.records.findings", "cfguard.state_machines"):
        assert f"'{name}'" not in done.stdout


def test_records_are_judged_without_pydantic(tmp_path: Path) -> None:
    (tmp_path / "a.health.json").write_text(HEALTH.replace("healthy", "ok"))
    script = (
        "import sys\nfrom cfguard.api import Request, check_request\n"
        f"print(len(check_request(Request(({str(tmp_path)!r},))).findings), 'pydantic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "1 False"
