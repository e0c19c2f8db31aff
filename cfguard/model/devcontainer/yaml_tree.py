"""Reads the YAML of Compose files into plain data: bounded before anything is built, aliases never multiplied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MAX_CHARACTERS = 400_000
MAX_EVENTS = 50_000
MAX_ALIASES = 1_000
MAX_DEPTH = 60
#: Merged keys looked at for one document: exploding ``<<`` chains end here.
MAX_MERGED = 20_000


class Unreadable(Exception):
    """A YAML text that is broken or beyond every real one; the message says which, for people."""


def read_yaml(text: str) -> object:
    """The first document of a YAML text: dicts, lists, and scalars as the text that stands there.

    Plain ``null``, ``~`` and nothing are None. Aliases give the same object again. Raises
    :class:`Unreadable`.
    """
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(f"it is longer than {MAX_CHARACTERS:,} characters")
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder().build(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}" if mark is not None else ""
        raise Unreadable(f"it is no valid YAML{place}") from None
    except (RecursionError, ValueError):
        raise Unreadable("it is no valid YAML") from None


class _Builder:
    """Turns parser events into data with an explicit stack."""

    def __init__(self) -> None:
        self.anchors: dict[str, object] = {}
        self.aliases = 0
        self.merged = 0

    def build(self, events: Iterator[Any]) -> object:
        root: list[object] = []
        stack: list[list[object]] = [root]
        opened: list[tuple[str, str | None]] = []
        for count, event in enumerate(events):
            if count > MAX_EVENTS:
                raise Unreadable(f"it has more than {MAX_EVENTS:,} parts")
            kind = type(event).__name__
            if kind == "ScalarEvent":
                self._put(stack[-1], _scalar(event), event.anchor)
            elif kind == "AliasEvent":
                stack[-1].append(self._alias(event.anchor))
            elif kind in ("MappingStartEvent", "SequenceStartEvent"):
                if len(stack) > MAX_DEPTH:
                    raise Unreadable(f"it is nested more than {MAX_DEPTH} deep")
                stack.append([])
                opened.append((kind, event.anchor))
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                items = stack.pop()
                started, anchor = opened.pop()
                value: object = items if started == "SequenceStartEvent" else self._mapping(items)
                self._put(stack[-1], value, anchor)
            elif kind == "DocumentEndEvent":
                break
        return root[0] if root else None

    def _put(self, items: list[object], value: object, anchor: str | None) -> None:
        items.append(value)
        if anchor is not None:
            self.anchors[anchor] = value

    def _alias(self, anchor: str) -> object:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise Unreadable(f"it has more than {MAX_ALIASES:,} aliases")
        return self.anchors.get(anchor)

    def _mapping(self, items: list[object]) -> dict[str, object]:
        """Pairs as a dict; what ``<<`` merges stands behind the mapping's own keys."""
        own: dict[str, object] = {}
        merges: list[object] = []
        for key, value in zip(items[::2], items[1::2], strict=False):
            if key == "<<":
                merges += value if isinstance(value, list) else [value]
            elif isinstance(key, str):
                own[key] = value
        for merge in merges:
            if isinstance(merge, dict):
                self.merged += len(merge)
                if self.merged > MAX_MERGED:
                    raise Unreadable("its merged keys multiply without end")
                for key, value in merge.items():
                    own.setdefault(key, value)
        return own


def _scalar(event: Any) -> str | None:
    text = str(event.value)
    return None if event.implicit[0] and not event.style and text in ("", "~", "null", "Null") else text
