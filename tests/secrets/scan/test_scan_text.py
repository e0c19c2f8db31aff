"""The scanner finds what detect-secrets finds, points at it, and disturbs nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.secrets.scan import conditions
from cfguard.secrets.scan.ini import may_parse
from cfguard.secrets.scan.library import detector, file_rules
from cfguard.secrets.scan.scope import IGNORED_EXTENSIONS, LOCK_FILES, skipped_by_detect_secrets
from cfguard.secrets.scan.text import find, scan_text
from tests.secrets.samples import BASE64, HEX, URL_SAFE, Maker

CHECKOUT = Path(__file__).resolve().parents[3]


def python(program: str) -> str:
    """The output of a program in a fresh process that can import this checkout."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_generated_files_give_the_findings_of_detect_secrets() -> None:
    program = [sys.executable, "scripts/scan_fuzz.py", "--count", "400", "--seed", "11"]
    done = subprocess.run(program, cwd=CHECKOUT, check=False, capture_output=True, text=True)
    assert "0 files differ" in done.stdout, done.stdout + done.stderr


_SHORT = ("GitHubTokenDetector", "GitLabTokenDetector", "JwtTokenDetector")


def lines_of_detectors(seed: int) -> list[tuple[str, str, str]]:
    """A line for every detector, with the secret in it."""
    make = Maker(seed)
    text, hex = make.text, make.hex
    lower = "abcdefghijklmnopqrstuvwxyz"
    secrets = [
        ("ArtifactoryDetector", "x = {}", "AKC" + text(12)),
        ("AWSKeyDetector", "x = {}", "AK" + "IA" + text(16, "ABCDEFGHJKLMNPQRSTUVWXYZ234567")),
        ("AzureStorageKeyDetector", "x = {}", "Account" + "Key=" + text(88, BASE64)),
        ("CloudantDetector", "cloudant_key = {}", hex(64)),
        ("DiscordBotTokenDetector", "x = {}", "M" + text(24) + "." + text(6) + "." + text(27)),
        ("GitHubTokenDetector", "x = {}", "gh" + "p_" + text(36)),
        ("GitLabTokenDetector", "x = {}", "gl" + "pat-" + text(20)),
        ("Base64HighEntropyString", "x = '{}'", text(60, BASE64)),
        ("HexHighEntropyString", "x = '{}'", hex(32)),
        ("IbmCloudIamDetector", "ibm_iam_key = {}", text(44)),
        ("IbmCosHmacDetector", "cos_secret_access_key = {}", hex(48)),
        ("JwtTokenDetector", "x = {}", make.token({"sub": "x"})),
        ("KeywordDetector", "password = '{}'", "hunter2hunter"),
        ("MailchimpDetector", "x = {}", hex(32) + "-us12"),
        ("OpenAIDetector", "x = {}", "sk-" + text(20) + "T3Blbk" + "FJ" + text(20)),
        ("PrivateKeyDetector", "{}", "BEGIN RSA PRIVATE " + "KEY"),
        ("PypiTokenDetector", "x = {}", "pypi-" + "AgEIcHlwaS5vcmc" + text(80, URL_SAFE)),
        ("SendGridDetector", "x = {}", "S" + "G." + text(22) + "." + text(43)),
        ("SlackDetector", "x = {}", "xo" + "xb-" + text(11, "123456789") + "-" + text(24)),
        ("SoftlayerDetector", "softlayer_key = {}", text(64, lower + "0123456789")),
        ("SquareOAuthDetector", "x = {}", "sq0" + "csp-" + text(43)),
        ("StripeDetector", "x = {}", "sk_" + "live_" + text(24)),
        ("TelegramBotTokenDetector", "x = {}", text(9, "123456789") + ":" + text(35)),
        ("TwilioKeyDetector", "x = {}", "S" + "K" + text(32, HEX)),
    ]
    return [(name, line.format(secret), secret) for name, line, secret in secrets]


@pytest.mark.parametrize(("name", "line", "secret"), lines_of_detectors(3), ids=lambda value: value[:24])
@pytest.mark.parametrize("before", ["", "// é\n\n", "a\r\nb\r\n"])
def test_every_detector_is_reached_and_points_at_its_value(
    name: str, line: str, secret: str, before: str
) -> None:
    text = f"{before}{line}\nlast"
    hits = [hit for hit in scan_text("a.js", text) if hit.kind == detector(name).kind]
    (value,) = [text[slice(*hit.span)].strip() for hit in hits]
    # Two detectors name the first group of their expression, one a match that ends early.
    assert value == secret or (secret.startswith(value) and name in _SHORT)
    assert hits[0].line == len(before.splitlines()) + 1


