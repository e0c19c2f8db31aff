"""A wrangler.toml that uses every form of TOML, for the tests of places and of damage."""

from __future__ import annotations

from cfguard.syntax.node import Document
from cfguard.syntax.toml import parse
from cfguard.text import Source

TYPICAL = """\
# a Worker
name = "api" # the name
compatibility_date = "2025-01-01"
vars = { A = "x", "b.c" = 1,
  D = [ 1, 2, ], # multi-line, as TOML 1.1 allows
}
site."quoted key".c = 1979-05-27 07:32:00

[env.production]
workers_dev = false
limits.cpu_ms = 50

[[env.production.d1_databases]]
binding = 'DB'
database_id = "first"

[[env.production.d1_databases]]
binding = "LOG"

[env.production.d1_databases.extra]
note = \"\"\"
several # no comment
lines\"\"\"
"""


def read(text: str) -> Document:
    return parse(Source("wrangler.toml", text))
