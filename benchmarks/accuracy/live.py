"""Credentials as providers issue them today, each with the names under which projects keep it."""

from __future__ import annotations

import base64
import json
import string
from typing import NamedTuple

from tests.secrets.samples import ALPHANUMERIC, BASE64, URL_SAFE, Maker

DIGITS, UPPER, LOWER = string.digits, string.ascii_uppercase, string.ascii_lowercase


class Credential(NamedTuple):
    """A kind of credential, a name in words (``stripe secret key``), and the value.

    ``shaped`` says that its form alone gives it away; the others need their name.
    """

    kind: str
    words: str
    value: str
    shaped: bool = True


def _jwt(make: Maker, claims: dict[str, object], algorithm: str = "HS256") -> str:
    parts = ({"alg": algorithm, "typ": "JWT"}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, make.text(43, URL_SAFE)])


def _cloud(make: Maker) -> list[Credential]:
    text, hex = make.text, make.hex
    return [
        Credential("cloudflare user token", "cloudflare api token", "cfut_" + text(40) + hex(8)),
        Credential("cloudflare account token", "cf token", "cfat_" + text(40) + hex(8)),
        Credential("cloudflare global key", "cf global api key", "cfk_" + text(40) + hex(8)),
        Credential("cloudflare token, older", "cloudflare api token", text(40, URL_SAFE), shaped=False),
        Credential("cloudflare global key, older", "cloudflare api key", hex(37), shaped=False),
        Credential("cloudflare origin ca", "origin ca key", "v1.0-" + hex(24) + "-" + hex(146)),
        Credential("turnstile", "turnstile secret key", "0x4AAA" + "AAAA" + text(26, ALPHANUMERIC)),
        Credential("r2 secret", "r2 secret access key", hex(64), shaped=False),
        Credential("aws key id", "aws access key id", "AK" + "IA" + text(16, UPPER + "234567")),
        Credential("aws secret", "aws secret access key", text(40, BASE64), shaped=False),
        Credential("azure storage", "azure storage connection",
                   f"DefaultEndpointsProtocol=https;AccountName={text(8, LOWER)};Account" + f"Key={text(86, BASE64)}==;EndpointSuffix=core.windows.net"),
        Credential("google api key", "gemini api key", "AI" + "zaSy" + text(33, URL_SAFE[:-1] + "_")),
        Credential("google oauth", "google client secret", "GOC" + "SPX-" + text(28, URL_SAFE)),
        Credential("digitalocean", "do api token", "dop" + "_v1_" + hex(64)),
        Credential("fly.io", "fly api token", "fo1_" + text(43, URL_SAFE)),
        Credential("heroku", "heroku api key", "HRKU-" + make.uuid(), shaped=True),
        Credential("vercel", "vercel token", text(24), shaped=False),
        Credential("hashicorp vault", "vault token", "hvs." + text(95, URL_SAFE)),
        Credential("terraform cloud", "tfc token", text(14) + ".atlas" + "v1." + text(67)),
        Credential("pulumi", "pulumi access token", "pul-" + hex(40)),
        Credential("doppler", "doppler token", "dp." + "st.prd." + text(43)),
        Credential("planetscale", "planetscale service token", "pscale" + "_tkn_" + text(43, URL_SAFE)),
        Credential("neon", "neon api key", "napi" + "_" + text(64, LOWER + DIGITS)),
        Credential("turso", "turso auth token", _jwt(make, {"a": "rw", "iat": 1717171717, "id": make.uuid()}, "EdDSA")),
        Credential("supabase secret", "supabase secret key", "sb" + "_secret_" + text(22, URL_SAFE) + "_" + text(8, ALPHANUMERIC)),
        Credential("supabase personal", "supabase access token", "sb" + "p_" + hex(40)),
        Credential("supabase service role", "supabase service role key",
                   _jwt(make, {"iss": "supabase", "ref": text(20, LOWER), "role": "service_role", "exp": 2040000000})),
    ]  # fmt: skip


