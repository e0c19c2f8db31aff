"""What has to be put right before the program may end in the middle of something."""

from __future__ import annotations

TYPE_CHECKING = False  # typing.TYPE_CHECKING without the import: a version question must cost nothing
if TYPE_CHECKING:
    from collections.abc import Callable

#: An unfinished file to take away, a line about progress to clear; whoever adds one takes it out again.
unfinished: list[Callable[[], None]] = []
