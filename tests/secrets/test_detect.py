from __future__ import annotations

import time
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.secrets.detect import decoded, judge, looks_random
from cfguard.secrets.pattern import compiled
from cfguard.secrets.placeholder import is_patterned, is_placeholder, is_reference
from cfguard.secrets.shapes import SHAPES
from tests.secrets import samples
from tests.secrets.samples import Maker, Sample

SEED = 7


def _label(sample: Sample) -> str:
    return sample.label


@pytest.mark.parametrize("sample", samples.by_provider(SEED), ids=_label)
def test_a_form_of_a_provider_is_known_without_a_name(sample: Sample) -> None:
    verdict = judge(sample.name, sample.value)
    assert verdict is not None
    assert verdict.confidence == "provider"


@pytest.mark.parametrize("sample", samples.by_name(SEED), ids=_label)
def test_a_credential_without_a_form_is_known_by_its_name(sample: Sample) -> None:
    assert judge(sample.name, sample.value) is not None


@pytest.mark.parametrize("sample", samples.harmless(SEED), ids=_label)
def test_what_is_public_or_only_a_placeholder_is_left_alone(sample: Sample) -> None:
    assert judge(sample.name, sample.value) is None


def test_precision_and_recall_hold_over_many_seeds() -> None:
    live = [sample for seed in range(20) for sample in (*samples.by_provider(seed), *samples.by_name(seed))]
    quiet = [sample for seed in range(20) for sample in samples.harmless(seed)]
    found = sum(judge(sample.name, sample.value) is not None for sample in live)
    alarms = [sample.label for sample in quiet if judge(sample.name, sample.value) is not None]
    assert found / len(live) > 0.995
    assert alarms == []


def test_the_kind_is_named() -> None:
    make = Maker(SEED)
    kinds = {
        "cfut_" + make.text(48): "Cloudflare API token",
        "sk_" + "live_" + make.text(24): "Stripe secret key",
        "sk_" + "live_" + "51H" + make.text(45): "Stripe secret key",
        "sk_" + "live_" + "h" + make.text(47): "Clerk secret key",
        make.token({"role": "service_role"}): "Supabase service role key",
        make.token({"sub": "x"}): "JSON Web Token",
        make.pem(): "private key",
        f"postgres://app:{make.text(16)}@db.internal.net/x": "password in a URL",
    }
    for value, kind in kinds.items():
        verdict = judge("X", value)
        assert verdict is not None
        assert verdict.kind == kind
    by_name = judge("SESSION_SECRET", make.hex(64))
    assert by_name == ("credential by its name", "name")


def test_a_local_database_may_have_its_usual_password_but_not_a_real_one() -> None:
    password = Maker(SEED).text(16)
    assert judge("X", "postgres://" + "app:app@localhost/db") is None
    assert judge("X", "postgres://" + "app:secret@db:5432/db") is None
    assert judge("X", f"postgres://app:{password}@localhost/db") is not None
    assert judge("X", "postgres://" + "app:hunter2@db.internal.net/db") is not None


def test_a_token_inside_a_longer_value_is_seen() -> None:
    token = "ghp_" + Maker(SEED).text(36)
    for value in (f"Bearer {token}", f"https://x.io/?t={token}", f"git clone https://{token}@github.com/x/y"):
        assert judge("COMMAND", value) is not None


def test_a_browser_key_is_a_finding_only_under_a_private_name() -> None:
    key = "AIza" + "Sy" + Maker(SEED).text(33)
    assert judge("GOOGLE_MAPS_SERVER", key) is not None
    assert judge("NEXT_PUBLIC_GOOGLE_MAPS", key) is None


def test_another_secret_is_a_finding_under_a_public_name_too() -> None:
    assert judge("NEXT_PUBLIC_STRIPE", "sk_" + "live_" + Maker(SEED).text(24)) is not None


@pytest.mark.parametrize(
    "value", ["${X}", "$X", "{{x}}", "<x>", "op://a/b", "./a/b.pem", "~/x", "API_KEY", "env.X", "%X%"]
)
def test_references_are_known(value: str) -> None:
    assert is_reference(value)


