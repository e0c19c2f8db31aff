from __future__ import annotations

import json
import re
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.secrets import masking
from cfguard.secrets.masking import (
    MASK,
    WIDTH,
    MaskedLine,
    escape_controls,
    mask_text,
    masked_line,
    sensitive_spans,
)
from cfguard.syntax import parse
from cfguard.syntax.node import Document, Format
from cfguard.text import Source, Span
from tests.secrets import samples
from tests.secrets.samples import Maker

CANARY = "zq7Canary9"


def document(text: str, format: Format) -> Document:
    return parse(Source("file", text), format)


def shown(text: str, format: Format) -> str:
    """The whole text as it would leave the program, short lines assumed."""
    parsed = document(text, format)
    return "\n".join(masked_line(parsed, number + 1).text for number in range(parsed.source.line_count))


def marked(line: MaskedLine, span: Span) -> str:
    start, end = line.caret(span)
    return line.text[start:end]


ENV = """\
# remark
SESSION_SECRET="abc def"
URL=https://user:pw@host.example.com/path?x=1#f
export DB=postgres://u@h/db
CUT=hunter2#tail
B=x # note that password: hunter2 is old
# OLD_TOKEN=abcdef
# note: prose stays
ENVIRONMENT=production
PORT=8787
DEBUG=true
DB_PATH=./local/db.sqlite
EMPTY=
TWICE=one
TWICE=two
just junk here
NO_VALUE
COLON: value
MULTI="line1
line2"
OPEN="abc
DB_PASSWORD=12345678
SLASH=Zx/k3j2l3k4j
"""

ENV_SHOWN = """\
# remark
SESSION_SECRET="••••"
URL=https://••••@host.example.com/path?••••
export DB=postgres://••••@h/db
CUT=••••
B=•••• # note that password: •••• is old
# OLD_TOKEN=••••
# note: prose stays
ENVIRONMENT=production
PORT=8787
DEBUG=true
DB_PATH=./local/db.sqlite
EMPTY=
TWICE=••••
TWICE=••••
••••
NO_VALUE
COLON: ••••
MULTI="••••
••••"
OPEN="••••
DB_PASSWORD=••••
SLASH=••••
"""


def test_every_value_of_an_env_file_is_masked_unless_plainly_harmless() -> None:
    assert shown(ENV, "dotenv") == ENV_SHOWN


def test_lines_that_look_like_a_name_but_hold_a_secret_do_not_show() -> None:
    key = Maker(5).text(40)
    for text in (f"{key}==", f"{key}:1", f"A='x'\n{key}=\n", f"{key[:30]} {key[30:]}"):
        assert key[:30] not in shown(text, "dotenv")


def test_a_remark_keeps_its_words_and_loses_what_chance_made() -> None:
    key = Maker(6).hex(32)
    text = f"# the old key was '{key}', see https://docs.service.io/rotate/keys-2024\n"
    assert shown(text, "dotenv") == text.replace(key, MASK)


TOML = """\
name = "worker"
[vars]
API_TOKEN = "abc"
# SECRET = "commented out"
TOKEN_TTL = 3600
PASSWORD = 123456789
URL = "https://u:p@h.x/"
command = "API_TOKEN=abc npm run"
secret_name = "X"
api_keys = ["aa", 'bb']
[[hyperdrive]]
id = "3f2b8c1e11114222833312345678abcd"
localConnectionString = "postgres://user:password@localhost:5432/db"
[secrets]
required = ["API_TOKEN", "B"]
"""

TOML_SHOWN = """\
name = "worker"
[vars]
API_TOKEN = "••••"
# SECRET = "••••"
TOKEN_TTL = 3600
PASSWORD = ••••
URL = "https://••••@h.x/"
command = "API_TOKEN=•••• npm run"
secret_name = "X"
api_keys = ["••••", '••••']
[[hyperdrive]]
id = "3f2b8c1e11114222833312345678abcd"
localConnectionString = "postgres://••••@localhost:5432/db"
[secrets]
required = ["API_TOKEN", "B"]
"""


def test_a_config_shows_everything_but_credentials() -> None:
    assert shown(TOML, "toml") == TOML_SHOWN


def test_broken_json_and_repeated_keys_do_not_leak() -> None:
    text = """\
{ // "API_TOKEN": "old"
  "vars": {"API_TOKEN": "first", "API_TOKEN": "second", "plain": "stays"},
  "SECRET": "not closed
  "b": 1
"""
    assert (
        shown(text, "jsonc")
        == """\
{ // "API_TOKEN": "••••"
  "vars": {"API_TOKEN": "••••", "API_TOKEN": "••••", "plain": "stays"},
  "SECRET": "••••
  "b": 1
"""
    )


def test_an_escaped_form_is_masked_by_its_meaning() -> None:
    token = "sk_" + "live_" + Maker(1).text(24)
    text = '{"a": "\\u0073' + token[1:] + '"}'
    assert shown(text, "jsonc") == '{"a": "••••"}'


