from __future__ import annotations

import pytest

from cfguard.model.variable import EnvFile, Variable
from cfguard.sensitive import MASK
from tests.model.projects import project

SECRET = "9f2c81d07be64a53b1d94c0e7a6f3258"
CONFIG = 'name = "acme"\n'


def variable(line: str) -> Variable:
    (found,) = project({"wrangler.toml": CONFIG, ".dev.vars": line + "\n"}).variables
    return found


def env_file(path: str) -> EnvFile:
    (found,) = project({path: ""}).env_files
    return found


@pytest.mark.parametrize(
    ("path", "environment", "stage", "example", "local"),
    [
        (".env", None, "", False, False),
        (".env.local", None, "development", False, True),
        (".env.production", "production", "production", False, False),
        (".env.production.local", "production", "production", False, True),
        (".env.prod.eu", "prod.eu", "", False, False),
        (".env.example", None, "", True, False),
        (".env.production.example", "production", "", True, False),
        (".env.example.production", "production", "", True, False),
        (".env.TEMPLATE", None, "", True, False),
        (".dev.vars", None, "development", False, False),
        (".dev.vars.production", "production", "production", False, False),
        (".dev.vars.example", None, "", True, False),
        ("a/b/.env.dev", "dev", "development", False, False),
    ],
)
def test_what_the_name_of_an_env_file_says(
    path: str, environment: str | None, stage: str, example: bool, local: bool
) -> None:
    file = env_file(path)
    assert (file.environment, file.stage) == (environment, stage)
    assert (file.is_example, file.is_local_override) == (example, local)


@pytest.mark.parametrize(
    ("name", "provider"),
    [
        ("TWITTER_CLIENT_ID", "TWITTER"),
        ("CLIENT_ID", ""),
        ("OAUTH_CLIENT_ID", ""),
        ("GITHUB_OAUTH_CLIENT_ID", "GITHUB"),
        ("AUTH_GITHUB_ID", "GITHUB"),
        ("twitter_consumer_key", "TWITTER"),
    ],
)
def test_names_of_client_ids(name: str, provider: str) -> None:
    found = variable(f"{name}=x1")
    assert found.is_client_id
    assert not found.is_client_secret
    assert found.provider == provider


@pytest.mark.parametrize(
    "name", ["MQTT_CLIENT_ID", "CLIENT_IDS", "ACCOUNT_ID", "CLIENT_IDENTITY", "X_CLIENT_ID_URL"]
)
def test_names_of_no_client_id(name: str) -> None:
    assert not variable(f"{name}=x1").is_client_id


@pytest.mark.parametrize(
    ("name", "redirect"),
    [
        ("TWITTER_REDIRECT_URI", True), ("REDIRECT_URL", True), ("OAUTH_CALLBACK_URL", True), ("CALLBACK_URI", True),
        ("STRIPE_SUCCESS_REDIRECT_URL", False), ("WEBHOOK_CALLBACK_URL", False), ("REDIRECT", False),
        ("REDIRECT_URLS", False),
    ],
)  # fmt: skip
def test_names_of_redirects(name: str, redirect: bool) -> None:
    assert variable(f"{name}=https://acme.dev").is_redirect is redirect


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("APP_URL", True), ("NEXT_PUBLIC_APP_URL", True), ("VITE_SITE_URL", True), ("CORS_ORIGIN", True),
        ("ALLOWED_ORIGINS", True), ("BETTER_AUTH_URL", True), ("NEXTAUTH_URL", True), ("BASE_URL", True),
        ("SHOP_FRONTEND_URL", True), ("DOMAIN", True), ("PUBLIC_URL", True), ("ADMIN_APP_BASE_URL", True),
        ("OPENAI_BASE_URL", False), ("GITHUB_API_URL", False), ("AUTH0_DOMAIN", False), ("API_URL", False),
        ("JWKS_URL", False), ("TWITTER_REDIRECT_URI", False), ("APP_NAME", False), ("AUTH_URL", False),
    ],
)  # fmt: skip
def test_names_of_the_project_s_own_addresses(name: str, own: bool) -> None:
    assert variable(f"{name}=https://acme.dev").is_own_url is own


@pytest.mark.parametrize(
    ("line", "database"),
    [
        ("X=postgres://db.acme.dev/shop", True),
        ("X=libsql://acme.turso.io", True),
        ("DATABASE_URL=https://x.dev", True),
        ("TURSO_DATABASE_URL=https://x.dev", True),
        ("DATABASE_URL=./local.db", False),
        ("X=https://db.acme.dev", False),
    ],
)
def test_addresses_of_databases(line: str, database: bool) -> None:
    assert variable(line).is_database_url is database


