"""What no authorization server takes as a redirect URI, what a certain one refuses, and what only nearly matches.

RFC 9700 has servers compare redirects as exact strings (section 4.1.3), RFC 6749 forbids fragments (3.1.2),
and RFC 8252 allows http for the loopback interface alone (7.3, 8.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from cfguard.model.hosts import is_address, is_local, is_loopback
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy

if TYPE_CHECKING:
    from cfguard.model.hosts import Url

_WEB = lazy(r"https?:", re.IGNORECASE)
#: Schemes by which a browser runs or reads what the address itself holds.
_RUNS_CODE = lazy(r"\s*(javascript|vbscript|data|file|blob):", re.IGNORECASE)
_INVISIBLE = lazy(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]")
#: A list, which the program takes apart.
_ANOTHER = lazy(r"[\s,;|]https?://", re.IGNORECASE)
_BAD_ESCAPE = lazy(r"%(?![0-9A-Fa-f]{2})")
_DOT_SEGMENT = lazy(r"/(?:\.|%2[eE]){1,2}(?=[/?#]|\Z)")
_HIDDEN_SLASH = lazy(r"%(?:2[fF]|5[cC])")
_REGISTERED = lazy(r"(?i:https?)://(?:[^/?#]*@)?(?P<host>[^/?#:]*)")
#: Where Cloudflare's proxy listens, read 2026-11-23:
#: https://developers.cloudflare.com/fundamentals/reference/network-ports/
CLOUDFLARE_PORTS = frozenset({80, 8080, 8880, 2052, 2082, 2086, 2095, 443, 2053, 2083, 2087, 2096, 8443})
_DEFAULT_PORTS = {"https": 443, "http": 80}


def is_web_address(text: str) -> bool:
    """Whether a text claims to be an absolute web address, well formed or not."""
    return _WEB.match(text) is not None


def flaws(text: str, url: Url | None) -> Iterator[str]:
    """What no authorization server accepts, or two readers take differently, each as an object of `has`."""
    code = _RUNS_CODE.match(text)
    if code is not None:
        yield f"the scheme `{code[1].lower()}`, which names no place to send a code to"
        return
    if not is_web_address(text) or _ANOTHER.search(text):
        return
    path = text.partition("?")[0].partition("#")[0]
    if _INVISIBLE.search(text):
        yield "blanks or invisible characters"
    if "\\" in text:
        yield "a backslash"
    if url is None:
        if not _INVISIBLE.search(text):
            yield "no valid host or port"
        return
    if url.user is not None:
        yield "user information"
    if "#" in url.rest:
        yield "a fragment"
    if "*" in url.host or "*" in path:
        yield "a wildcard"
    if _BAD_ESCAPE.search(text):
        yield "a `%` that begins no escape"
    if _DOT_SEGMENT.search(path.partition("://")[2]):
        yield "`.` or `..` as a part of its path"
    elif _HIDDEN_SLASH.search(path):
        yield "an escaped slash in its path"


class Provider(NamedTuple):
    """What one provider refuses in redirects beyond the standards, with where and when that was read."""

    label: str
    source: str
    localhost: bool = True  # takes `localhost`
    addresses: bool = True  # takes IP addresses beside the loopback ones
    loopback: bool = True  # takes loopback addresses
    plain: bool = True  # takes http on the loopback interface
    private: bool = True  # takes names that no public domain has
    characters: str = ""  # refused behind the host


_X = Provider("X", "https://docs.x.com/resources/fundamentals/developer-apps", localhost=False)
_GOOGLE = Provider(
    "Google",
    "https://developers.google.com/identity/protocols/oauth2/web-server#uri-validation",
    addresses=False,
    private=False,
)
_APPLE = Provider(
    "Apple",
    "https://developer.apple.com/documentation/signinwithapple/configuring-your-webpage-for-sign-in-with-apple",
    localhost=False,
    addresses=False,
    loopback=False,
    plain=False,
    private=False,
)
_MICROSOFT = Provider(
    "Microsoft", "https://learn.microsoft.com/en-us/entra/identity-platform/reply-url", characters="!$'(),;"
)
_SPOTIFY = Provider(
    "Spotify", "https://developer.spotify.com/documentation/web-api/concepts/redirect_uri", localhost=False
)
#: By the provider in a variable's name; read 2026-11-23. Who is not here refuses nothing that is known for sure.
PROVIDERS: Mapping[str, Provider] = {
    "X": _X,
    "TWITTER": _X,
    "GOOGLE": _GOOGLE,
    "YOUTUBE": _GOOGLE,
    "GMAIL": _GOOGLE,
    "APPLE": _APPLE,
    "MICROSOFT": _MICROSOFT,
    "AZURE": _MICROSOFT,
    "AZURE_AD": _MICROSOFT,
    "ENTRA": _MICROSOFT,
    "MICROSOFT_ENTRA": _MICROSOFT,
    "SPOTIFY": _SPOTIFY,
}


def refusal(provider: str, url: Url) -> str:
    """Why a provider will not take a redirect, as half a sentence; empty where it may.

    ``provider`` is what stands before the redirect in a variable's name: `GOOGLE` also in `AUTH_GOOGLE`.
    """
    words = provider.split("_")
    names = ("_".join(words[start:]) for start in range(len(words)))
    rules = next((PROVIDERS[name] for name in names if name in PROVIDERS), None)
    if rules is None or url.scheme not in _DEFAULT_PORTS:
        return ""
    host = url.host
    if host == "localhost" and not rules.localhost:
        instead = "wants `127.0.0.1` in its place" if rules.loopback else "wants the name of a domain"
        return f"{rules.label} takes no `localhost` and {instead}"
    if is_address(host) and not (rules.loopback if is_loopback(host) else rules.addresses):
        return f"{rules.label} takes no IP address"
    if not rules.private and is_local(host) and not is_loopback(host):
        return f"{rules.label} takes the names of public domains alone"
    if is_loopback(host) and url.scheme == "http" and not rules.plain:
        return f"{rules.label} takes https alone"
    found = [character for character in rules.characters if character in url.rest]
    return f"{rules.label} does not support `{found[0]}` in it" if found else ""


def oddity(text: str, url: Url) -> str:
    """What makes a redirect unequal to how browsers write it, as half a sentence; empty where nothing does."""
    registered = _REGISTERED.match(text)
    if registered is not None and registered["host"] != registered["host"].lower():
        return "has upper-case letters in its host, which browsers write in lower case"
    if url.port is not None and url.port == _DEFAULT_PORTS.get(url.scheme):
        return f"names the port {url.port}, which browsers leave out because it is the usual one"
    return ""


def path_difference(one: str, other: str) -> str:
    """How two paths that are meant to be the same differ, as half a sentence; empty for equal or other ones."""
    if one == other:
        return ""
    if one.rstrip("/") == other.rstrip("/"):
        return "by a slash at the end"
    if one.lower() == other.lower():
        return "in upper and lower case"
    if one.rstrip("/").lower() == other.rstrip("/").lower():
        return "in upper and lower case and by a slash at the end"
    return ""
