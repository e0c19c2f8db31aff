"""The shapes of what a project writes while it lives, and of its contract and integration tests.

The published schemas are made from these (``schemas/<kind>.schema.json``) and are what ``cfguard check`` judges
by, without pydantic. Their ``x-`` annotations are those of :mod:`cfguard.wrangler.table`. Programs may write
further keys; none of them is a mistake.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from cfguard.contracts.base import NonEmpty
from cfguard.http import is_status_code
from cfguard.times import SAYS, point_in_time


def _is_time(value: object) -> object:
    if point_in_time(value) is None:
        raise ValueError(f"{SAYS} was expected")
    return value


def _is_status(value: int) -> int:
    if not is_status_code(value):
        raise ValueError("a status code of HTTP was expected")
    return value


Time = Annotated[
    str | int | float | datetime,
    AfterValidator(_is_time),
    WithJsonSchema({"type": ["string", "number"], "x-dates": True, "x-check": ["time"], "x-says": SAYS}),
]
Version = Annotated[
    Annotated[int, Field(ge=0)]
    | Annotated[
        str,
        Field(pattern=r"^[0-9]{1,40}$", json_schema_extra={"x-pattern-says": "a number such as `0001`"}),
    ],
    Field(union_mode="left_to_right"),
]
MigrationName = Annotated[int, Field(ge=0)] | NonEmpty
Milliseconds = Annotated[float, Field(ge=0, json_schema_extra={"x-unit": "milliseconds"})]
Seconds = Annotated[float, Field(ge=0, json_schema_extra={"x-unit": "seconds"})]
Port = Annotated[int, Field(ge=1, le=65535)]
Health = Literal["healthy", "unhealthy", "degraded"]
Step = NonEmpty | dict[str, Any]
JsonSchema = dict[str, Any] | bool | NonEmpty
StatusCode = Annotated[
    int, AfterValidator(_is_status), Field(ge=100, le=599, json_schema_extra={"x-check": ["status-code"]})
]
Endpoint = Annotated[
    str,
    Field(
        pattern=r"^(?:/|https?://|[{$])\S*$",
        json_schema_extra={"x-pattern-says": "a path such as `/api/health`"},
    ),
]


class Record(BaseModel):
    """A table that programs write: the fields here are fixed, others are theirs."""

    model_config = ConfigDict(
        extra="allow",
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
        json_schema_extra={"x-unknown": "silent"},
    )


class HealthCheck(Record):
    """One check of the application or its database."""

    check_type: Literal["database", "application"] = Field(
        title="Check type", description="What was checked: `database` or `application`."
    )
    status: Health = Field(title="Status", description="The result: `healthy`, `unhealthy` or `degraded`.")
    timestamp: Time = Field(title="Timestamp", description="When the check was performed.")
    details: Any = Field(default=None, title="Details", description="Whatever else the check says.")
    response_time: Milliseconds = Field(
        title="Response time", description="How long the check took, in milliseconds."
    )


class DevState(Record):
    """What the local development environment is doing."""

    state: (
        Literal[
            "stopped",
            "starting",
            "running",
            "reloading",
            "stopping",
            "failed_start",
            "crashed",
            "migration_failed",
        ]
        | None
    ) = Field(default=None, title="State", description="The state; a history is checked step by step.")
    timestamp: Time | None = Field(default=None, title="Timestamp", description="When the state was entered.")
    wrangler_dev_pid: Annotated[int, Field(ge=1)] | None = Field(
        title="Process id", description="Process id of the dev server; null while there is none."
    )
    database_status: NonEmpty = Field(
        title="Database status", description="Status of the local D1 database, in the project's own words."
    )
    last_migration: MigrationName | None = Field(
        title="Last migration", description="Version of the last applied migration; null before the first."
    )
    hot_reload_enabled: bool = Field(title="Hot reload", description="Whether changes reload the Worker.")
    port_bindings: list[Port | NonEmpty] | dict[str, Port] = Field(
        title="Port bindings", description="Ports that are forwarded: a list, or ports by their names."
    )
    startup_seconds: Seconds | None = Field(
        default=None, title="Startup", description="From the start of the dev server to its first answer."
    )
    reload_seconds: Seconds | None = Field(
        default=None, title="Reload", description="From a changed source file to the changed answer."
    )


class Deployment(Record):
    """One deployment, or one step of it."""

    deployment_id: NonEmpty = Field(title="Deployment id", description="What identifies the deployment.")
    worker_version: NonEmpty = Field(
        title="Worker version", description="The deployed code: a version id or a commit."
    )
    migration_version: MigrationName | None = Field(
        default=None, title="Migration version", description="Version of the last migration of its database."
    )
    deployment_status: Literal[
        "preparing", "deploying", "migrating", "verifying", "active", "rolling_back",
        "deploy_failed", "migration_failed", "health_check_failed",
    ] = Field(title="Status", description="The state; a history is checked step by step.")  # fmt: skip
    rollback_target: NonEmpty | None = Field(
        default=None, title="Rollback target", description="The earlier, successful deployment to go back to."
    )
    health_check_status: Health | None = Field(
        default=None, title="Health", description="Result of the check after the deployment; null before it."
    )
    timestamp: Time | None = Field(default=None, title="Timestamp", description="When the state was entered.")
    environment: str | None = Field(
        default=None, title="Environment", description="The environment that was deployed."
    )


class MigrationRecord(Record):
    """One migration with what undoes it, and when it was applied."""

    version: Version = Field(
        title="Version", description="Number of the migration, sequential or a timestamp."
    )
    up_script: NonEmpty = Field(title="Up", description="The SQL that applies it, as it was run.")
    down_script: NonEmpty = Field(title="Down", description="The SQL that undoes it.")
    description: NonEmpty = Field(title="Description", description="What it is for, in words.")
    applied_at: Time | None = Field(
        default=None, title="Applied at", description="When it was applied; null before that."
    )
    name: NonEmpty | None = Field(
        default=None, title="Name", description="Its file, relative to the folder of migrations."
    )
    duration_seconds: Seconds | None = Field(
        default=None, title="Duration", description="How long applying it took."
    )


class ContractTest(Record):
    """What one endpoint takes and gives."""

    endpoint: Endpoint = Field(title="Endpoint", description="The path of the endpoint.")
    method: Literal["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"] = Field(
        title="Method", description="The HTTP method."
    )
    request_schema: JsonSchema | None = Field(
        default=None,
        title="Request schema",
        description="JSON Schema of the request's body, or the path of one; null for none.",
    )
    response_schema: JsonSchema | None = Field(
        title="Response schema",
        description="JSON Schema of the response's body, or the path of one; null for none.",
    )
    status_codes: list[StatusCode] = Field(
        min_length=1, title="Status codes", description="The HTTP status codes that are right."
    )
    environment: NonEmpty = Field(
        title="Environment", description="The environment, or its stage, that the test is for."
    )


class IntegrationTest(Record):
    """One workflow from end to end."""

    test_scenario: NonEmpty = Field(title="Scenario", description="The workflow that is tested.")
    setup_steps: list[Step] = Field(title="Setup", description="What has to be prepared.")
    test_steps: list[Step] = Field(min_length=1, title="Steps", description="What is done, in order.")
    expected_outcomes: list[Step] = Field(
        min_length=1, title="Outcomes", description="What shows that it worked."
    )
    cleanup_steps: list[Step] = Field(title="Cleanup", description="What puts the environment back.")
    dependencies: list[NonEmpty] = Field(
        title="Dependencies",
        description="Bindings of the Worker by their names, and services or data in words.",
    )


#: The published kinds by the name of their schema.
RECORDS: dict[str, type[Record]] = {
    "health-check": HealthCheck,
    "dev-state": DevState,
    "deployment": Deployment,
    "migration-record": MigrationRecord,
    "contract-test": ContractTest,
    "integration-test": IntegrationTest,
}
