from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.globs import compile_globs


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("build", "build/a.toml"),
        ("build", "apps/x/build/a.toml"),
        ("build/", "apps/build/a.toml"),
        ("build/", "build/"),
        ("/build", "build/a.toml"),
        ("*.toml", "a/b/wrangler.toml"),
        ("apps/*/wrangler.toml", "apps/shop/wrangler.toml"),
        ("apps/**/wrangler.toml", "apps/wrangler.toml"),
        ("apps/**/wrangler.toml", "apps/a/b/wrangler.toml"),
        ("**/legacy", "legacy/wrangler.toml"),
        ("**/legacy", "a/legacy/wrangler.toml"),
        ("legacy/**", "legacy/a/b"),
        ("./legacy", "legacy/a"),
        (".env.?", ".env.a"),
        ("[ab].toml", "b.toml"),
        ("[!a].toml", "b.toml"),
        ("[a-c]x", "bx"),
        ("[]a]x", "]x"),
        ("[x", "[x"),
        ("\\*.toml", "*.toml"),
        ("**", "anything/at/all"),
    ],
)
def test_covers(pattern: str, path: str) -> None:
    assert compile_globs([pattern])(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("build", "rebuild/a.toml"),
        ("build/", "apps/build"),
        ("/build", "apps/build/a.toml"),
        ("apps/*/wrangler.toml", "apps/a/b/wrangler.toml"),
        ("apps/*/wrangler.toml", "x/apps/a/wrangler.toml"),
        ("legacy/**", "legacy"),
        ("*.toml", "wrangler.toml.bak"),
        (".env.?", ".env."),
        ("[!a].toml", "a.toml"),
        ("Build", "build/x"),
        ("\\*.toml", "a.toml"),
        ("", "a"),
        ("/", "a"),
    ],
)
def test_leaves_alone(pattern: str, path: str) -> None:
    assert not compile_globs([pattern])(path)


def test_one_of_several_patterns_is_enough() -> None:
    covers = compile_globs(["*.sql", "old/"])
    assert covers("a/0001.sql")
    assert covers("old/wrangler.toml")
    assert not covers("wrangler.toml")


def test_patterns_are_relative_to_a_folder() -> None:
    covers = compile_globs(["/old", "*.bak"], folder="apps/shop")
    assert covers("apps/shop/old/wrangler.toml")
    assert covers("apps/shop/a/x.bak")
    assert not covers("old/wrangler.toml")
    assert not covers("apps/x.bak")
    assert not covers("apps/shop-two/x.bak")


def test_a_pattern_full_of_stars_stays_cheap() -> None:
    covers = compile_globs(["*a" * 40 + "b", "**/a/" * 40 + "b"])
    started = process_time()
    assert not covers("a" * 4000)
    assert not covers("a/" * 2000 + "c")
    assert process_time() - started < 5


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text("ab*?[]!-\\/.", max_size=12), max_size=4), st.text("ab/.", max_size=15))
def test_never_raises(patterns: list[str], path: str) -> None:
    assert compile_globs(patterns)(path) in (True, False)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("abc.", min_size=1, max_size=4), min_size=1, max_size=4))
def test_a_literal_path_covers_itself_and_what_is_below(parts: list[str]) -> None:
    named = [part for part in parts if part != "."] or ["a"]
    path = "/".join(named)
    covers = compile_globs(["/" + path])
    assert covers(path)
    assert covers(path + "/x/y")
    assert not covers("x/" + path) or named[0] == "x"
