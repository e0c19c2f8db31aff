"""Which lines of a file may hold a live credential: almost none do, and these few are read closely."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.secrets.scan import conditions
from cfguard.secrets.scan.prefilter import candidates, compiled_bytes
from cfguard.secrets.scan.scope import without_long_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY_BLOCK = conditions.bits("PrivateKeyDetector")
_QUOTES = b"\"'`"
_RUN = rb"\b[A-Za-z0-9_-]{20,}"
# The one form whose random part may be cut into short words by `+` and `/`.
_WITH_SYMBOLS = b"whsec_"
_DIGIT = rb"[0-9]"
_RISE = rb"[a-z][A-Z]"
# Words in the names of credentials, and behind them, on the same line, a value with a digit.
_HINTS = (
    b"token",
    b"key",
    b"pass",
    b"pwd",
    b"secret",
    b"auth",
    b"cred",
    b"salt",
    b"pepper",
    b" -u ",
    b"--user",
    b"identified by",
)
# On the line a value of some length with a digit, or nothing more than what opens a value on the next one.
_VALUE_NEAR = (
    rb"[a-z0-9_-]{0,30}(?:(?=[^\n0-9]{0,150}[0-9])[^\n]{0,80}?[\"'`= :|\t(>]"
    rb"(?=[^\s\"'`]{0,60}[0-9])[^\s\"'`,;(){}]{8}"
    rb"|[\"'`]?[ \t]*[:=,]?>?[ \t]*[{\[(|>]?[+-]?[ \t]*(?P<below>\n)(?=[^\n0-9]{0,200}[0-9]))"
)
_SEAM = rb"\+\s*[\"'`]"


class Line(NamedTuple):
    """A line worth a closer look: its number from 0, the detectors of detect-secrets that may find something in it.

    ``random`` says that it holds a long word made by chance, ``formed`` that it may hold the form of a
    provider's credential, ``hinted`` that a value stands behind a word of
    the names of credentials, ``joins`` that it puts literals together.
    """

    number: int
    detectors: int
    random: bool
    formed: bool
    hinted: bool
    joins: bool

    @property
    def opens_key(self) -> bool:
        """Whether a private key begins on it."""
        return bool(self.detectors & _KEY_BLOCK)


def chosen_lines(content: bytes, wanted: int, *, by_name: bool) -> Iterator[Line]:
    """The lines that hold a random word, a value behind a hint or a seam, or meet a condition of detectors.

    ``content`` has ``\\n`` line ends; ``wanted`` are the detectors whose conditions count. Hints and seams
    are looked for only where a name says something (``by_name``).
    """
    data = b"\n" + content + b"\n"
    by_condition = _by_condition(content, wanted)
    random = _random_runs(data)
    hinted = _hinted(data) if by_name else set()
    joining = _joining(data) if by_name else set()
    number, counted = -1, 0
    for start in sorted(by_condition.keys() | random | hinted | joining):
        number += data.count(b"\n", counted, start + 1)
        counted = start + 1
        detectors = by_condition.get(start, 0)
        formed = start in random or detectors != 0
        yield Line(number, detectors, start in random, formed, start in hinted, start in joining)


def _by_condition(content: bytes, wanted: int) -> dict[int, int]:
    """The detectors for each line that meets a condition, by the offset of the line feed before it."""
    short = without_long_lines(content)
    found = candidates(short, quoted=True, wanted=wanted)
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


def _hinted(data: bytes) -> set[int]:
    """The lines in which a value with a digit stands behind a word of a credential's name, or below it."""
    folded = data.lower()
    found: set[int] = set()
    for hint in _HINTS:
        if hint not in folded:
            continue
        search = compiled_bytes(hint + _VALUE_NEAR).search
        match = search(folded)
        while match is not None:
            end = match.start("below")
            found.add(end if end >= 0 else data.rfind(b"\n", 0, match.start()))
            match = search(folded, end if end >= 0 else data.find(b"\n", match.start()))
    return found


def _joining(data: bytes) -> set[int]:
    """The lines that put literals together, and those that end a list of them with ``join``."""
    found: set[int] = set()
    for match in compiled_bytes(_SEAM).finditer(data) if b"+" in data else ():
        before = len(data[max(0, match.start() - 80) : match.start()].rstrip())
        at = max(0, match.start() - 80) + before - 1
        if before and data[at] in _QUOTES:
            found.add(data.rfind(b"\n", 0, at))
    at = data.find(b".join(")
    while at >= 0:
        found.add(data.rfind(b"\n", 0, at))
        at = data.find(b".join(", at + 1)
    return found


def _is_random(word: bytes) -> bool:
    """Not a name: it has digits, or as many changes of case as chance makes; keys of 16 letters have neither."""
    if len(set(word)) < 10:
        return False
    if compiled_bytes(_DIGIT).search(word) or b"hf_" in word or b"AKIA" in word:
        return True
    return len(compiled_bytes(_RISE).findall(word)) * 6 >= len(word)
