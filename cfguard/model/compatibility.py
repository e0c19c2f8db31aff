"""Compatibility flags about Node.js, which depend on each other and on the date.

Facts: what wrangler's build and workerd do with them, wrangler 4.164.0 (read 2026-11-22).
"""

from __future__ import annotations

from datetime import date

#: From this date on `nodejs_compat` and `nodejs_compat_v2` are on without being named.
_DEFAULT_SINCE = date(2026, 8, 4)
_SWITCHED_ON = ("nodejs_compat", "nodejs_compat_v2")
_RETIRED = "experimental:nodejs_compat_v2"


def contradiction(flags: tuple[str, ...], date: date | None) -> str | None:
    """Why the flags cannot stand together, as the middle of a sentence; None where they can."""
    if _RETIRED in flags:
        return f"`{_RETIRED}` is no longer a flag: the build fails, `nodejs_compat` has replaced it"
    for flag in _SWITCHED_ON:
        if flag in flags and f"no_{flag}" in flags:
            return f"`{flag}` and `no_{flag}` are both set: the runtime refuses that"
    if all(flag in flags for flag in _SWITCHED_ON):
        return (
            "`nodejs_compat` and `nodejs_compat_v2` are both set: the build fails, and one includes the other"
        )
    if date is not None and date >= _DEFAULT_SINCE:
        off = [f"no_{flag}" for flag in _SWITCHED_ON if f"no_{flag}" in flags]
        if len(off) == 1:
            other = "no_nodejs_compat_v2" if off[0] == "no_nodejs_compat" else "no_nodejs_compat"
            return f"`{off[0]}` leaves on what is on by default since {_DEFAULT_SINCE}; it takes `{other}` as well"
    return None


def redundant_flags(flags: tuple[str, ...], date: date | None) -> tuple[str, ...]:
    """The flags that the date makes needless."""
    if date is None or date < _DEFAULT_SINCE:
        return ()
    return tuple(flag for flag in _SWITCHED_ON if flag in flags)
