"""What a project wrote while it lived, and the definitions of its contract and integration tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cfguard.model.entity import Entity, field, shown_of, text_of

if TYPE_CHECKING:
    from datetime import datetime

    from cfguard.model.worker import Worker
    from cfguard.syntax.node import Document, Node

#: Where the fields of a record stand, if not under their own names.
Keys = Mapping[str, tuple[str | int, ...]]


class Record(Entity):
    """One record: a file, an entry of an array in it, or a line of a file in JSON Lines.

    ``keys`` maps fields to the paths that wrangler writes them at, None for records in the published shape;
    ``worker`` is the one that the record lies beside.
    """

    def __init__(
        self, document: Document, node: Node, worker: Worker | None, keys: Keys | None = None
    ) -> None:
        super().__init__(document, node)
        self.source_document, self.source_node, self.known_worker = document, node, worker
        self.by_wrangler = keys is not None
        self._keys = keys or {}

    def is_whole(self) -> bool:
        # Of a file in JSON Lines only the lines that could be read are records.
        return self.source_document.format == "jsonl" or not self.source_document.recovered

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self.known_worker.path if self.known_worker is not None else None, None

    def value(self, name: str) -> Node | None:
        """The node of a field, whatever its shape."""
        return self.source_node.get(*self._keys.get(name, (name,)))

    def text(self, name: str) -> str | None:
        """The text of a field that is a string."""
        return text_of(self.value(name))

    def version_text(self, name: str) -> str | None:
        """The text of a field that holds a version, which may be a number."""
        node = self.value(name)
        return str(node.value) if node is not None and node.kind == "integer" else text_of(node)

    def number(self, name: str) -> float | None:
        """A field that is a number, as a float; negative ones are none."""
        node = self.value(name)
        number = node.value if node is not None else None
        if isinstance(number, bool) or not isinstance(number, int | float):
            return None
        return float(number) if 0 <= number < 2**63 else None

    @field
    def path(self) -> str:
        """The file, relative to the root."""
        return self.source_document.path

    @field
    def source(self) -> str:
        """Who wrote it: `wrangler` for output of its commands, else `project`."""
        return "wrangler" if self.by_wrangler else "project"

    @field
    def worker(self) -> Worker | None:
        """The Worker that it lies beside; absent where that cannot be known."""
        return self.known_worker

    @field
    def time(self) -> datetime | None:
        """Its time in UTC (`timestamp`, of a migration `applied_at`); absent where it does not say."""
        from cfguard.times import point_in_time

        node = self.value("timestamp") or self.value("applied_at")
        return point_in_time(node.value) if node is not None else None


class HealthCheck(Record):
    """One check of an application or its database."""

    expression_type = "health_check"

    @field
    def check_type(self) -> str | None:
        """`database` or `application`."""
        return self.text("check_type")

    @field
    def status(self) -> str | None:
        """`healthy`, `unhealthy` or `degraded`."""
        return self.text("status")

    @field
    def response_time(self) -> float | None:
        """How long the check took, in milliseconds."""
        return self.number("response_time")

    @field
    def details(self) -> object:
        """Whatever else the check says, of any shape; null where it says nothing."""
        node = self.value("details")
        return shown_of(self.source_document, node) if node is not None else None


class DevState(Record):
    """What the local development environment was doing at one time."""

    expression_type = "dev_state"

    #: The step before it in the same history.
    before: DevState | None = None

    @field
    def state(self) -> str | None:
        """`stopped`, `starting`, `running` and so on; absent where a record has no state."""
        return self.text("state")

    @field
    def wrangler_dev_pid(self) -> int | None:
        """Process id of the dev server; absent while there is none."""
        number = self.number("wrangler_dev_pid")
        return int(number) if number is not None and number.is_integer() else None

    @field
    def database_status(self) -> str | None:
        """Status of the local database, in the project's own words."""
        return self.text("database_status")

    @field
    def last_migration(self) -> str | None:
        """The version of the last applied migration, as text; absent before the first."""
        return self.version_text("last_migration")

    @field
    def hot_reload_enabled(self) -> bool | None:
        """Whether changes reload the Worker."""
        node = self.value("hot_reload_enabled")
        return node.value if node is not None and isinstance(node.value, bool) else None

    @field
    def port_bindings(self) -> object:
        """The forwarded ports: a list, or a table of ports by name."""
        node = self.value("port_bindings")
        return shown_of(self.source_document, node) if node is not None else None

    @field
    def startup_seconds(self) -> float | None:
        """How long the dev server took to start: as recorded, else from `starting` to `running`."""
        recorded = self.number("startup_seconds")
        return recorded if recorded is not None else self._since("starting")

    @field
    def reload_seconds(self) -> float | None:
        """How long a changed file took to be served: as recorded, else from `reloading` to `running`."""
        recorded = self.number("reload_seconds")
        return recorded if recorded is not None else self._since("reloading")

    def _since(self, state: str) -> float | None:
        before = self.before
        if before is None or before.state != state or self.state != "running":
            return None
        if before.time is None or self.time is None or self.time < before.time:
            return None
        return (self.time - before.time).total_seconds()


