"""What the name of a variable announces: OAuth clients and redirects, the project's own addresses, databases."""

from __future__ import annotations

from cfguard.pattern import lazy

_REDIRECT = lazy(r"(?:(?P<provider>\w+?)_)?(?:OAUTH2?_)?(?:REDIRECT|CALLBACK)_UR[IL]\Z")
_NOT_OAUTH = frozenset(
    [
        "SUCCESS",
        "CANCEL",
        "ERROR",
        "FAILURE",
        "FAILED",
        "AFTER",
        "DEFAULT",
        "WEBHOOK",
        "PAYMENT",
        "CHECKOUT",
        "RETURN",
        "BILLING",
        "PORTAL",
    ]
)
_CLIENT_ID = lazy(
    r"(?:(?P<provider>\w+?)_)?(?:OAUTH2?_)?(?:CLIENT_ID|CONSUMER_KEY)\Z|AUTH_(?P<second>\w+)_ID\Z"
)
_CLIENT_SECRET = lazy(
    r"(?:(?P<provider>\w+?)_)?(?:OAUTH2?_)?(?:CLIENT|CONSUMER)_SECRET\Z|AUTH_(?P<second>\w+)_SECRET\Z"
)
#: What else calls its connections clients.
_NOT_OAUTH_CLIENTS = frozenset("AMQP KAFKA MQTT NATS PULSAR RABBITMQ REDIS STATSD".split())
_OWN_URL = lazy(
    r"(?:(?:VITE|NEXT_PUBLIC|NUXT_PUBLIC|PUBLIC|REACT_APP|EXPO_PUBLIC|NEXT|NUXT)_)?(?:"
    r"(?:\w+_)?(?:APP|SITE|FRONTEND|BACKEND|WEB|WEBSITE|WORKER|HOME|CANONICAL|CORS|ALLOWED|SELF)"
    r"(?:_(?:BASE|APP|PUBLIC|ROOT|API))?_?(?:URL|URI|ORIGIN|HOST|DOMAIN)S?"
    r"|(?:BETTER_AUTH|NEXTAUTH|PUBLIC|BASE|ROOT|SERVER|CLIENT)_?(?:URL|URI|ORIGIN|HOST|DOMAIN)S?"
    r"|ORIGINS?|DOMAIN|HOSTNAME|HOST)\Z"
)
_DATABASE = lazy(
    r"(?:\w+_)?(?:DATABASE|DB|POSTGRES|PG|MYSQL|MONGO(?:DB)?|REDIS|TURSO|SUPABASE|NEON|LIBSQL)_(?:URL|URI)\Z"
)


def provider_of(name: str) -> str:
    """The OAuth provider in a name (`TWITTER` of `TWITTER_CLIENT_ID`); empty if there is none."""
    for pattern in (_REDIRECT, _CLIENT_ID, _CLIENT_SECRET):
        if match := pattern.match(name.upper()):
            found = str(match.groupdict().get("second") or match["provider"] or "")
            return "" if found in ("OAUTH", "OAUTH2") else found
    return ""


def names_redirect(name: str) -> bool:
    """Whether it is the name of an OAuth redirect URI."""
    upper = name.upper()
    return _REDIRECT.match(upper) is not None and _NOT_OAUTH.isdisjoint(upper.split("_"))


def names_client_id(name: str) -> bool:
    """Whether it is the name of an OAuth application's id."""
    upper = name.upper()
    return _CLIENT_ID.match(upper) is not None and _NOT_OAUTH_CLIENTS.isdisjoint(upper.split("_"))


def names_client_secret(name: str) -> bool:
    """Whether it is the name of an OAuth application's secret."""
    return _CLIENT_SECRET.match(name.upper()) is not None


def names_own_url(name: str) -> bool:
    """Whether it is the name of an address of the project itself; other people's services have longer names."""
    return not names_redirect(name) and _OWN_URL.match(name.upper()) is not None


def names_database(name: str) -> bool:
    """Whether it is the name of a database's address."""
    return _DATABASE.match(name.upper()) is not None
