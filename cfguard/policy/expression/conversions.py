"""Conversions between kinds, as CEL defines them: exact or an error, never a silent change of value."""

from __future__ import annotations

import datetime
import math
import re

from cfguard.policy.expression.errors import NO_SUCH_OVERLOAD, RANGE, VALUE, EvaluationError
from cfguard.policy.expression.values import INT_MAX, INT_MIN, UINT_MAX, UInt
from cfguard.sensitive import Sensitive

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_DECIMAL = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?"
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}
_TRUE = frozenset({"1", "t", "true", "TRUE", "True"})
_FALSE = frozenset({"0", "f", "false", "FALSE", "False"})


def plain(text: str, wanted: str) -> str:
    """The text, unless it is masked: converted to anything else it could be printed."""
    if isinstance(text, Sensitive):
        raise EvaluationError(NO_SUCH_OVERLOAD, f"a masked string is not converted to {wanted}")
    return text


def whole_number(text: str, low: int, high: int, wanted: str) -> int:
    """A decimal number with an optional sign, within the bounds of its type."""
    digits = plain(text, wanted)[1:] if text[:1] in ("-", "+") else plain(text, wanted)
    if not (digits.isascii() and digits.isdigit()):
        raise EvaluationError(VALUE, f"the string is no {wanted}")
    if len(digits) > 40 or not low <= (number := int(text)) <= high:
        raise EvaluationError(RANGE, f"the number does not fit into {wanted}")
    return number


def int_from_text(text: str) -> int:
    return whole_number(text, INT_MIN, INT_MAX, "int")


def uint_from_text(text: str) -> UInt:
    return UInt(whole_number(text, 0, UINT_MAX, "uint"))


def int_from_double(number: float) -> int:
    if not -(2.0**63) < number < 2.0**63:
        raise EvaluationError(RANGE, "the number does not fit into int")
    return int(number)


def uint_from_double(number: float) -> UInt:
    if not 0 <= number < 2.0**64:
        raise EvaluationError(RANGE, "the number does not fit into uint")
    return UInt(number)


def int_from_number(number: int) -> int:
    if not INT_MIN <= number <= INT_MAX:
        raise EvaluationError(RANGE, "the number does not fit into int")
    return int(number)


def uint_from_number(number: int) -> UInt:
    if not 0 <= number <= UINT_MAX:
        raise EvaluationError(RANGE, "the number does not fit into uint")
    return UInt(number)


def int_from_timestamp(time: datetime.datetime) -> int:
    """Whole seconds since 1970, rounded down."""
    zoned = time if time.tzinfo else time.replace(tzinfo=datetime.UTC)
    return (zoned - _EPOCH) // datetime.timedelta(seconds=1)


def double_from_text(text: str) -> float:
    if plain(text, "double") in _SPECIAL:
        return _SPECIAL[text]
    if len(text) > 400 or not re.fullmatch(_DECIMAL, text):
        raise EvaluationError(VALUE, "the string is no double")
    return float(text)


def double_from_number(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        raise EvaluationError(RANGE, "the number does not fit into double") from None


def bool_from_text(text: str) -> bool:
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise EvaluationError(VALUE, "the string is neither true nor false")


def bytes_from_text(text: str) -> bytes:
    try:
        return plain(text, "bytes").encode()
    except UnicodeEncodeError:
        raise EvaluationError(VALUE, "the string holds half a surrogate pair") from None


def text_from_bytes(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise EvaluationError(VALUE, "the bytes are no UTF-8") from None


def text_from_number(number: int) -> str:
    if not INT_MIN <= number <= UINT_MAX:
        raise EvaluationError(RANGE, "the number does not fit into 64 bits")
    return int.__repr__(number)


def text_from_double(number: float) -> str:
    """The shortest decimal that reads back as the same number; whole ones without a fraction."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) < 1e21:
        return f"{number:.0f}"
    return repr(number)


def text_from_bool(value: bool) -> str:
    return "true" if value else "false"
