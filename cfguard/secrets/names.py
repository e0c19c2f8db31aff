"""Which key names announce a credential: the only signal for the many secrets without a shape.

An English compound is named by its last word: ``TOKEN_TTL`` is a time, ``SECRET_NAME`` a name and
``CLIENT_SECRET`` a secret. So the last word decides, once the words that only say which one
(``_PROD``, ``_2``, ``_BASE64``) are taken off.
"""

from __future__ import annotations

from functools import lru_cache

from cfguard.secrets.pattern import compiled

_WORD = r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+"


def word_set(text: str) -> frozenset[str]:
    """Words written down in plain text: lists of this length are read more easily without quotes."""
    return frozenset(text.split())


_HOT = word_set(
    """
    accesstoken apikey apikeys apitoken auth authorization authtoken bearer credential credentials creds
    mnemonic pass passcode passphrase passwd password passwords passwort pat pepper pgpassword
    privatekey psk pw pwd salt secret secretkey secrets token
    """
)

# `key` and `tokens` are ordinary words: what stands before them must say which kind it is.
_KEY_WORDS = frozenset(("key", "keys", "tokens", "keypair", "jwt", "hmac", "phrase"))
_KEY_KINDS = word_set(
    """
    access account admin aes api app application auth authentication authorization bot cipher client
    consumer cookie cron crypto decryption deploy deployer enc encrypt encryption global gpg hash hmac
    ingest integration internal jwt license live master oauth pgp private provider recovery refresh rest
    role root rsa secret seed server service session shared sign signer signing ssh storage token upload webhook
    wallet write
    """
)
# Vendors common in Workers projects whose plain `<VENDOR>_KEY` is a secret (November 2026).
_VENDORS = word_set(
    """
    airtable alchemy algolia anthropic aws azure brevo cf claude clerk cloudflare cohere datadog deepgram
    deepseek discord elevenlabs exa fal firecrawl gemini github gitlab google groq huggingface infura
    linear loops mailchimp mailgun mistral mollie neon notion openai openrouter paddle paypal
    perplexity pinecone plaid planetscale postmark razorpay replicate resend sendgrid serper shopify
    slack square stripe supabase tavily telegram turso twilio unkey upstash vercel xai
    """
)

_PUBLIC = frozenset(("public", "publishable", "anon", "pub"))
_PUBLIC_KEY_KINDS = word_set(
    """
    cache cert dedupe foreign header i18n idempotency index lookup map object partition primary
    query row shortcut site sort translation
    """
)
_COUNTED = word_set(
    """
    cancellation color colour completion continuation count cursor design input limit max min next num
    number output page prompt total
    """
)

# Prefixes by which a bundler copies a value into the page that every visitor loads.
_BUNDLED = ("VITE_", "REACT_APP_", "GATSBY_", "EXPO_")

# Words that say which one, not what: stages, ordinals, encodings.
_QUALIFIERS = word_set(
    """
    alt b64 backup base base64 current default dev development encoded fallback hex live local main
    new next old override pem plain preview previous primary prod production raw sandbox secondary
    stage staging stg string test testing text v value
    """
)

_LABELS = word_set("id name binding type url class service queue kind description title label path host user")

_GLUED = ("password", "passwd", "passphrase", "secret", "apikey", "token")


def split_words(name: str) -> tuple[str, ...]:
    """The lower-case words of a name in snake, kebab, camel or SCREAMING case; digits are words too."""
    return tuple(word.lower() for word in compiled(_WORD).findall(name))


@lru_cache(maxsize=4096)
def is_credential_name(name: str) -> bool:
    """Whether a key of this name is meant to hold a secret.

    Client ids, publishable and site keys, DSNs, URLs, names, lengths and lifetimes are none.
    """
    words = list(split_words(name[:200]))
    while len(words) > 1 and (words[-1].isdigit() or words[-1] in _QUALIFIERS):
        words.pop()
    if not words or not _PUBLIC.isdisjoint(words):
        return False
    head, before = words[-1], words[:-1]
    if head in _HOT or head.endswith(_GLUED):
        return not (head == "token" and not _COUNTED.isdisjoint(before))
    if head not in _KEY_WORDS or (before and before[-1] in _PUBLIC_KEY_KINDS):
        return False
    if before[-2:] in (["local", "storage"], ["session", "storage"]):
        return False  # a browser's storage
    if name.startswith(_BUNDLED) and "private" not in before and "secret" not in before:
        return False
    return not _KEY_KINDS.isdisjoint(before) or (head == "key" and not _VENDORS.isdisjoint(before))


@lru_cache(maxsize=4096)
def is_public_name(name: str) -> bool:
    """Whether a name says that everybody may see the value: ``NEXT_PUBLIC_*``, publishable, site key."""
    words = split_words(name[:200])
    if name.startswith(_BUNDLED) or not _PUBLIC.isdisjoint(words):
        return True
    return words[-2:] == ("site", "key")


def is_label(name: str) -> bool:
    """Whether a key labels what lies beside it, also inside a table named ``secrets``."""
    return not _LABELS.isdisjoint(split_words(name[:200])[-1:])


def is_password_name(name: str) -> bool:
    """Whether people choose the value themselves, so that it may be short."""
    words = split_words(name[:200])
    return any(word in _PASSWORDS or word.endswith("password") for word in words[-3:])


_PASSWORDS = frozenset(("password", "passwd", "passwort", "pwd", "pass", "passphrase", "passcode"))
