"""What a line must hold before a detector of detect-secrets can find anything in it, as data.

Every condition is implied by its detector's expression (detect-secrets 1.5.0), so that a line that meets
none holds no finding. They are written for bytes: a letter outside ASCII counts as any character of
``\\w``, ``\\s`` and ``\\d``, and as up to four.

``IPPublicDetector`` has no condition: the filters drop findings without a letter, so it never reports.
"""

from __future__ import annotations

from cfguard.named_tuple import NamedTuple

#: The detectors by class name, with the module of ``detect_secrets.plugins`` that defines each.
MODULES: dict[str, str] = {
    "ArtifactoryDetector": "artifactory",
    "AWSKeyDetector": "aws",
    "AzureStorageKeyDetector": "azure_storage_key",
    "BasicAuthDetector": "basic_auth",
    "CloudantDetector": "cloudant",
    "DiscordBotTokenDetector": "discord",
    "GitHubTokenDetector": "github_token",
    "GitLabTokenDetector": "gitlab_token",
    "Base64HighEntropyString": "high_entropy_strings",
    "HexHighEntropyString": "high_entropy_strings",
    "IbmCloudIamDetector": "ibm_cloud_iam",
    "IbmCosHmacDetector": "ibm_cos_hmac",
    "JwtTokenDetector": "jwt",
    "KeywordDetector": "keyword",
    "MailchimpDetector": "mailchimp",
    "NpmDetector": "npm",
    "OpenAIDetector": "openai",
    "PrivateKeyDetector": "private_key",
    "PypiTokenDetector": "pypi_token",
    "SendGridDetector": "sendgrid",
    "SlackDetector": "slack",
    "SoftlayerDetector": "softlayer",
    "SquareOAuthDetector": "square_oauth",
    "StripeDetector": "stripe",
    "TelegramBotTokenDetector": "telegram_token",
    "TwilioKeyDetector": "twilio",
}
NAMES = tuple(MODULES)


def bits(*names: str) -> int:
    """Detectors as a bit set, in the order of :data:`NAMES`."""
    return sum(1 << NAMES.index(name) for name in names)


ALL = (1 << len(NAMES)) - 1
KEYWORD = bits("KeywordDetector")
BASE64 = bits("Base64HighEntropyString")
HEX = bits("HexHighEntropyString")


class Condition(NamedTuple):
    """A necessary condition: one of ``needles`` is in the file, and ``pattern`` matches in the line.

    With ``folded`` both are looked up in the lower-case form of the file.
    """

    detectors: int
    needles: tuple[bytes, ...]
    pattern: bytes
    folded: bool = False


_DIGIT = rb"[0-9\x80-\xff]"
_WORD = rb"[A-Za-z0-9_\x80-\xff-]"
_USERINFO = rb"[^:/?#\[\]@!$&'()*+,;=\s]+"
# The end of an assignment to a name in "key", "password" or "token": IBM, SoftLayer and Cloudant.
_ASSIGNED = rb"[\"']?\]?[=:> ]+[\"']?[a-z0-9_-]{24}"
VENDORS = bits("CloudantDetector", "IbmCloudIamDetector", "IbmCosHmacDetector", "SoftlayerDetector")

