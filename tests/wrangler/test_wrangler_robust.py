"""No content makes the validator raise, and every place it names is in the file."""

from __future__ import annotations

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.syntax.node import Format
from cfguard.wrangler import validate
from scripts.wrangler_mutations import mutated, toml
from tests.wrangler.read import document, findings


def text_of(seed: int) -> tuple[str, Format]:
    """A generated config and its format."""
    rng = random.Random(seed)
    as_toml = seed % 2 == 0
    config = mutated(rng, nulls=not as_toml)
    return (toml(config), "toml") if as_toml else (json.dumps(config, indent=1, default=str), "jsonc")


def check(text: str, format: Format) -> None:
    """Validate and look at every place."""
    source = document(text, format).source
    for row in findings(text, format):
        assert 0 <= row.span.start <= row.span.end <= len(source.text)
        assert row.message
        for span, words in row.related:
            assert 0 <= span.start <= span.end <= len(source.text)
            assert words


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_generated_configs(seed: int) -> None:
    check(*text_of(seed))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.floats(0, 1))
def test_truncated_configs(seed: int, share: float) -> None:
    text, format = text_of(seed)
    check(text[: int(share * len(text))], format)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**9),
    st.floats(0, 1),
    st.sampled_from(['"', "[", "]", "{", "}", "=", ",", "\n", "\0", "é"]),
)
def test_damaged_configs(seed: int, share: float, insert: str) -> None:
    text, format = text_of(seed)
    at = int(share * len(text))
    check(text[:at] + insert + text[at:], format)


KEYS = st.sampled_from(
    [
        *(
            "name",
            "main",
            "env",
            "vars",
            "bindings",
            "binding",
            "exports",
            "containers",
            "images",
            "type",
            "state",
        ),
        *(
            "routes",
            "route",
            "pattern",
            "previews",
            "placement",
            "queues",
            "producers",
            "consumers",
            "workflows",
        ),
        *(
            "durable_objects",
            "migrations",
            "observability",
            "logs",
            "enabled",
            "class_name",
            "site",
            "assets",
        ),
        *(
            "scheduling_policy",
            "container",
            "pages_build_output_dir",
            "unsafe",
            "capnp",
            "send_email",
            "",
            "x",
        ),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 70000) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, JSON, max_size=6))
def test_any_json(config: dict[str, object]) -> None:
    check(json.dumps(config), "jsonc")


def test_the_work_for_a_hostile_file_is_bounded() -> None:
    keys = "\n".join(f"compatibility_dat{index} = 1" for index in range(3000))
    rows = findings(keys)
    assert len(rows) == 3000
    assert sum("did you mean" in row.message for row in rows) == 100
    environments = "\n".join(f"[env.e{index}]\nkv_namespaces = []" for index in range(150))
    bindings = "\n".join(f'[[kv_namespaces]]\nbinding = "K{index}"' for index in range(300))
    rows = findings(environments + "\n" + bindings)
    assert len(rows) == 100
    assert all(len(row.related) <= 8 and len(row.message) < 200 for row in rows)


def test_huge_numbers_and_texts() -> None:
    for number in ("9" * 5000, "1e400", "-" + "9" * 300):
        check(f'{{"dev": {{"port": {number}}}, "connect": [{{"port": {number}}}]}}', "jsonc")
        check(f"[[workflows]]\nlimits = {{ steps = {number} }}", "toml")
    check(json.dumps({"name": "A" * 100_000, "compatibility_date": "9-" * 50_000, "b" * 100_000: 1}), "jsonc")


def test_a_finding_is_told_once() -> None:
    for seed in range(150):
        rows = findings(*text_of(seed))
        assert len({(row.code, row.span, row.key, row.environment) for row in rows}) == len(rows)
        top = {(row.code, row.span, row.key) for row in rows if row.environment is None}
        assert not any((row.code, row.span, row.key) in top for row in rows if row.environment is not None)


def test_the_same_document_gives_the_same_answer() -> None:
    for seed in range(20):
        text, format = text_of(seed)
        read = document(text, format)
        assert validate(read) == validate(read)


def test_deep_and_wide_files_end() -> None:
    deep = "[" * 400 + "]" * 400
    check(f'{{"vars": {deep}, "env": {deep}}}', "jsonc")
    wide = "\n".join(f'[[kv_namespaces]]\nbinding = "K{index}"' for index in range(3000))
    assert findings(wide) == ()
    assert len(findings("[env.x]\nkv_namespaces = []\n" + wide)) == 1
