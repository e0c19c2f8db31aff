"""The shape of ``cfguard.toml``, of ``[tool.cfguard]`` and of ``"cfguard"`` in package.json."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from cfguard.contracts.base import Contract, NonEmpty, ProfileName, RulePattern

Glob = Annotated[str, StringConstraints(pattern=r"^[^!]", max_length=1000)]
RecordKind = Literal[
    "health-check", "dev-state", "deployment", "migration-record", "contract-test", "integration-test"
]
ParamValue = str | int | float | bool | list[str | int | float | bool]


class RuleSetting(Contract):
    """What a project changes about one rule, or about all rules of an area."""

    severity: Literal["error", "warning", "info", "off"] | None = Field(
        default=None, title="Severity", description="The severity to report, or `off` to silence the rule."
    )
    params: dict[NonEmpty, ParamValue] = Field(
        default_factory=dict,
        title="Parameters",
        description="Values for the rule's parameters, as its page lists them.",
    )


class Override(Contract):
    """Rule settings for some files only."""

    files: list[Glob] = Field(
        min_length=1,
        title="Files",
        description="Patterns as in .gitignore, relative to the settings file, of the files this is for.",
    )
    rules: dict[RulePattern, RuleSetting] = Field(
        title="Rules", description="Settings by rule id (`area/name`) or area (`area/*`)."
    )


class Settings(Contract):
    """The choices of one project; the nearest settings file counts, nothing is merged."""

    profile: ProfileName = Field(
        default="recommended",
        title="Profile",
        description="The set of rules to run: `recommended`, `strict` or `all`.",
    )
    exclude: list[Glob] = Field(
        default_factory=list,
        title="Excluded files",
        description="Patterns as in .gitignore, relative to the settings file, of what is not checked.",
    )
    policies: list[NonEmpty] = Field(
        default_factory=list,
        title="Policy folders",
        description="Folders with rules of your own, relative to the settings file.",
    )
    stages: dict[NonEmpty, list[NonEmpty]] = Field(
        default_factory=dict,
        title="Stages",
        description="Patterns of environment names by stage, such as `production` or `development`.",
    )
    records: dict[RecordKind, list[Glob]] = Field(
        default_factory=dict,
        title="Records",
        description="Patterns, relative to the settings file, of files that hold records of a kind.",
    )
    plan: Literal["free", "paid"] | None = Field(
        default=None,
        title="Workers plan",
        description="The Cloudflare Workers plan of the account, for rules about limits.",
    )
    d1_runtime: Literal["2026-04-26", "2026-11-17"] | None = Field(
        default=None,
        title="D1 runtime",
        description="The date of the D1 runtime that migrations are played on; without it the newest known.",
    )
    rules: dict[RulePattern, RuleSetting] = Field(
        default_factory=dict,
        title="Rules",
        description="Settings by rule id (`area/name`) or area (`area/*`).",
    )
    override: list[Override] = Field(
        default_factory=list,
        title="Overrides",
        description="Rule settings for some files only; later ones win.",
    )