CONDITIONS: tuple[Condition, ...] = (
    Condition(bits("ArtifactoryDetector"), (b"AKC",), rb"AKC[a-zA-Z0-9]{10}"),
    Condition(bits("ArtifactoryDetector"), (b"AP",), rb"AP(?:[0-9A-F]|[\x80-\xff]{2,4})[a-zA-Z0-9]{8}"),
    Condition(
        bits("AWSKeyDetector"),
        (b"AKIA", b"ASIA", b"ABIA", b"ACCA", b"A3T"),
        rb"A(?:3T[A-Z0-9]|BIA|CCA|KIA|SIA)[0-9A-Z]{16}",
    ),
    Condition(bits("AWSKeyDetector"), (b"aws",), rb"aws[^\n]{0,200}?[\"'][0-9a-z/+]{40}[\"']", folded=True),
    Condition(bits("AzureStorageKeyDetector"), (b"AccountKey=",), rb"AccountKey=[a-zA-Z0-9+/=]{88}"),
    Condition(bits("BasicAuthDetector"), (b"://",), rb"://" + _USERINFO + b":" + _USERINFO + b"@"),
    Condition(bits("CloudantDetector"), (b"cloudant.com",), rb"cloudant\.com", folded=True),
    Condition(VENDORS, (b"key",), rb"key" + _ASSIGNED, folded=True),
    Condition(VENDORS, (b"token",), rb"token" + _ASSIGNED, folded=True),
    Condition(VENDORS, (b"pass", b"pw"), rb"p(?:ass(?:word)?|wd?)" + _ASSIGNED, folded=True),
    Condition(bits("SoftlayerDetector"), (b"softlayer",), rb"softlayer", folded=True),
    Condition(bits("DiscordBotTokenDetector"), (b".",), rb"\." + _WORD + rb"{6,24}\." + _WORD + rb"{27}"),
    Condition(
        bits("GitHubTokenDetector"),
        (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_"),
        rb"gh[pousr]_[A-Za-z0-9_]{36}",
    ),
    Condition(
        bits("GitLabTokenDetector"),
        (
            b"glpat-",
            b"gldt-",
            b"glft-",
            b"glsoat-",
            b"glrt-",
            b"glcbt-",
            b"glimt-",
            b"glptt-",
            b"glagent-",
            b"gloas-",
        ),
        rb"gl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent|oas)-[A-Za-z0-9_-]{20}",
    ),
    Condition(bits("GitLabTokenDetector"), (b"GR1348941",), rb"GR1348941[A-Za-z0-9_-]{20}"),
    Condition(bits("JwtTokenDetector"), (b"eyJ",), rb"eyJ[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]"),
    Condition(bits("MailchimpDetector"), (b"-us",), rb"-us(?<=[0-9a-z]{32}-us)[0-9]"),
    Condition(bits("NpmDetector"), (b"/:_authToken=",), rb"/:_authToken="),
    Condition(bits("OpenAIDetector"), (b"T3BlbkFJ",), rb"T3BlbkFJ[A-Za-z0-9]{20}"),
    Condition(
        bits("PrivateKeyDetector"),
        (b"PRIVATE KEY",),
        rb"BEGIN (?:DSA |EC |OPENSSH |PGP |RSA |SSH2 ENCRYPTED )?PRIVATE KEY",
    ),
    Condition(bits("PrivateKeyDetector"), (b"PuTTY-User-Key-File-2",), rb"PuTTY-User-Key-File-2"),
    Condition(bits("PypiTokenDetector"), (b"pypi-AgE",), rb"pypi-AgE[A-Za-z0-9_-]{70}"),
    Condition(bits("SendGridDetector"), (b"SG.",), rb"SG\.[a-zA-Z0-9_-]{22}\.[a-zA-Z0-9_-]{43}"),
    Condition(bits("SlackDetector"), (b"xox",), rb"xox[abpors]-" + _DIGIT + rb"+-", folded=True),
    Condition(bits("SlackDetector"), (b"hooks.slack.com",), rb"hooks\.slack\.com/services/t", folded=True),
    Condition(bits("SquareOAuthDetector"), (b"sq0csp-",), rb"sq0csp-[0-9A-Za-z\\_-]{43}"),
    Condition(bits("StripeDetector"), (b"k_live_",), rb"k_live_[0-9a-zA-Z]{24}"),
    Condition(bits("TelegramBotTokenDetector"), (b":",), rb":(?<=" + _DIGIT + rb":)[0-9A-Za-z_-]{35}"),
    Condition(bits("TwilioKeyDetector"), (b"AC",), rb"AC[a-z0-9]{32}"),
    Condition(bits("TwilioKeyDetector"), (b"SK",), rb"SK[a-z0-9]{32}"),
)

#: Letters outside ASCII that match ``i``, ``s`` and ``k`` where case is ignored: lines with one of them
#: are given to every detector.
FOLDING = ("İ".encode(), "ı".encode(), "ſ".encode(), "\u212a".encode())

#: More than 4.5 bits a character need 23 different characters, more than 3.0 need 9.
QUOTED_BASE64 = rb"[\"'][A-Za-z0-9+/\\_=-]{23,}(?=[\"'])"
QUOTED_HEX = rb"[\"'][0-9a-fA-F]{9,}(?=[\"'])"
DISTINCT_BASE64, DISTINCT_HEX = 23, 9

#: The words of the keyword detector, in lower case; each alternative begins with a literal, which is
#: what makes the search fast.
KEYWORDS: tuple[tuple[bytes, bytes], ...] = (
    (
        b"key",
        rb"key(?:(?<=dbkey)|(?<=apikey|db_key)|(?<=authkey|api_key|privkey)|(?<=auth_key|priv_key)"
        rb"|(?<=clientkey)|(?<=accountkey|servicekey|privatekey|client_key)"
        rb"|(?<=account_key|service_key|private_key|databasekey)|(?<=database_key))",
    ),
    (
        b"pass",
        rb"pass(?:word|wd|(?<=dbpass)|(?<=db_pass|keypass)|(?<=key_pass)|(?<=databasepass)|(?<=database_pass))",
    ),
    (b"pwd", rb"pwd"),
    (b"secret", rb"secret"),
    (b"contrase", rb"contrase(?:n|\xc3[\xb1\x91])a"),
)
_SPACE = rb"[ \t\r\x0b\x0c\x1c-\x1f\x80-\xff]*"
_REST = rb"[A-Za-z0-9_\x80-\xff]*"
#: What follows the word where a value must be quoted, and where it need not be (by file type).
AFTER_KEYWORD_QUOTED = (
    _REST
    + rb"(?:[\]'\"]{0,2}" + _SPACE + rb"(?::|[!=]{1,3}>?)|\[[0-9]*\]" + _SPACE + rb"[!=]{1,2}|(?:[^\n]{1,4}assign)?\()"
    + _SPACE + rb"@?[\"'`]"
)  # fmt: skip
AFTER_KEYWORD_PLAIN = _REST + rb"[\]'\"]{0,2}" + _SPACE + rb"[:!=]"
#: A quoted text and a semicolon may come within 50 characters behind the word, whatever stands between.
QUOTE_NEAR_KEYWORD = rb"[^\n\t ]{0,250}?" + _SPACE + rb"[\"'`]"
#: A comparison with the word on its right side; this one does not ignore case.
_COMPARED = _SPACE + _REST + rb"?(?:(?:api|auth|service|account|db|database|priv|private|client)_?key"
_COMPARED += rb"|(?:db|database|key)_?pass|password|passwd|pwd|secret|contrase)"
BEFORE_KEYWORD: tuple[tuple[bytes, bytes], ...] = (
    (b"=", rb"=(?<=[!=]=)[!=]?" + _COMPARED),
    (b"!", rb"!(?<=[!=]!)" + _COMPARED),
)

#: Where a transformer of detect-secrets rewrites the file before it looks for lines: values get quotes,
#: keys and values of several lines meet on one. These hold for the file as it is if any holds there.
LOOSE_KEYWORD = (
    rb"(?:(?:api|auth|service|account|db|database|priv|private|client)_?key|(?:db|database|key)_?pass"
)
LOOSE_KEYWORD += rb"|password|passwd|pwd|secret|contrase)" + _REST
LOOSE_AFTER = rb"[\]'\"\\]{0,8}(?:\s|[\x1c-\x1f\x80-\xff])*[:=!(\[.]"
LOOSE_BASE64 = rb"[A-Za-z0-9+/\\_=-]{22,}(?=[\s\"',}\]]|[\x1c-\x1f\x80-\xff])"
LOOSE_HEX = rb"(?<![^\s\"'=:,\[{(\\\x1c-\x1f\x80-\xff])[0-9a-fA-F]{9,}(?=[\s\"',}\]]|[\x1c-\x1f\x80-\xff])"
LOOSE_PRIVATE_KEY = rb"BEGIN\s+(?:(?:DSA|EC|OPENSSH|PGP|RSA|SSH2\s+ENCRYPTED)\s+)?PRIVATE\s+KEY"
LOOSE_VENDOR_NAME = rb"(?:key|pwd?|pass(?:word)?|token)[\"']?\]?\s*[:=]"
LOOSE_VENDOR_VALUE = rb"(?<![^\s\"'=:>\x1c-\x1f\x80-\xff])[a-z0-9_-]{24}"
LOOSE_AWS = rb"(?<![^\s\"'=:\x1c-\x1f\x80-\xff])[0-9a-z/+]{40}(?![0-9a-z/+])"
LESS_DISTINCT = 22
LOOSE_COMPARED = tuple(
    (needle, pattern.replace(_SPACE, rb"(?:\s|[\x1c-\x1f\x80-\xff])*")) for needle, pattern in BEFORE_KEYWORD
)