@pytest.mark.parametrize("format", ["toml", "jsonc", "dotenv"])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_form_of_a_provider_shows_anywhere(format: Format, seed: int) -> None:
    """Neither as a value under a plain name, nor in a comment, nor where the file is broken."""
    for sample in samples.by_provider(seed):
        value = sample.value.replace("\n", "\\n")
        quoted = json.dumps(value)
        texts = {
            "toml": [f"a = {quoted}\n", f"# see '{value}'\n", f"a = = {value}\n[x\n"],
            "jsonc": [f'{{"a": {quoted}}}', f"{{ // see '{value}'\n}}", f'{{"a" {value} ]\n'],
            "dotenv": [f"A='{value}'\n", f"# see '{value}'\n", f"{value}\n"],
        }
        secret = sample.value[-12:].rstrip("=;\"'}-\n")[-6:]
        if sample.label in ("slack webhook", "discord webhook", "jwk", "azure storage"):
            secret = sample.value[-30:-24]
        for text in texts[format]:
            if "@" in sample.value or "PRIVATE" in sample.value:
                continue
            assert secret not in shown(text, format), (sample.label, text)
            assert secret not in mask_text(text), (sample.label, text)


def test_url_passwords_and_private_keys_do_not_show() -> None:
    make = Maker(3)
    password, pem = make.text(16), make.pem()
    for format in ("toml", "jsonc"):
        assert password not in shown(f"postgres://app:{password}@h.x/db", format)  # type: ignore[arg-type]
    body = pem.splitlines()[3]
    for text, format in (
        (f'A = """\n{pem}"""', "toml"),
        (f"A = {pem}", "toml"),
        (f"A={pem}", "dotenv"),
        (f"# {pem}", "dotenv"),
        (json.dumps({"a": pem}), "jsonc"),
    ):
        assert body not in shown(text, format)  # type: ignore[arg-type]


def test_free_text_keeps_its_words_and_loses_its_secrets() -> None:
    text = "cannot read the token: expected one of `a`; password=hunter2, postgres://u:p@h/db; API_KEY: 'abc'"
    assert mask_text(text) == (
        "cannot read the token: expected one of `a`; password=••••, postgres://••••@h/db; API_KEY: '••••'"
    )
    assert mask_text("plain words: nothing to hide, 3 files") == "plain words: nothing to hide, 3 files"


def test_a_caret_under_a_mask_covers_it() -> None:
    parsed = document('a = 1\nAPI_TOKEN = "abcdefghijkl" # x\n', "toml")
    text = parsed.source.text
    node = parsed.root.members["API_TOKEN"]
    line = masked_line(parsed, 2, node.span)
    assert line.text == 'API_TOKEN = "••••" # x'
    assert marked(line, node.span) == '"••••"'
    inside = text.index("cdef")
    assert marked(line, Span(inside, inside + 3)) == MASK
    assert marked(line, Span(text.index("#"), len(text))) == "# x"
    assert node.key_span is not None
    assert marked(line, node.key_span) == "API_TOKEN"
    assert marked(line, node.pair_span) == 'API_TOKEN = "••••"'


def test_a_caret_on_nothing_is_one_column_wide() -> None:
    parsed = document("a = 1\n", "toml")
    line = masked_line(parsed, 1)
    assert line.caret(Span(5, 5)) == (5, 6)
    assert masked_line(parsed, 2).caret(Span(6, 6)) == (0, 1)
    assert masked_line(parsed, 99).text == ""


def test_tabs_and_control_characters_keep_columns_true() -> None:
    text = '{\n\t\t"a\x1b[31m": "\u202ex"\n}'
    parsed = document(text, "jsonc")
    line = masked_line(parsed, 2)
    assert line.text == '        "a\\x1b[31m": "\\u202ex"'
    at = text.index("[31m")
    assert marked(line, Span(at, at + 4)) == "[31m"
    assert marked(line, Span(at - 1, at)) == "\\x1b"


@pytest.mark.parametrize("padding", [0, 40, 79, 81, 119, 121, 161, 5_000, 1_000_000])
@pytest.mark.parametrize("tail", [0, 20, 1_000])
def test_a_long_line_is_shown_around_its_focus(padding: int, tail: int) -> None:
    text = (
        '{"pad": "'
        + "x" * padding
        + '", "API_TOKEN": "'
        + CANARY
        + '", "port": 80, "z": "'
        + "y" * tail
        + '"}'
    )
    parsed = document(text, "jsonc")
    at = text.index('"port"')
    span = Span(at, at + 10)
    line = masked_line(parsed, 1, span)
    assert marked(line, span) == '"port": 80'
    assert len(line.text) <= WIDTH + 3
    assert CANARY not in line.text


