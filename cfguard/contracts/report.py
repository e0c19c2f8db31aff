"""The shape of the JSON report, version 1. Fields are added within a version, never changed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from cfguard.contracts.base import Contract, NonEmpty, SeverityName

Count = Annotated[int, Field(ge=0)]
FromOne = Annotated[int, Field(ge=1)]


class Published(Contract):
    """An object of the report. Readers must accept fields they do not know, so the schema does too."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)


class Tool(Published):
    """The program that wrote the report."""

    name: Literal["cfguard"] = Field(title="Name", description="Always `cfguard`.")
    version: NonEmpty = Field(title="Version", description="The version of the program.")


class Place(Published):
    """A place in a file, in code points."""

    line: FromOne = Field(title="Line", description="Line, from 1.")
    column: FromOne = Field(title="Column", description="Column in code points, from 1.")


class Hidden(Published):
    """How many findings were held back, by what held them."""

    ignores: Count = Field(title="Ignores", description="Hidden by ignore comments in the files.")
    settings: Count = Field(title="Settings", description="Hidden by the settings file.")
    baseline: Count = Field(title="Baseline", description="Hidden by the baseline file.")


class Summary(Published):
    """The run in numbers."""

    error: Count = Field(title="Errors", description="Findings of severity error.")
    warning: Count = Field(title="Warnings", description="Findings of severity warning.")
    info: Count = Field(title="Infos", description="Findings of severity info.")
    hidden: Hidden = Field(title="Hidden", description="Findings that are not in the report.")
    files: Count = Field(title="Files", description="Files that were read.")


class Related(Published):
    """A further place that explains a finding."""

    path: NonEmpty = Field(title="Path", description="File, relative to the root, with `/`.")
    start: Place | None = Field(title="Start", description="First place, or null for the whole file.")
    end: Place | None = Field(title="End", description="Place after the last, or null for the whole file.")
    message: str = Field(title="Message", description="What the place has to do with the finding.")


class Finding(Published):
    """One thing that is wrong in one place."""

    rule: NonEmpty = Field(title="Rule", description="Id of the rule, `area/name`.")
    severity: SeverityName = Field(title="Severity", description="How bad it is.")
    message: NonEmpty = Field(title="Message", description="What is there and what was expected.")
    help: str = Field(title="Help", description="How to put it right.")
    path: NonEmpty = Field(title="Path", description="File, relative to the root, with `/`.")
    start: Place | None = Field(title="Start", description="First place, or null for the whole file.")
    end: Place | None = Field(title="End", description="Place after the last, or null for the whole file.")
    key: str = Field(
        title="Key",
        description="Path inside the document; with rule and path it identifies the finding over time.",
    )
    worker: str | None = Field(title="Worker", description="Name of the Worker it is about, if any.")
    environments: list[str] = Field(
        title="Environments",
        description="Environments with this cause here; the empty name is the top level.",
    )
    upstream: str | None = Field(
        title="Upstream", description="The tool that says the same about the file, offline, if any."
    )
    clauses: list[str] = Field(title="Clauses", description="Clauses of the specification.")
    url: str = Field(title="URL", description="Page about the rule; empty where there is none.")
    fixable: bool = Field(title="Fixable", description="Whether cfguard can make the edit.")
    related: list[Related] = Field(title="Related places", description="Further places that explain it.")


class Problem(Published):
    """A reason why the job could not be done whole."""

    kind: NonEmpty = Field(title="Kind", description="Short word for the kind of problem.")
    path: str | None = Field(title="Path", description="File it is about, or null.")
    message: NonEmpty = Field(title="Message", description="What could not be done.")
    start: Place | None = Field(default=None, title="Start", description="Where, if it has a place.")


class Note(Published):
    """Something worth knowing that is nobody's fault."""

    message: NonEmpty = Field(title="Message", description="What to know.")
    path: str | None = Field(title="Path", description="File it is about, or null.")


class Report(Published):
    """The result of one run of `cfguard check --format json`."""

    version: Literal[1] = Field(title="Version", description="Version of this shape.")
    tool: Tool = Field(title="Tool", description="What wrote the report.")
    root: Literal["."] = Field(
        title="Root", description="All paths are relative to the root of the run, which is not named."
    )
    summary: Summary = Field(title="Summary", description="The run in numbers.")
    findings: list[Finding] = Field(title="Findings", description="By path, place and rule.")
    problems: list[Problem] = Field(title="Problems", description="What kept the job from being done whole.")
    notes: list[Note] = Field(title="Notes", description="What else to know.")