class Deployment(Record):
    """One deployment, or one step of it; wrangler's own output and lists count as well."""

    expression_type = "deployment"

    #: The status that a record of wrangler implies.
    implied_status: str | None = None

    @field
    def deployment_id(self) -> str | None:
        """What identifies the deployment."""
        return self.text("deployment_id")

    @field
    def worker_version(self) -> str | None:
        """The deployed code: a version id or a commit."""
        return self.text("worker_version")

    @field
    def migration_version(self) -> str | None:
        """The version of the last migration of its database, as text."""
        return self.version_text("migration_version")

    @field
    def deployment_status(self) -> str | None:
        """`preparing`, `deploying`, `active` and so on."""
        return self.implied_status or self.text("deployment_status")

    @field
    def rollback_target(self) -> str | None:
        """The earlier deployment to go back to."""
        return self.text("rollback_target")

    @field
    def health_check_status(self) -> str | None:
        """The result of the check after the deployment; absent before it."""
        return self.text("health_check_status")

    @field
    def environment(self) -> str | None:
        """The environment that was deployed, where the record says so."""
        return self.text("environment")


class MigrationRecord(Record):
    """One migration that a database, or a record of the project's own, knows."""

    expression_type = "migration_record"

    @field
    def version(self) -> str | None:
        """The number of the migration, as text; wrangler records names alone."""
        return self.version_text("version")

    @field
    def name(self) -> str | None:
        """The file by which wrangler remembers it."""
        return self.text("name")

    @field
    def description(self) -> str | None:
        """What it is for."""
        return self.text("description")

    @field
    def is_applied(self) -> bool:
        """Whether it says when it was applied."""
        return self.time is not None

    @field
    def duration_seconds(self) -> float | None:
        """How long applying it took, in seconds."""
        return self.number("duration_seconds")


class ContractTest(Record):
    """The definition of a contract test."""

    expression_type = "contract_test"

    @field
    def endpoint(self) -> str | None:
        """The path of the endpoint."""
        return self.text("endpoint")

    @field
    def method(self) -> str | None:
        """The HTTP method."""
        return self.text("method")

    @field
    def status_codes(self) -> tuple[int, ...]:
        """The HTTP status codes that are right."""
        node = self.value("status_codes")
        codes = (each.value for each in node.items) if node is not None else ()
        return tuple(code for code in codes if isinstance(code, int) and not isinstance(code, bool))

    @field
    def environment(self) -> str | None:
        """The environment, or its stage, that the test is for."""
        return self.text("environment")


class IntegrationTest(Record):
    """The definition of an integration test."""

    expression_type = "integration_test"

    @field
    def test_scenario(self) -> str | None:
        """The workflow that is tested."""
        return self.text("test_scenario")

    @field
    def cleanup_steps(self) -> int:
        """How many steps put the environment back."""
        node = self.value("cleanup_steps")
        return len(node.items) if node is not None else 0

    @field
    def dependencies(self) -> tuple[str, ...]:
        """Bindings, services and data that it needs."""
        node = self.value("dependencies")
        texts = (text_of(each) for each in node.items) if node is not None else ()
        return tuple(text for text in texts if text is not None)
