"""Functions on strings, after CEL's string extension; offsets count code points."""

from __future__ import annotations

import re

from cfguard.policy.expression.errors import LIMIT, NO_SUCH_OVERLOAD, RANGE, EvaluationError
from cfguard.policy.expression.values import LIST_LIMIT, STRING_LIMIT, Derived
from cfguard.prose import enumerated

_AUTHORITY = r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#\\]*)"
_PORT = r":[0-9]*\Z"
_HOST = r"\[[0-9a-f:.]+\]|[^\W_](?:[\w.-]*\w)?"
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_UPPER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
# Unicode's White_Space, which Go's and CEL's trim use; Python's strip takes four separators more.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def check_size(size: int) -> None:
    """Refuse to build a string over the limit, before it is built."""
    if size > STRING_LIMIT:
        raise EvaluationError(LIMIT, f"a string has at most {STRING_LIMIT} characters")


def char_at(text: str, index: int) -> str:
    _check_offset(text, index)
    return text[index : index + 1]


def index_of(text: str, part: str, start: int = 0) -> int:
    _check_offset(text, start)
    return text.find(part, start)


def last_index_of(text: str, part: str) -> int:
    return text.rfind(part)


def last_index_of_from(text: str, part: str, start: int) -> int:
    """The last place at or before ``start``."""
    _check_offset(text, start)
    return text.rfind(part, 0, start + len(part))


def substring(text: str, start: int) -> str:
    _check_offset(text, start)
    return text[start:]


def substring_between(text: str, start: int, end: int) -> str:
    _check_offset(text, start)
    _check_offset(text, end)
    if start > end:
        raise EvaluationError(RANGE, "the substring ends before it starts")
    return text[start:end]


def _check_offset(text: str, offset: int) -> None:
    if not 0 <= offset <= len(text):
        raise EvaluationError(RANGE, f"offset {offset} is outside the string")


def lower_ascii(text: str) -> str:
    return text.translate(_LOWER)


def upper_ascii(text: str) -> str:
    return text.translate(_UPPER)


def trim(text: str) -> str:
    return text.strip(_SPACE)


def replace(text: str, old: str, new: str, count: int = -1) -> str:
    """Replace the first ``count`` places; a negative count means all of them."""
    count = -1 if count < 0 else min(count, len(text) + 1)
    places = text.count(old) if count < 0 else min(count, text.count(old))
    check_size(len(text) + places * (len(new) - len(old)))
    return text.replace(old, new, count)


def split(text: str, separator: str, count: int = -1) -> list[str]:
    """The parts between separators, at most ``count`` of them if it is not negative."""
    if count == 0:
        return []
    if (len(text) if not separator else text.count(separator)) >= LIST_LIMIT:
        raise EvaluationError(LIMIT, f"a list has at most {LIST_LIMIT} items")
    limit = -1 if count < 0 else min(count, len(text) + 1) - 1
    if separator:
        return text.split(separator, limit)
    parts = list(text)
    return parts if limit < 0 or limit >= len(parts) else [*parts[:limit], text[limit:]]


def join(parts: list[object], separator: str = "") -> str:
    texts = strings(parts)
    check_size(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


def strings(items: list[object]) -> list[str]:
    """The items of a list that must be strings, with their masks off: the caller's result is masked again."""
    for item in items:
        if not isinstance(item, str):
            raise EvaluationError(NO_SUCH_OVERLOAD, "an item of the list is no string")
    return [str.__str__(item) for item in items if isinstance(item, str)]


def quote_list(items: list[object]) -> str:
    """A list as prose: `` `a`, `b` and `c` ``."""
    quoted = [f"`{item}`" for item in strings(items)]
    check_size(sum(map(len, quoted)) + 5 * len(quoted))
    return enumerated(quoted)


def url_host(text: str) -> str:
    """The host of an absolute URL in lower case, without user, port and final dot, or nothing.

    The host of a masked URL may be shown. That of text computed from masked text stays masked:
    ``"https://" + secret`` would otherwise print any secret.
    """
    match = re.match(_AUTHORITY, str.__str__(text).strip())
    if match is None:
        return ""
    host = re.sub(_PORT, "", match[1].rpartition("@")[2]).lower().removesuffix(".")
    if not re.fullmatch(_HOST, host):
        return ""
    return Derived(host) if isinstance(text, Derived) else host
