from __future__ import annotations

import pytest

from cfguard.secrets.names import is_credential_name, is_password_name, is_public_name, split_words, word_set

CREDENTIALS = word_set("""
TWITTER_CLIENT_SECRET SESSION_SECRET JWT_SECRET DATABASE_PASSWORD STRIPE_SECRET_KEY CLOUDFLARE_API_TOKEN
BETTER_AUTH_SECRET ENCRYPTION_KEY PRIVATE_KEY API_KEY apiKey api-key DB_PASS SECRET_KEY_BASE AUTH_TOKEN_2
STRIPE_SECRET_KEY_LIVE PGPASSWORD GITHUBTOKEN OPENAI_KEY AWS_SECRET_ACCESS_KEY TWITTER_ACCESS_TOKEN_SECRET
clientSecret VAPID_PRIVATE_KEY PRIVATE_KEY_BASE64 X_CONSUMER_KEY API_KEYS SUPABASE_SERVICE_ROLE_KEY
TURNSTILE_SECRET SITE_PASSWORD apikey TOKEN HASH_SALT VITE_AUTH_SECRET COOKIE_SECRET_CURRENT Authorization
""")

ORDINARY = word_set("""
TWITTER_CLIENT_ID NEXT_PUBLIC_API_KEY STRIPE_PUBLISHABLE_KEY TURNSTILE_SITE_KEY TOKEN_TTL PASSWORD_MIN_LENGTH
SECRET_NAME SESSION_COOKIE_NAME DATABASE_ID SENTRY_DSN KEY_PREFIX SUPABASE_ANON_KEY MAX_TOKENS
OPENAI_MAX_TOKENS MAX_TOKEN AWS_ACCESS_KEY_ID CACHE_KEY KEY TOKEN_URL SALT_ROUNDS KV_NAMESPACE secret_name
store_id keys main name pattern VAPID_PUBLIC_KEY VITE_FIREBASE_API_KEY DEV_ADMIN_BYPASS TOKEN_ADDRESS
compatibility_date ACCESS_TOKEN_EXPIRES_IN SECRET_ARN REDIRECT_URI monkey turkey PASSWORD_RESET_URL KEY_ID
IDEMPOTENCY_KEY tokenizer JWT_ISSUER ENABLE_PASSWORD_LOGIN SECRET_HEADER 42 _
""")


@pytest.mark.parametrize("name", sorted(CREDENTIALS))
def test_a_name_that_announces_a_credential(name: str) -> None:
    assert is_credential_name(name)


@pytest.mark.parametrize("name", ["", *sorted(ORDINARY)])
def test_a_name_that_announces_none(name: str) -> None:
    assert not is_credential_name(name)


def test_words_are_split_in_every_case_style() -> None:
    expected = ("stripe", "api", "key", "2")
    for name in (
        "STRIPE_API_KEY_2",
        "stripe-api-key-2",
        "stripeApiKey2",
        "StripeAPIKey2",
        "stripe.api.key.2",
    ):
        assert split_words(name) == expected


def test_a_public_name_tells_that_everybody_may_see_the_value() -> None:
    assert is_public_name("NEXT_PUBLIC_FIREBASE_API_KEY")
    assert is_public_name("VITE_FIREBASE_API_KEY")
    assert is_public_name("TURNSTILE_SITE_KEY")
    assert not is_public_name("FIREBASE_API_KEY")


def test_passwords_are_told_from_keys() -> None:
    assert is_password_name("DATABASE_PASSWORD")
    assert is_password_name("PGPASSWORD")
    assert is_password_name("SMTP_PASS")
    assert not is_password_name("SESSION_SECRET")
