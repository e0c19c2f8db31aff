"""The environment matrix: what people see of it, and that no credential is among that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cfguard.api import Request, environments_of
from cfguard.cli import main
from cfguard.report.envs import render

CONFIG = """\
name = "shop"
main = "src/index.ts"
compatibility_date = "2026-09-01"
compatibility_flags = ["nodejs_compat", "global_fetch_strictly_public"]

[triggers]
crons = ["*/5 * * * *", "0 3 * * *"]

[vars]
APP_URL = "http://localhost:8787"
SESSION_SECRET = "{secret}"

[[d1_databases]]
binding = "DB"
database_name = "shop"
database_id = "3f2b1c9e-8a7d-4e21-b6f0-5c4d3e2a1b90"

[env.production]
routes = [{{ pattern = "shop.acme.dev", custom_domain = true }}]
vars = {{ APP_URL = "https://shop.acme.dev" }}

[[env.production.d1_databases]]
binding = "DB"
database_name = "shop"
database_id = "3f2b1c9e-8a7d-4e21-b6f0-5c4d3e2a1b90"

[env.preview]
triggers = {{ crons = [] }}
secrets = {{ required = ["SESSION_SECRET"] }}
"""

TEXT = """\
shop  (wrangler.toml)

                       (top level)              production               preview
                       [development]
general
  name                 shop                     ↑ shop-production        ↑ shop-preview
  main                 src/index.ts             ↑ src/index.ts           ↑ src/index.ts
  compatibility_date   2026-09-01               ↑ 2026-09-01             ↑ 2026-09-01
  compatibility_flags  nodejs_compat,           ↑ nodejs_compat,         ↑ nodejs_compat,
                       global_fetch_strictly_p  global_fetch_strictly_p  global_fetch_strictly_p
                       ublic                    ublic                    ublic
  routes               –                        shop.acme.dev            –
  workers_dev          · yes                    · no                     · yes
  crons                */5 * * * *, 0 3 * * *   ↑ */5 * * * *,           none
                                                0 3 * * *
d1
  DB                   shop 3f2b1c9e… ≡         shop 3f2b1c9e… ≡         –
vars
  APP_URL              http://localhost:8787    https://shop.acme.dev    –
  SESSION_SECRET       ••••                     –                        –
secrets
  SESSION_SECRET       –                        –                        required

↑ inherited   · by default   – missing   ≡ the same resource in two environments
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    secret = "k3" + "9fQz" * 8
    (tmp_path / "wrangler.toml").write_text(CONFIG.format(secret=secret), encoding="utf-8")
    return tmp_path


def test_the_text_fits_a_terminal(shop: Path) -> None:
    text = render(environments_of(Request((str(shop),))), "text", width=100)
    assert text == TEXT
    assert max(map(len, text.splitlines())) <= 100


def test_only_differences_leaves_out_what_is_equal(shop: Path) -> None:
    (matrix,) = environments_of(Request((str(shop),)), only_differences=True)
    names = [row.name for row in matrix.rows]
    assert "main" not in names
    assert "DB" in names
    assert "APP_URL" in names


@pytest.mark.parametrize("format", ["text", "markdown", "json"])
def test_no_credential_is_shown(shop: Path, format: str) -> None:
    assert "9fQz" not in render(environments_of(Request((str(shop),))), format)


def test_json_says_where_each_cell_comes_from(shop: Path) -> None:
    (worker,) = json.loads(render(environments_of(Request((str(shop),))), "json"))["workers"]
    assert worker["environments"][1] == {"name": "production", "stage": "production"}
    rows = {row["name"]: row["cells"] for row in worker["rows"] if row["group"] != "secrets"}
    assert [cell["origin"] for cell in rows["main"]] == ["own", "inherited", "inherited"]
    assert [cell["shared"] for cell in rows["DB"]] == [True, True, False]


def test_markdown_cells_cannot_break_the_table(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_text(
        'name = "a"\n[vars]\nX = "a | b <i> `c`\\n| d"\n', encoding="utf-8"
    )
    lines = render(environments_of(Request((str(tmp_path),))), "markdown").splitlines()
    (row,) = [line for line in lines if line.startswith("| X |")]
    assert row.replace("\\|", "").count("|") == 3
    assert "<i>" not in row


def test_a_narrow_terminal_gets_blocks(shop: Path) -> None:
    text = render(environments_of(Request((str(shop),))), "text", width=60)
    assert text.count("general") >= 2
    assert max(map(len, text.splitlines()[:-1])) <= 60


@pytest.mark.parametrize("command", ["envs", "migrations"])
def test_a_path_that_does_not_exist_is_a_mistake(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(tmp_path / "absent")]) == 2
    assert "absent: there is no such file or folder" in capsys.readouterr().err


def test_a_worker_without_a_name_lacks_one(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_text('main = "src/index.ts"\n', encoding="utf-8")
    (matrix,) = environments_of(Request((str(tmp_path),)))
    (cell,) = matrix.rows[0].cells
    assert (matrix.rows[0].name, cell.origin) == ("name", "missing")


def test_the_command_says_when_there_is_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["envs", str(tmp_path)]) == 3
    assert "no wrangler config" in capsys.readouterr().err
