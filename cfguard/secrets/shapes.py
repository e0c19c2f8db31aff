"""Credentials that can be told by their form alone, as data: which provider writes them, and how.

Read from the providers' documentation and from the rule sets of kingfisher 2.14 and Betterleaks, November
2026. Shapes are matched, checksums are not: Cloudflare's construction is not published, and a token with
a wrong GitHub checksum in a repository is still worth a look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.named_tuple import NamedTuple
from cfguard.secrets.pattern import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator


class Shape(NamedTuple):
    """One form of credential.

    ``marks`` are literals of which every match holds at least one, so that most text is passed over
    without a regular expression. The first group of ``pattern``, if any, is the random part.
    ``browser`` marks keys that are public when a public name carries them (Firebase's web key);
    ``inner`` shapes are secret in their random part only, the rest may be shown.
    """

    kind: str
    marks: tuple[str, ...]
    pattern: str
    browser: bool = False
    inner: bool = False


class Match(NamedTuple):
    """A place in a text that has the form of a credential; ``body`` is its random part."""

    shape: Shape
    start: int
    end: int
    body: str


_T = "[A-Za-z0-9_-]"
_A = "[A-Za-z0-9]"
_H = "[0-9a-f]"

# The token begins with the bot's numeric id in base64; two digits begin like this.
_DISCORD = ("MD", "MT", "Mj", "Mz", "ND", "NT", "Nj", "Nz", "OD", "OT")

SHAPES: tuple[Shape, ...] = (
    Shape("Cloudflare API token", ("cfut_", "cfat_"), rf"cf[ua]t_({_T}{{40,60}})"),
    Shape("Cloudflare global API key", ("cfk_",), rf"cfk_({_T}{{40,60}})"),
    Shape("Cloudflare Origin CA key", ("v1.0-",), rf"v1\.0-({_H}{{24}}-{_H}{{100,160}})"),
    Shape("Turnstile secret key", ("0x4AAA",), rf"0x4AAA({_T}{{27,36}})"),
    Shape("GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), rf"gh[pousr]_({_A}{{36,}})"),
    Shape("GitHub token", ("github_pat_",), rf"github_pat_({_A}{{22}}_{_A}{{40,60}})"),
    Shape("GitLab token", ("gl",), rf"gl(?:pat|dt|rt|ft|soat|cbt|imt|ptt|agent|oas)-({_T}{{20,}})"),
    Shape("GitLab token", ("GR1348941",), rf"GR1348941({_T}{{20}})"),
    # Stripe's long keys begin with 51.
    Shape("Clerk secret key", ("sk_live_", "sk_test_"), rf"sk_(?:live|test)_((?!51){_A}{{40,50}})"),
    Shape(
        "Stripe secret key",
        ("sk_live_", "sk_test_", "rk_live_", "rk_test_"),
        rf"[sr]k_(?:live|test)_({_A}{{16,247}})",
    ),
    Shape("webhook signing secret", ("whsec_",), r"whsec_([A-Za-z0-9+/]{24,}={0,2})"),
    Shape("AWS access key id", ("AKIA", "ASIA", "ABIA", "ACCA"), r"A(?:KIA|SIA|BIA|CCA)([A-Z0-9]{16})"),
    Shape("Google API key", ("AIza",), rf"AIza({_T}{{35}})", browser=True),
    Shape("Google OAuth client secret", ("GOCSPX-",), rf"GOCSPX-({_T}{{28}})"),
    Shape("Google OAuth token", ("ya29.",), rf"ya29\.({_T}{{60,}})"),
    Shape("Anthropic API key", ("sk-ant-",), rf"sk-ant-[a-z]+[0-9]{{2}}-({_T}{{20,}})"),
    Shape("OpenRouter API key", ("sk-or-",), rf"sk-or-v1-({_H}{{64}})"),
    Shape(
        "OpenAI API key",
        ("sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"),
        rf"sk-(?:proj|svcacct|admin|None)-({_T}{{20,}})",
    ),
    Shape("OpenAI API key", ("sk-",), rf"sk-({_A}{{32,}})"),
    Shape("Groq API key", ("gsk_",), rf"gsk_({_A}{{40,60}})"),
    Shape("xAI API key", ("xai-",), rf"xai-({_A}{{60,90}})"),
    Shape("Perplexity API key", ("pplx-",), rf"pplx-({_A}{{40,60}})"),
    Shape("Hugging Face token", ("hf_",), r"hf_([A-Za-z]{30,40})"),
    Shape("Replicate API token", ("r8_",), rf"r8_({_A}{{37}})"),
    Shape("ElevenLabs API key", ("sk_",), rf"sk_({_H}{{48}})"),
    Shape("Slack token", ("xox", "xapp-"), r"(?:xox[abeoprs]|xapp)-([0-9A-Za-z][0-9A-Za-z-]{14,})"),
    Shape(
        "Slack webhook URL",
        ("hooks.slack.com/",),
        rf"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Z0-9]+/[A-Z0-9]+/{_A}{{16,}})",
    ),
    Shape(
        "Discord webhook URL", ("/api/webhooks/",), rf"discord(?:app)?\.com/api/webhooks/[0-9]+/({_T}{{40,}})"
    ),
    Shape("Discord bot token", _DISCORD, rf"[MNO][DTjz]{_T}{{22,26}}\.{_T}{{6}}\.({_T}{{27,40}})"),
    Shape("Telegram bot token", (":AA",), rf"[0-9]{{8,10}}:({_T}{{35}})"),
    Shape("SendGrid API key", ("SG.",), rf"SG\.({_T}{{22}}\.{_T}{{43}})"),
    Shape("Resend API key", ("re_",), rf"re_({_A}{{6,10}}_{_A}{{20,30}})"),
    Shape("Mailgun API key", ("key-",), rf"key-({_H}{{32}})"),
    Shape("Mailgun API key", ("-",), rf"({_H}{{32}}-{_H}{{8}}-{_H}{{8}})"),
    Shape("MailerSend API token", ("mlsn.",), rf"mlsn\.({_H}{{64}})"),
    Shape("Mailchimp API key", ("-us",), rf"({_H}{{32}})-us[0-9]{{1,2}}"),
    Shape("Brevo API key", ("xkeysib-",), rf"xkeysib-({_H}{{64}}-{_A}{{16}})"),
    Shape("Twilio API key", ("SK",), rf"SK({_H}{{32}})"),
    Shape("Supabase secret key", ("sb_secret_",), rf"sb_secret_({_T}{{20,}})"),
    Shape("Supabase access token", ("sbp_",), rf"sbp_({_H}{{40}})"),
    Shape("npm token", ("npm_",), rf"npm_({_A}{{36}})"),
    Shape("PyPI token", ("pypi-AgE",), rf"pypi-AgE({_T}{{50,}})"),
    Shape("Docker token", ("dckr_",), rf"dckr_(?:pat|oat)_({_T}{{20,}})"),
    Shape("DigitalOcean token", ("_v1_",), rf"do[opr]_v1_({_H}{{64}})"),
    Shape("Linear API key", ("lin_",), rf"lin_(?:api|oauth)_({_A}{{32,}})"),
    Shape("Notion token", ("ntn_", "secret_"), rf"(?:ntn_{_A}{{40,}}|secret_{_A}{{43}})"),
    Shape("Airtable token", ("pat",), rf"pat{_A}{{14}}\.({_H}{{64}})"),
    Shape("Figma token", ("figd_",), rf"figd_({_T}{{36,}})"),
    Shape("Shopify token", ("shp",), r"shp(?:at|ca|pa|ss)_([0-9A-Fa-f]{32})"),
    Shape("Sentry auth token", ("sntry",), r"sntry[su]_([A-Za-z0-9+/=_-]{40,})"),
    Shape("Doppler token", ("dp.",), rf"dp\.(?:st|pt|ct|sa|scim|audit)\.(?:[a-z0-9_-]+\.)?({_A}{{40,44}})"),
    Shape("Databricks token", ("dapi",), rf"dapi({_H}{{32}})"),
    Shape("PlanetScale credential", ("pscale_",), rf"pscale_(?:tkn|pw|oauth)_({_T}{{32,}})"),
    Shape("Neon API key", ("napi_",), rf"napi_({_A}{{40,}})"),
    Shape("Mapbox secret token", ("sk.eyJ",), rf"sk\.eyJ({_T}{{20,}}\.{_T}{{20,}})"),
    Shape("PostHog personal API key", ("phx_",), rf"phx_({_A}{{40,}})"),
    Shape("New Relic key", ("NRAK-",), r"NRAK-([A-Z0-9]{27})"),
    Shape("Grafana token", ("glc_", "glsa_"), r"gl(?:c|sa)_([A-Za-z0-9+/_=]{32,})"),
    Shape("Postman API key", ("PMAK-",), rf"PMAK-({_H}{{24}}-{_H}{{34}})"),
    Shape("Tailscale key", ("tskey-",), rf"tskey-[a-z]+-({_A}+-{_A}{{20,}})"),
    Shape("Atlassian token", ("ATATT3x",), r"ATATT3x([A-Za-z0-9_=-]{100,})"),
    Shape("Vercel Blob token", ("vercel_blob_rw_",), rf"vercel_blob_rw_({_A}+_{_A}{{24,}})"),
    Shape("Netlify token", ("nfp_",), rf"nfp_({_A}{{36,}})"),
    Shape("Netlify token", ("nfc_", "nfo_", "nfu_"), rf"nf[cou]_({_A}{{36,}})"),
    Shape(
        "Fly.io token", ("fo1_", "fm1_", "fm2_"), rf"(?:fo1_({_T}{{40,}})|fm[12]_([A-Za-z0-9+/=]{{100,}}))"
    ),
    Shape("Heroku API key", ("HRKU-",), rf"HRKU-({_T}{{30,}})"),
    Shape("Vercel token", ("vcp_", "vck_", "vci_"), rf"vc[pki]_({_A}{{24,}})"),
    Shape("Render API key", ("rnd_",), rf"rnd_({_A}{{24,}})"),
    Shape("Deno Deploy token", ("ddp_", "ddw_", "ddo_"), rf"dd[pwo]_({_A}{{32,}})"),
    Shape("Vault token", ("hvs.", "hvb.", "hvr."), rf"hv[sbr]\.({_T}{{24,}})"),
    Shape("HCP Terraform token", (".atlasv1.",), rf"({_A}{{14}}\.atlasv1\.{_T}{{60,}})"),
    Shape("Pulumi access token", ("pul-",), rf"pul-({_H}{{40}})"),
    Shape("1Password service account token", ("ops_eyJ",), rf"ops_(eyJ{_T}{{100,}})"),
    Shape("LaunchDarkly key", ("sdk-", "api-"), rf"(?:sdk|api)-({_H}{{8}}(?:-{_H}{{4}}){{3}}-{_H}{{12}})"),
    Shape(
        "Plaid access token",
        ("access-",),
        rf"access-(?:sandbox|development|production)-({_H}{{8}}-[0-9a-f-]{{27}})",
    ),
    Shape("Dynatrace token", ("dt0",), r"dt0[a-z][0-9]{2}\.[A-Z0-9]{8,24}\.([A-Z0-9]{64})"),
    Shape("RubyGems API key", ("rubygems_",), rf"rubygems_({_H}{{48}})"),
    Shape("crates.io token", ("cio",), rf"cio({_A}{{32}})"),
    Shape("CircleCI token", ("CCIPAT_", "CCIPRJ_"), rf"CCIP(?:AT|RJ)_({_A}{{22}}_{_H}{{40}})"),
    Shape("Buildkite token", ("bku", "bka"), rf"bk(?:ua|aa|ct)_({_A}{{40,}})"),
    Shape("Sourcegraph token", ("sgp_",), rf"sgp_(?:{_H}{{16}}_|local_)?({_H}{{40}})"),
    Shape("Contentful token", ("CFPAT-",), rf"CFPAT-({_T}{{40,}})"),
    Shape("Typeform token", ("tfp_",), rf"tfp_({_T}{{40,}})"),
    Shape("ReadMe API key", ("rdme_",), rf"rdme_({_A}{{60,}})"),
    Shape(
        "Square access token",
        ("EAAA", "sq0atp-"),
        rf"(?<![A-Za-z0-9+/])(?:EAAA(?!A)|sq0atp-)({_T}{{22,64}})(?![A-Za-z0-9+/=])",
    ),
    Shape("Square OAuth secret", ("sq0csp-",), rf"sq0csp-({_T}{{43}})"),
    Shape("Meta access token", ("EAA",), rf"(?<![A-Za-z0-9+/])EAA(?!A)({_A}{{90,}})(?![A-Za-z0-9+/=])"),
    Shape(
        "Paddle API key", ("_apikey_",), rf"pdl_(?:live|sdbx)_apikey_({_A}{{26}}_{_A}{{22}}(?:_{_A}{{3}})?)"
    ),
    Shape("Polar token", ("polar_",), rf"polar_(?:oat|pat|whs|rst)_({_A}{{32,}})"),
    Shape("Shippo token", ("shippo_",), rf"shippo_(?:live|test)_({_H}{{40}})"),
    Shape("EasyPost API key", ("EZ",), rf"EZ[AT]K({_A}{{54}})"),
    Shape("Flutterwave key", ("FLWSECK",), rf"FLWSECK(?:_TEST)?-({_A}{{12,}}-X)"),
    Shape("Duffel token", ("duffel_",), rf"duffel_(?:live|test)_({_T}{{43}})"),
    Shape("Inngest signing key", ("signkey-",), rf"signkey-[a-z]+-({_H}{{32,}})"),
    Shape("Trigger.dev key", ("tr_",), rf"tr_(?:dev|prod|stg|preview)_({_A}{{20,}})"),
    Shape("Liveblocks secret key", ("sk_prod_", "sk_dev_"), rf"sk_(?:prod|dev)_({_T}{{40,}})"),
    Shape("Svix token", ("testsk_", "sk_"), rf"(?:testsk|sk)_({_A}{{20,}}\.(?:eu|us|in|ca|au))"),
    Shape("LangSmith API key", ("lsv2_",), rf"lsv2_(?:pt|sk)_({_H}{{32}}_{_H}{{10}})"),
    Shape("Langfuse secret key", ("sk-lf-",), rf"sk-lf-({_H}{{8}}-[0-9a-f-]{{27}})"),
    Shape("Tavily API key", ("tvly-",), rf"tvly-(?:dev-|prod-)?({_T}{{28,}})"),
    Shape("Firecrawl API key", ("fc-",), rf"fc-({_H}{{32}})"),
    Shape("E2B API key", ("e2b_",), rf"e2b_({_H}{{40}})"),
    Shape("Together API key", ("tgp_v1_",), rf"tgp_v1_({_T}{{40,}})"),
    Shape("Fireworks API key", ("fw_",), rf"fw_({_A}{{22,24}})"),
    Shape("Cerebras API key", ("csk-",), rf"csk-({_A}{{40,}})"),
    Shape("NVIDIA API key", ("nvapi-",), rf"nvapi-({_T}{{60,}})"),
    Shape("Pinecone API key", ("pcsk_",), rf"pcsk_({_A}{{5,6}}_{_A}{{50,}})"),
    Shape("Jina API key", ("jina_",), rf"jina_({_A}{{50,}})"),
    Shape("DeepL API key", (":fx",), rf"({_H}{{8}}-[0-9a-f-]{{27}}):fx"),
    Shape("Xata API key", ("xau_",), rf"xau_({_A}{{30,}})"),
    Shape("Asana token", (":",), rf"[12]/[0-9]{{13,}}(?:/[0-9]{{13,}})?:({_H}{{32}})"),
    Shape("Alibaba access key id", ("LTAI",), rf"LTAI({_A}{{16,26}})"),
    Shape("Entra client secret", ("Q~",), r"([A-Za-z0-9_.~-]{3}[0-9]Q~[A-Za-z0-9_.~-]{31,34})"),
    Shape("Google OAuth refresh token", ("1//0",), rf"1//0({_T}{{40,}})"),
    Shape("Dropbox token", ("sl.",), rf"sl\.(?:u\.)?({_T}{{100,}})"),
    Shape("age secret key", ("AGE-SECRET-KEY-1",), r"AGE-SECRET-KEY-1([0-9A-Z]{58})"),
    Shape("Azure account key", ("AccountKey=",), r"AccountKey=([A-Za-z0-9+/]{60,}={0,2})"),
    Shape("X bearer token", ("AAAAAAAAAAAAAAAAAAAA",), r"A{20,}([A-Za-z0-9%]{50,})"),
    Shape(
        "private key",
        ("PRIVATE KEY",),
        r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----([\s\\A-Za-z0-9+/=]{60,})",
    ),
    Shape("private JSON Web Key", ('kty\\"', 'kty"'), rf'\\?"d\\?"\s*:\s*\\?"({_T}{{40,}})\\?"'),
    Shape("JSON Web Token", ("eyJ",), rf"(?<!{_T})(eyJ{_T}{{8,}}\.eyJ{_T}{{8,}}\.{_T}{{20,}})"),
    Shape(
        "password in a URL",
        ("@",),
        r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s:/?#@\"'`<>]*:([^\s/?#@\"'`]+)@[^\s@]",
        inner=True,
    ),
)

PUBLIC = (
    r"(?:pk_(?:live|test)_\w+"  # Stripe, Clerk
    r"|sb_publishable_[\w-]+"
    r"|phc_\w+"  # PostHog, project
    r"|pk\.eyJ[\w.-]+"  # Mapbox
    r"|[123]x0{8,}A{1,2}\w?"  # Turnstile test keys, site and secret
    r"|0x4AAA[\w-]{11,22}"  # Turnstile site key
    r"|(?:G|UA|GTM|AW)-[A-Z0-9-]{4,14}"
    r"|[0-9]+-\w+\.apps\.googleusercontent\.com"
    r"|https://[0-9a-f]{32}@[\w.-]+/[0-9]+"  # Sentry DSN
    r"|[\w-]{16,}(?:OjE6Y2k|oxOmNp|6MTpjaQ)={0,2})\Z"  # X OAuth 2 client id: base64 that ends in ":1:ci"
)
"""Values that everybody may see, though they look like a key."""

# Keys that the vendors' own documentation prints. Cut in two, so that scanners stay quiet about this file.
DOCUMENTED = frozenset(
    {
        "4eC39HqLyjWD" + "arjtT1zdp7dc",  # Stripe
        "BQokikJOvBiI" + "2HlWgH4olfQ2",  # Stripe
        "wJalrXUtnFEM" + "I/K7MDENG/bPxRfiCYEXAMPLEKEY",  # AWS
    }
)


_MARKED = tuple((mark, index) for index, shape in enumerate(SHAPES) for mark in shape.marks)


def matches(text: str) -> Iterator[Match]:
    """Every place in ``text`` that has the form of a credential, shape by shape, live or not."""
    for index in sorted({index for mark, index in _MARKED if mark in text}):
        shape = SHAPES[index]
        for match in compiled(_bounded(shape.pattern)).finditer(text):
            group = match.lastindex or 0
            start, end = match.span(1) if shape.inner else match.span()
            yield Match(shape, start, end, match[group])


def _bounded(pattern: str) -> str:
    """A pattern without a boundary of its own must not begin or end inside a longer word."""
    return pattern if pattern.startswith("(?<!") else rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])"
