"""Tables beside the report of a check: what hostile names in them cannot do."""

from __future__ import annotations

import json

import pytest

from cfguard.matrix import Cell, Column, Matrix, Row
from cfguard.migrations_plan import Plan
from cfguard.report import envs, migrations
from cfguard.report.layout import indented
from cfguard.report.shown import disarm_lines
from cfguard.verify import table
from cfguard.verify.measurement import Measurement
from cfguard.verify.run import Verified
from cfguard.verify.toolchain import Toolchain

HOSTILE = "::error::x ##vso[task] <b>|\x1b[31m"


def tables(format: str) -> list[str]:
    """Every table with a hostile name wherever a project gives one."""
    cell = Cell(HOSTILE, "own")
    matrix = Matrix(HOSTILE, HOSTILE, (Column(HOSTILE, ""),), (Row("vars", HOSTILE, (cell,)),))
    plan = Plan(HOSTILE, HOSTILE, "d1_migrations", (), (), (HOSTILE,), (HOSTILE,))
    row = Measurement("startup", HOSTILE, HOSTILE, HOSTILE, 1.0, 2.0, "failed", HOSTILE)
    verified = Verified(HOSTILE, HOSTILE, Toolchain((), HOSTILE), (row,))
    return [
        envs.render([matrix], format),
        migrations.render([plan], format),
        migrations.render([plan], format, schema=True),
        table.render([verified], format),
    ]


@pytest.mark.parametrize("format", ["text", "markdown", "json"])
def test_no_line_of_a_table_is_obeyed(format: str) -> None:
    for text in tables(format):
        assert "error" in text
        assert "\x1b" not in text
        assert "##vso[" not in text
        assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_tables_as_markdown_hold_no_html() -> None:
    for text in (*tables("markdown")[:2], tables("markdown")[3]):
        assert "<b>" not in text


def test_what_json_says_stays_the_same() -> None:
    value = {"name": HOSTILE, "list": [1, "\ud800"], "none": None}
    assert json.loads(indented(value)) == value


def test_only_the_beginning_of_a_line_is_disarmed() -> None:
    assert disarm_lines("a ::b\n  ::c\nx::\n") == "a ::b\n  ∶:c\nx::\n"
