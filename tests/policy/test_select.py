from __future__ import annotations

import pytest

from cfguard.policy.select import SelectorError, compile_selector
from cfguard.syntax import parse
from cfguard.text import Source

CONFIG = """
name = "a"
"odd.key" = 1
[env.dev.vars]
A = "1"
[env.prod.vars]
A = "2"
B = "3"
[[env.prod.d1_databases]]
binding = "ONE"
[[env.prod.d1_databases]]
binding = "TWO"
"""


def selected(pattern: str) -> list[tuple[str, dict[str, str | int]]]:
    document = parse(Source("wrangler.toml", CONFIG), "toml")
    return [(entity.path, dict(entity.captures)) for entity in compile_selector(pattern).select([document])]


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("wrangler:name", ["name"]),
        ("wrangler:", [""]),
        ("wrangler:none.here", []),
        ('wrangler:"odd.key"', ['"odd.key"']),
        ("wrangler:env.*.vars.A", ["env.dev.vars.A", "env.prod.vars.A"]),
        ("wrangler:env.prod.d1_databases[1].binding", ["env.prod.d1_databases[1].binding"]),
        (
            "wrangler:env.prod.d1_databases[*].binding",
            ["env.prod.d1_databases[0].binding", "env.prod.d1_databases[1].binding"],
        ),
        ("wrangler:env.prod.vars[*]", []),
        ("wrangler:name.*", []),
    ],
)
def test_patterns(pattern: str, paths: list[str]) -> None:
    assert [path for path, _ in selected(pattern)] == paths


def test_captures() -> None:
    assert selected("wrangler:env.{e}.vars.{k}") == [
        ("env.dev.vars.A", {"e": "dev", "k": "A"}),
        ("env.prod.vars.A", {"e": "prod", "k": "A"}),
        ("env.prod.vars.B", {"e": "prod", "k": "B"}),
    ]
    assert selected("wrangler:env.{e}.d1_databases[{i}]")[1] == (
        "env.prod.d1_databases[1]",
        {"e": "prod", "i": 1},
    )
    assert compile_selector("wrangler:env.{e}.d1_databases[{i}]").captures == {"e": False, "i": True}


@pytest.mark.parametrize(
    ("pattern", "offset"),
    [
        ("name", 0),
        ("yaml:x", 0),
        ("wrangler:env.{", 12),
        ("wrangler:a b", 10),
        ("wrangler:a[x]", 10),
        ("wrangler:{1}", 9),
    ],
)
def test_mistakes_have_their_place(pattern: str, offset: int) -> None:
    with pytest.raises(SelectorError) as caught:
        compile_selector(pattern)
    assert caught.value.offset == offset
