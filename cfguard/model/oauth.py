"""OAuth redirects as the repository shows them, and whether each fits its environment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from cfguard.model.dev_ports import DevPorts
from cfguard.model.entity import Entity, field
from cfguard.model.hosts import HostPattern, Url, domain_of, is_local, is_loopback, parse_url
from cfguard.model.redirect_rules import CLOUDFLARE_PORTS, flaws, oddity, path_difference, refusal
from cfguard.model.stages import DEVELOPMENT, PRODUCTION
from cfguard.model.variable import Variable
from cfguard.model.worker import Environment
from cfguard.named_tuple import NamedTuple

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
    #: The names of Workers that do not answer at workers.dev.
    silent_names: frozenset[str]
    #: Hosts of addresses that the environment calls its own (``APP_URL``), each with the names that say so.
    declared: Mapping[str, frozenset[str]]

    def has(self, host: str, asking: str = "") -> bool:
        """Whether the stage answers under a host for certain; a variable does not vouch for itself."""
        if host in self.declared_hosts(asking) or any(pattern.matches(host) for pattern in self.patterns):
            return True
        return host.endswith(".workers.dev") and host.partition(".")[0] in self.worker_names

    def declared_hosts(self, asking: str = "") -> tuple[str, ...]:
        """The declared hosts that any other variable than the one that asks stands for."""
        return tuple(sorted(host for host, names in self.declared.items() if names != {asking}))


def hosts_of(stage: str, environments: Iterable[Environment], variables: Iterable[Variable]) -> StageHosts:
    """The hosts of a stage, from the routes of its environments and the addresses in its variables."""
    known = list(environments)
    members = [environment for environment in known if environment.stage == stage]
    if not members and stage == PRODUCTION:  # what has no other environment is deployed as its top level
        members = known if all(environment.is_top_level for environment in known) else []
    declared: dict[str, set[str]] = {}
    for variable in variables:
        if variable.stage == stage and variable.is_own_url and variable.host is not None:
            declared.setdefault(variable.host, set()).add(variable.name)
    return StageHosts(
        stage,
        tuple(pattern for environment in members for pattern in environment.host_patterns),
        _names(environment for environment in members if environment.answers_at_workers_dev),
        _names(environment for environment in members if environment.refuses_workers_dev),
        {host: frozenset(names) for host, names in declared.items()},
    )


def _names(environments: Iterable[Environment]) -> frozenset[str]:
    return frozenset(name for environment in environments if (name := environment.worker_name))


class Redirect(Entity):
    """An OAuth redirect URI of an environment, judged against the hosts that the environment has."""

    expression_type = "redirect"

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._variable.belongs_to()

    def __init__(
        self,
        variable: Variable,
        own: StageHosts,
        others: tuple[StageHosts, ...],
        ports: Callable[[], DevPorts] = DevPorts,
    ) -> None:
        super().__init__(variable.document, variable.node)
        self._variable, self._own, self._others, self._ports = variable, own, others, ports
        self._url: Url | None = parse_url(variable.text)

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
    def is_sign_in_base(self) -> bool:
        """Whether it is no redirect itself, but what a library makes all of them from (`BETTER_AUTH_URL`)."""
        return self._variable.is_sign_in_base

    @field
    def flaws(self) -> tuple[str, ...]:
        """What no authorization server accepts in it: user information, a fragment, a wildcard, `..` and more."""
        return tuple(flaws(self._variable.text, self._url))

    @field
    def refusal(self) -> str:
        """Why the provider in its name does not take it, as half a sentence; empty where it may."""
        return refusal(self._variable.provider, self._url) if self._url is not None else ""

    @field
    def near_miss(self) -> str:
        """What it nearly is, and how it differs from that, as half a sentence; empty where it is near nothing."""
        if self._url is None or not self.is_absolute or self.is_template:
            return ""
        found = oddity(self._variable.text, self._url) or self._other_path()
        return found or (self._local_difference(self._url) if self.is_loopback else self._public_difference())

    @field
    def near_miss_of(self) -> tuple[Variable, ...]:
        """The redirects of other stages whose paths nearly are its own."""
        return tuple(peer for peer in self._variable.counterparts if self._path_difference(peer))

    def _path_difference(self, peer: Variable) -> str:
        other = parse_url(peer.text)
        if self._url is None or other is None or peer.is_placeholder:
            return ""
        return path_difference(self._url.rest or "/", other.rest or "/")

    def _other_path(self) -> str:
        """How its path differs from the same redirect of another stage; told of one of the two."""
        for peer in self.near_miss_of:
            if self.stage == PRODUCTION or (peer.stage != PRODUCTION and self.stage < peer.stage):
                return f"differs from the one of {peer.stage} {self._path_difference(peer)}"
        return ""

    def _public_difference(self) -> str:
        """The `www.` by which its host misses one of the stage's, or a port on which Cloudflare does not answer."""
        if self._url is None or self._own.has(self.host, self.name):
            port = self._url.port if self._url is not None else None
            if port is not None and port not in CLOUDFLARE_PORTS:
                return f"names the port {port}, on which Cloudflare does not answer"
            return ""
        if self.host_verdict == "mismatch":
            return ""
        other = self.host.removeprefix("www.") if self.host.startswith("www.") else f"www.{self.host}"
        exact = [pattern.text for pattern in self._own.patterns] + list(self._own.declared_hosts(self.name))
        if other not in exact:
            return ""
        return f"leads to `{self.host}`, and {self.stage} answers under `{other}`"

    def _local_difference(self, url: Url) -> str:
        """The port or protocol by which it misses the dev server."""
        known = self._ports()
        port = url.port if url.port is not None else 443 if url.scheme == "https" else 80
        if known.all and port not in known.all:
            listed = " and ".join(str(each) for each in sorted(known.all))
            return f"leads to port {port}, and the dev server listens on {listed}"
        if port in known.wrangler and known.protocol not in ("", url.scheme):
            return f"uses {url.scheme}, and `wrangler dev` speaks {known.protocol}"
        return ""

    @field
    def is_shared(self) -> bool:
        """Whether another stage of the same Worker has the same redirect."""
        value = self._variable.value
        return not self.is_local and any(peer.value == value for peer in self._variable.counterparts)

    @field
    def lacks_production(self) -> bool:
        """Whether nothing here shows production's redirect of this name, so that the two cannot be compared."""
        if self.stage in ("", PRODUCTION) or self.is_template or not self.is_absolute:
            return False
        return not any(peer.stage == PRODUCTION for peer in self._variable.counterparts)

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
        return tuple(dict.fromkeys([*texts, *self._own.declared_hosts(self.name)]))

    def _judge(self) -> tuple[Verdict, str]:
        host = self.host
        if not self.is_absolute or not self.stage or self.is_template:
            return "unknown", ""
        if is_local(host):
            if self.stage == PRODUCTION:
                return "mismatch", "which only the developer's machine reaches"
            return "match", ""
        if self._own.has(host, self.name):
            return "match", ""
        if host.endswith(".workers.dev") and host.partition(".")[0] in self._own.silent_names:
            return "mismatch", "where the Worker does not answer: `workers_dev` is false"
        for other in self._others:
            if other.has(host, self.name):
                return "mismatch", f"which belongs to {other.stage}"
        known = self._own.patterns or self._own.declared_hosts(self.name)
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
        return any(domain == domain_of(each) for each in [*own, *self._own.declared_hosts(self.name)])
