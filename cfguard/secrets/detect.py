"""Whether a pair of name and value, as a parser read it, holds a live credential."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from cfguard.named_tuple import NamedTuple
from cfguard.secrets.names import is_credential_name, is_password_name, is_public_name, split_words
from cfguard.secrets.pattern import compiled
from cfguard.secrets.placeholder import (
    describes_itself,
    is_identifier,
    is_patterned,
    is_placeholder,
    is_reference,
)
from cfguard.secrets.shapes import DOCUMENTED, PUBLIC, Match, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

Confidence = Literal["provider", "name"]

_LIMIT = 65_536
_SCHEME = r"(?:Bearer|Basic|Token|token|bearer|basic)\s+(?=\S)"
_URL = r"[A-Za-z][A-Za-z0-9+.-]{0,20}:(?://|[a-z0-9._-]+@)"
_PAIR = r"([A-Za-z][\w.-]{1,60})\\?[\"']?\s{0,3}[=:](?!//)\s{0,3}\\?[\"']?([^\s\"'&;,\\{}\[\]()<>]{8,512})"
_FLAG = r"(?:\A|\s)--?([a-z][\w-]{2,40})\s{1,3}\\?[\"']?([^\s\"'&;,\\{}\[\]()<>]{8,512})"
_HEX = r"(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]+\Z"
_BASE64 = r"[A-Za-z0-9+/_-]{10,}={0,2}\Z"
_STANDARD = str.maketrans("-_", "+/")
_TEXT = r"[\x20-\x7e\r\n\t]+\Z"
_HINTS = ("key", "secret", "token", "pass", "pwd", "auth", "cred", "bearer")
_LOCAL_HOST = r"(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|host\.docker\.internal|[\w-]+)(?![\w.-])"


class Verdict(NamedTuple):
    """What kind of credential a value is, and by what: its provider's form, or the name it stands under."""

    kind: str
    confidence: Confidence


def judge(name: str, value: str) -> Verdict | None:
    """The verdict on one pair, None where the value is empty, public, a reference or a placeholder.

    Takes the value as the consumer of the file reads it, without quotes. Linear in its length; of a very
    long value the first 64 Ki characters are looked at.
    """
    value = value.strip()[:_LIMIT]
    if len(value) < 8:
        return None
    for match in matches(value):
        kind = None if _points_elsewhere(value) else _live(match, name, value)
        if kind is not None:
            return Verdict(kind, "provider")
        if match.end - match.start == len(value):
            return None  # a sample or a public key, whatever its name says
    text = decoded(value)
    if text is not None:
        return _judge_decoded(name, value, text)
    if _is_key_by_name(name, value):
        return Verdict("credential by its name", "name")
    if any(_is_key_by_name(inner, held) and not _has_form(held) for inner, held in _pairs_within(value)):
        return Verdict("credential inside a longer value", "name")
    return None


def decoded(value: str) -> str | None:
    """The text that a value is the base64 of; None where it decodes to no text, as random bytes do not."""
    from binascii import a2b_base64  # base64 itself loads struct as well

    scheme = compiled(_SCHEME).match(value)
    body = value[scheme.end() :] if scheme is not None else value
    if len(body) < 12 or compiled(_BASE64).match(body) is None:
        return None
    body = body.rstrip("=").translate(_STANDARD)
    try:
        text = a2b_base64(body + "=" * (-len(body) % 4)).decode("ascii")
    except ValueError:
        return None
    return text if compiled(_TEXT).match(text) else None


def _judge_decoded(name: str, value: str, text: str) -> Verdict | None:
    """The verdict on a value that only spells a text in base64; a header's `user:password` is a password."""
    if value.lower().startswith("basic "):
        user, colon, password = text.partition(":")
        if not colon or not user:
            name, text = "password", text.rstrip(":")
        elif password:
            name, text = "password", password
    if decoded(text) is not None:
        return None  # wrapped twice: nobody stores a credential so
    return judge(name, text)


def looks_random(value: str) -> bool:
    """Whether chance made a value, by its pieces: words are longer than what chance puts between two digits.

    Asked where nothing but a word nearby speaks for a credential.
    """
    if len(value) < 12 or _entropy(value) < 2.8:
        return False
    if compiled(_HEX).match(value):
        return len(value) >= 16
    return len(split_words(value)) >= 0.3 * len(value)


def _has_form(value: str) -> bool:
    """Whether a value as a whole has a form, by which it was judged already."""
    return any(match.end - match.start == len(value) for match in matches(value))


