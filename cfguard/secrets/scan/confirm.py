"""Which findings are worth a person's time: detect-secrets finds widely, the key-aware detector judges.

Of what detect-secrets reports on ordinary repositories four in five are hashes, identifiers and sample
values (``benchmarks/secrets_accuracy.py``). So its detectors choose the lines here, the forms of
:mod:`cfguard.secrets.shapes` add the providers that it does not know, and
:func:`cfguard.secrets.detect.judge` says whether a value is a live credential.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from cfguard.secrets.detect import judge
from cfguard.secrets.names import is_credential_name
from cfguard.secrets.pattern import compiled
from cfguard.secrets.scan import conditions
from cfguard.secrets.scan.confirmed import Confirmed, name_before
from cfguard.secrets.scan.prefilter import candidates, compiled_bytes
from cfguard.secrets.scan.scope import MAX_LINE, is_told, reads_unquoted, without_long_lines
from cfguard.secrets.scan.text import allows_unquoted, look, normalised
from cfguard.secrets.shapes import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Detectors whose finding is used: the keyword detector's, and those of providers that no form covers.
CHOOSING = conditions.KEYWORD | conditions.bits(
    "ArtifactoryDetector",
    "CloudantDetector",
    "IbmCloudIamDetector",
    "IbmCosHmacDetector",
    "OpenAIDetector",
    "SoftlayerDetector",
    "SquareOAuthDetector",
)
_KEY_BLOCK = conditions.bits("PrivateKeyDetector")
#: Detectors whose conditions choose lines for the forms, beside those that hold a random word.
_LOOKING = CHOOSING | _KEY_BLOCK | conditions.bits("BasicAuthDetector")
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
_RUN = rb"\b[A-Za-z0-9_-]{20,}"
# Names of a key in the configuration of a web page (Firebase), where it is public.
_WEB_NAMES = frozenset(("", "apikey", "key", "googleapikey", "googlemapsapikey", "googlemapskey"))
# The one form whose random part may be cut into short words by `+` and `/`.
_WITH_SYMBOLS = b"whsec_"
_DIGIT = rb"[0-9]"
_RISE = rb"[a-z][A-Z]"
_LONG_QUOTED = r"[\"'`]([^\s\"'`]{8,})[\"'`]"
_LONG_PLAIN = r"([^\s\"'`]{8,})"
# A private key's lines: 16384 bits in PEM are 13 KB, the first lines are enough to judge.
_KEY_BYTES = 2_000
# Keys of one file that are looked at with their bodies.
_KEYS = 100
_ASSIGNED = r"(?P<name>[A-Za-z_][\w.-]{1,80})[\"'`\]]{0,2}\s{0,4}(?:=>|:=|[=:]{1,3})\s{0,4}"
_PAIR_QUOTED = _ASSIGNED + r"(?P<quote>[\"'`])(?P<value>(?:Bearer |Basic )?[^\s\"'`]{8,512})(?P=quote)"
_PAIR_PLAIN = _ASSIGNED + r"[\"'`]?(?P<value>[^\s\"'`,;]{8,512})"
_URL = r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s\"'`<>]{3,600}"


class _File(NamedTuple):
    """How the lines of a file are read: as what, whether values need quotes, whether names say anything."""

    path: str
    quoted: bool
    by_name: bool


class _Line(NamedTuple):
    """A line worth a closer look; ``block`` is what follows a line that opens a private key."""

    number: int
    text: str
    block: str
    detectors: int
    random: bool


def confirm(path: str, content: bytes) -> Iterator[Confirmed]:
    """The live credentials of a file that count there, one for each value, in the order of the file."""
    alias = f"{path}.properties" if reads_unquoted(path) else path
    file = _File(alias, quoted=not allows_unquoted(alias), by_name=is_told(path, "", "name"))
    for line in _lines(file, normalised(content)):
        for found in _in_line(file, line):
            if is_told(path, found.kind, found.ground):
                yield found


def _lines(file: _File, content: bytes) -> Iterator[_Line]:
    """The lines that hold a random word or meet a condition, without those that a pragma allows."""
    data = b"\n" + content + b"\n"
    chosen, random = _chosen_lines(file, content), _random_runs(data)
    number, counted, blocks = 0, 0, 0
    for start in sorted(chosen.keys() | random):
        number += data.count(b"\n", counted, start + 1)
        counted = start + 1
        end = data.find(b"\n", start + 1)
        text = data[start + 1 : end].decode("utf-8", "replace")
        previous = data[data.rfind(b"\n", 0, start) + 1 : start] if start else b""
        if (b"pragma" in previous or "pragma" in text) and _allowlisted(file.path, text, previous):
            continue
        detectors = chosen.get(start, 0)
        block = ""
        if detectors & _KEY_BLOCK and blocks < _KEYS:
            block = data[end : end + _KEY_BYTES].decode("utf-8", "replace")
            blocks += 1
        if start not in random:
            detectors &= conditions.KEYWORD
        if not (detectors & conditions.KEYWORD and _may_be_value(text, quoted=file.quoted)):
            detectors &= ~conditions.KEYWORD
        yield _Line(number, text, block, detectors & CHOOSING, start in random)


def _chosen_lines(file: _File, content: bytes) -> dict[int, int]:
    """The detectors for each line that meets a condition, by the offset of the line feed before it."""
    wanted = _LOOKING if file.by_name else _LOOKING & ~conditions.KEYWORD
    short = without_long_lines(content)
    found = candidates(short, quoted=file.quoted, wanted=wanted)
    if short is content:
        return found.candidates
    # The same lines in the contents that still have the long ones.
    starts, at = [-1], -1
    while (at := content.find(b"\n", at + 1)) >= 0:
        starts.append(at)
    moved: dict[int, int] = {}
    number, counted = 0, 0
    for start, detectors in sorted(found.candidates.items()):
        number += found.data.count(b"\n", counted, start)
        counted = start
        moved[starts[number] + 1] = detectors
    return moved


def _random_runs(data: bytes) -> set[int]:
    """The lines that hold a long word made by chance, as every form of a credential does."""
    found: set[int] = set()
    covered = -1
    for match in compiled_bytes(_RUN).finditer(data):
        if match.start() > covered and _is_random(match[0]):
            start = data.rfind(b"\n", 0, match.start())
            covered = data.find(b"\n", match.end())
            found.add(start)
    at = data.find(_WITH_SYMBOLS)
    while at >= 0:
        found.add(data.rfind(b"\n", 0, at))
        at = data.find(_WITH_SYMBOLS, at + 1)
    return found


def _is_random(word: bytes) -> bool:
    """Not a name: it has digits, or as many changes of case as chance makes; keys of 16 letters have neither."""
    if len(set(word)) < 10:
        return False
    if compiled_bytes(_DIGIT).search(word) or b"hf_" in word or b"AKIA" in word:
        return True
    return len(compiled_bytes(_RISE).findall(word)) * 6 >= len(word)


def _may_be_value(line: str, *, quoted: bool) -> bool:
    """Whether a value on the line can be a credential by its name; saves loading detect-secrets for words."""
    for match in compiled(_LONG_QUOTED if quoted else _LONG_PLAIN).finditer(line):
        value = match[1]
        if not value.isalpha() and any(map(str.isdigit, value)):
            return True
        if sum(a.isupper() != b.isupper() for a, b in pairwise(value)) * 4 >= len(value):
            return True
    return False


def _allowlisted(path: str, line: str, previous: bytes) -> bool:
    from cfguard.secrets.scan.library import filters

    return filters().allowlisted(path, line.rstrip(), previous.decode("utf-8", "replace"))


def _in_line(file: _File, line: _Line) -> Iterator[Confirmed]:
    taken: list[tuple[int, int]] = []
    found = [*_shaped(line)]
    if len(line.text) <= MAX_LINE:
        found += _named(file, line) if file.by_name and line.random else ()
        found += _chosen(file, line) if line.detectors else ()
    for each in found:
        if not any(each.start < end and start < each.end for start, end in taken):
            taken.append((each.start, each.end))
            yield each


def _shaped(line: _Line) -> Iterator[Confirmed]:
    """Values in the form of a provider's credential."""
    text, whole = line.text, line.text + line.block
    for match in matches(whole):
        start, end = match.start, min(match.end, len(text))
        if start >= len(text):
            continue
        value = text if match.shape.kind == "private JSON Web Key" else whole[start : match.end]
        if match.shape.inner:
            url = next(
                (each for each in compiled(_URL).finditer(text) if each.start() < start < each.end()), None
            )
            value = url[0] if url is not None else ""
        name = name_before(text, start)
        if match.shape.browser and name.lower().replace("_", "") in _WEB_NAMES:
            continue
        verdict = judge(name, value)
        if verdict is not None and verdict.confidence == "provider":
            yield Confirmed(line.number, start, end, verdict.kind, "provider")


