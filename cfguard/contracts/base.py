"""What all contracts share: nothing is converted, and nothing unknown is accepted."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

RuleId = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$", max_length=100),
]
RulePattern = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]*/(\*|[a-z][a-z0-9-]*)$", max_length=100),
]
NonEmpty = Annotated[str, StringConstraints(min_length=1)]
SeverityName = Literal["error", "warning", "info"]
ProfileName = Literal["recommended", "strict", "all"]


class Contract(BaseModel):
    """A closed table: a key that is not a field is a mistake of the writer."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)
