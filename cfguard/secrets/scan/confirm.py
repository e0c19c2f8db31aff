"""Which findings are worth a person's time: detect-secrets finds widely, the key-aware detector judges.

Of what detect-secrets reports on ordinary repositories four in five are hashes, identifiers and sample
values (``benchmarks/secrets_accuracy.py``). So its detectors choose the lines here, the forms of
:mod:`cfguard.secrets.shapes` add the providers that it does not know, and
:func:`cfguard.secrets.detect.judge` says whether a value is a live credential.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from cfguard.secrets.detect import judge
from cfguard.secrets.names import is_credential_name
from cfguard.secrets.pattern import compiled
from cfguard.secrets.scan import conditions
from cfguard.secrets.scan.confirmed import Confirmed, name_before
from cfguard.secrets.scan.prefilter import candidates, compiled_bytes
from cfguard.secrets.scan.scope import MAX_LINE, is_told, reads_unquoted
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
_ASSIGNED = r"(?P<name>[A-Za-z_][\w.-]{1,80})[\"'`\]]{0,2}\s{0,4}(?:=>|:=|[=:]{1,3})\s{0,4}"
_PAIR_QUOTED = _ASSIGNED + r"(?P<quote>[\"'`])(?P<value>(?:Bearer |Basic )?[^\s\"'`]{8,512})(?P=quote)"
_PAIR_PLAIN = _ASSIGNED + r"[\"'`]?(?P<value>[^\s\"'`,;]{8,512})"
_URL = r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s\"'`<>]{3,600}"


def confirm(path: str, content: bytes) -> Iterator[Confirmed]:
    """The live credentials of a file that count there, one for each value, in the order of the file."""
    content = normalised(content)
    if reads_unquoted(path):
        path += ".properties"
    quoted = not allows_unquoted(path)
    by_name = is_told(path, "", "name")
    lines = candidates(content, quoted=quoted, wanted=_LOOKING if by_name else _LOOKING & ~conditions.KEYWORD)
    random = _random_runs(lines.data)
    number, counted = 0, 0
    for start in sorted(lines.candidates.keys() | random):
        number += lines.data.count(b"\n", counted, start + 1)
        counted = start + 1
        end = lines.data.find(b"\n", start + 1)
        line = lines.data[start + 1 : end].decode("utf-8", "replace")
        previous = lines.data[lines.data.rfind(b"\n", 0, start) + 1 : start] if start else b""
        if (b"pragma" in previous or "pragma" in line) and _allowlisted(path, line, previous):
            continue
        detectors = lines.candidates.get(start, 0)
        block = ""
        if detectors & _KEY_BLOCK:
            block = lines.data[end : end + _KEY_BYTES].decode("utf-8", "replace")
        if start not in random:
            detectors &= conditions.KEYWORD
        if not (detectors & conditions.KEYWORD and _may_be_value(line, quoted=quoted)):
            detectors &= ~conditions.KEYWORD
        for found in _in_line(
            path,
            number,
            line,
            block,
            detectors & CHOOSING,
            quoted=quoted,
            by_name=by_name and start in random,
        ):
            if is_told(path, found.kind, found.ground):
                yield found


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


def _in_line(
    path: str, number: int, line: str, block: str, detectors: int, *, quoted: bool, by_name: bool
) -> Iterator[Confirmed]:
    taken: list[tuple[int, int]] = []
    named = _named(number, line, quoted=quoted) if by_name and len(line) <= MAX_LINE else ()
    for each in (*_shaped(number, line, block), *named, *_chosen(path, number, line, detectors)):
        if not any(each.start < end and start < each.end for start, end in taken):
            taken.append((each.start, each.end))
            yield each


def _shaped(number: int, line: str, block: str) -> Iterator[Confirmed]:
    """Values in the form of a provider's credential; ``block`` is what follows a line that opens a key."""
    for match in matches(line + block):
        start, end = match.start, min(match.end, len(line))
        if start >= len(line):
            continue
        text = line if match.shape.kind == "private JSON Web Key" else (line + block)[start : match.end]
        if match.shape.inner:
            url = next((m for m in compiled(_URL).finditer(line) if m.start() < start < m.end()), None)
            text = url[0] if url is not None else ""
        name = name_before(line, start)
        verdict = judge(name, text)
        if match.shape.browser and name.lower().replace("_", "") in _WEB_NAMES:
            continue
        if verdict is not None and verdict.confidence == "provider":
            yield Confirmed(number, start, end, verdict.kind, "provider")


def _named(number: int, line: str, *, quoted: bool) -> Iterator[Confirmed]:
    """Random words under the name of a credential, of which detect-secrets knows fewer (no token)."""
    for match in compiled(_PAIR_QUOTED if quoted else _PAIR_PLAIN).finditer(line):
        name, value = match["name"], match["value"]
        if is_credential_name(name):
            verdict = judge(name, value)
            if verdict is not None:
                yield Confirmed(number, *match.span("value"), verdict.kind, verdict.confidence)


def _chosen(path: str, number: int, line: str, detectors: int) -> Iterator[Confirmed]:
    """Values that detect-secrets finds and the key-aware detector agrees with."""
    if not detectors or len(line) > MAX_LINE:
        return
    for found in look(path, number, line, "", detectors):
        value = found.secret.strip(' \t"=:')  # one detector takes what stands before the value along
        start = line.find(value)
        if start < 0 or not value:
            continue
        name, end = name_before(line, start), start + len(value)
        kind = _OWN_KINDS.get(found.kind)
        if kind is not None and judge("secret", value) is not None:
            yield Confirmed(number, start, end, kind, "provider")
        elif found.kind == "Secret Keyword" and name:
            verdict = judge(name, value)
            if verdict is not None:
                yield Confirmed(number, start, end, verdict.kind, verdict.confidence)
