"""Which findings are worth a person's time: detect-secrets finds widely, the key-aware detector judges.

Of what detect-secrets reports on ordinary repositories four in five are hashes, identifiers and sample
values (``benchmarks/secrets_accuracy.py``). So its detectors choose the lines here, the forms of
:mod:`cfguard.secrets.shapes` add the providers that it does not know, and
:func:`cfguard.secrets.detect.judge` says whether a value is a live credential.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cfguard.secrets.detect import Confidence, judge
from cfguard.secrets.pattern import compiled
from cfguard.secrets.scan import conditions
from cfguard.secrets.scan.prefilter import candidates
from cfguard.secrets.scan.scope import MAX_LINE, is_told, reads_unquoted
from cfguard.secrets.scan.text import allows_unquoted, look, normalised
from cfguard.secrets.shapes import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Detectors whose finding says something by itself, or that name a key: all but entropy.
CHOOSING = conditions.ALL & ~(conditions.BASE64 | conditions.HEX)
# Kinds of detect-secrets that no form of ours covers, and what to call them. Its other kinds are ours too
# and judged more closely; `AC…` of Twilio is an account's id, no secret.
_OWN_KINDS = {
    "Artifactory Credentials": "Artifactory credential",
    "Cloudant Credentials": "Cloudant credential",
    "IBM Cloud IAM Key": "IBM Cloud key",
    "IBM COS HMAC Credentials": "IBM Cloud storage key",
    "SoftLayer Credentials": "SoftLayer credential",
    "Square OAuth Secret": "Square OAuth secret",
    "OpenAI Token": "OpenAI API key",
}
_NAME_BEFORE = r"([A-Za-z_][\w.-]{0,80})[\"'\]]{0,3}\s*(?:\?\?=|\|\|=|:=|=>|={1,3}|!==?|:|\()\s*@?[\"'`]?\Z"
_RUN = rb"[A-Za-z0-9_-]{20,}"
_URL = r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s\"'`<>]{3,600}"


class Confirmed(NamedTuple):
    """A live credential: line from 1, columns in the line (from 0), what it is, and by what that is known."""

    line: int
    start: int
    end: int
    kind: str
    confidence: Confidence


def confirm(path: str, content: bytes) -> Iterator[Confirmed]:
    """The live credentials of a file that count there, one for each value, in the order of the file."""
    content = normalised(content)
    if reads_unquoted(path):
        path += ".properties"
    lines = candidates(content, quoted=not allows_unquoted(path), wanted=CHOOSING)
    _random_runs(lines.data, lines.candidates)
    number, counted = 0, 0
    for start in sorted(lines.candidates):
        number += lines.data.count(b"\n", counted, start + 1)
        counted = start + 1
        end = lines.data.find(b"\n", start + 1)
        line = lines.data[start + 1 : end].decode("utf-8", "replace")
        previous = lines.data[lines.data.rfind(b"\n", 0, start) + 1 : start] if start else b""
        if (b"pragma" in previous or "pragma" in line) and _allowlisted(path, line, previous):
            continue
        for found in _in_line(path, number, line, lines.candidates[start] & CHOOSING):
            if is_told(path, found.kind, found.confidence):
                yield found


def _random_runs(data: bytes, found: dict[int, int]) -> None:
    """Add the lines that hold a long word made of many characters: every form of a credential has one."""
    covered = -1
    for match in re.finditer(_RUN, data):
        if match.start() > covered and len(set(match[0])) >= 12:
            start = data.rfind(b"\n", 0, match.start())
            covered = data.find(b"\n", match.start())
            found.setdefault(start, 0)


def _allowlisted(path: str, line: str, previous: bytes) -> bool:
    from cfguard.secrets.scan.library import filters

    return filters().allowlisted(path, line.rstrip(), previous.decode("utf-8", "replace"))


def _in_line(path: str, number: int, line: str, detectors: int) -> Iterator[Confirmed]:
    taken: list[tuple[int, int]] = []
    for each in (*_shaped(number, line), *_chosen(path, number, line, detectors)):
        if not any(each.start < end and start < each.end for start, end in taken):
            taken.append((each.start, each.end))
            yield each


def _shaped(number: int, line: str) -> Iterator[Confirmed]:
    """Values in the form of a provider's credential."""
    for match in matches(line):
        start, end = match.start, match.end
        text = line[start:end]
        if match.shape.inner:
            url = next((m for m in compiled(_URL).finditer(line) if m.start() < start < m.end()), None)
            text = url[0] if url is not None else ""
        name = name_before(line, start)
        verdict = judge(name, text)
        if verdict is not None and verdict.confidence == "provider":
            yield Confirmed(number, start, end, verdict.kind, "provider")


def _chosen(path: str, number: int, line: str, detectors: int) -> Iterator[Confirmed]:
    """Values that detect-secrets finds and the key-aware detector agrees with."""
    if not detectors or len(line) > MAX_LINE:
        return
    for found in look(path, number, line, "", detectors):
        start = line.find(found.secret)
        if start < 0:
            continue
        name, end = name_before(line, start), start + len(found.secret)
        kind = _OWN_KINDS.get(found.kind)
        if kind is not None and judge("secret", found.secret) is not None:
            yield Confirmed(number, start, end, kind, "provider")
        elif found.kind == "Secret Keyword" and name:
            verdict = judge(name, found.secret)
            if verdict is not None:
                yield Confirmed(number, start, end, verdict.kind, verdict.confidence)


def name_before(line: str, start: int) -> str:
    """The name to which the value at an offset is assigned; empty where there is none."""
    match = re.search(_NAME_BEFORE, line[max(0, start - 120) : start])
    return match[1] if match is not None else ""