def _code(make: Maker) -> list[Credential]:
    text, hex = make.text, make.hex
    return [
        Credential("github classic", "github token", "gh" + "p_" + text(36)),
        Credential("github oauth", "gh oauth token", "gh" + "o_" + text(36)),
        Credential("github app", "gh app token", "gh" + "s_" + text(36)),
        Credential("github fine-grained", "github pat", "github" + "_pat_" + text(22) + "_" + text(59)),
        Credential("github client secret", "github client secret", hex(40), shaped=False),
        Credential("gitlab", "gitlab token", "gl" + "pat-" + text(20, URL_SAFE)),
        Credential("gitlab deploy", "gitlab deploy token", "gl" + "dt-" + text(20, URL_SAFE)),
        Credential("npm", "npm token", "np" + "m_" + text(36)),
        Credential("pypi", "pypi api token", "pyp" + "i-AgE" + "IcHlwaS5vcmc" + text(150, URL_SAFE)),
        Credential("docker hub", "docker token", "dckr" + "_pat_" + text(27, URL_SAFE)),
        Credential("linear", "linear api key", "lin" + "_api_" + text(40)),
        Credential("notion", "notion token", "nt" + "n_" + text(46)),
        Credential("figma", "figma token", "fig" + "d_" + text(40, URL_SAFE)),
        Credential("atlassian", "jira api token", "ATA" + "TT3xFfGF0" + text(170, URL_SAFE) + "=" + text(8, "0123456789ABCDEF")),
        Credential("postman", "postman api key", "PM" + "AK-" + hex(24) + "-" + hex(34)),
        Credential("sentry", "sentry auth token", "sntr" + "ys_" + text(90, BASE64) + "_" + text(43, BASE64)),
        Credential("grafana", "grafana token", "gl" + "sa_" + text(32) + "_" + hex(8)),
        Credential("new relic", "new relic api key", "NR" + "AK-" + text(27, UPPER + DIGITS)),
        Credential("private key", "app private key", make.pem().replace("\n", "\\n")),
        Credential("rsa key", "jwt private key", make.pem("RSA ").replace("\n", "\\n")),
    ]  # fmt: skip


def _services(make: Maker) -> list[Credential]:
    text, hex = make.text, make.hex
    return [
        Credential("stripe live", "stripe secret key", "sk" + "_live_" + "51" + text(97)),
        Credential("stripe short", "stripe api key", "sk" + "_live_" + text(24)),
        Credential("stripe test", "stripe secret", "sk" + "_test_" + "51" + text(97)),
        Credential("stripe restricted", "stripe restricted key", "rk" + "_live_" + "51" + text(97)),
        Credential("stripe webhook", "stripe webhook secret", "wh" + "sec_" + text(32)),
        Credential("standard webhook", "clerk webhook signing secret", "wh" + "sec_" + text(32, BASE64)),
        Credential("clerk", "clerk secret key", "sk" + "_live_" + text(42)),
        Credential("square", "square access token", "EAAA" + text(60, URL_SAFE)),
        Credential("shopify", "shopify token", "shp" + "at_" + hex(32)),
        Credential("paddle", "paddle api key", "pdl_live_apikey_" + text(26, LOWER + DIGITS) + "_" + text(22) + "_" + text(3)),
        Credential("razorpay", "razorpay key secret", text(24), shaped=False),
        Credential("slack bot", "slack bot token", "xo" + "xb-" + text(12, DIGITS) + "-" + text(13, DIGITS) + "-" + text(24)),
        Credential("slack app", "slack app token", "xa" + "pp-1-A" + text(10, UPPER + DIGITS) + "-" + text(13, DIGITS) + "-" + hex(64)),
        Credential("slack webhook", "slack webhook url",
                   "https://hooks.slack.com/ser" + f"vices/T{text(8, UPPER)}/B{text(10, UPPER + DIGITS)}/{text(24)}"),
        Credential("slack signing", "slack signing secret", hex(32), shaped=False),
        Credential("discord bot", "discord token", make.discord_id() + "." + text(6, URL_SAFE) + "." + text(38, URL_SAFE)),
        Credential("discord webhook", "discord webhook url",
                   "https://discord.com/api/web" + f"hooks/{text(19, DIGITS[1:])}/{text(68, URL_SAFE)}"),
        Credential("telegram", "telegram bot token", text(10, DIGITS[1:]) + ":AA" + text(33, URL_SAFE)),
        Credential("twilio token", "twilio auth token", hex(32), shaped=False),
        Credential("twilio key", "twilio api key", "S" + "K" + hex(32)),
        Credential("sendgrid", "sendgrid api key", "S" + "G." + text(22, URL_SAFE) + "." + text(43, URL_SAFE)),
        Credential("resend", "resend api key", "re" + "_" + text(8) + "_" + text(24)),
        Credential("mailgun", "mailgun api key", hex(32) + "-" + hex(8) + "-" + hex(8), shaped=False),
        Credential("mailchimp", "mailchimp api key", hex(32) + "-us" + text(2, "12")),
        Credential("brevo", "brevo api key", "xkey" + "sib-" + hex(64) + "-" + text(16)),
        Credential("postmark", "postmark server token", make.uuid(), shaped=False),
        Credential("x bearer", "twitter bearer token", "A" * 22 + text(30) + "%2B" + text(20) + "%3D" + text(50)),
        Credential("x client secret", "twitter client secret", text(50, URL_SAFE), shaped=False),
        Credential("x consumer secret", "x api key secret", text(50), shaped=False),
        Credential("facebook", "facebook app secret", hex(32), shaped=False),
        Credential("datadog", "datadog api key", hex(32), shaped=False),
        Credential("algolia", "algolia admin key", hex(32), shaped=False),
        Credential("posthog", "posthog personal api key", "ph" + "x_" + text(43)),
        Credential("airtable", "airtable token", "pa" + "t" + text(14) + "." + hex(64)),
        Credential("mapbox", "mapbox secret token", "sk." + "eyJ" + "1Ijoi" + text(60) + "." + text(22, URL_SAFE)),
    ]  # fmt: skip


