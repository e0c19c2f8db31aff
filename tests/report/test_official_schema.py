"""SARIF reports fit the schema of the standard, which Microsoft publishes with its own matcher for tests."""

from __future__ import annotations

import json

import jsonschema
import pytest

from cfguard.report import render
from tests.machine import npm_packages
from tests.report.samples import SAMPLES


@pytest.mark.parametrize("name", SAMPLES)
def test_a_report_fits_the_schema_of_the_standard(name: str) -> None:
    folder = npm_packages("@microsoft/jest-sarif") / "@microsoft" / "jest-sarif" / "lib" / "schemas"
    schema = json.loads((folder / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
    jsonschema.Draft4Validator(schema).validate(json.loads(render(SAMPLES[name](), "sarif")))
