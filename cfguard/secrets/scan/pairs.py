"""Pairs of name and value in a line of text, by the ways in which people write them where no parser reads along.

Grammars differ in how much they promise: an assignment names its value, two neighbours in a list may be
anything. What a weak one finds counts only if chance made the value
(:func:`~cfguard.secrets.detect.looks_random`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.secrets.pattern import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator


class Pair(NamedTuple):
    """A name, the value that it seems to name, where that begins in the line; ``weak`` if only seemingly."""

    name: str
    value: str
    start: int
    weak: bool = False


_WRAPPER = (
    r"(?:(?:await|new|String\.raw)\s{1,3})?(?:(?:[\w.]{1,40}\.)?"
    r"(?:atob|decode\w{0,20}|from|b64\w{0,20}|fromBase64\w{0,10}|base64\w{0,20}|encode|String|default|sealed)"
    r"\(\s{0,4})?(?:\[\s{0,4})?"
)
# An escaped line feed in front of a name is no part of it.
_NAME = r"(?<!\\)(?P<name>[A-Za-z_][\w.-]{1,80})"
# What stands between a name and the value that it is given: a type, an operator.
_TYPE = r"(?:\s?:\s?[&A-Za-z][\w<>|' ]{0,30}?(?=\s?=))?"
_ASSIGN = r"[\"'`\]]{0,3}[?!]?" + _TYPE + r"\s{0,8}(?:=>|:=|\?\?=?|\|\|=?|!==?|[=:]{1,3}|\()\s{0,8}"
_QUOTED = (
    _NAME + _ASSIGN + _WRAPPER + r"[@rbuf]{0,2}"
    r"(?P<quote>[\"'`])(?P<value>(?:[^\"'`\\]|\\.|(?!(?P=quote))[\"'`]){8,2048})(?P=quote)"
)
_PLAIN = (
    _NAME + r"[\"'`\]]{0,2}\s{0,4}(?:=>|:=|[=:]{1,2})\s{0,4}[\"'`]?"
    r"(?P<value>(?:(?:Bearer|Basic|Token) )?[^\s\"'`,;<>|]{8,2048})"
)
# Neighbours: arguments, entries of a map, key and value in a row of a table.
_ADJACENT = (
    r"(?P<mark>[\"'`])-{0,2}(?P<name>[A-Za-z][\w.-]{2,60})(?P=mark)\s{0,4},\s{0,8}"
    r"(?P<quote>[\"'`])(?P<value>(?:[^\"'`\\]|\\.){8,2048})(?P=quote)"
)
_QUERY = r"[?&](?P<name>[A-Za-z][\w.-]{1,40})=(?P<value>[^\s\"'`&<>{}$]{8,512})"
_FLAG = r"(?:\A|\s)--?(?P<name>[a-z][\w-]{2,40})[= ]{1,3}[\"']?(?P<value>[^\s\"'`,;<>]{8,512})"
_SCHEME = r"\b(?P<name>Bearer|Basic)\s{1,4}(?P<value>[A-Za-z0-9+/=._~-]{16,2048})"
_USER = r"\s(?:-u|--user)[= ]{0,3}[\"']?[\w.@-]{1,60}:(?P<value>[^\s\"'`]{8,200})"
_NAMED = (
    r"\b(?:name|key|variable|env)[\"']?\s{0,4}[=:]\s{0,4}(?P<mark>[\"']?)(?P<name>[A-Za-z][\w.-]{2,60})(?P=mark)"
    r"\s{0,4},?\s{1,80}[\"']?(?:value|secret|val|content|default)[\"']?\s{0,4}[=:]\s{0,4}"
    r"(?P<quote>[\"']?)(?P<value>[^\s\"'`]{8,2048})(?P=quote)"
)
# A table's row, or a sentence: the value is marked as code or stands behind a verb.
_TOLD = (
    r"(?P<name>[A-Za-z][\w-]{1,40}(?:[ ][A-Za-z][\w-]{1,20}){0,5})[`*\"']{0,3}\s{0,20}"
    r"(?:\||\bis\b:?|\bwas\b|=|:)\s{0,20}[`*\"']{1,3}(?P<value>[^\s\"'`|]{8,2048})[`*\"']"
)
_ELEMENT = r"<(?P<name>[A-Za-z][\w.:-]{1,60})>\s{0,8}(?P<value>[^\s<>]{8,2048})\s{0,8}</(?P=name)>"
_SPACED = (
    r"(?:\A\s*(?:ENV|ARG|setx|setenv)|\A\s*machine\s.{1,200})\s+(?P<name>[A-Za-z]\w{1,60})\s+[\"']?"
    r"(?P<value>[^\s\"'=]{8,2048})"
)
_NETRC = r"(?:\A|\s)password\s{1,8}(?P<value>[^\s=:\"']{8,200})\s*\Z"
# What is piped into the command that makes a secret of it.
_PIPED = (
    r"(?:echo|printf)\s{1,4}(?:-n\s{1,4}|-e\s{1,4}|'%s'\s{1,4})?[\"']?(?P<value>[^\s\"'|]{8,2048})[\"']?\s{0,4}\|"
    r"[^|\n]{0,60}?\bsecret\s{1,4}(?:put|set)\s{1,4}(?P<name>\w{1,80})"
)
_CONNECTION = r"[;\"'](?P<name>Password|Pwd|password|pwd|SharedAccessKey)=(?P<value>[^;\s\"'{}$]{8,512})"
_DATABASE_USER = r"(?i)\b(?P<name>PASSWORD|IDENTIFIED\s+BY)\s{1,8}'(?P<value>[^'\s]{8,512})'"
_TAGGED = (
    r"\bname=[\"'](?P<name>[A-Za-z][\w.-]{1,60})[\"'][^<>]{0,80}>\s{0,8}(?P<value>[^\s<>]{8,2048})\s{0,8}</"
)
_ITEM = r"\A\s*(?:- )?(?P<quote>[\"'`]?)(?P<value>[^\s\"'`,:=(){}\[\]]{8,2048})(?P=quote),?\s*\Z"
_COMMENT = r"(?:(?:\A|\s)(?://|\#|--|/\*|\*|;|REM)|<!--)(?=[\s\w\"'])(?P<text>.*)"
_BLOCK = r"\A\s*(?:- )?(?P<name>[A-Za-z_][\w.-]{1,80})[\"']?:\s*(?:[|>][+-]?[0-9]?|)\s*\Z"
_LOOSE = r"\A\s*[\"']?(?P<value>[^\s\"',]{8,2048})[\"']?,?\s*\Z"


def quoted_pairs(line: str) -> Iterator[Pair]:
    """Pairs whose value is in quotes, as in source and in JSON."""
    for match in compiled(_QUOTED).finditer(line):
        yield Pair(match["name"].rpartition(".")[2], match["value"], match.start("value"))
    for match in compiled(_ADJACENT).finditer(line):
        yield Pair(match["name"], match["value"], match.start("value"), weak=True)


def plain_pairs(line: str) -> Iterator[Pair]:
    """Pairs whose value needs no quotes, as in shells and settings."""
    for match in compiled(_PLAIN).finditer(line):
        yield Pair(match["name"].rpartition(".")[2], match["value"], match.start("value"))


def comment_pairs(line: str) -> Iterator[Pair]:
    """Pairs in the comment of a line, quoted or not: settings that somebody switched off."""
    match = compiled(_COMMENT).search(line)
    if match is None:
        return
    shift = match.start("text")
    for pair in (*plain_pairs(match["text"]), *told_pairs(match["text"])):
        yield pair._replace(start=pair.start + shift)


def told_pairs(line: str) -> Iterator[Pair]:
    """Pairs in prose and in tables of a document."""
    for match in compiled(_TOLD).finditer(line):
        words = match["name"].replace(" ", "_")
        for cut in (" of ", " for ", " in ", " on "):
            words = words.partition(cut.replace(" ", "_"))[0]
        yield Pair(words, match["value"], match.start("value"), weak=True)


def embedded_pairs(line: str) -> Iterator[Pair]:
    """Pairs of other languages inside any line: queries of URLs, elements, flags of commands, headers."""
    if "=" in line and ("?" in line or "&" in line):
        for match in compiled(_QUERY).finditer(line):
            yield Pair(match["name"], match["value"], match.start("value"))
    if "</" in line:
        for pattern in (_ELEMENT, _TAGGED):
            for match in compiled(pattern).finditer(line):
                yield Pair(match["name"], match["value"], match.start("value"))
    if ";" in line:
        for match in compiled(_CONNECTION).finditer(line):
            yield Pair(match["name"], match["value"], match.start("value"))
    for match in compiled(_DATABASE_USER).finditer(line) if "'" in line else ():
        yield Pair("password", match["value"], match.start("value"))
    if "|" in line and (piped := compiled(_PIPED).search(line)) is not None:
        yield Pair(piped["name"], piped["value"], piped.start("value"))
    if (word := compiled(_NETRC).search(line)) is not None:
        yield Pair("password", word["value"], word.start("value"), weak=True)
    if (spaced := compiled(_SPACED).match(line)) is not None:
        yield Pair(spaced["name"], spaced["value"], spaced.start("value"))
    if "-" in line:
        for match in compiled(_FLAG).finditer(line):
            yield Pair(match["name"], match["value"], match.start("value"), weak=True)
        for match in compiled(_USER).finditer(line):
            yield Pair("password", match["value"], match.start("value"))
    if "Bearer" in line or "Basic" in line:
        for match in compiled(_SCHEME).finditer(line):
            weak = match["name"] == "Bearer"
            yield Pair("authorization", line[match.start() : match.end()], match.start(), weak)


def labelled_pairs(previous: str, line: str) -> Iterator[Pair]:
    """Pairs whose name is a value itself: ``name: X`` and ``value: …``, on one line or two."""
    shift = len(previous) + 1
    for match in compiled(_NAMED).finditer(f"{previous}\n{line}"):
        if match.start("value") >= shift:
            yield Pair(match["name"], match["value"], match.start("value") - shift)


def block_pairs(previous: str, line: str) -> Iterator[Pair]:
    """A value on the line below its key, as YAML allows."""
    key = compiled(_BLOCK).match(previous)
    value = compiled(_LOOSE).match(line) if key is not None else None
    if key is not None and value is not None and not value["value"].endswith(":"):
        yield Pair(key["name"], value["value"], value.start("value"))


def item_of_list(line: str) -> Pair | None:
    """A line that is one value and nothing else: an item of a list, which has the name of the list."""
    item = compiled(_ITEM).match(line)
    return Pair("", item["value"], item.start("value"), weak=True) if item is not None else None
