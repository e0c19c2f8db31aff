"""Which values only stand where a secret will be: templates, instructions, samples, local defaults."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from cfguard.secrets.names import split_words, word_set
from cfguard.secrets.pattern import compiled

if TYPE_CHECKING:
    from collections.abc import Set

# A template of some tool, or a pointer to where the secret really is.
_REFERENCE = (
    r"\$[{(A-Za-z0-9_]|\$\{|\{\{|\{[A-Za-z_][\w.]*\}|<[^>]*>?|%[A-Za-z_]\w*%|\[[^\]]*\]\Z|\*{3}|•"
    r"|(?:op|vault|ref\+\w+|secret|doppler|infisical|aws-ssm|keychain|bws|gcp|sops|env|file)://?"
    r"|(?:pbkdf2|scrypt|bcrypt|argon2|s?sha-?[0-9]*|md5|ldap_)[\w:.-]{0,40}\$|\{[A-Z0-9-]{3,12}\}"  # hashes
    r"|(?:encrypted|vault|env|secret|secrets|ssm|file):[A-Za-z/_]"
    r"|(?:process\.|import\.meta\.|Deno\.|Bun\.|c\.)?env\b[.\[(]|secrets\.\w|arn:|projects/[^/]+/secrets/"
)
_PATH = (
    r"\.{1,2}/|~/|[A-Za-z]:\\|/(?:[a-z._-]+/)*[a-z0-9._-]+/?\Z"
    r"|[^\s=+]*\.(?:pem|json|key|crt|cer|txt|env|sqlite3?|db|ya?ml|toml|p12|pfx|pub|sh|ts|js)\Z"
)
_NAME_OF_VARIABLE = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\Z"

# Four letters and more may stand inside another word: a random key holds one of them almost never.
_INSTRUCTION = (
    r"(?i)your|change[-_ ]?(?:me|this|it|in)|replace|placeholder|example|dummy|sample|insert|todo|fixme|xxxx"
    r"|redacted|fake|mock|not[-_ ]?(?:a[-_ ]?)?(?:real|secret|used|needed|set)"
    r"|for[-_ ](?:testing|tests|local|dev)|(?:dev|local|test)[-_ ]only|goes[-_ ]?here|[-_ ]here\b|_here"
    r"|generate|openssl|wrangler|put[-_ ]|enter[-_ ]|paste|fill[-_ ]|obtain|get[-_ ]from|from[-_ ]the"
    r"|random[-_ ]?(?:string|secret|key|value)|insecure|unsafe|lorem|foobar|foo[-_]bar"
    r"|\.\.\.|…|\bxxx\b|\btbd\b|\bn/a\b"
)

# The words by which people describe a value that they have not chosen yet.
_DESCRIBING = word_set(
    """
    ant proj svcacct
    a abc access actions admin aes again an and any api app as at auth authentication bar base
    baz bearer better bit bits bot byte bytes char characters chars ci client code cookie credential
    cat credentials cypress d1 database db debug default demo dev developer development do docker dragon
    e2e encoded encryption env environment false foo for from github guest hash hello here hex hidden id in
    insecure integration internal io is item jwt key keyboard kv least letmein live local localhost login long
    longer master me min mini minimum minio minioadmin monkey more mssql must my mysql new next
    nextauth nil no none not null of ok okay on only or pass passwd password pk playwright please
    postgres prefix private prod production public publishable pwd qwerty random real redis refresh
    rk root s3 safe salt same sandbox sb secret secrets secure see seed service session sha sign
    signature signing sk some staging string strong stuff super symmetric temp temporary test tester
    testing tests than that the then this tmp to token true undefined unit use user v value very vitest
    webhook welcome with work worker workers world wrangler x y z
    """
)
_VERSION = r"[v^~]?[0-9]{1,4}[.-][0-9]{1,2}[.-][0-9]{1,4}(?:[-+.T][\w.:+-]{0,40})?\Z"
_UNSPOKEN = r"[bcdfghjklmnpqrstvwxz]{5}"
_VOWEL = r"[aeiouy]"
# Letters of words that nobody wrote down (an abbreviation of the project) which a description may have.
_UNKNOWN_LETTERS = 3
_LETTERS = r"[a-z]+"
_LEET = str.maketrans("013457@$!", "oieastasi")


def is_reference(value: str) -> bool:
    """Whether a value points elsewhere: a variable, template, secret store, file or other key."""
    return bool(
        compiled(_REFERENCE).match(value)
        or compiled(_PATH).match(value)
        or compiled(_NAME_OF_VARIABLE).match(value)
    )


def is_placeholder(value: str, name: str = "") -> bool:
    """Whether a value tells the reader what to put there, describes itself or holds no chance."""
    return describes_itself(value, name) or is_patterned(value) or _instructs(value)


def _instructs(value: str) -> bool:
    """Whether a value tells the reader to do something; ``toDo`` inside a random key does not."""
    for match in compiled(_INSTRUCTION).finditer(value):
        said = match[0]
        if len(said) > 5 or said == said.lower() or said == said.upper() or said.istitle():
            return True
    return False


def is_patterned(value: str) -> bool:
    """Whether hardly any chance went into a value: one repeated piece, few characters, a keyboard run."""
    if len(value) < 4:
        return True
    if len(set(value)) <= max(2, min(5, len(value) // 6)):
        return True
    if (value + value).find(value, 1) < len(value):
        return True
    if _is_run(value):
        return True
    letters = "".join(filter(str.isalpha, value.lower()))
    digits = "".join(filter(str.isdigit, value))
    return min(len(letters), len(digits)) >= 3 and _is_run(letters) and _is_run(digits)  # a1b2c3d4


def _is_run(text: str) -> bool:
    """Whether most characters are the one before or its neighbour."""
    steps = sum(abs(ord(after) - ord(before)) <= 1 for before, after in pairwise(text))
    return steps >= 0.6 * (len(text) - 1)


def is_identifier(value: str) -> bool:
    """Whether a value is a name: words and a version, put together by dots and dashes (``app.sidebar.v1``)."""
    if compiled(_VERSION).match(value):
        return True
    pieces = split_words(value)
    if len(value) > 100 or not 1 < len(pieces) <= 0.34 * len(value):
        return False
    if sum(piece.isalpha() and len(piece) > 2 for piece in pieces) < 2:
        return False
    return all(
        len(piece) <= 2 or (piece.isalpha() and _is_pronounced(piece)) or _is_small_number(piece)
        for piece in pieces
    )


def _is_pronounced(word: str) -> bool:
    """Whether a word may be one of a language: vowels, and never many consonants in a row."""
    return compiled(_UNSPOKEN).search(word) is None and compiled(_VOWEL).search(word) is not None


def describes_itself(value: str, name: str = "") -> bool:
    """Whether every word of a value is one of its name's or a usual stopgap: ``dev-secret-key-123``."""
    if len(value) > 200:
        return False
    known = _DESCRIBING | set(split_words(name))
    plain = _plain(value)
    if plain in known or plain.translate(_LEET) in known or _is_glued(plain.translate(_LEET), known):
        return True
    words = split_words(value)
    letters = [word for word in words if word.isalpha()]
    unknown = sum(len(word) for word in letters if not _is_known(word, known))
    if not letters or unknown > _UNKNOWN_LETTERS or 4 * unknown > sum(map(len, letters)):
        return False
    return all(_is_small_number(word) for word in words if word.isdigit())


def _is_known(word: str, known: Set[str]) -> bool:
    return word in known or word.rstrip("s") in known or _is_glued(word, known)


def _is_glued(text: str, known: Set[str]) -> bool:
    """Whether known words without a gap make a text (``mysupersecretpassword``); short ones would make any."""
    pieces = compiled(_LETTERS).findall(text)
    return bool(pieces) and len(text) <= 80 and all(_are_words(piece, known) for piece in pieces)


def _are_words(text: str, known: Set[str]) -> bool:
    reached = [True] + [False] * len(text)
    for end in range(2, len(text) + 1):
        longest = range(max(0, end - 14), end - 1)
        reached[end] = any(
            reached[at] and (end - at > 2 or text[at:end] == "my") and text[at:end] in known for at in longest
        )
    return reached[-1]


def _plain(value: str) -> str:
    return value.strip("0123456789!.?*#-_ ").lower()


def _is_small_number(digits: str) -> bool:
    return len(digits) <= 4 or is_patterned(digits)
