"""What a person reads: one sentence at the smallest place, and what to do."""

from __future__ import annotations

import pytest

from cfguard.syntax.node import Format
from tests.wrangler.read import findings, lines, one

CASES: tuple[tuple[Format, str, str, str], ...] = (
    (
        "toml",
        'd1_database = "x"',
        "unexpected-field @d1_database: unknown key `d1_database`; did you mean `d1_databases`?",
        "",
    ),
    (
        "toml",
        '[d1_databases]\nbinding = "DB"',
        "invalid @[d1_databases]: `d1_databases` is a table; an array of tables was expected",
        "Use [[double brackets]]: `[[d1_databases]]`",
    ),
    (
        "jsonc",
        '{"d1_databases": {"binding": "DB"}}',
        'invalid @{"binding": "DB"}: `d1_databases` is a table; an array of tables was expected',
        "Put the table in an array: `[{ … }]`",
    ),
    (
        "toml",
        'workers_dev = "true"',
        'invalid @"true": `workers_dev` is a string; `true` or `false` was expected',
        "Remove the quotes",
    ),
    (
        "toml",
        "compatibility_date = 2026-01-31",
        "invalid @2026-01-31: `compatibility_date` is a date; a string was expected",
        'Put the date in quotes: `"2026-01-31"`',
    ),
    (
        "toml",
        'compatibility_date = "banana"',
        'invalid @"banana": `compatibility_date` is `banana`; a date such as `2026-01-31` was expected',
        "",
    ),
    (
        "toml",
        'compatibility_date = "2026–01–31"',
        'invalid @"2026–01–31": `compatibility_date` is `2026–01–31` with a typographic dash; '
        "`2026-01-31` has hyphens",
        "Use hyphens: `2026-01-31`",
    ),
    (
        "toml",
        "[vars]\nSINCE = 2026-01-31",
        "invalid @2026-01-31: `vars.SINCE` is a date; a string was expected",
        'Put the date in quotes: `"2026-01-31"`',
    ),
    (
        "toml",
        "node_compat = true",
        "invalid @node_compat: `node_compat` is no longer supported; "
        "add `nodejs_compat` to `compatibility_flags`",
        "",
    ),
    (
        "toml",
        'usage_model = "bundled"',
        "unexpected-field @usage_model: `usage_model` is no longer supported; "
        "Workers have one usage model now; remove the key",
        "",
    ),
    (
        "toml",
        '[assets]\nhtml_handling = "auto-trailing-slsh"',
        'invalid @"auto-trailing-slsh": `assets.html_handling` is `auto-trailing-slsh`; '
        "did you mean `auto-trailing-slash`?",
        "Allowed: `auto-trailing-slash`, `force-trailing-slash`, `drop-trailing-slash` and `none`",
    ),
    (
        "toml",
        '[[kv_namespaces]]\nbindng = "CACHE"',
        "invalid @bindng: unknown key `bindng` in `kv_namespaces[0]`; did you mean `binding`?",
        "`binding` is required here",
    ),
    (
        "toml",
        '[[kv_namespaces]]\nid = "k"',
        "invalid @[[kv_namespaces]]: `kv_namespaces[0]` has no `binding`; a string was expected",
        "",
    ),
    (
        "jsonc",
        '{\n  "kv_namespaces": [\n    {\n      "id": "k"\n    }\n  ]\n}',
        "invalid @{: `kv_namespaces[0]` has no `binding`; a string was expected",
        "",
    ),
    (
        "toml",
        '[[kv_namespaces]]\nbinding = "CACHE"\nmain = "src/index.ts"',
        "unexpected-field @main: unknown key `main` in `kv_namespaces[0]`",
        "If the top-level `main` is meant, move it above the first [header] of the file",
    ),
    (
        "toml",
        'name = "My App"',
        'invalid @"My App": `name` is `My App`; a name of lowercase letters, digits, `-` and `_` '
        "that begins with no `-` was expected",
        "Use `my-app`",
    ),
    (
        "toml",
        '[[ai]]\nbinding = "AI"',
        "invalid @[[ai]]: `ai` is an array; a table with `binding` was expected",
        "Use [single brackets]: `[ai]`",
    ),
    (
        "toml",
        "[limits]\ncpu_ms = '50'",
        "invalid @'50': `limits.cpu_ms` is a string; a number was expected",
        "Remove the quotes",
    ),
    (
        "toml",
        '[[ratelimits]]\nname = "R"\nnamespace_id = 1001\nsimple = { limit = 5, period = 60 }',
        "invalid @1001: `ratelimits[0].namespace_id` is a number; a string was expected",
        "Put the value in quotes",
    ),
    (
        "toml",
        'compatibility_flags = "nodejs_compat"',
        'invalid @"nodejs_compat": `compatibility_flags` is a string; an array of strings was expected',
        "Put the value in square brackets",
    ),
    (
        "jsonc",
        '{"env": {"staging": {"site": {"bucket": "b"}}}}',
        'unexpected-field @"site": `site` cannot be set in an environment, only at the top level',
        "",
    ),
    (
        "toml",
        '[[containers]]\nclass_name = "Box"\nname = "box"\nimage = "a/httpd:1"\ninstance_type = "dev"',
        'deprecated-field @"dev": `containers[0].instance_type`: `dev` is deprecated; '
        "it is called `lite` now",
        "Use `lite`",
    ),
    (
        "toml",
        '[[r2_buckets]]\nbinding = "FILES"\nbucket_name = "Shop_Files"',
        'invalid @"Shop_Files": `r2_buckets[0].bucket_name` is `Shop_Files`; '
        "a name of 3 to 63 lowercase letters, digits and inner `-` was expected",
        "",
    ),
)


@pytest.mark.parametrize(("format", "text", "line", "help"), CASES, ids=[case[1][:40] for case in CASES])
def test_message(format: Format, text: str, line: str, help: str) -> None:
    assert lines(text, format) == [line]
    assert one(text, format).help == help


def test_only_the_branch_of_a_union_that_was_meant_speaks() -> None:
    assert lines('[route]\npattern = "a.example.com/*"\nzone_nam = "example.com"') == [
        "invalid @zone_nam: unknown key `zone_nam` in `route`; did you mean `zone_name`?",
    ]
    assert lines("route = 5") == ["invalid @5: `route` is a number; a string or a table was expected"]


def test_a_value_is_never_printed_where_it_may_be_secret() -> None:
    text = (
        'main = ["hunter2"]\n[vars]\nPASSWORD = "hunter2"\n[[hyperdrive]]\nbinding = "DB"\nid = ["hunter2"]'
    )
    rows = findings(text)
    assert len(rows) == 2
    assert all("hunter2" not in row.message + row.help for row in rows)


def test_messages_are_one_sentence_without_a_full_stop() -> None:
    for format, text, _, _ in CASES:
        for row in findings(text, format):
            assert not row.message.endswith(".")
            assert "\n" not in row.message + row.help