def _models(make: Maker) -> list[Credential]:
    text, hex = make.text, make.hex
    return [
        Credential("openai project", "openai api key", "sk-" + "proj-" + text(74, URL_SAFE) + "T3Blbk" + "FJ" + text(74, URL_SAFE)),
        Credential("openai service account", "openai key", "sk-" + "svcacct-" + text(58, URL_SAFE) + "T3Blbk" + "FJ" + text(58, URL_SAFE)),
        Credential("openai old", "openai api key", "sk-" + text(20) + "T3Blbk" + "FJ" + text(20)),
        Credential("anthropic", "anthropic api key", "sk-" + "ant-api03-" + text(93, URL_SAFE) + "AA"),
        Credential("openrouter", "openrouter api key", "sk-" + "or-v1-" + hex(64)),
        Credential("deepseek", "deepseek api key", "sk-" + hex(32)),
        Credential("groq", "groq api key", "gs" + "k_" + text(52)),
        Credential("xai", "xai api key", "xa" + "i-" + text(80)),
        Credential("perplexity", "perplexity api key", "pp" + "lx-" + text(48)),
        Credential("hugging face", "hf token", "h" + "f_" + text(34, string.ascii_letters)),
        Credential("replicate", "replicate api token", "r" + "8_" + text(37)),
        Credential("mistral", "mistral api key", text(32), shaped=False),
        Credential("elevenlabs", "elevenlabs api key", "sk" + "_" + hex(48)),
    ]  # fmt: skip


