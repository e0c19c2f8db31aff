"""Values that only look like credentials: public by design, identifiers, hashes, samples, references, words."""

from __future__ import annotations

import base64
import hashlib
import json
import string
from typing import NamedTuple

from tests.secrets.samples import ALPHANUMERIC, BASE64, URL_SAFE, Maker

DIGITS, LOWER = string.digits, string.ascii_lowercase


class Harmless(NamedTuple):
    """A kind of harmless value, its name in words, and the value."""

    kind: str
    words: str
    value: str


def _jwt(claims: dict[str, object], signature: str) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    encoded = [
        base64.urlsafe_b64encode(json.dumps(part, separators=(",", ":")).encode()).decode().rstrip("=")
        for part in parts
    ]
    return ".".join([*encoded, signature])


def _identifiers(make: Maker) -> list[Harmless]:
    text, hex = make.text, make.hex
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(text(9).encode()).digest()).decode()
    return [
        Harmless("d1 id", "database id", make.uuid()),
        Harmless("kv id", "kv namespace id", hex(32)),
        Harmless("account id", "cloudflare account id", hex(32)),
        Harmless("zone id", "zone id", hex(32)),
        Harmless("hyperdrive id", "hyperdrive id", hex(32)),
        Harmless("secrets store id", "secrets store id", hex(32)),
        Harmless("secret name", "secret name", "prod-db-credentials-v2"),
        Harmless("git sha", "commit sha", hex(40)),
        Harmless("build hash", "build hash", hex(20)),
        Harmless("etag", "etag", hex(32)),
        Harmless("checksum", "checksum sha256", hex(64)),
        Harmless("integrity", "integrity", integrity),
        Harmless("image digest", "base image", "node@sha256:" + hex(64)),
        Harmless("action pin", "uses", "actions/checkout@" + hex(40)),
        Harmless("uuid", "tenant id", make.uuid()),
        Harmless("trace", "trace parent", "00-" + hex(32) + "-" + hex(16) + "-01"),
        Harmless("oauth client id", "google client id",
                 text(12, DIGITS[1:]) + "-" + text(32, LOWER + DIGITS) + ".apps.googleusercontent.com"),
        Harmless("x client id", "twitter client id",
                 base64.urlsafe_b64encode(f"{text(20)}:1:ci".encode()).decode().rstrip("=")),
        Harmless("github client id", "github client id", "Ov23li" + text(14)),
        Harmless("discord app id", "discord application id", text(19, DIGITS[1:])),
        Harmless("stripe price", "stripe price id", "price_1" + text(23)),
        Harmless("stripe product", "stripe product id", "prod_" + text(14)),
        Harmless("twilio sid", "twilio account sid", "A" + "C" + hex(32)),
        Harmless("contract address", "token address", "0x" + hex(40)),
        Harmless("arn", "secret arn", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-" + text(6)),
        Harmless("ulid", "request id", text(26, "0123456789ABCDEFGHJKMNPQRSTVWXYZ")),
        Harmless("key id", "signing key id", make.uuid()),
        Harmless("kms key", "kms key name", "projects/acme/locations/eu/keyRings/app/cryptoKeys/session"),
        Harmless("s3 object key", "object key", "uploads/2026/11/" + hex(32) + ".png"),
        Harmless("cache key", "cache key", "v3:users:" + hex(24)),
    ]  # fmt: skip


def _public(make: Maker) -> list[Harmless]:
    text, hex = make.text, make.hex
    return [
        Harmless("stripe publishable", "stripe publishable key", "pk" + "_live_51" + text(97)),
        Harmless("stripe publishable, plain name", "stripe key", "pk" + "_test_51" + text(97)),
        Harmless("clerk publishable", "clerk publishable key",
                 "pk" + "_test_" + base64.b64encode(f"{text(12, LOWER)}.clerk.accounts.dev$".encode()).decode()),
        Harmless("supabase anon", "supabase anon key",
                 _jwt({"iss": "supabase", "ref": text(20, LOWER), "role": "anon", "exp": 2040000000}, text(43, URL_SAFE))),
        Harmless("supabase anon, plain name", "supabase key",
                 _jwt({"iss": "supabase", "ref": text(20, LOWER), "role": "anon", "exp": 2040000000}, text(43, URL_SAFE))),
        Harmless("supabase publishable", "supabase api key", "sb_publishable_" + text(22, URL_SAFE) + "_" + text(8)),
        Harmless("turnstile site key", "turnstile site key", "0x4AAAAAAA" + text(13, URL_SAFE[:-1])),
        Harmless("turnstile test site", "turnstile site key", "1x" + "0" * 20 + "AA"),
        Harmless("turnstile test secret", "turnstile secret key", "1x" + "0" * 31 + "AA"),
        Harmless("turnstile test secret, fails", "turnstile secret key", "2x" + "0" * 31 + "AA"),
        Harmless("sentry dsn", "sentry dsn", f"https://{hex(32)}@o{text(7, DIGITS[1:])}.ingest.us.sentry.io/{text(16, DIGITS[1:])}"),
        Harmless("posthog project", "posthog key", "phc_" + text(43)),
        Harmless("firebase web key", "next public firebase api key", "AI" + "zaSy" + text(33)),
        Harmless("vapid public", "vapid public key", "B" + text(86, URL_SAFE)),
        Harmless("mapbox public", "mapbox token", "pk.eyJ1Ijoi" + text(60) + "." + text(22)),
        Harmless("ssh public key", "deploy public key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + text(43, BASE64) + " ci@acme"),
        Harmless("pem public key", "jwt public key", "-----BEGIN PUBLIC KEY-----\\n" + text(64, BASE64) + "\\n-----END PUBLIC KEY-----"),
        Harmless("algolia search", "algolia search only public key", hex(32)),
        Harmless("recaptcha site", "recaptcha site key", "6L" + text(38, URL_SAFE)),
        Harmless("analytics", "analytics id", "G-" + text(10, string.ascii_uppercase + DIGITS)),
        Harmless("bcrypt", "admin password hash", "$2b$12$" + text(53, BASE64)),
        Harmless("argon2", "password hash", "$argon2id$v=19$m=65536,t=3,p=4$" + text(22, BASE64) + "$" + text(43, BASE64)),
        Harmless("csp nonce", "content security policy", "script-src 'nonce-" + text(16) + "'"),
        Harmless("url without userinfo", "api token url", f"https://auth.{text(6, LOWER)}.net/oauth2/token?v=2"),
        Harmless("alphabet", "nanoid alphabet", ALPHANUMERIC),
    ]  # fmt: skip


def _samples(make: Maker) -> list[Harmless]:
    text = make.text
    return [
        Harmless("aws sample id", "aws access key id", "AKIA" + "IOSFODNN7" + "EXAMPLE"),
        Harmless("aws sample secret", "aws secret access key", "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"),
        Harmless("jwt.io", "sample token",
                 _jwt({"sub": "1234567890", "name": "John Doe", "iat": 1516239022}, "SflKxwRJSMeKKF2QT4fwpMeJf36POk6y" + "JV_adQssw5c")),
        Harmless("stripe docs", "stripe secret key", "sk" + "_test_4eC39HqLyjWD" + "arjtT1zdp7dc"),
        Harmless("x's", "api token", "x" * 32),
        Harmless("prefix and x's", "openai api key", "sk-" + "x" * 48),
        Harmless("prefix and dots", "anthropic api key", "sk-ant-..."),
        Harmless("github x's", "github token", "gh" + "p_" + "x" * 36),
        Harmless("your", "session secret", "your-session-secret-here"),
        Harmless("your, snake", "stripe secret key", "sk" + "_test_your_stripe_secret_key"),
        Harmless("your, upper", "resend api key", "YOUR_RESEND_API_KEY"),
        Harmless("angle brackets", "jwt secret", "<openssl rand -base64 32>"),
        Harmless("square brackets", "auth secret", "[generate-a-long-random-string]"),
        Harmless("change me", "jwt secret", "change-me-in-production-please"),
        Harmless("replace", "cookie secret", "REPLACE_WITH_32_RANDOM_BYTES"),
        Harmless("at least", "auth secret", "a-string-secret-at-least-256-bits-long"),
        Harmless("super secret", "jwt secret", "super-secret-jwt-token-with-at-least-32-characters-long"),
        Harmless("dev only", "session secret", "dev-only-session-secret-not-for-production"),
        Harmless("test value", "api key", "test-api-key-123"),
        Harmless("dummy", "webhook secret", "whsec_" + "dummy1234567890dummy"),
        Harmless("counting", "encryption key", "0123456789abcdef0123456789abcdef"),
        Harmless("deadbeef", "signing key", "deadbeefdeadbeefdeadbeefdeadbeef"),
        Harmless("zeros", "signing secret", "0" * 64),
        Harmless("reference", "session secret", "${SESSION_SECRET}"),
        Harmless("github expression", "cloudflare api token", "${{ secrets.CLOUDFLARE_API_TOKEN }}"),
        Harmless("vault reference", "db password", "op://infra/database/password"),
        Harmless("mustache", "api key", "{{ .Values.apiKey }}"),
        Harmless("percent", "smtp password", "%SMTP_PASSWORD%"),
        Harmless("local postgres", "database url", "postgres" + "://postgres:postgres@localhost:5432/app"),
        Harmless("docs postgres", "database url", "postgresql" + "://user:password@host:5432/dbname"),
        Harmless("template postgres", "database url", "postgres" + "://app:${DB_PASSWORD}@db.acme.net/app"),
        Harmless("url, no userinfo", "redis url", "redis://localhost:6379/0"),
        Harmless("local minio", "s3 secret key", "minioadmin"),
        Harmless("weak local", "db password", "postgres"),
        Harmless("asterisks", "db password", "****************"),
        Harmless("path", "private key path", "./certs/server-2026.key"),
        Harmless("file", "jwt private key file", "/run/secrets/jwt_private_key"),
        Harmless("label", "password", "Enter your password"),
        Harmless("label, long", "reset password token", "This link has expired, request a new one"),
        Harmless("header name", "api key header", "X-Acme-Api-Key-V2"),
        Harmless("cookie name", "session token cookie", "__Secure-authjs.session-token"),
        Harmless("lifetime", "token ttl seconds", "2592000"),
        Harmless("limit", "max output tokens", "128000"),
        Harmless("model", "model", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"),
        Harmless("data url", "logo", "data:image/png;base64," + text(200, BASE64)),
        Harmless("svg path", "icon", "M12 2a10 10 0 1 0 7.07 2.93A10 10 0 0 0 12 2Zm1 15h-2v-6h2Z"),
        Harmless("class list", "class name", "rounded-md bg-slate-900 px-3.5 py-2.5 text-sm"),
        Harmless("scope list", "token scopes", "tweet.read users.read offline.access"),
        Harmless("token endpoint", "token endpoint", "https://api.x.com/2/oauth2/token"),
        Harmless("token type", "token type", "Bearer"),
        Harmless("secret enabled", "secret rotation", "enabled-weekly"),
        Harmless("regex", "password pattern", "^(?=.*[A-Z])(?=.*\\\\d)[A-Za-z\\\\d]{12,}$"),
        Harmless("key algorithm", "key algorithm", "ECDSA-P256-SHA256"),
    ]  # fmt: skip


def _tempting(make: Maker) -> list[Harmless]:
    """What stands under the name of a credential and is none: other things than its value."""
    hex = make.hex
    return [
        Harmless("kubernetes secret name", "tls secret name", "acme-web-tls-2026"),
        Harmless("existing secret", "existing secret", "redis-auth-credentials-v2"),
        Harmless("environment reference", "api key env", "OPENAI_API_KEY"),
        Harmless("docker secret", "auth secret file", "/run/secrets/auth_secret_v2"),
        Harmless("csrf header", "csrf token header", "x-csrf-token-v2"),
        Harmless("storage key", "local storage key", "acme.sidebar.collapsed.v2"),
        Harmless("storage key, short name", "storage key", "acme-theme-v3"),
        Harmless("query key", "query key", "users/list/2026"),
        Harmless("session key", "session key", "acme:session:v2:current"),
        Harmless("shortcut", "shortcut key", "Ctrl+Shift+K+1"),
        Harmless("label", "forgot password", "Forgot your password?"),
        Harmless("label, error", "invalid token", "Your token has expired (error 4012)"),
        Harmless("label, dots", "password placeholder", "••••••••••••"),
        Harmless("validation", "password too short", "auth.errors.password_too_short_8"),
        Harmless("translation key", "reset password", "pages.reset-password.title2"),
        Harmless("prefix", "api key prefix", "sk" + "_live_"),
        Harmless("pattern of a key", "secret pattern", "sk" + "_live_[0-9a-zA-Z]{24,}"),
        Harmless("truncated", "access token", "eyJhbGciOiJIUzI1NiIsInR5cCI6..."),
        Harmless("header template", "authorization", "Bearer <ACCESS_TOKEN>"),
        Harmless("header variable", "authorization header value", "Bearer ${API_TOKEN}"),
        Harmless("header sample", "authorization", "Bearer YOUR_API_TOKEN_HERE_1"),
        Harmless("basic sample", "authorization", "Basic " + base64.b64encode(b"username:password").decode()),
        Harmless("basic, rfc", "authorization", "Basic " + base64.b64encode(b"Aladdin:open sesame").decode()),
        Harmless("code", "api key", "process.env.API_KEY ?? config.apiKey2"),
        Harmless("code, call", "db password", "getSecret('prod/db/password-2')"),
        Harmless("symbol", "token symbol", "USDC-2026Q4"),
        Harmless("ethereum token", "token contract", "0x" + hex(40)),
    ]  # fmt: skip


def _misnamed(make: Maker) -> list[Harmless]:
    """Hashes, identifiers and addresses under names that promise more."""
    text, hex = make.text, make.hex
    place = f"host-{text(4, LOWER)}"
    return [
        Harmless("pbkdf2", "password", f"pbkdf2_sha256$720000${text(22)}${text(43, BASE64)}="),
        Harmless("werkzeug", "password", f"scrypt:32768:8:1${text(16)}${hex(128)}"),
        Harmless("ssha", "user password", "{SSHA}" + text(40, BASE64)),
        Harmless("object id", "customer id", hex(24)),
        Harmless("cuid", "record id", "c" + text(24, LOWER + DIGITS)),
        Harmless("nanoid", "slug", text(21, URL_SAFE)),
        Harmless("stripe customer", "stripe customer", "cus_" + text(14)),
        Harmless("stripe session", "checkout session id", "cs_test_a1" + text(56)),
        Harmless("stripe account", "stripe account", "acct_1" + text(15)),
        Harmless("clerk user", "clerk user id", "user_2" + text(26)),
        Harmless("auth0 client", "auth0 client id", text(32)),
        Harmless("firebase app", "firebase app id", f"1:{text(12, DIGITS)}:web:{hex(22)}"),
        Harmless("supabase url", "supabase url", f"https://{text(20, LOWER)}.supabase.co"),
        Harmless("r2 endpoint", "r2 endpoint", f"https://{hex(32)}.r2.cloudflarestorage.com"),
        Harmless("discord invite", "discord url", f"https://discord.gg/{text(10)}"),
        Harmless("slack channel", "slack channel", "C0" + text(9, string.ascii_uppercase + DIGITS)),
        Harmless("go.sum", "go sum", "h1:" + text(43, BASE64) + "="),
        Harmless("yarn checksum", "checksum", "10c0/" + hex(128)),
        Harmless("ssh fingerprint", "host key fingerprint", "SHA256:" + text(43, BASE64)),
        Harmless("gpg fingerprint", "gpg key fingerprint", hex(40).upper()),
        Harmless("certificate", "tls certificate", "-----BEGIN CERTIFICATE-----\\n" + text(64, BASE64) + "\\n-----END CERTIFICATE-----"),
        Harmless("jwks", "jwks", json.dumps({"kty": "RSA", "e": "AQAB", "n": text(86, URL_SAFE), "kid": text(16)})),
        Harmless("csp hash", "content security policy", f"script-src 'sha256-{text(43, BASE64)}='"),
        Harmless("guest", "amqp url", "amqp" + "://guest:guest@rabbitmq:5672"),
        Harmless("root", "mysql url", "mysql" + "://root:password@127.0.0.1:3306/app"),
        Harmless("supabase template", "database url", "postgresql" + "://postgres.[ref]:[YOUR-PASSWORD]@aws-0-eu.pooler.supabase.com:6543/postgres"),
        Harmless("example host", "database url", "postgres" + "://app:s3cret-9f2@db.example.com/app"),
        Harmless("compose host", "redis url", "redis" + "://:redis@redis:6379"),
        Harmless("template url", "clone url", "https" + "://x-access-token:${GITHUB_TOKEN}@github.com/acme/app.git"),
        Harmless("user only", "repository url", f"https://git@{place}.net/acme/app.git"),
        Harmless("your, camel", "client secret", "yourClientSecretHere123"),
        Harmless("my", "auth secret", "my-secret-key-please-change-1"),
        Harmless("some", "webhook secret", "some-webhook-secret-value"),
        Harmless("hint with bytes", "encryption key", "32-byte-hex-key-goes-here"),
        Harmless("hint, run", "auth secret", "run `openssl rand -base64 33`"),
        Harmless("test, letters", "api token", "test_token_abcdef123456"),
        Harmless("fake", "stripe webhook secret", "whsec_" + "test_secret_placeholder_123"),
        Harmless("redacted", "api key", "sk-ant-api03-REDACTED-REDACTED-REDACTED"),
        Harmless("abc", "openai api key", "sk-abcdefghijklmnopqrstuvwxyz123456"),
        Harmless("n/a", "smtp password", "not-used-in-staging"),
        Harmless("empty json", "google credentials json", "{}"),
        Harmless("boolean", "use secret store", "true"),
        Harmless("mime", "token content type", "application/vnd.acme.token+json;v=2"),
        Harmless("color token", "color token", "gray-900/80"),
        Harmless("css token", "design token", "--spacing-2xl-4"),
        Harmless("date token", "page token date", "2026-11-23T00:00:00Z"),
        Harmless("limit", "token bucket", "capacity=100,refill=10"),
    ]  # fmt: skip


def harmless(seed: int) -> list[Harmless]:
    """One value of each harmless kind, made from a seed."""
    make = Maker(seed)
    return [each for part in (_identifiers, _public, _samples, _tempting, _misnamed) for each in part(make)]
