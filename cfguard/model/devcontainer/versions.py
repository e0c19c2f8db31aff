"""Versions as far as images, features and commands state them: often only a part, often a moving name."""

from __future__ import annotations

import re

from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy

#: Above every real component: what a version that stops early may still become.
ANY = 1_000_000

Version = tuple[int, int, int]

_VERSION = lazy(r"v?(\d{1,4})(?:\.(\d{1,4}|x|\*))?(?:\.(\d{1,5}|x|\*))?(?:[-+][\w.+-]*)?\Z", re.ASCII)
_RANGE_START = lazy(r"\s*(?:\^|~|>=|=)?\s*v?(\d{1,4})(?:\.(\d{1,4}))?(?:\.(\d{1,5}))?", re.ASCII)


class NodeRange(NamedTuple):
    """The versions of Node that a container may have, both ends included.

    ``lowest`` and ``highest`` are None where nothing bounds them (a moving tag only rises). ``absent`` is
    true where there is certainly no Node. ``reason`` says where it comes from, for people.
    """

    lowest: Version | None
    highest: Version | None
    reason: str = ""
    absent: bool = False

    def because(self, reason: str) -> NodeRange:
        """The same versions for another reason."""
        return self._replace(reason=reason)

    @property
    def shown(self) -> str:
        """The versions in words: `20`, `22.11.0`, `16 to 18`, `24 or later`."""
        low, high = self.lowest, self.highest
        if self.absent or low is None:
            return "none" if self.absent else "any"
        if high is None:
            return f"{show_floor(low)} or later"
        if low[0] == high[0]:
            return show(low) if low == high else show((low[0], low[1] if low[1] == high[1] else ANY, ANY))
        return f"{low[0]} to {high[0]}"


def exactly(text: str) -> NodeRange | None:
    """The range that a version text allows: `18`, `18.20`, `v18.20.4`; None where it is none."""
    match = _VERSION.match(text.strip())
    if match is None or int(match[1]) > 99:
        return None
    major = int(match[1])
    minor = int(match[2]) if match[2] and match[2].isdigit() else None
    patch = int(match[3]) if minor is not None and match[3] and match[3].isdigit() else None
    return NodeRange(
        (major, minor or 0, patch or 0),
        (major, ANY if minor is None else minor, ANY if patch is None else patch),
    )


def line(major: int, until: int | None = None) -> NodeRange:
    """Any version of a major line, or of several."""
    return NodeRange((major, 0, 0), (until if until is not None else major, ANY, ANY))


def at_least(major: int) -> NodeRange:
    """A moving name that never falls below a major line."""
    return NodeRange((major, 0, 0), None)


def either(first: NodeRange | None, second: NodeRange | None) -> NodeRange | None:
    """What is certain where one of two ranges holds and nobody knows which; None where nothing is."""
    if first is None or second is None or first.absent or second.absent:
        return None
    lows = (first.lowest, second.lowest)
    highs = (first.highest, second.highest)
    low = None if lows[0] is None or lows[1] is None else min(lows[0], lows[1])
    high = None if highs[0] is None or highs[1] is None else max(highs[0], highs[1])
    return NodeRange(low, high, f"{first.reason} or {second.reason}")


def parse(text: str) -> Version | None:
    """A full or partial version as a number to compare by; missing parts are zero."""
    match = _RANGE_START.match(text)
    return None if match is None else (int(match[1]), int(match[2] or 0), int(match[3] or 0))


def lowest_allowed(wanted: str) -> Version | None:
    """The lowest version that an npm range allows, None where it does not say (`latest`, `*`, a URL)."""
    found: list[Version] = []
    for alternative in wanted.split("||"):
        match = _RANGE_START.match(alternative)
        if match is None or alternative.strip().startswith(("<", "*", "x")):
            return None
        found.append((int(match[1]), int(match[2] or 0), int(match[3] or 0)))
    return min(found) if found else None


def show(version: Version) -> str:
    """A version without the parts that nobody stated."""
    return ".".join(str(part) for part in version if part != ANY)


def show_floor(version: Version) -> str:
    """A lower bound as people write it: `18`, `22.12`."""
    kept = version[: 3 if version[2] else 2 if version[1] else 1]
    return ".".join(map(str, kept))
