from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfguard.model.hosts import HostPattern, Url, is_local, is_loopback, parse_url
from tests.model.projects import environment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://Acme.dev/cb?x=1", Url("https", None, "acme.dev", None, "/cb?x=1")),
        ("http://localhost:8787", Url("http", None, "localhost", 8787, "")),
        ("http://[::1]:8787/cb", Url("http", None, "::1", 8787, "/cb")),
        ("HTTPS://user:word@acme.dev#x", Url("https", "user:word", "acme.dev", None, "#x")),
        ("acme-app://callback", Url("acme-app", None, "callback", None, "")),
        ("/callback", None),
        ("acme.dev/callback", None),
        ("https://", None),
        ("https://acme.dev/with space", None),
        ("https://acme.dev:port/", None),
        ("", None),
    ],
)
def test_parts_of_a_url(text: str, expected: Url | None) -> None:
    assert parse_url(text) == expected


@pytest.mark.parametrize(
    ("pattern", "host", "matches"),
    [
        ("acme.dev", "acme.dev", True),
        ("acme.dev", "www.acme.dev", False),
        ("*.acme.dev", "www.acme.dev", True),
        ("*.acme.dev", "a.b.acme.dev", True),
        ("*.acme.dev", "acme.dev", False),
        ("*.acme.dev", ".acme.dev", False),
        ("*acme.dev", "acme.dev", True),
        ("*acme.dev", "www.acme.dev", True),
        ("*acme.dev", "acme.org", False),
    ],
)
def test_patterns_match_as_wrangler_s_routes_do(pattern: str, host: str, matches: bool) -> None:
    assert HostPattern(pattern).matches(host) is matches


@pytest.mark.parametrize(
    ("routes", "hosts"),
    [
        ('route = "acme.dev/*"', ["acme.dev"]),
        ('route = "https://Acme.dev:443/*"', ["acme.dev"]),
        (
            'routes = ["a.acme.dev/*", { pattern = "b.acme.dev", custom_domain = true }]',
            ["a.acme.dev", "b.acme.dev"],
        ),
        ('routes = [{ pattern = "acme.dev", custom_domain = true, enabled = false }]', []),
        ('routes = [{ pattern = "*/api/*", zone_name = "Acme.dev" }]', ["*acme.dev"]),
        ('routes = ["*/*"]', []),
        ('routes = ["", "/*", 7, [], {}, { pattern = 3 }, { pattern = "*", zone_name = [] }]', []),
        ("routes = 7", []),
        ('routes = ["a.dev/*", "a.dev/b/*"]', ["a.dev"]),
    ],
)
def test_hosts_of_routes(routes: str, hosts: list[str]) -> None:
    assert list(environment(routes).hosts) == hosts


def test_which_hosts_only_a_developer_reaches() -> None:
    loopback = ["localhost", "127.0.0.1", "::1", "acme.localhost"]
    local = ["acme.local", "acme.test", "10.0.0.7", "192.168.1.2", "172.16.0.1", "169.254.1.1"]
    public = ["acme.dev", "172.32.0.1", "11.0.0.1", "localhost.dev", "localhosts", "10.acme.dev"]
    assert all(is_loopback(host) and is_local(host) for host in loopback)
    assert all(is_local(host) and not is_loopback(host) for host in local)
    assert not any(is_local(host) for host in public)


@given(st.text(max_size=100))
def test_any_text_is_a_url_or_none(text: str) -> None:
    url = parse_url(text)
    assert url is None or (url.host and url.host == url.host.lower())


def test_a_long_text_is_read_once() -> None:
    start = time.process_time()
    for text in ("a" * 100_000, "https://" + "a@" * 50_000, "a+" * 50_000 + "://", "http://" + "[" * 100_000):
        parse_url(text)
    assert time.process_time() - start < 1
