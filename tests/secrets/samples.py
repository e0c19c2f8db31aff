"""Made-up credentials in the forms that providers write, and values that only look like one.

Everything is built when a test runs: no string of this file has the form of a credential, so secret
scanners stay quiet about it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import string
from random import Random
from typing import NamedTuple

ALPHANUMERIC = string.ascii_letters + string.digits
URL_SAFE = ALPHANUMERIC + "_-"
BASE64 = ALPHANUMERIC + "+/"
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits


class Sample(NamedTuple):
    """A name, a value, and what stands in a test's title."""

    label: str
    name: str
    value: str


class Maker:
    """Random text from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def text(self, length: int, alphabet: str = ALPHANUMERIC) -> str:
        return "".join(self.random.choices(alphabet, k=length))

    def hex(self, length: int) -> str:
        return self.text(length, HEX)

    def uuid(self) -> str:
        return "-".join(self.hex(length) for length in (8, 4, 4, 4, 12))

    def token(self, claims: dict[str, object]) -> str:
        parts = ({"alg": "HS256", "typ": "JWT"}, claims)
        encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
        return ".".join([*encoded, self.text(43, URL_SAFE)])

    def pem(self, kind: str = "") -> str:
        body = "\n".join(self.text(64, BASE64) for _ in range(12))
        return f"-----BEGIN {kind}PRIVATE " + f"KEY-----\n{body}\n-----END {kind}PRIVATE " + "KEY-----\n"

    def discord_id(self) -> str:
        return base64.b64encode(self.text(19, string.digits[1:]).encode()).decode().rstrip("=")


def by_provider(seed: int) -> list[Sample]:
    """Credentials with a form of their own, under names that say nothing."""
    make = Maker(seed)
    text, hex = make.text, make.hex
    forms = {
        "cloudflare user token": "cfut_" + text(40) + hex(8),
        "cloudflare account token": "cfat_" + text(40) + hex(8),
        "cloudflare global key": "cfk_" + text(40) + hex(8),
        "cloudflare origin ca": "v1.0-" + hex(24) + "-" + hex(146),
        "turnstile server": "0x4AAAAAAA" + text(25, URL_SAFE[:-1]) + "a",
        "github classic": "ghp_" + text(36),
        "github oauth": "gho_" + text(36),
        "github app": "ghs_" + text(36),
        "github fine": "github_pat_" + text(22) + "_" + text(59),
        "gitlab": "glpat-" + text(20, URL_SAFE[:-1]),
        "stripe live": "sk_" + "live_" + text(24),
        "stripe live long": "sk_" + "live_51" + text(97),
        "stripe test": "sk_" + "test_" + text(24),
        "clerk": "sk_" + "live_" + text(50),
        "stripe restricted": "rk_" + "live_" + text(24),
        "stripe webhook": "whsec_" + text(32),
        "standard webhook": "whsec_" + text(43, BASE64) + "=",
        "aws id": "AKIA" + text(16, string.ascii_uppercase + "234567"),
        "google api": "AIza" + "Sy" + text(33, URL_SAFE[:-1]),
        "google oauth": "GOCSPX-" + text(28, URL_SAFE[:-1]),
        "anthropic": "sk-ant-" + "api03-" + text(93, URL_SAFE) + "AA",
        "openai project": "sk-" + "proj-" + text(120, URL_SAFE),
        "openai old": "sk-" + text(20) + "T3Blbk" + "FJ" + text(20),
        "openrouter": "sk-or-" + "v1-" + hex(64),
        "groq": "gsk_" + text(52),
        "hugging face": "hf_" + text(34, string.ascii_letters),
        "replicate": "r8_" + text(37),
        "slack bot": "xoxb-" + text(12, string.digits) + "-" + text(13, string.digits) + "-" + text(24),
        "slack webhook": "https://hooks.slack.com/services/"
        + f"T{text(8, UPPER)}/B{text(8, UPPER)}/{text(24)}",
        "discord bot": make.discord_id() + "." + text(6) + "." + text(38, ALPHANUMERIC),
        "discord webhook": "https://discord.com/api/webhooks/" + text(18, string.digits) + "/" + text(68),
        "telegram": text(10, string.digits[1:]) + ":AA" + text(33),
        "sendgrid": "SG." + text(22) + "." + text(43),
        "resend": "re_" + text(8) + "_" + text(24),
        "mailgun": "key-" + hex(32),
        "mailchimp": hex(32) + "-us" + "14",
        "brevo": "xkeysib-" + hex(64) + "-" + text(16),
        "twilio": "SK" + hex(32),
        "supabase server": "sb_secret_" + text(31, URL_SAFE[:-2] + "x"),
        "supabase personal": "sbp_" + hex(40),
        "supabase service role": make.token({"iss": "supabase", "role": "service_role", "ref": text(20)}),
        "json web token": make.token({"sub": text(12), "iat": 1700000000}),
        "npm": "npm_" + text(36),
        "digitalocean": "dop_v1_" + hex(64),
        "linear": "lin_api_" + text(40),
        "notion": "ntn_" + text(46),
        "shopify": "shpat_" + hex(32),
        "sentry token": "sntrys_" + text(80, BASE64),
        "planetscale": "pscale_tkn_" + text(43, URL_SAFE[:-1]),
        "neon": "napi_" + text(64),
        "figma": "figd_" + text(40),
        "posthog personal": "phx_" + text(43),
        "vercel blob": "vercel_blob_rw_" + text(16) + "_" + text(32),
        "x bearer": "A" * 22 + text(30) + "%2B" + text(40) + "%3D" + text(30),
        "azure storage": "AccountName=x;Account" + "Key=" + text(86, BASE64) + "==;",
        "airtable": "pat" + text(14) + "." + hex(64),
        "doppler": "dp." + "st.prd." + text(43),
        "databricks": "dapi" + hex(32),
        "docker": "dckr_pat_" + text(27),
        "elevenlabs": "sk_" + hex(48),
        "google token": "ya29." + text(120, URL_SAFE[:-1]),
        "google refresh token": "1//0" + text(100, URL_SAFE[:-1]),
        "gitlab pipeline": "glptt-" + hex(40),
        "gitlab runner": "GR1348941" + text(20, URL_SAFE[:-1]),
        "mailgun domain": hex(32) + "-" + hex(8) + "-" + hex(8),
        "mailersend": "mlsn." + hex(64),
        "netlify oauth": "nfo_" + text(40),
        "fly": "fo1_" + text(43, URL_SAFE[:-1]),
        "heroku": "HRKU-" + make.uuid(),
        "vercel": "vcp_" + text(56),
        "render": "rnd_" + text(28),
        "deno deploy": "ddp_" + text(36),
        "vault": "hvs." + text(95, URL_SAFE[:-1]),
        "terraform": text(14) + ".atlasv1." + text(67),
        "pulumi": "pul-" + hex(40),
        "1password": "ops_eyJ" + text(300),
        "launchdarkly": "sdk-" + make.uuid(),
        "plaid": "access-production-" + make.uuid(),
        "dynatrace": "dt0c01." + text(24, UPPER) + "." + text(64, UPPER),
        "rubygems": "rubygems_" + hex(48),
        "crates.io": "cio" + text(32),
        "circleci": "CCIPAT_" + text(22) + "_" + hex(40),
        "buildkite": "bkua_" + hex(40),
        "sourcegraph": "sgp_" + hex(16) + "_" + hex(40),
        "contentful": "CFPAT-" + text(43, URL_SAFE[:-1]),
        "typeform": "tfp_" + text(44) + "_" + text(14),
        "readme": "rdme_" + text(70),
        "square": "EAAA" + "l" + text(59, URL_SAFE[:-1]),
        "square oauth": "sq0csp-" + text(43, URL_SAFE[:-1]),
        "meta": "EAA" + "G" + text(180),
        "paddle": "pdl_live_apikey_" + text(26) + "_" + text(22) + "_" + text(3),
        "polar": "polar_oat_" + text(43),
        "shippo": "shippo_live_" + hex(40),
        "easypost": "EZAK" + text(54),
        "flutterwave": "FLWSECK-" + hex(32) + "-X",
        "duffel": "duffel_live_" + text(43, URL_SAFE[:-1]),
        "inngest": "signkey-prod-" + hex(64),
        "trigger.dev": "tr_prod_" + text(24),
        "liveblocks": "sk_prod_" + text(64, URL_SAFE[:-1]),
        "svix": "testsk_" + text(32) + ".eu",
        "langsmith": "lsv2_pt_" + hex(32) + "_" + hex(10),
        "langfuse": "sk-lf-" + make.uuid(),
        "tavily": "tvly-dev-" + text(32),
        "firecrawl": "fc-" + hex(32),
        "e2b": "e2b_" + hex(40),
        "together": "tgp_v1_" + text(43, URL_SAFE[:-1]),
        "fireworks": "fw_" + text(24),
        "cerebras": "csk-" + text(48, string.ascii_lowercase + string.digits),
        "nvidia": "nvapi-" + text(64, URL_SAFE[:-1]),
        "pinecone": "pcsk_" + text(6) + "_" + text(63),
        "jina": "jina_" + text(60),
        "deepl": make.uuid() + ":fx",
        "xata": "xau_" + text(36),
        "asana": "1/" + text(16, string.digits[1:]) + ":" + hex(32),
        "alibaba": "LTAI" + text(20),
        "entra": text(3) + "8Q~" + text(34),
        "dropbox": "sl.u." + text(140, URL_SAFE[:-1]),
        "grafana": "glsa_" + text(32) + "_" + hex(8),
        "mapbox server": "sk." + "eyJ" + text(80) + "." + text(22),
        "netlify": "nfp_" + text(40),
        "new relic": "NRAK-" + text(27, UPPER),
        "atlassian": "ATATT3x" + text(180) + "=" + text(8, UPPER),
        "perplexity": "pplx-" + text(48),
        "postman": "PMAK-" + hex(24) + "-" + hex(34),
        "pypi": "pypi-AgE" + "IcHlwaS5vcmc" + text(140),
        "tailscale": "tskey-auth-" + text(12) + "CNTRL-" + text(32),
        "age": "AGE-SECRET-" + "KEY-1" + text(58, UPPER),
        "xai": "xai-" + text(80),
        "pkcs8": make.pem(),
        "rsa": make.pem("RSA "),
        "openssh": make.pem("OPENSSH "),
        "pem on one line": make.pem("EC ").replace("\n", "\\n"),
        "postgres url": f"postgres://app:{text(16)}@db.internal.net:5432/app",
        "redis url": f"rediss://default:{text(20)}@eu1.upstash.io:6379",
        "mongodb url": f"mongodb+srv://svc:{text(12)}@cluster0.ab1cd.mongodb.net/x",
        "jwk": json.dumps({"kty": "EC", "crv": "P-256", "x": text(43), "d": text(43, URL_SAFE[:-1])}),
    }
    return [Sample(label, "SETTING", value) for label, value in forms.items()]


def by_name(seed: int) -> list[Sample]:
    """Credentials that only their name gives away."""
    make = Maker(seed)
    text, hex = make.text, make.hex
    pairs = {
        "SESSION_SECRET": hex(64),
        "JWT_SECRET": text(44, BASE64),
        "BETTER_AUTH_SECRET": text(43, BASE64) + "=",
        "TWITTER_CLIENT_SECRET": text(50, URL_SAFE),
        "TWITTER_API_KEY": text(25),
        "X_CONSUMER_SECRET": text(50),
        "TWITTER_ACCESS_TOKEN_SECRET": text(45),
        "GITHUB_CLIENT_SECRET": hex(40),
        "DISCORD_CLIENT_SECRET": text(32, URL_SAFE),
        "CLOUDFLARE_API_TOKEN": text(40, URL_SAFE),
        "CLOUDFLARE_API_KEY": hex(37),
        "AWS_SECRET_ACCESS_KEY": text(40, BASE64),
        "R2_SECRET_ACCESS_KEY": hex(64),
        "TWILIO_AUTH_TOKEN": hex(32),
        "ENCRYPTION_KEY": hex(32),
        "PRIVATE_KEY": "0x" + hex(64),  # pragma: allowlist secret
        "COOKIE_SECRET": text(24),
        "DATABASE_PASSWORD": "Sommer" + text(4, "123456789") + "!",  # pragma: allowlist secret
        "SMTP_PASS": text(10),
        "ADMIN_PASSWORD": "Tr0ub4dor&" + text(2, "12345"),  # pragma: allowlist secret
        "POSTMARK_SERVER_TOKEN": make.uuid(),
        "INTERNAL_API_KEY": make.uuid(),
        "apiKey": hex(32),
        "webhook-secret": text(32),
        "AUTHORIZATION": "Bearer " + text(40),
        "MAPS_API_KEY": text(39),
        "HASH_SALT": text(16),
        "SECRET_KEY_BASE": hex(128),
        "TURNSTILE_SECRET_KEY": "0x4" + "AAAAAAA" + text(24) + "z",  # pragma: allowlist secret
        "CRON_SECRET": text(20) + "7a",
        "DEV_ADMIN_TOKEN": "blue-" + text(14) + "3-moon",
        "VAPID_PRIVATE_KEY": text(43, URL_SAFE[:-2] + "9"),
        "RESEND_KEY": hex(32),
        "config": json.dumps({"region": "eu", "apiKey": hex(32)}),
        "CONNECTION": f"Server=db;User=app;Password={text(14)};",
        "ENDPOINT": f"https://api.service.io/v1?api_key={hex(32)}",
    }
    return [Sample(name, name, value) for name, value in pairs.items()]


def harmless(seed: int) -> list[Sample]:
    """Values that are public, identifiers, references or placeholders."""
    make = Maker(seed)
    text, hex = make.text, make.hex
    pairs: list[tuple[str, str]] = [
        ("database_id", make.uuid()),
        ("preview_database_id", make.uuid()),
        ("id", hex(32)),
        ("account_id", hex(32)),
        ("zone_id", hex(32)),
        ("store_id", hex(32)),
        ("TWITTER_CLIENT_ID", base64.urlsafe_b64encode(f"{text(20)}:1:ci".encode()).decode().rstrip("=")),
        ("GOOGLE_CLIENT_ID", text(12, string.digits) + "-" + text(32) + ".apps.googleusercontent.com"),
        ("GITHUB_CLIENT_ID", "Iv1." + hex(16)),
        ("STRIPE_PUBLISHABLE_KEY", "pk_" + "live_" + text(24)),
        ("STRIPE_KEY", "pk_" + "test_" + text(24)),
        ("CLERK_KEY", "pk_" + "test_" + text(40)),
        ("STRIPE_PRICE_ID", "price_" + text(24)),
        ("SUPABASE_ANON_KEY", make.token({"iss": "supabase", "role": "anon", "ref": text(20)})),
        ("SUPABASE_KEY", make.token({"iss": "supabase", "role": "anon", "ref": text(20)})),
        ("SUPABASE_API_KEY", "sb_publishable_" + text(31)),
        ("TURNSTILE_SITE_KEY", "0x4" + "AAAAAAA" + text(14)),
        ("TURNSTILE_SECRET_KEY", "1x" + "0" * 30 + "AA"),
        ("TURNSTILE_SECRET_KEY", "2x" + "0" * 30 + "AA"),
        (
            "SENTRY_DSN",
            f"https://{hex(32)}@o{text(6, string.digits)}.ingest.sentry.io/{text(7, string.digits)}",
        ),
        ("POSTHOG_KEY", "phc_" + text(43)),
        ("NEXT_PUBLIC_FIREBASE_API_KEY", "AIza" + "Sy" + text(33)),
        ("VITE_FIREBASE_API_KEY", "AIza" + "Sy" + text(33)),
        ("VAPID_PUBLIC_KEY", text(87, URL_SAFE)),
        ("integrity", "sha512-" + base64.b64encode(hashlib.sha512(text(9).encode()).digest()).decode()),
        ("GIT_SHA", hex(40)),
        ("uses", "actions/checkout@" + hex(40)),
        ("image", "node@sha256:" + hex(64)),
        ("BUILD_HASH", hex(20)),
        ("TOKEN_ADDRESS", "0x" + hex(40)),
        ("PASSWORD_HASH", "$2b$12$" + text(53)),
        ("ADMIN_PASSWORD", "$2b$12$" + text(53)),
        ("SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-" + text(6)),
        ("JWT_SECRET", "your-secret-here"),
        ("JWT_SECRET", "changeme"),
        ("JWT_SECRET", "change-me-to-something-long-123"),
        ("JWT_SECRET", "xxxxxxxxxxxxxxxxxxxxxxxx"),
        ("JWT_SECRET", "<generate-with-openssl-rand-hex-32>"),
        ("JWT_SECRET", "${JWT_SECRET}"),
        ("JWT_SECRET", "{{ secrets.JWT_SECRET }}"),
        ("JWT_SECRET", "generate with openssl rand -base64 32"),
        ("JWT_SECRET", "dev-secret-key-12345"),
        ("JWT_SECRET", "local-dev-only-jwt-secret-1"),
        ("JWT_SECRET", "super-secret-jwt-token-with-at-least-32-characters-long"),
        ("JWT_SECRET", "0123456789abcdef" * 2),
        ("JWT_SECRET", string.ascii_lowercase + "123456"),
        ("JWT_SECRET", "1234567890123456"),
        ("JWT_SECRET", "jwt_secret_1"),
        ("JWT_SECRET", "MySuperSecretKey123"),
        ("JWT_SECRET", "TODO: ask the platform team 2"),
        ("JWT_SECRET", "op://vault/item/field-12345"),
        ("JWT_SECRET", "deadbeef" * 8),
        ("JWT_SECRET", "test-secret-for-vitest-12"),
        ("SESSION_SECRET", "SESSION_SECRET_2"),
        ("SESSION_SECRET", "process.env.SESSION_SECRET_1"),
        ("SESSION_SECRET", ""),
        ("API_KEY", "YOUR_API_KEY_1"),
        ("API_KEY", "sk-" + "your-key-here-1234567890abc"),
        ("OPENAI_API_KEY", "sk-" + "x" * 48),
        ("OPENAI_API_KEY", "sk-" + "..."),
        ("OPENAI_API_KEY", "sk-" + "proj-1234567890"),
        ("GITHUB_TOKEN", "ghp_" + "x" * 36),
        ("GITHUB_TOKEN", "ghp_" + "1234567890" * 3 + "123456"),
        ("GITHUB_TOKEN", "ghp_" + "your_token_here"),
        ("STRIPE_SECRET_KEY", "sk_" + "test_your_stripe_secret_key"),
        ("STRIPE_SECRET_KEY", "sk_" + "test_4eC39HqLyjWD" + "arjtT1zdp7dc"),
        ("STRIPE_SECRET_KEY", "sk_" + "live_REPLACE_ME_WITH_REAL_KEY"),
        ("AWS_ACCESS_KEY_ID", "AKIA" + "IOSFODNN7" + "EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"),
        ("PRIVATE_KEY", "-----BEGIN PRIVATE " + "KEY-----\\n...\\n-----END PRIVATE " + "KEY-----\\n"),
        ("PRIVATE_KEY_PATH", "./keys/private.pem"),
        ("PRIVATE_KEY", "./keys/private-2024.pem"),
        ("DATABASE_URL", "postgres://" + "postgres:postgres@localhost:5432/postgres"),
        ("DATABASE_URL", "postgresql://" + "user:password@localhost:5432/mydb"),
        ("DATABASE_URL", "postgresql://" + "user:pass@host:5432/db"),
        ("DATABASE_URL", "mysql://" + "root:root@127.0.0.1:3306/app"),
        ("DATABASE_URL", "postgres://" + "USER:PASSWORD@HOST/DB"),
        ("DATABASE_URL", "postgres://" + "app:${DB_PASSWORD}@db.internal.net/app"),
        ("DATABASE_URL", "postgres://" + "<user>:<password>@ep-x.neon.tech/db"),
        ("MINIO_SECRET_KEY", "minioadmin"),
        ("DB_PASSWORD", "postgres"),
        ("DB_PASSWORD", "p@ssw0rd"),
        ("DB_PASSWORD", "Password123!"),
        ("DB_PASSWORD", "admin1234"),
        ("TOKEN_TTL", "3600000000"),
        ("PASSWORD_MIN_LENGTH", "12"),
        ("SESSION_COOKIE_NAME", "__Secure-session-v2-2024"),
        ("SECRET_NAME", "prod-db-credentials-2024"),
        ("KEY_PREFIX", "cache:v2:users:2024"),
        ("API_TOKEN_URL", "https://auth.service.io/oauth2/token?v=2"),
        ("PASSWORD_RESET_URL", "https://app.service.io/reset/2024"),
        ("compatibility_date", "2026-10-01"),
        ("name", "my-worker-production-2"),
        ("crons", "*/5 * * * *"),
        ("model", "@cf/meta/llama-3.1-8b-instruct"),
        ("CSP", "default-src 'self'; script-src 'nonce-" + text(16) + "'"),
        ("pattern", "api.service.io/v1/*"),
        ("ADMIN_EMAILS", "someone@service.io,other@service.io"),
        ("KV_NAMESPACE", hex(32)),
        ("R2_ENDPOINT", f"https://{hex(32)}.r2.cloudflarestorage.com"),
        ("JWKS", json.dumps({"keys": [{"kty": "EC", "x": text(43), "y": text(43), "kid": text(10)}]})),
        ("ALPHABET", ALPHANUMERIC),
    ]
    return [Sample(f"{name}={value[:24]}", name, value) for name, value in pairs]