def test_what_no_detector_covers_is_only_the_network_address() -> None:
    reached = {name for name, _, _ in lines_of_detectors(3)} | {"BasicAuthDetector", "NpmDetector"}
    assert reached == set(conditions.NAMES)


def test_an_env_file_is_read_as_detect_secrets_reads_it() -> None:
    secret = Maker(1).hex(32)
    assert {hit.kind for hit in scan_text(".env", f"A=1\nSESSION_SECRET={secret}\n")} == {
        "Hex High Entropy String",
        "Secret Keyword",
    }
    # Its second reading is lost where one line is no assignment.
    assert scan_text(".env", f"A=1\nSESSION_SECRET={secret}\nnonsense\n") == ()


def test_a_section_without_assignments_is_read_by_its_lines() -> None:
    secret = Maker(3).text(24, "abcdefghijklmnopqrstuvwxyz")
    assert [hit.kind for hit in scan_text("a.ts", f"[cl_token] {secret}\n")] == ["Cloudant Credentials"]


def test_pragmas_hide_findings() -> None:
    line = "const password = 'hunter2hunter'"
    assert scan_text("a.js", line)
    assert scan_text("a.js", f"{line} // pragma: allowlist secret") == ()
    assert scan_text("a.js", f"// pragma: allowlist nextline secret\n{line}") == ()


def test_only_the_detectors_asked_for_speak() -> None:
    text = "const password = '" + Maker(2).hex(32) + "'"
    assert [hit.kind for hit in scan_text("a.js", text, conditions.KEYWORD)] == ["Secret Keyword"]


def test_files_are_skipped_as_detect_secrets_skips_them() -> None:
    extensions, is_lock_file = file_rules()
    assert extensions == IGNORED_EXTENSIONS
    assert all(map(is_lock_file, LOCK_FILES))
    assert [
        skipped_by_detect_secrets(path) for path in ("a/b.png", "x/yarn.lock", "swagger/a.ts", "a.ts")
    ] == [
        True,
        True,
        True,
        False,
    ]


@settings(max_examples=150, deadline=None)
@given(
    path=st.sampled_from(["a.ts", "a.yaml", ".env", "a.ini", "Makefile", "a.toml"]),
    text=st.text(st.sampled_from("ab=:'\"[]{}\n\r\t #;%\\é\x0b!&*-password secretkey0123"), max_size=120),
)
def test_no_text_makes_it_raise_and_spans_lie_inside(path: str, text: str) -> None:
    for hit in scan_text(path, text):
        assert 0 <= hit.span.start <= hit.span.end <= len(text)
        assert 1 <= hit.line <= text.count("\n") + text.count("\r") + 1


def test_contents_that_are_not_utf8_are_told_apart() -> None:
    with pytest.raises(UnicodeDecodeError):
        find("a.js", b"\xff password = 'hunter2hunter'")
    assert scan_text("a.js", "\ud800 password = 'hunter2hunter'") == ()


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.sampled_from("ab=:[]\n #;\t"), max_size=60), header=st.booleans())
def test_files_that_parse_as_ini_are_never_ruled_out(text: str, header: bool) -> None:
    from configparser import ConfigParser, Error

    parser = ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(("[global]\n" if header else "") + text)
    except Error:
        return
    if parser.sections():
        assert may_parse(text.encode(), header=header)


def test_detect_secrets_stays_private() -> None:
    program = """
import configparser, sys
before = configparser.ParsingError
from cfguard.secrets.scan.text import scan_text
assert len(scan_text("a.js", "const password = 'hunter2hunter'")) == 1
assert scan_text("a.yml", "password: hunter2hunter")
assert configparser.ParsingError is before
print(sorted(name for name in sys.modules if name.startswith(("detect_secrets", "requests"))))
import detect_secrets
print(detect_secrets.SecretsCollection.__name__)
assert len(scan_text("a.js", "const password = 'hunter2hunter'")) == 1
"""
    assert python(program).split() == ["[]", "SecretsCollection"]


def test_text_without_candidates_loads_nothing() -> None:
    program = """
import sys
from cfguard.secrets.scan.text import scan_text
scan_text("a.ts", "import { a } from './b';\\nexport const c = a + 1;\\n")
print("cfguard.secrets.scan.library" in sys.modules, "yaml" in sys.modules)
"""
    assert python(program).split() == ["False", "False"]