def _own(make: Maker) -> list[Credential]:
    """What a project makes for itself: no form, only names."""
    text, hex = make.text, make.hex
    word = make.random.choice(("Sommer", "Falcon", "tulip", "Kestrel", "Bratwurst"))
    return [
        Credential("session secret, hex", "session secret", hex(64), shaped=False),
        Credential("session secret, base64", "auth secret", text(43, BASE64) + "=", shaped=False),
        Credential("jwt secret", "jwt secret", text(32), shaped=False),
        Credential("signing key", "cookie signing key", text(43, URL_SAFE), shaped=False),
        Credential("encryption key", "encryption key", hex(32), shaped=False),
        Credential("internal token", "internal api token", make.uuid(), shaped=False),
        Credential("webhook secret", "webhook secret", text(24), shaped=False),
        Credential("cron secret", "cron secret", text(20), shaped=False),
        Credential("admin password", "admin password", word + text(4, DIGITS[1:]) + "!x", shaped=False),
        Credential("database password", "db password", text(16), shaped=False),
        Credential("smtp password", "smtp pass", text(12), shaped=False),
        Credential("postgres url", "database url", f"postgresql://app_{text(4, LOWER)}:{text(18)}@db.{text(6, LOWER)}.net:5432/app"),
        Credential("neon url", "pg connection string",
                   f"postgres://neondb_owner:npg_{text(12)}@ep-cool-{text(6, LOWER)}-a2{hex(6)}.eu-central-1.aws.neon.tech/neondb?sslmode=require"),
        Credential("redis url", "redis url", f"rediss://default:{text(32)}@apn1-{text(6, LOWER)}.upstash.io:6379"),
        Credential("mongodb url", "mongo uri", f"mongodb+srv://svc:{text(16)}@cluster0.{text(5, LOWER)}.mongodb.net/main"),
        Credential("amqp url", "queue url", f"amqps://{text(8, LOWER)}:{text(32, URL_SAFE)}@rat.rmq2.cloudamqp.com/{text(8, LOWER)}"),
    ]  # fmt: skip


def _house(make: Maker) -> list[Credential]:
    """Names that are less usual, and forms of the frameworks."""
    text, hex = make.text, make.hex
    return [
        Credential("laravel key", "app key", "base64:" + text(43, BASE64) + "=", shaped=False),
        Credential("rails master key", "rails master key", hex(32), shaped=False),
        Credential("django key", "django secret key", text(50, LOWER + DIGITS + "!@^&*(-_=+)"), shaped=False),
        Credential("mysql root", "mysql root password", text(14), shaped=False),
        Credential("pgpassword", "pgpassword", text(16), shaped=False),
        Credential("redis auth", "redis auth", text(32), shaped=False),
        Credential("smtp pw", "mail pwd", text(12), shaped=False),
        Credential("refresh token", "refresh token", text(64, URL_SAFE), shaped=False),
        Credential("shared secret", "hmac shared secret", text(40, URL_SAFE), shaped=False),
        Credential("nextauth", "nextauth secret", text(32, BASE64), shaped=False),
        Credential("auth0 secret", "auth0 client secret", text(64, URL_SAFE), shaped=False),
        Credential("bot password", "bot password", "Kn" + text(9) + "#4", shaped=False),
        Credential("basic header", "authorization", "Basic " + base64.b64encode(f"svc:{text(20)}".encode()).decode(), shaped=False),
        Credential("bearer header", "authorization", "Bearer " + text(40), shaped=False),
        Credential("ethereum key", "deployer private key", "0x" + hex(64), shaped=False),
        Credential("api key, uuid", "service api key", make.uuid(), shaped=False),
        Credential("passphrase", "gpg passphrase", text(20), shaped=False),
        Credential("unsubscribe", "unsubscribe token secret", hex(40), shaped=False),
        Credential("preview", "preview access token", text(43, URL_SAFE), shaped=False),
        Credential("openid", "oidc client secret", "GQ" + text(38), shaped=False),
        Credential("entra", "azure client secret", text(3) + "8Q~" + text(34, ALPHANUMERIC)),
        Credential("clickhouse url", "clickhouse url", f"https://default:{text(14)}@{text(10, LOWER)}.eu-central-1.aws.clickhouse.cloud:8443"),
        Credential("git url", "package url", "https://oauth2:gl" + f"pat-{text(20, ALPHANUMERIC)}@gitlab.com/acme/lib.git"),
        Credential("query key", "feed url", f"https://api.{text(6, LOWER)}.io/v1/feed?format=json&api_key={hex(32)}"),
        Credential("json", "service account", json.dumps({"type": "service_account", "private_key_id": hex(40),
                   "private_key": make.pem()}).replace("\\n", "\\\\n"), shaped=True),
    ]  # fmt: skip


def credentials(seed: int) -> list[Credential]:
    """One credential of each kind, made from a seed."""
    make = Maker(seed)
    return [each for part in (_cloud, _code, _services, _models, _own, _house) for each in part(make)]
