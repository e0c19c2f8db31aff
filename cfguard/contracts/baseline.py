"""The shape of ``.cfguard-baseline.json``: findings that a project has accepted for now."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cfguard.contracts.base import Contract, NonEmpty


class Accepted(Contract):
    """A finding by what stays the same when the file around it changes."""

    path: NonEmpty = Field(title="Path", description="The file, relative to the baseline's folder, with `/`.")
    rule: NonEmpty = Field(title="Rule", description="The id of the rule, `area/name`.")
    key: str = Field(
        title="Key",
        description="The path inside the document, or the head of an SQL statement; empty for a whole file.",
    )
    count: Annotated[int, Field(ge=1)] = Field(
        default=1, title="Count", description="How many findings have this rule, path and key."
    )
    reason: str = Field(default="", title="Reason", description="Why it is accepted; `update` keeps it.")


class Baseline(Contract):
    """The findings that `cfguard check` does not tell."""

    version: Literal[1] = Field(title="Version", description="Version of this shape.")
    findings: list[Accepted] = Field(
        title="Findings", description="By path, rule and key, an entry a line, so that branches merge."
    )
