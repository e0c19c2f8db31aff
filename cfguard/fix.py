"""What a finding's cure would change, said in paths and values so that no rule handles text."""

from __future__ import annotations

from typing import Literal, TypeAlias

from cfguard.named_tuple import NamedTuple
from cfguard.syntax.node import Path
from cfguard.text import Span

Safety = Literal["safe", "unsafe"]


class SetValue(NamedTuple):
    """The value at ``key`` becomes ``value``; it and the tables above it are made where they are missing."""

    file: str
    key: Path
    value: object


class RemoveValue(NamedTuple):
    """What is at ``key`` goes, with its key."""

    file: str
    key: Path


class AppendValue(NamedTuple):
    """``value`` joins the list at ``key``, which is made where it is missing."""

    file: str
    key: Path
    value: object


class MoveValue(NamedTuple):
    """What is at ``key`` goes to ``to``, with the comments inside it; nothing may be there yet."""

    file: str
    key: Path
    to: Path


class EraseText(NamedTuple):
    """Text that carries no value goes (a comment, a line that nothing reads).

    ``was`` is what the span held when the change was offered: anything else there means that it moved.
    """

    file: str
    span: Span
    was: str


class WriteFile(NamedTuple):
    """A file that is not there yet, with its whole text."""

    file: str
    text: str


class AddLine(NamedTuple):
    """A line at the end of a file of lines, which is made where it is missing."""

    file: str
    line: str


Change: TypeAlias = SetValue | RemoveValue | AppendValue | MoveValue | EraseText | WriteFile | AddLine


class Fix(NamedTuple):
    """A cure for a finding: all of its changes are made, or none.

    ``safe`` says that the project means the same afterwards, or what the finding shows it was meant to mean.
    """

    title: str
    safety: Safety
    changes: tuple[Change, ...]