def test_deep_tabs_do_not_push_the_focus_out() -> None:
    text = "\t" * 60 + '"a": 1'
    line = masked_line(document(text, "jsonc"), 1, Span(60, 66))
    assert marked(line, Span(60, 66)) == '"a": 1'


def test_controls_are_made_visible() -> None:
    assert escape_controls("a\nb\x1b\u202e\udcff\u2028\x85é") == "a\\nb\\x1b\\u202e\\udcff\\u2028\\x85é"
    assert escape_controls("a\n\tb", newlines=False) == "a\n\\tb"


NAMES = st.sampled_from(
    ["SESSION_SECRET", "API_KEY", "PLAIN", "X", "DATABASE_URL", "lower.case-name", "DB_PASSWORD"]
)
FILLING = st.text(alphabet="abXY19#=:$ /+-_@?&%'\"`\\{}[]<>!", max_size=12)
# "# " begins a remark, which is shown; a "#" in other places is taken for a part of the secret.
SECRETS = st.builds(lambda before, after: re.sub("#[# \\t]+", "#", before + CANARY + after), FILLING, FILLING)
ENV_LINES = st.one_of(
    st.builds(lambda name, value: f"{name}={value}", NAMES, SECRETS),
    st.builds(lambda name, value: f'export {name} = "{value}"', NAMES, SECRETS),
    st.builds(
        lambda name, value: f"{name}='{value}\n{value}'",
        NAMES,
        SECRETS.map(lambda value: re.sub("['#]", "", value)),
    ),
    st.builds(lambda name, value: f"#{name}={value}", NAMES, SECRETS),
    st.builds(lambda value: re.sub("[#=:]", "", value), SECRETS),
    st.sampled_from(["", "# remark", "PORT=80", "'", '"', "BROKEN"]),
)


@given(st.lists(ENV_LINES, max_size=6))
@settings(max_examples=200)
def test_no_value_of_an_env_file_ever_shows(lines: list[str]) -> None:
    assert CANARY not in shown("\n".join(lines), "dotenv")


@given(
    st.sampled_from(["SESSION_SECRET", "apiKey", "DB_PASSWORD", "GITHUB_TOKEN"]),
    SECRETS,
    st.integers(0, 60),
    st.sampled_from(["", "}", '"', "=", "[", "\n", ","]),
    st.booleans(),
)
@settings(max_examples=200)
def test_no_credential_of_a_broken_config_shows(name: str, value: str, at: int, junk: str, cut: bool) -> None:
    for format, text in (
        ("toml", f"[vars]\nA = 1\n{name} = {json.dumps(value)}\nB = 2\n"),
        ("jsonc", f'{{"vars": {{"A": 1, {json.dumps(name)}: {json.dumps(value)}, "B": 2}}}}'),
    ):
        # Damage before the name or behind the value; damage inside makes other text of it.
        end = text.index(name)
        place = min(at, end) if at < 30 else text.rindex("B")
        broken = text[:place] + junk + ("" if cut and place > end else text[place:])
        assert CANARY not in shown(broken, format)  # type: ignore[arg-type]


@given(
    st.text(max_size=120),
    st.sampled_from(["toml", "jsonc", "dotenv"]),
    st.integers(0, 120),
    st.integers(0, 9),
)
@settings(max_examples=200)
def test_any_text_can_be_shown(text: str, format: Format, start: int, length: int) -> None:
    parsed = document(text, format)
    span = Span(start, start + length)
    for number in range(1, parsed.source.line_count + 1):
        line = masked_line(parsed, number, span)
        low, high = line.caret(span)
        assert 0 <= low < high <= len(line.text) + 1
        assert all(unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp") for character in line.text)
    mask_text(text)
    line.text.encode()


@given(st.text(alphabet="aA1=:'\"#\n @/_-", max_size=200), st.sampled_from(["toml", "jsonc", "dotenv"]))
@settings(max_examples=200)
def test_spans_are_ordered_and_apart(text: str, format: Format) -> None:
    spans = sensitive_spans(document(text, format))
    assert all(span.start < span.end <= len(text) for span in spans)
    assert all(before.end < after.start for before, after in pairwise(spans))


@pytest.mark.parametrize(
    "piece", ["x://a:", "a@", "key=", 'key="', "-eyJaaaaaaaa", "# k: ", "TOKEN=a\n", "x y\n", "'"]
)
@pytest.mark.parametrize("format", ["toml", "jsonc", "dotenv"])
def test_a_long_hostile_file_takes_linear_time(piece: str, format: Format) -> None:
    parsed = document(piece * (200_000 // len(piece)), format)
    started = time.process_time()
    sensitive_spans(parsed)
    assert time.process_time() - started < 4.0


def test_nothing_that_is_printable_has_to_be_escaped() -> None:
    """What lets text of any length pass without the pattern."""
    printable = "".join(chr(code) for code in range(0x110000) if chr(code).isprintable())
    assert re.search(masking.CONTROLS, printable) is None