def _named(file: _File, line: _Line) -> Iterator[Confirmed]:
    """Random words under the name of a credential, of which detect-secrets knows fewer (no token)."""
    for match in compiled(_PAIR_QUOTED if file.quoted else _PAIR_PLAIN).finditer(line.text):
        name, value = match["name"], match["value"]
        if is_credential_name(name):
            verdict = judge(name, value)
            if verdict is not None:
                yield Confirmed(line.number, *match.span("value"), verdict.kind, verdict.confidence)


def _chosen(file: _File, line: _Line) -> Iterator[Confirmed]:
    """Values that detect-secrets finds and the key-aware detector agrees with."""
    for found in look(file.path, line.number, line.text, "", line.detectors):
        value = found.secret.strip(' \t"=:')  # one detector takes what stands before the value along
        start = line.text.find(value)
        if start < 0 or not value:
            continue
        name, end = name_before(line.text, start), start + len(value)
        kind = _OWN_KINDS.get(found.kind)
        if kind is not None and judge("secret", value) is not None:
            yield Confirmed(line.number, start, end, kind, "provider")
        elif found.kind == "Secret Keyword" and name:
            verdict = judge(name, value)
            if verdict is not None:
                yield Confirmed(line.number, start, end, verdict.kind, verdict.confidence)
