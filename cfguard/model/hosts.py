"""Under which hosts an environment answers, as far as its configuration says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cfguard.model.entity import boolean_of, text_of
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.syntax.node import Node

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared, never bound
_PRIVATE = lazy(r"(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)[\d.]+\Z")
_LAST_PORT = 65_535
_IPV4 = lazy(r"\d{1,3}(?:\.\d{1,3}){3}\Z")
_URL = lazy(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<user>[^/?#\s]*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^/?#:\s@\[\]]*)(?::(?P<port>\d{1,5}))?(?P<rest>[/?#]\S*)?\Z"
)


class Url(NamedTuple):
    """The parts of an absolute URL; ``host`` is lower case and without brackets, ``rest`` starts at the path."""

    scheme: str
    user: str | None
    host: str
    port: int | None
    rest: str


class HostPattern(NamedTuple):
    """A host of an environment: exact, any subdomain (``*.``), or any host that ends so (``*``)."""

    text: str
    node: Node | None = None

    def matches(self, host: str) -> bool:
        """Whether a host (lower case) is one of those that the pattern stands for."""
        if self.text.startswith("*."):
            return host.endswith(self.text[1:]) and len(host) > len(self.text) - 1
        if self.text.startswith("*"):
            return host.endswith(self.text[1:])
        return host == self.text


def parse_url(text: str) -> Url | None:
    """The parts of an absolute URL with an authority, or None where the text is none."""
    match = _URL.match(text)
    if match is None or not match["host"]:
        return None
    port = int(match["port"]) if match["port"] else None
    if port is not None and port > _LAST_PORT:
        return None
    host = match["host"].strip("[]").lower()
    return Url(match["scheme"].lower(), match["user"], host, port, match["rest"] or "")


def is_loopback(host: str) -> bool:
    """Whether a host names the machine itself."""
    return host in _LOOPBACK or host.endswith(".localhost")


def is_address(host: str) -> bool:
    """Whether a host is an IP address and no name."""
    return ":" in host or _IPV4.match(host) is not None


def is_local(host: str) -> bool:
    """Whether a host can only be reached on the developer's own network."""
    return is_loopback(host) or host.endswith((".local", ".internal", ".test")) or bool(_PRIVATE.match(host))


def domain_of(host: str) -> str:
    """The domain that a host was most likely registered under: its last two labels, three below `co.uk` and the like.

    Without the public suffix list this is a guess; it serves where a wrong guess means silence.
    """
    labels = host.split(".")
    short = len(labels) >= 3 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if short else labels[-2:])


def route_hosts(routes: Iterable[Node]) -> Iterator[HostPattern]:
    """The hosts that routes and custom domains give; a disabled custom domain gives none."""
    for route in routes:
        pattern = text_of(route) or text_of(route.get("pattern"))
        if pattern is None or boolean_of(route.get("enabled")) is False:
            continue
        host = re.sub(r"\A[a-z][a-z0-9+.-]*://", "", pattern.strip(), flags=re.IGNORECASE).partition("/")[0]
        host = host.partition(":")[0].lower()
        if host == "*":
            # Any host of the zone, which is named beside the pattern or not at all.
            zone = text_of(route.get("zone_name"))
            host = f"*{zone.strip().lower()}" if zone and zone.strip() else ""
        if host:
            yield HostPattern(host, route)