def _points_elsewhere(value: str) -> bool:
    return is_reference(value) or compiled(PUBLIC).match(value) is not None


def _live(match: Match, name: str, text: str) -> str | None:
    """The kind of credential at a match, None if it is a sample or public."""
    shape, body = match.shape, match.body
    if shape.kind == "password in a URL":
        return shape.kind if _is_live_password(text, match) else None
    if shape.kind == "JSON Web Token":
        return _token_kind(body)
    if shape.browser and is_public_name(name):
        return None
    if shape.kind == "private key":
        body = re.sub(r"\\[rn]|\s", "", body)
        return shape.kind if len(body) >= 40 and not is_patterned(body) else None
    if body in DOCUMENTED or is_placeholder(body) or not _varied(body):
        return None
    return shape.kind


def _varied(body: str) -> bool:
    """Whether the random part of a shape is random: many characters, and no plain word."""
    return len(set(body)) >= (8 if body.isupper() else 6) and not (body.isalpha() and body.islower())


def _token_kind(token: str) -> str | None:
    """What a JSON Web Token is good for, by its own claims; anonymous and documented ones are public."""
    import json
    from base64 import urlsafe_b64decode

    part = token.split(".")[1]
    try:
        claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return "JSON Web Token"
    if not isinstance(claims, dict):
        return "JSON Web Token"
    role = claims.get("role")
    if role == "anon" or claims.get("name") == "John Doe" or claims.get("iss") == "supabase-demo":
        return None
    return "Supabase service role key" if role == "service_role" else "JSON Web Token"


def _is_live_password(text: str, match: Match) -> bool:
    """Whether the password of a URL is one: the usual ones of a database on this machine are not."""
    password = match.body
    if is_reference(password) or is_placeholder(password) or len(password) < 4:
        return False
    before = text.rfind("://", 0, match.start) + 3
    if password == text[before : match.start - 1]:
        return False
    host = text[match.end + 1 : match.end + 200]
    if _is_sample_host(host):
        return False
    return not compiled(_LOCAL_HOST).match(host) or _is_opaque(password, 8)


def _is_sample_host(host: str) -> bool:
    name = re.split(r"[:/?#]", host, maxsplit=1)[0].lower()
    return name in ("host", "hostname", "server") or is_reference(name) or "example" in name or "your" in name


def _is_key_by_name(name: str, value: str) -> bool:
    if not is_credential_name(name):
        return False
    scheme = compiled(_SCHEME).match(value)
    if scheme is not None:
        value = value[scheme.end() :]
    if any(character.isspace() for character in value) or compiled(_URL).match(value):
        return False
    # Looked at first because it takes no pattern: few values get any further.
    password = is_password_name(name)
    if not _is_opaque(value, 8 if password else 12):
        return False
    if is_identifier(value) and (not password or "." in value):
        return False
    if "${" in value or "{{" in value:
        return False  # a part of it is filled in later: a template, no value
    return not (_points_elsewhere(value) or value in DOCUMENTED or is_placeholder(value, name))


def _is_opaque(value: str, least: int) -> bool:
    """Whether a value was made by chance or chosen as a password: long enough, and not a word or a number."""
    if len(value) < least or value.isdigit() or describes_itself(value):
        return False
    if any(character.isdigit() for character in value):
        return _entropy(value) >= (2.0 if least < 12 else 2.8)
    # One in 200 random keys of 32 letters and digits has no digit: frequent change of case betrays it,
    # and that it falls into pieces shorter than the words of a name.
    if len(split_words(value)) < 0.3 * len(value):
        return False
    turns = sum(a.isupper() != b.isupper() for a, b in pairwise(value)) / len(value)
    return (len(value) >= 16 and turns >= 0.25) or (len(value) >= least + 2 and turns >= 0.4)


def _entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    from math import log2

    length = len(value)
    return -sum(count / length * log2(count / length) for count in Counter(value).values())


def _pairs_within(value: str) -> Iterator[tuple[str, str]]:
    """Pairs inside a longer value: connection strings, query parameters, JSON in a string, headers."""
    if "=" not in value and ":" not in value and " -" not in value:
        return
    folded = value.lower()
    if any(word in folded for word in _HINTS) and not _points_elsewhere(value):
        for pattern in (_PAIR, _FLAG) if " -" in value else (_PAIR,):
            for match in compiled(pattern).finditer(value):
                yield match[1], match[2]