@pytest.mark.parametrize(
    "value", ["aaaaaaaa", "12345678", "abcabcabc", "abcdefgh", "0000-0000", "qqqqqqqqqqqz"]
)
def test_patterns_are_known(value: str) -> None:
    assert is_patterned(value)


def test_random_keys_are_no_placeholders() -> None:
    make = Maker(SEED)
    keys = [make.text(40) for _ in range(500)] + [make.hex(32) for _ in range(500)]
    assert sum(is_placeholder(key) or is_reference(key) for key in keys) <= 1


def test_every_shape_has_a_sample() -> None:
    verdicts = [judge(sample.name, sample.value) for seed in range(3) for sample in samples.by_provider(seed)]
    assert {shape.kind for shape in SHAPES} <= {verdict.kind for verdict in verdicts if verdict is not None}


def test_marks_never_hide_a_match() -> None:
    for sample in samples.by_provider(SEED):
        for shape in SHAPES:
            if compiled(shape.pattern).search(sample.value):
                assert any(mark in sample.value for mark in shape.marks), shape.kind


@given(st.text(max_size=80), st.text(max_size=300))
@settings(max_examples=150)
def test_nothing_raises(name: str, value: str) -> None:
    judge(name, value)


HOSTILE = [
    "-eyJaaaaaaaa",
    "eyJaaaaaaaa.",
    "x://a:",
    "a@",
    "-----BEGIN PRIVATE " + "KEY-----rn\\",
    "sk-" + "ant-api03-",
    "A",
    "key=",
    "token:",
    "/api/webhooks/1/discord.com",
    "MD.",
    "1:AA",
    "dp.st.-",
    'key":"\\"',
    "<",
    "{{",
    "your",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_hostile_value_takes_linear_time(piece: str) -> None:
    value = piece * (60_000 // len(piece))
    started = time.process_time()
    judge("API_KEY", value)
    assert time.process_time() - started < 1.0


def test_base64_is_judged_by_what_it_says() -> None:
    def encoded(text: str) -> str:
        return b64encode(text.encode()).decode()

    secret = Maker(SEED).text(24)
    assert decoded(encoded("super-secret-value")) == "super-secret-value"
    assert decoded(Maker(SEED).text(44, samples.BASE64)) is None
    assert judge("API_TOKEN", encoded(secret)) is not None
    assert judge("API_TOKEN", encoded("your-api-token-here")) is None
    assert judge("SETTING", encoded("sb" + "p_" + Maker(SEED).hex(40))) is not None
    assert judge("AUTHORIZATION", "Basic " + encoded(f"ci:{secret}")) is not None
    assert judge("AUTHORIZATION", "Basic " + encoded("username:password")) is None


def test_chance_shows_in_the_pieces_of_a_value() -> None:
    make = Maker(SEED)
    assert looks_random(make.text(20))
    assert looks_random(make.hex(32))
    for words in (
        "originalPassword123",
        "acme.sidebar.groups.v1",
        "Falcon4821!x",
        "aaaaaaaaaaaaaaaa",
    ):
        assert not looks_random(words)


@pytest.mark.parametrize(
    "value",
    [
        "mysupersecretpassword123", "helloworld1234", "sUp3rS3cr3t", "s3cr3t-k3y", "a1b2c3d4e5f6g7h8",
        "minimum32characterslongsecretkey!!", "keyboard_cat_123", "foo1bar2baz3",
    ],
)  # fmt: skip
def test_words_that_describe_are_known_glued_and_in_leet(value: str) -> None:
    assert judge("DB_PASSWORD", value) is None


@pytest.mark.parametrize(
    "value", ["acme.sidebar.groups.v1", "acme-theme-v3", "users/list/2026", "1.2.3-beta.4"]
)
def test_a_name_under_the_name_of_a_key_is_no_key(value: str) -> None:
    assert judge("ACCESS_KEY", value) is None
