"""What the name of a variable announces: OAuth clients and redirects, the project's own addresses, databases."""

from __future__ import annotations

from cfguard.pattern import lazy

_BUNDLED = r"(?:(?:VITE|NEXT_PUBLIC|NUXT_PUBLIC|PUBLIC|REACT_APP|EXPO_PUBLIC|NEXT|NUXT)_)?"
_REDIRECT = lazy(
    _BUNDLED
    + r"(?:(?P<provider>\w+?)_)?(?:OAUTH2?_|AUTH_)?(?:REDIRECT|CALLBACK)_(?:UR[IL]|ADDRESS|ENDPOINT)\Z"
)
#: Without a word for an address at its end, only the name of a provider tells a redirect.
_SHORT_REDIRECT = lazy(
    _BUNDLED
    + r"(?:\w+?_)??(?P<provider>OAUTH2?|APPLE|ATLASSIAN|AUTH0|AZURE|BITBUCKET|DISCORD|DROPBOX|FACEBOOK|FIGMA"
    r"|GITHUB|GITLAB|GOOGLE|HUBSPOT|KAKAO|LINEAR|LINKEDIN|MICROSOFT|NAVER|NOTION|OKTA|PATREON|REDDIT|SALESFORCE|SLACK"
    r"|SPOTIFY|STRAVA|TIKTOK|TWITCH|TWITTER|WORKOS|ZOOM|X)_(?:OAUTH2?_|AUTH_)?(?:REDIRECT|CALLBACK|RETURN_UR[IL])\Z"
)
#: From these the library makes the redirect of every provider itself.
_SIGN_IN_BASE = frozenset({"NEXTAUTH_URL", "BETTER_AUTH_URL"})
_NOT_OAUTH = frozenset(
    """
    SUCCESS CANCEL ERROR FAILURE FAILED AFTER DEFAULT WEBHOOK PAYMENT CHECKOUT RETURN BILLING PORTAL POST LOGOUT
    SIGNOUT FALLBACK FORCE EMAIL PASSWORD RESET VERIFY VERIFICATION UNSUBSCRIBE AVATAR QUEUE STATUS NOTIFY
    NOTIFICATION IPN DELIVERY SMS VOICE JOB TASK
    """.split()
)
_HUMP = lazy(r"(?<=[a-z0-9])(?=[A-Z])|[-.]")
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
    for pattern in (_REDIRECT, _SHORT_REDIRECT, _CLIENT_ID, _CLIENT_SECRET):
        if match := pattern.match(_upper(name)):
            found = str(match.groupdict().get("second") or match["provider"] or "")
            return "" if found in ("OAUTH", "OAUTH2", "AUTH") else found
    return ""


def names_redirect(name: str) -> bool:
    """Whether it is the name of an OAuth redirect URI."""
    upper = _upper(name)
    if _REDIRECT.match(upper) is not None:
        return _NOT_OAUTH.isdisjoint(upper.split("_"))
    return _SHORT_REDIRECT.match(upper) is not None


def names_sign_in_base(name: str) -> bool:
    """Whether it is the name of the address from which a library makes the redirects of all providers."""
    return name.upper() in _SIGN_IN_BASE


def _upper(name: str) -> str:
    """A name of a hundred characters at most in SCREAMING case: `githubRedirectUri` is as good as any."""
    return _HUMP.sub("_", name).upper() if len(name) <= 100 else ""


def names_client_id(name: str) -> bool:
    """Whether it is the name of an OAuth application's id."""
    upper = _upper(name)
    return _CLIENT_ID.match(upper) is not None and _NOT_OAUTH_CLIENTS.isdisjoint(upper.split("_"))


def names_client_secret(name: str) -> bool:
    """Whether it is the name of an OAuth application's secret."""
    return _CLIENT_SECRET.match(_upper(name)) is not None


def names_own_url(name: str) -> bool:
    """Whether it is the name of an address of the project itself; other people's services have longer names."""
    return not names_redirect(name) and _OWN_URL.match(_upper(name)) is not None


def names_database(name: str) -> bool:
    """Whether it is the name of a database's address."""
    return _DATABASE.match(_upper(name)) is not None
