"""The Node of a dev container as rules see it: an interval of versions, held against what the project asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.model.devcontainer.parts import Owner, Part
from cfguard.model.entity import field

if TYPE_CHECKING:
    from datetime import date

    from cfguard.model.devcontainer.pins import Pin
    from cfguard.model.devcontainer.requirements import Floor
    from cfguard.model.devcontainer.versions import NodeRange
    from cfguard.syntax.node import Node


class NodeVersion(Part):
    """The Node that a shell in the container finds, where the files say it."""

    expression_type = "node_version"

    def __init__(
        self, owner: Owner, node: Node | None, found: NodeRange, floor: Floor, pin: Pin | None
    ) -> None:
        super().__init__(owner, node)
        self._range, self._floor, self._pin = found, floor, pin

    @field
    def versions(self) -> str:
        """The versions that it may be, in words: `20`, `20.11.1`, `24 or later`, `none`."""
        return self._range.shown

    @field
    def is_absent(self) -> bool:
        """Whether there is certainly no Node."""
        return self._range.absent

    @field
    def lowest(self) -> int | None:
        """The lowest major version that it may be."""
        return self._range.lowest[0] if self._range.lowest is not None else None

    @field
    def highest(self) -> int | None:
        """The highest major version that it may be; absent for tags that move."""
        return self._range.highest[0] if self._range.highest is not None else None

    @field
    def reason(self) -> str:
        """Where the version comes from, as a phrase: an image, a feature, a line of the Dockerfile."""
        return self._range.reason

    @field
    def floor(self) -> str:
        """The lowest version that the project's wrangler starts on, and never less than 18."""
        from cfguard.model.devcontainer.versions import show_floor

        return show_floor(self._floor.version)

    @field
    def floor_reason(self) -> str:
        """Who asks for the floor, as a phrase: `wrangler 4.87.0 of package-lock.json`."""
        return self._floor.reason

    @field
    def floor_is_moving(self) -> bool:
        """Whether the floor is that of the newest wrangler, because the project names no version of it."""
        return self._floor.moving

    @field
    def is_below_floor(self) -> bool:
        """Whether even the highest version that it may be is below the floor."""
        return self._range.highest is not None and self._range.highest < self._floor.version

    @field
    def end_of_life(self) -> date | None:
        """The last day of support of the highest line that it may be."""
        from cfguard.model.devcontainer.tables import end_of_life

        return end_of_life(self._range.highest[0]) if self._range.highest is not None else None

    @field
    def pin(self) -> str | None:
        """The version that the project asks for in `.nvmrc`, `.node-version`, package.json or the like."""
        return self._pin.text if self._pin is not None else None

    @field
    def pin_place(self) -> str:
        """Where it asks for it; empty without a pin."""
        return self._pin.place if self._pin is not None else ""

    @field
    def contradicts_pin(self) -> bool:
        """Whether no version that it may be is one that the project asks for."""
        if self._pin is None or self._range.absent:
            return False
        low, high = self._range.lowest, self._range.highest
        wanted = self._pin.range
        below = high is not None and wanted.lowest is not None and high < wanted.lowest
        above = low is not None and wanted.highest is not None and low > wanted.highest
        return below or above
