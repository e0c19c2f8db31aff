"""OAuth as the repository shows it: applications and redirects, and whether a redirect fits its environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from cfguard.model.entity import Entity, field
from cfguard.model.hosts import HostPattern, Url, domain_of, is_local, is_loopback, parse_url
from cfguard.model.stages import DEVELOPMENT, PRODUCTION
from cfguard.model.variable import Variable
from cfguard.model.worker import Environment
from cfguard.syntax.node import Document, Node

#: Words in a host that make it another stage's, whatever the domain.
_OTHER_STAGES = frozenset(
    "dev develop development staging stage stg test testing preview sandbox uat qa local".split()
)

Verdict = Literal["match", "mismatch", "unknown"]


class StageHosts(NamedTuple):
    """The hosts of one stage of the Workers that a redirect concerns."""

    stage: str
    patterns: tuple[HostPattern, ...]
    worker_names: frozenset[str]
    #: Hosts of addresses that the environment calls its own (``APP_URL``).
    declared: frozenset[str]

    def has(self, host: str) -> bool:
        """Whether the stage answers under a host for certain."""
        if host in self.declared or any(pattern.matches(host) for pattern in self.patterns):
            return True
        return host.endswith(".workers.dev") and host.partition(".")[0] in self.worker_names


def hosts_of(stage: str, environments: Iterable[Environment], variables: Iterable[Variable]) -> StageHosts:
    """The hosts of a stage, from the routes of its environments and the addresses in its variables."""
    members = [environment for environment in environments if environment.stage == stage]
    return StageHosts(
        stage,
        tuple(pattern for environment in members for pattern in environment.host_patterns),
        frozenset(name for environment in members if (name := environment.worker_name)),
        frozenset(
            variable.host
            for variable in variables
            if variable.stage == stage and variable.is_own_url and variable.host is not None
        ),
    )


class Redirect(Entity):
    """An OAuth redirect URI of an environment, judged against the hosts that the environment has."""

    expression_type = "redirect"

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._variable.belongs_to()

    def __init__(self, variable: Variable, own: StageHosts, others: tuple[StageHosts, ...]) -> None:
        super().__init__(variable.document, variable.node)
        self._variable, self._own, self._others = variable, own, others
        value = variable.node.value if variable.node is not None else None
        self._url: Url | None = parse_url(value) if isinstance(value, str) else None

    @field
    def variable(self) -> Variable:
        """The variable that holds it."""
        return self._variable

    @field
    def name(self) -> str:
        """The variable's name."""
        return self._variable.name

    @field
    def stage(self) -> str:
        """The stage that it serves; empty where nothing says."""
        return self._variable.stage

    @field
    def is_absolute(self) -> bool:
        """Whether it is an absolute web address; a path takes the host of the request, an app's own scheme has none."""
        return self._url is not None and self._url.scheme in ("http", "https")

    @field
    def scheme(self) -> str:
        """`https`, `http` or another scheme; empty where it is no absolute URL."""
        return self._url.scheme if self._url is not None else ""

    @field
    def host(self) -> str:
        """Its host; empty where it is no absolute URL."""
        return self._url.host if self._url is not None else ""

    @field
    def is_loopback(self) -> bool:
        """Whether it leads to the machine itself."""
        return is_loopback(self.host)

    @field
    def is_local(self) -> bool:
        """Whether only the developer's own network can reach it."""
        return is_local(self.host)

    @field
    def is_template(self) -> bool:
        """Whether it is a placeholder that is still to be filled in."""
        return self._variable.is_placeholder

    @field
    def flaws(self) -> tuple[str, ...]:
        """What no authorization server accepts in it: user information, a fragment, a wildcard."""
        if self._url is None:
            return ()
        found = {
            "user information": self._url.user is not None,
            "a fragment": "#" in self._url.rest,
            "a wildcard": "*" in self._url.host,
            "a backslash": "\\" in self._url.rest,
        }
        return tuple(name for name, present in found.items() if present)

    @field
    def is_shared(self) -> bool:
        """Whether another stage of the same Worker has the same redirect."""
        value = self._variable.value
        return not self.is_local and any(peer.value == value for peer in self._variable.counterparts)

    @field
    def host_verdict(self) -> str:
        """`match`, `mismatch`, or `unknown` where the configuration does not say which hosts there are."""
        return self._judge()[0]

    @field
    def host_reason(self) -> str:
        """Why the host does not fit, as half a sentence."""
        return self._judge()[1]

    @field
    def expected_hosts(self) -> tuple[str, ...]:
        """The hosts that its stage has, as far as the configuration says."""
        texts = [pattern.text for pattern in self._own.patterns]
        return tuple(dict.fromkeys([*texts, *sorted(self._own.declared)]))

    def _judge(self) -> tuple[Verdict, str]:
        host = self.host
        if not self.is_absolute or not self.stage or self.is_template:
            return "unknown", ""
        if is_local(host):
            if self.stage == PRODUCTION:
                return "mismatch", "which only the developer's machine reaches"
            return "match", ""
        if self._own.has(host):
            return "match", ""
        for other in self._others:
            if other.has(host):
                return "mismatch", f"which belongs to {other.stage}"
        known = self._own.patterns or self._own.declared
        if self.stage == DEVELOPMENT or not known or host.endswith((".workers.dev", ".pages.dev")):
            return "unknown", ""
        if self._is_neighbour(host):
            return "unknown", ""
        return "mismatch", f"which is none of the hosts of {self.stage}"

    def _is_neighbour(self, host: str) -> bool:
        """Whether a host may be a front end beside the stage's: in their domain, and not named like a stage."""
        domain = domain_of(host)
        if not _OTHER_STAGES.isdisjoint(re.split(r"[.-]", host.removesuffix(domain))):
            return False
        own = [pattern.text.lstrip("*.") for pattern in self._own.patterns]
        return any(domain == domain_of(each) for each in [*own, *self._own.declared])


