from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfguard.model.commands import DevServer, dev_servers, program, split_commands

WRANGLER = DevServer("wrangler", 8787)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("wrangler dev", [WRANGLER]),
        ("npx wrangler dev", [WRANGLER]),
        ("npx --yes wrangler@4 dev", [WRANGLER]),
        ("pnpm exec wrangler dev", [WRANGLER]),
        ("bunx --bun wrangler dev", [WRANGLER]),
        ("./node_modules/.bin/wrangler dev", [WRANGLER]),
        ("NODE_ENV=development wrangler dev", [WRANGLER]),
        ("cross-env STAGE=dev wrangler dev", [WRANGLER]),
        ("dotenv -- wrangler dev", [WRANGLER]),
        ("wrangler dev --port 3000", [DevServer("wrangler", 3000)]),
        ("wrangler dev --port=3000 --local", [DevServer("wrangler", 3000)]),
        ("wrangler dev --port '3000'", [DevServer("wrangler", 3000)]),
        ("wrangler dev --port $PORT", [DevServer("wrangler", None)]),
        ("wrangler dev --port", [DevServer("wrangler", None)]),
        ("wrangler dev --port 0", [DevServer("wrangler", None)]),
        ("wrangler dev --port 123456", [DevServer("wrangler", None)]),
        ("wrangler dev --port ٣", [DevServer("wrangler", None)]),
        ("wrangler dev -c api/wrangler.toml", [DevServer("wrangler", 8787, "api/wrangler.toml")]),
        ("wrangler dev -c a.toml -c b.toml", [WRANGLER]),
        ("wrangler pages dev ./dist", [DevServer("wrangler", 8788)]),
        ("wrangler deploy", []),
        ("wrangler d1 execute DB --command 'wrangler dev'", []),
        ("echo wrangler dev", []),
        ("npm run build && wrangler dev", [WRANGLER]),
        ("npm run build; wrangler dev | tee log", [WRANGLER]),
        ("concurrently 'vite' \"wrangler dev --port 8800\"", [DevServer("wrangler", 8800)]),
        ("concurrently 'vite dev' 'wrangler dev'", [DevServer("vite", None), WRANGLER]),
        ("vite", [DevServer("vite", None)]),
        ("vite build", []),
        ("next dev", [DevServer("next", None)]),
        ("opennextjs-cloudflare build && wrangler dev", [WRANGLER]),
        ("", []),
        ("'unclosed wrangler dev", []),
    ],
)
def test_dev_servers_of_a_command(command: str, expected: list[DevServer]) -> None:
    assert list(dev_servers(command)) == expected


def test_the_default_port_is_the_config_s() -> None:
    assert dev_servers("wrangler dev", 3000) == (DevServer("wrangler", 3000),)
    assert dev_servers("wrangler dev", None) == (DevServer("wrangler", None),)
    assert dev_servers("wrangler pages dev", 3000) == (DevServer("wrangler", 8788),)


def test_words_lose_their_quotes_and_commands_their_separators() -> None:
    assert list(split_commands("a \"b c\" 'd' && e\\ f || g; h | i & j")) == [
        ["a", "b c", "d"], ["e f"], ["g"], ["h"], ["i"], ["j"],
    ]  # fmt: skip


def test_a_program_stands_behind_assignments_and_runners() -> None:
    assert program(["A=1", "npx", "-y", "wrangler", "dev"]) == ["wrangler", "dev"]
    assert program(["npx", "--"]) == []


@given(st.text(max_size=200))
def test_any_text_is_a_command(text: str) -> None:
    for server in dev_servers(text):
        assert server.port is None or 0 < server.port <= 99999


def test_quotes_without_end_cost_no_more_than_their_length() -> None:
    start = time.process_time()
    dev_servers("\"'\\" * 40_000)
    dev_servers("concurrently " + "'" * 40_000)
    dev_servers("concurrently '" * 2_000)
    assert time.process_time() - start < 2
