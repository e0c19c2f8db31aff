"""The dated tables about Node, wrangler, workerd and images; read from ``schemas/devcontainer-facts.json``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from cfguard.model.devcontainer.versions import NodeRange, Version, at_least, exactly, line, parse
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy
from cfguard.resources import read_data

#: The lowest Node that the specification of these projects allows, whatever wrangler says.
LEAST_NODE: Version = (18, 0, 0)

_BREAK = lazy(r"[-_/:]")


class Distribution(NamedTuple):
    """The userland of an image: its C library with the version where known, and its package of Node."""

    name: str
    libc: str
    glibc: Version | None
    nodejs: int | None


@lru_cache(maxsize=1)
def tables() -> Mapping[str, Any]:
    """The whole file; raises OSError where the installation is broken."""
    return read_data("devcontainer-facts")


def floor_of_wrangler(wrangler: Version) -> Version | None:
    """The Node below which a version of wrangler refuses to start; None before the table begins."""
    return _row(tables()["wrangler_floors"]["rows"], wrangler, "node")


def newest_wrangler() -> Version:
    """The newest wrangler that the tables know."""
    return parse(tables()["wrangler_floors"]["newest"]) or (0, 0, 0)


def glibc_floor(wrangler: Version) -> Version | None:
    """The glibc that the workerd of a version of wrangler needs; None where it was not measured."""
    return _row(tables()["workerd_glibc"]["rows"], wrangler, "glibc")


def _row(rows: list[dict[str, str | None]], version: Version, key: str) -> Version | None:
    found: Version | None = None
    for row in rows:
        if version >= (parse(row["from"] or "") or (0, 0, 0)):
            text = row[key]
            found = parse(text) if text else None
    return found


def end_of_life(major: int) -> date | None:
    """The day after which a line of Node gets no more fixes; None for lines that the table does not hold."""
    text = tables()["node_lines"]["lines"].get(str(major), {}).get("end")
    return date.fromisoformat(text) if text else None


def node_from_name(name: str) -> NodeRange | None:
    """What a version name gives as nvm and the Node feature read it: `20`, `lts/iron`, `latest`.

    None where it is no version; :attr:`NodeRange.absent` for `none`.
    """
    lines = tables()["node_lines"]
    word = name.strip().lower()
    if word == "none":
        return NodeRange(None, None, absent=True)
    if word in ("lts", "lts/*", "--lts", "", "stable"):
        return at_least(lines["lts_before"])
    if word in ("latest", "current", "node"):
        return at_least(lines["lts_before"])
    if word == "lts/-1":
        return line(lines["lts_before"] - 2, lines["lts"])
    codename = word.removeprefix("lts/").removeprefix("lts-")
    for major, row in lines["lines"].items():
        if row.get("codename") == codename:
            return line(int(major))
    return exactly(word)


@lru_cache(maxsize=1)
def _distributions() -> Mapping[str, Distribution]:
    found: dict[str, Distribution] = {}
    for row in tables()["distributions"]["rows"]:
        glibc = parse(row["glibc"]) if "glibc" in row else None
        for name in row["names"]:
            found[name] = Distribution(row["names"][0], row["libc"], glibc, row.get("nodejs"))
    return found


def distribution(text: str) -> Distribution | None:
    """The distribution that a tag names: `18-alpine3.20`, `ubuntu-22.04`, `bookworm-slim`; None where it does not."""
    known = _distributions()
    words = [word for word in _BREAK.split(text.lower()) if word]
    for first, second in zip(words, [*words[1:], ""], strict=False):
        for name in (first + second, first):
            if name in known:
                return known[name]
        if re.match(r"alpine\d", first):
            return known["alpine"]
    return None
