"""Which numbers are status codes of HTTP."""

from __future__ import annotations

#: The registry of IANA as of 2026-11-22, https://www.iana.org/assignments/http-status-codes; 306 and 418 are unused.
_REGISTERED = frozenset(
    [*range(100, 105), *range(200, 209), 226, *range(300, 306), 307, 308]
    + [*range(400, 418), *range(421, 427), 428, 429, 431, 451, *range(500, 509), 510, 511]
)
#: Jokes and Cloudflare's own errors (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/,
#: 2026-11-22), which a client meets all the same.
_MET = frozenset([418, *range(520, 528), 530])


def is_status_code(number: int) -> bool:
    """Whether a number is a status code that a client of a Worker can meet."""
    return number in _REGISTERED or number in _MET
