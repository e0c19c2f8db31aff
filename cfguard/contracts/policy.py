"""The shape of a rule file, ``policies/<area>/<name>.toml``; expressions are checked elsewhere."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, StringConstraints, model_validator
from pydantic import Tag as Branch

from cfguard.contracts.base import Contract, NonEmpty, ProfileName, SeverityName
from cfguard.contracts.settings import ParamValue

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=100)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Score = Annotated[str, StringConstraints(pattern=r"^(10(\.0)?|[0-9](\.[0-9])?)$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
Tag = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=50)]


class RelatedPlaces(Contract):
    """Further places that explain a finding."""

    each: NonEmpty | None = Field(
        default=None,
        title="Each",
        description="Expression that gives a list; one place is shown per item, named `it`.",
    )
    at: NonEmpty = Field(
        default=".",
        title="Place",
        description="What to show, as a path relative to the entity or item; `.` is the thing itself.",
    )
    message: NonEmpty = Field(title="Message", description="What the place has to do with the finding.")


class CannotTell(Contract):
    """When the rule has to say that it cannot judge."""

    when: NonEmpty = Field(title="When", description="Expression; where it is true a note is told instead.")
    message: NonEmpty = Field(title="Message", description="What cannot be told, and what would show it.")


class Strict(Contract):
    """What the profile `strict` changes about the rule."""

    params: dict[Name, ParamValue] = Field(
        default_factory=dict, title="Parameters", description="Values of parameters under `strict` and `all`."
    )


class PathValue(Contract):
    """A value to put at a path."""

    path: NonEmpty = Field(title="Path", description="Where, relative to the entity.")
    value: NonEmpty = Field(title="Value", description="Expression that gives the value.")
    here: bool = Field(
        default=False, title="Here", description="In the entity itself, also where it inherits the value."
    )


class PathOnly(Contract):
    """A path to take away."""

    path: NonEmpty = Field(title="Path", description="Where, relative to the entity.")


class PathMove(Contract):
    """A value and where it belongs."""

    path: NonEmpty = Field(title="Path", description="What to move, relative to the entity.")
    to: NonEmpty = Field(title="To", description="Where to, relative to the entity; a path like `path`.")


class NewFile(Contract):
    """A file to make."""

    file: NonEmpty = Field(title="File", description="Expression that gives the path from the root.")
    text: NonEmpty = Field(title="Text", description="Expression that gives the whole text.")


class FileLine(Contract):
    """A line to add to a file of lines."""

    file: NonEmpty = Field(title="File", description="Expression that gives the path from the root.")
    line: NonEmpty = Field(title="Line", description="Expression that gives the line.")


class Fix(Contract):
    """Edits that make the finding go away: all of them, or none where one cannot be made."""

    title: Sentence = Field(title="Title", description="What the fix does, in one sentence; a message.")
    safety: Literal["safe", "unsafe"] = Field(
        title="Safety", description="`safe` only where the edit cannot change what the project means."
    )
    when: NonEmpty | None = Field(
        default=None, title="When", description="Expression; the fix is offered only where it is true."
    )
    move: PathMove | None = Field(default=None, title="Move", description="Move or rename what is at a path.")
    remove: PathOnly | None = Field(default=None, title="Remove", description="Remove what is at a path.")
    set: PathValue | None = Field(default=None, title="Set", description="Set the value at a path.")
    append: PathValue | None = Field(
        default=None, title="Append", description="Append a value to the list at a path."
    )
    erase: Literal[True] | None = Field(
        default=None, title="Erase", description="Take away the text that a diagnostic says no reader reads."
    )
    write: NewFile | None = Field(default=None, title="Write", description="Make a file that is not there.")
    add_line: FileLine | None = Field(
        default=None, title="Add line", description="Add a line to a file of lines, such as `.gitignore`."
    )

    @model_validator(mode="after")
    def _some_edit(self) -> Fix:
        edits = (self.move, self.remove, self.set, self.append, self.erase, self.write, self.add_line)
        if not any(edit is not None for edit in edits):
            raise ValueError(
                "a fix has one of `set`, `remove`, `append`, `move`, `erase`, `write` and `add_line`, or several"
            )
        return self


def _shape_of_fix(value: object) -> str:
    return "array" if isinstance(value, list) else "table"


#: One fix or several; the shape decides first, so that mistakes are told of the one that was meant.
Fixes = Annotated[
    Annotated[Fix, Branch("table")] | Annotated[list[Fix], Field(min_length=1), Branch("array")],
    Discriminator(_shape_of_fix),
]


class Policy(Contract):
    """One rule; its id is the path of its file."""

    title: Sentence = Field(title="Title", description="What is wrong when the rule fires, as a headline.")
    why: Sentence = Field(title="Why", description="Why it matters, for somebody who never heard of it.")
    clauses: list[NonEmpty] = Field(
        default_factory=list,
        title="Clauses",
        description="Clauses of the specification that the rule checks.",
    )
    severity: SeverityName = Field(
        title="Severity",
        description="`error`: it breaks or leaks; `warning`: it will bite; `info`: worth knowing.",
    )
    profile: ProfileName = Field(title="Profile", description="The smallest profile that holds the rule.")
    tags: list[Tag] = Field(
        default_factory=list, max_length=10, title="Tags", description="Words to find the rule by."
    )
    security_severity: Score | None = Field(
        default=None,
        title="Security severity",
        description="For security rules: a score from 0.0 to 10.0, as a string.",
    )
    each: NonEmpty = Field(
        title="Each",
        description="What the rule looks at: an entity, a document path, or a fact's diagnostics.",
    )
    let: dict[Name, NonEmpty] = Field(
        default_factory=dict, title="Let", description="Names for expressions, in the order written."
    )
    when: NonEmpty | None = Field(
        default=None, title="When", description="Expression; the rule looks only where it is true."
    )
    assert_: NonEmpty | None = Field(
        default=None,
        alias="assert",
        title="Assert",
        description="Expression that is true where all is well; without one all looked at are findings.",
    )
    at: NonEmpty | Annotated[list[NonEmpty], Field(min_length=1)] | None = Field(
        default=None,
        title="Place",
        description="What to blame, relative to the entity (`.` is itself); of a list, the first that is there.",
    )
    related: list[RelatedPlaces] = Field(
        default_factory=list, title="Related places", description="Further places to show."
    )
    message: NonEmpty = Field(
        title="Message", description="What is there and what was expected; `{expression}` is replaced."
    )
    help: NonEmpty = Field(title="Help", description="How to put it right, or to accept it.")
    references: list[Url] = Field(
        default_factory=list, title="References", description="Pages that show it is so."
    )
    upstream: NonEmpty | None = Field(
        default=None, title="Upstream", description="The tool that says the same about the file, offline."
    )
    params: dict[Name, ParamValue] = Field(
        default_factory=dict,
        title="Parameters",
        description="Values that settings may change, with defaults.",
    )
    strict: Strict = Field(
        default_factory=Strict, title="Strict", description="What the profile `strict` changes."
    )
    cannot_tell: CannotTell | None = Field(
        default=None, title="Cannot tell", description="When the rule says that it cannot judge."
    )
    partial: bool = Field(
        default=False,
        title="Partial files",
        description="Whether the rule also judges files with syntax errors, of which only a part was read.",
    )
    fix: Fixes | None = Field(
        default=None, title="Fix", description="What to offer as a cure; of several, the first that applies."
    )
