from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cfguard.model.hosts import parse_url
from cfguard.model.redirect_rules import PROVIDERS, flaws, oddity, path_difference, refusal


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://acme.dev/auth/callback?from=x", []),
        ("http://[::1]:8787/callback", []),
        ("acme-app://callback", []),
        ("/auth/callback", []),
        ("https://acme.dev/a, https://acme.dev/b", []),
        ("https://acme.dev/a%20b/c.d/...e", []),
        ("https://me:x@acme.dev/", ["user information"]),
        ("https://acme.dev/#", ["a fragment"]),
        ("https://*.acme.dev/cb", ["a wildcard"]),
        ("https://acme.dev/*", ["a wildcard"]),
        ("https://acme.dev/cb?any=*", []),
        ("https://acme.dev/a b", ["blanks or invisible characters"]),
        ("https://acme.dev/a\u200bb", ["blanks or invisible characters"]),
        ("https://acme.dev\\@evil.dev/", ["a backslash", "user information"]),
        ("https://acme.dev/a/%2e%2E/b", ["`.` or `..` as a part of its path"]),
        ("https://acme.dev/a/.", ["`.` or `..` as a part of its path"]),
        ("https://acme.dev/a%2Fb", ["an escaped slash in its path"]),
        ("https://acme.dev/100%", ["a `%` that begins no escape"]),
        ("https://acme.dev:99999/", ["no valid host or port"]),
        ("https:///callback", ["no valid host or port"]),
        (" JavaScript:alert(1)", ["the scheme `javascript`, which names no place to send a code to"]),
    ],
)
def test_flaws(text: str, found: list[str]) -> None:
    assert list(flaws(text, parse_url(text))) == found


@pytest.mark.parametrize(
    ("provider", "text", "refused"),
    [
        ("TWITTER", "http://localhost:8787/cb", True),
        ("TWITTER", "http://127.0.0.1:8787/cb", False),
        ("AUTH_X", "http://localhost/cb", True),
        ("GITHUB", "http://localhost/cb", False),
        ("", "http://localhost/cb", False),
        ("GOOGLE", "http://localhost/cb", False),
        ("GOOGLE", "http://127.0.0.1/cb", False),
        ("GOOGLE", "https://203.0.113.7/cb", True),
        ("GOOGLE", "https://[2001:db8::1]/cb", True),
        ("GOOGLE", "https://shop.internal/cb", True),
        ("GOOGLE", "com.acme.app:/cb", False),
        ("APPLE", "https://acme.dev/cb", False),
        ("APPLE", "http://[::1]/cb", True),
        ("AZURE_AD", "https://acme.dev/cb,x", True),
        ("AZURE_AD", "https://acme.dev/cb-x_y~z", False),
    ],
)
def test_refusals(provider: str, text: str, refused: bool) -> None:
    url = parse_url(text)
    assert (url is not None and refusal(provider, url) != "") == refused


def test_every_provider_has_a_source() -> None:
    assert all(provider.source.startswith("https://") for provider in PROVIDERS.values())


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("https://acme.dev/CB", ""),
        ("https://Acme.dev/cb", "upper-case"),
        ("https://acme.dev:443/", "443"),
        ("http://acme.dev:80/", "80"),
        ("https://acme.dev:80/", ""),
    ],
)
def test_oddities(text: str, odd: str) -> None:
    url = parse_url(text)
    assert url is not None
    assert odd in oddity(text, url)
    assert bool(odd) == bool(oddity(text, url))


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ("/cb", "/cb", ""),
        ("/cb", "/cb/", "by a slash at the end"),
        ("/cb", "/CB", "in upper and lower case"),
        ("/cb", "/Cb/", "in upper and lower case and by a slash at the end"),
        ("/cb", "/callback", ""),
        ("/", "/cb", ""),
    ],
)
def test_path_differences(one: str, other: str, difference: str) -> None:
    assert path_difference(one, other) == difference == path_difference(other, one)


@given(st.text(alphabet="htps:/\\@.#?%*2eE []x\u200b", max_size=80), st.sampled_from(sorted(PROVIDERS)))
@hypothesis_settings(max_examples=200)
def test_any_text_is_judged(text: str, provider: str) -> None:
    for candidate in (text, f"https://{text}"):
        url = parse_url(candidate)
        assert all(isinstance(flaw, str) for flaw in flaws(candidate, url))
        if url is not None:
            assert refusal(provider, url) is not None
            assert oddity(candidate, url) is not None