@pytest.mark.parametrize(
    ("value", "placeholder"),
    [
        ("", True), ("   ", True), ("your-client-id", True), ("<client-id>", True), ("${CLIENT_ID}", True),
        ("https://<your-domain>/cb", True), ("https://your-app.workers.dev", True), ("https://{{host}}/cb", True),
        ("https://app.example.com/cb", False), ("https://acme.dev/cb", False), ("http://localhost:8787", False),
        ("Yk2mQ9sLx4VtRb7N", False),
    ],
)  # fmt: skip
def test_placeholders(value: str, placeholder: bool) -> None:
    assert variable(f"VALUE='{value}'").is_placeholder is placeholder


def test_a_credential_is_one_by_its_name_and_never_shown() -> None:
    found = variable(f"SESSION_SECRET={SECRET}")
    assert found.credential is not None
    assert f"{found.value}" == MASK
    assert found.value == SECRET
    assert variable("LOG_LEVEL=info").credential is None


def test_the_last_of_two_values_counts() -> None:
    assert variable("STAGE=one\nSTAGE=two").value == "two"


def test_values_of_vars_that_are_no_text_read_as_absent() -> None:
    config = CONFIG + '[vars]\nA = 1\nB = true\nC = ["x"]\nD = { e = "f" }\nE = 2026-01-01\nF = "x"\n'
    found = {each.name: each.value for each in project({"wrangler.toml": config}).variables}
    assert found == {"A": None, "B": None, "C": None, "D": None, "E": None, "F": "x"}


def test_counterparts_are_other_stages_of_the_same_worker() -> None:
    files = {
        "api/wrangler.toml": '[env.dev.vars]\nX = "1"\n[env.prod.vars]\nX = "2"\n[env.qa.vars]\nX = "3"\n',
        "web/wrangler.toml": '[env.dev.vars]\nX = "4"\n',
        ".env.production": "X=5\n",
    }
    found = project(files).variables
    (mine,) = (each for each in found if each.value == "1")
    assert [each.value for each in mine.counterparts] == ["2", "5"]
    (tenant,) = (each for each in found if each.value == "3")
    assert tenant.counterparts == ()


def provided(files: dict[str, str], path: str) -> set[str]:
    return set(next(each for each in project(files).env_files if each.path == path).provided)


def test_what_an_env_file_provides_together_with_others() -> None:
    files = {
        "wrangler.toml": '[vars]\nTOP = "1"\n[env.production.vars]\nLIVE = "1"\n',
        ".env": "BASE=1\n",
        ".env.local": "HERE=1\n",
        ".env.production": "OWN=1\n",
        ".env.production.local": "BOTH=1\n",
        ".env.development": "OTHER=1\n",
        ".env.example": "PROMISED=1\n",
    }
    assert provided(files, ".env.production") == {"OWN", "BASE", "HERE", "BOTH", "LIVE"}
    assert provided(files, ".env") == {"BASE", "HERE", "TOP"}


def test_dev_vars_are_read_alone() -> None:
    files = {"wrangler.toml": '[vars]\nTOP = "1"\n', ".env": "BASE=1\n", ".dev.vars": "OWN=1\n"}
    assert provided(files, ".dev.vars") == {"OWN", "TOP"}


@pytest.mark.parametrize(
    ("present", "environment", "read"),
    [
        ([".env", ".dev.vars"], "", [".dev.vars"]),
        ([".dev.vars", ".dev.vars.production"], "production", [".dev.vars.production"]),
        ([".dev.vars"], "production", [".dev.vars"]),
        ([".env", ".env.local", ".env.production"], "production", [".env", ".env.local", ".env.production"]),
        ([".env", ".env.production"], "", [".env"]),
        ([".env.production.local", ".env"], "production", [".env", ".env.production.local"]),
        ([".env.example"], "", []),
    ],
)
def test_the_files_that_wrangler_reads(present: list[str], environment: str, read: list[str]) -> None:
    config = CONFIG + "[env.production]\n"
    found = project({"wrangler.toml": config, **dict.fromkeys(present, "")}).environments
    (mine,) = (each for each in found if each.name == environment)
    assert [file.name for file in mine.env_files] == read


def test_the_example_that_is_copied() -> None:
    files = dict.fromkeys(
        [".env.production", ".env.development", ".env.example", ".env.production.example", ".dev.vars"], ""
    )
    examples = {each.name: each.example.name if each.example else None for each in project(files).env_files}
    assert examples == {
        ".dev.vars": None,
        ".env.development": ".env.example",
        ".env.example": None,
        ".env.production": ".env.production.example",
        ".env.production.example": None,
    }
