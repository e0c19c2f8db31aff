from __future__ import annotations

import pytest

from cfguard.model.stages import Stages


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("dev", "development"), ("Development", "development"), ("local", "development"), ("prod", "production"),
        ("PRODUCTION", "production"), ("live", "production"), ("staging", ""), ("preview", ""), ("", ""),
        ("dev-eu", ""), ("products", ""),
    ],
)  # fmt: skip
def test_names_of_environments(name: str, stage: str) -> None:
    assert Stages().of(name) == stage


@pytest.mark.parametrize(
    ("environments", "stage"),
    [
        ((), ""),
        (("production",), "development"),
        (("prod", "staging"), "development"),
        (("dev",), "production"),
        (("dev", "production"), ""),
        (("staging", "preview"), ""),
    ],
)
def test_the_top_level_is_a_stage_by_evidence(environments: tuple[str, ...], stage: str) -> None:
    assert Stages().of_top_level(environments) == stage


def test_settings_change_names_and_add_stages() -> None:
    stages = Stages({"production": ("eu-*", "US"), "staging": ("stage",)})
    assert stages.names == ("development", "production", "staging")
    assert [stages.of(name) for name in ("eu-west", "us", "stage", "prod", "dev")] == [
        "production", "production", "staging", "", "development",
    ]  # fmt: skip


def test_a_pattern_is_no_regular_expression() -> None:
    assert Stages({"production": ("(a+)+$",)}).of("a" * 5000) == ""
