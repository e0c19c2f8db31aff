from __future__ import annotations

import pytest

from cfguard.model.oauth import Redirect
from tests.model.projects import project

CONFIG = """
name = "acme"
[env.development]
[env.production]
routes = ["acme.dev/*", "*.shop.acme.dev/*"]
"""


def redirect(value: str, stage: str = "production", config: str = CONFIG) -> Redirect:
    files = {"wrangler.toml": config, f".env.{stage}": f"REDIRECT_URI='{value}'\n"}
    (found,) = project(files).redirects
    return found


@pytest.mark.parametrize(
    ("value", "stage", "verdict"),
    [
        ("https://acme.dev/cb", "production", "match"),
        ("https://ACME.dev/cb", "production", "match"),
        ("https://eu.shop.acme.dev/cb", "production", "match"),
        ("https://shop.acme.dev/cb", "production", "unknown"),
        ("https://staging.acme.dev/cb", "production", "mismatch"),
        ("https://acme.app/cb", "production", "mismatch"),
        ("http://localhost/cb", "production", "mismatch"),
        ("https://acme-production.me.workers.dev/cb", "production", "unknown"),
        ("https://acme-development.me.workers.dev/cb", "production", "mismatch"),
        ("https://other.me.workers.dev/cb", "production", "unknown"),
        ("https://abc.acme-web.pages.dev/cb", "production", "unknown"),
        ("https://acme.dev/cb", "development", "mismatch"),
        ("http://localhost:8787/cb", "development", "match"),
        ("https://tunnel.dev/cb", "development", "unknown"),
        ("https://acme.app/cb", "staging", "unknown"),
        ("https://<host>/cb", "production", "unknown"),
        ("acme-app://cb", "production", "unknown"),
        ("/cb", "production", "unknown"),
    ],
)
def test_a_redirect_held_against_the_hosts_of_its_environment(value: str, stage: str, verdict: str) -> None:
    assert redirect(value, stage).host_verdict == verdict


def test_without_hosts_nothing_is_known() -> None:
    config = "[env.production]\n[env.development]\n"
    assert redirect("https://acme.dev/cb", config=config).host_verdict == "unknown"
    assert redirect("http://10.0.0.7/cb", config=config).host_verdict == "mismatch"


def test_the_project_s_own_addresses_are_its_hosts() -> None:
    config = '[env.production.vars]\nFRONTEND_URL = "https://www.acme.dev"\n[env.development]\n'
    found = redirect("https://www.acme.dev/cb", config=config)
    assert (found.host_verdict, found.expected_hosts) == ("match", ("www.acme.dev",))
    assert redirect("https://acme.app/cb", config=config).host_verdict == "mismatch"


@pytest.mark.parametrize(
    ("value", "flaws"),
    [
        ("https://acme.dev/cb", ()),
        ("https://me@acme.dev/cb", ("user information",)),
        ("https://acme.dev/#cb", ("a fragment",)),
        ("https://*.acme.dev/cb", ("a wildcard",)),
        ("https://acme.dev\\cb", ("a backslash",)),
        ("https://acme.dev/a\\b", ("a backslash",)),
    ],
)
def test_flaws(value: str, flaws: tuple[str, ...]) -> None:
    assert redirect(value).flaws == flaws


def test_applications_pair_ids_and_secrets_of_a_provider_and_a_place() -> None:
    files = {
        "wrangler.toml": '[env.production.vars]\nGITHUB_CLIENT_ID = "Ov23liAcme01"\n[env.development]\n',
        ".env.production": "GITHUB_CLIENT_SECRET=4be1c07d93a85f62\nTWITTER_CLIENT_ID=Yk2mQ9sLx4VtRb7N\n",
        ".dev.vars": "GITHUB_CLIENT_ID=Ov23liAcme01\nGITHUB_CLIENT_SECRET=99e1c07d93a85f62\n",
    }
    found = {(each.provider, each.path): each for each in project(files).applications}
    assert set(found) == {
        ("GITHUB", "wrangler.toml"),
        ("GITHUB", ".env.production"),
        ("TWITTER", ".env.production"),
        ("GITHUB", ".dev.vars"),
    }
    assert [each.path for each in found["GITHUB", "wrangler.toml"].shared_with] == [".dev.vars"]
    assert found["GITHUB", ".env.production"].shared_with == ()
    assert not found["GITHUB", "wrangler.toml"].shares_secret_alone


def test_a_shared_secret_alone_is_blamed_itself() -> None:
    files = {
        "wrangler.toml": "",
        ".env.production": "CLIENT_ID=Ov23liAcme01\nCLIENT_SECRET=4be1c07d93a85f62\n",
        ".dev.vars": "CLIENT_ID=Ov23liAcme02\nCLIENT_SECRET=4be1c07d93a85f62\n",
    }
    (live,) = (each for each in project(files).applications if each.stage == "production")
    assert live.shares_secret_alone
    assert live.place(".").key == ("CLIENT_SECRET",)