class Application(Entity):
    """An OAuth application as one environment or env file knows it: a client id, a secret, or both."""

    expression_type = "application"

    def __init__(self, client_id: Variable | None, client_secret: Variable | None) -> None:
        first = client_id if client_id is not None else client_secret
        super().__init__(first.document if first else None, first.node if first else None)
        self._id, self._secret = client_id, client_secret
        self._peers: tuple[Application, ...] = ()

    def meet(self, peers: tuple[Application, ...]) -> None:
        """Tell the application of all of its provider in a Worker that it concerns."""
        self._peers = peers

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._first.belongs_to()

    @property
    def _first(self) -> Variable:
        variable = self._id if self._id is not None else self._secret
        assert variable is not None, "an application is made of at least one variable"  # noqa: S101
        return variable

    @property
    def circles(self) -> tuple[tuple[str, str], ...]:
        """Its provider with each Worker that it concerns: applications that share one of these are compared."""
        return tuple((self.provider, worker) for worker in self._first.workers)

    @field
    def provider(self) -> str:
        """The provider as in the names (`TWITTER`); empty where the names give none."""
        return self._first.provider

    @field
    def client_id(self) -> Variable | None:
        """The variable with the client id."""
        return self._id

    @field
    def client_secret(self) -> Variable | None:
        """The variable with the client secret."""
        return self._secret

    @field
    def stage(self) -> str:
        """The stage that it serves; empty where nothing says."""
        return self._first.stage

    @field
    def path(self) -> str:
        """The file that holds it."""
        return self._first.path

    @field
    def shared_with(self) -> tuple[Variable, ...]:
        """The variables in other stages of the same Worker that hold the same id or secret."""
        return tuple(found for peer in self._peers if (found := self._same(peer)) is not None)

    @field
    def shares_secret_alone(self) -> bool:
        """Whether the secret is shared while the ids differ or are not given."""
        return bool(self.shared_with) and all(variable.is_client_secret for variable in self.shared_with)

    def _same(self, peer: Application) -> Variable | None:
        if not self.stage or peer.stage in ("", self.stage):
            return None
        for own, other in ((self._id, peer._id), (self._secret, peer._secret)):
            if own is None or other is None or own.is_placeholder:
                continue
            if own.value is not None and own.value == other.value:
                return other
        return None

    def scopes(self) -> Iterator[tuple[Document, Node]]:
        blamed = self._secret if self.shares_secret_alone and self._secret is not None else self._first
        return blamed.scopes()


def applications(variables: Iterable[Variable]) -> Iterator[Application]:
    """Pair client ids and secrets of one provider in one place into applications that know each other."""
    pairs: dict[tuple[str, str, str | None], list[Variable]] = {}
    for variable in variables:
        if variable.is_client_id or variable.is_client_secret:
            pairs.setdefault((variable.provider, variable.path, variable.environment), []).append(variable)
    found: list[Application] = []
    groups: dict[tuple[str, str], list[Application]] = {}
    for members in pairs.values():
        client_id = next((each for each in members if each.is_client_id), None)
        secret = next((each for each in members if each.is_client_secret), None)
        found.append(Application(client_id, secret))
        for key in found[-1].circles:
            groups.setdefault(key, []).append(found[-1])
    for application in found:
        peers = (peer for key in application.circles for peer in groups[key])
        application.meet(tuple({id(peer): peer for peer in peers}.values()))
    yield from sorted(found, key=lambda application: application.provider)
