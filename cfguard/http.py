"""Which numbers are status codes of HTTP."""

from __future__ import annotations

#: The registry of IANA as of 2026-11-22, https://www.iana.org/assignments/http-status-codes; 306 and 418 are unused.
_REGISTERED = frozenset(
    code
    for first, last in (
        (100, 104), (200, 208), (226, 226), (300, 305), (307, 308), (400, 417), (421, 426), (428, 429),
        (431, 431), (451, 451), (500, 508), (510, 511),
    )
    for code in range(first, last + 1)
)  # fmt: skip
#: Jokes and Cloudflare's own errors (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/,
#: 2026-11-22), which a client meets all the same.
_MET = frozenset([418, *range(520, 528), 530])


def is_status_code(number: int) -> bool:
    """Whether a number is a status code that a client of a Worker can meet."""
    return number in _REGISTERED or number in _MET
