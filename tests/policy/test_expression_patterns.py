"""Regular expressions and globs: the same verdicts as ``re``, in linear time."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.policy.expression import Budget, EvaluationError
from cfguard.policy.expression.patterns import PatternError, compile_glob, compile_regex

PIECES = [
    "a",
    "b",
    ".",
    "*",
    "+",
    "?",
    "(",
    "(?:",
    ")",
    "|",
    "^",
    "$",
    r"\b",
    "[ab]",
    "[^a]",
    "{1,2}",
    r"\w",
    r"\S",
]


@given(
    st.lists(st.sampled_from(PIECES), max_size=9).map("".join),
    st.text(alphabet="ab c_\n", min_size=1, max_size=7),
)
@settings(max_examples=500)
def test_agrees_with_re(pattern: str, subject: str) -> None:
    try:
        theirs = re.compile(pattern.replace("$", r"\Z"))
        ours = compile_regex(pattern)
    except (re.error, PatternError):
        return
    assert ours.matches(subject, Budget()) is bool(theirs.search(subject))


@pytest.mark.parametrize(
    ("pattern", "subject", "found"),
    [
        ("", "", True),
        ("^a$", "a\n", False),
        (r"\Aab\z", "ab", True),
        (r"(?i)straSSe", "STRASSE", True),
        ("(?s)a.b", "a\nb", True),
        ("a.b", "a\nb", False),
        (r"[\w.-]+@[^@\s]+", "x y.z@example w", True),
        (r"^\d{4}-\d{2}$", "2026-01", True),
        (r"^\d{4}-\d{2}$", "2026-0١", False),
        (r"\x41\x{1F600}", "A😀", True),
        ("[]a]", "]", True),
        ("[a-]", "-", True),
        ("a{,2}", "a{,2}", True),
        ("(?P<year>x)", "x", True),
        (r"\Bx", "ax", True),
    ],
)
def test_syntax(pattern: str, subject: str, found: bool) -> None:
    assert compile_regex(pattern).matches(subject, Budget()) is found


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a)\1",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?<!a)",
        "a**",
        "a++",
        "*a",
        "(a",
        "a)",
        "[a",
        "[b-a]",
        r"\p{L}",
        r"\q",
        "a{3,2}",
        "a{1000}",
        "(a{200}){200}",
        "(?m)a",
        "[[:alpha:]]",
        "\\",
        "(?P<>a)",
        "(" * 100,
    ],
)
def test_refused(pattern: str) -> None:
    with pytest.raises(PatternError) as caught:
        compile_regex(pattern)
    assert 0 <= caught.value.offset <= len(pattern)


@given(st.text(max_size=20))
def test_any_text_compiles_or_is_refused(pattern: str) -> None:
    for compile_pattern in (compile_regex, compile_glob):
        with suppress(PatternError):
            compile_pattern(pattern).matches(pattern, Budget())


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*)*x", "a*a*a*a*a*a*b", "(.*a){20}$"]
)
def test_no_pattern_takes_long(pattern: str) -> None:
    started = time.perf_counter()
    compiled = compile_regex(pattern)
    for subject in ("a" * 5_000 + "!", "ab" * 2_500):
        with suppress(EvaluationError):
            compiled.matches(subject, Budget())
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("pattern", "subject", "found"),
    [
        ("*.toml", "wrangler.toml", True),
        ("*.toml", "a/wrangler.toml", False),
        ("**/*.toml", "a/b/wrangler.toml", True),
        ("PUBLIC_*", "PUBLIC_KEY", True),
        ("PUBLIC_*", "NOT_PUBLIC_KEY", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("[a-c]x", "bx", True),
        ("[!a-c]x", "bx", False),
        ("a.c", "abc", False),
        ("", "", True),
        ("", "a", False),
    ],
)
def test_glob(pattern: str, subject: str, found: bool) -> None:
    assert compile_glob(pattern).matches(subject, Budget()) is found
