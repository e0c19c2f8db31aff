"""Whatever a checked file holds, every bundled rule comes to a verdict: nothing is raised, no rule fails."""

from __future__ import annotations

import random
import tempfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzzing import Files, check_files, failures, mutate, seeds


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(index=st.integers(0, len(seeds()) - 1), seed=st.integers(0, 2**32))
def test_no_content_makes_a_rule_fail(index: int, seed: int) -> None:
    files = mutate(seeds()[index], random.Random(seed))
    with tempfile.TemporaryDirectory() as folder:
        assert failures(check_files(files, folder)) == []


@pytest.mark.parametrize("count", [2, 400])
def test_the_size_of_a_project_makes_no_rule_fail(count: int) -> None:
    names = ["development", "production", *(f"tenant{number}" for number in range(count))]
    config = 'name = "acme"\nd1_databases = [{binding = "DB", database_id = "4c1b7c1e-52d1-4f7e"}]\n'
    for name in names:
        config += f'[env.{name}]\nd1_databases = [{{binding = "DB", database_id = "4c1b7c1e-52d1-4f7e"}}]\n'
        config += f'[env.{name}.vars]\nAPP_URL = "https://acme.dev"\nREDIRECT_URI = "https://acme.dev/cb"\n'
        config += 'CLIENT_ID = "Yk2mQ9sLx4VtRb7N"\n'
    ports = ", ".join(str(1000 + number) for number in range(count))
    promised = "".join(f"NAME_{number}=\n" for number in range(count))
    files: Files = {
        "wrangler.toml": config.encode(),
        ".devcontainer/devcontainer.json": f'{{"forwardPorts": [{ports}]}}'.encode(),
        ".env.example": promised.encode(),
        ".env.production": b"STAGE=1\n",
        ".env.development": b"STAGE=1\n",
    }
    with tempfile.TemporaryDirectory() as folder:
        report = check_files(files, folder)
    assert failures(report) == []
    assert "d1/database-shared" in {finding.rule for finding in report.findings}
