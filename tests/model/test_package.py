from __future__ import annotations

import pytest

from tests.model.projects import project


def package(text: str, **lockfiles: str):  # type: ignore[no-untyped-def]
    names = {name.replace("_", "-").replace("--", "."): text for name, text in lockfiles.items()}
    (found,) = project({"package.json": text, **names}).packages
    return found


def test_scripts_and_dependencies() -> None:
    found = package(
        """{
          "scripts": {"dev": "wrangler dev", "odd": 7, "none": null},
          "dependencies": {"hono": "^4", "odd": {"version": 1}},
          "devDependencies": {"wrangler": "^4.0.0", "hono": "^3"},
        }"""
    )
    assert found.scripts == {"dev": "wrangler dev"}
    assert found.dependencies == {"hono": "^4", "odd": "", "wrangler": "^4.0.0"}


@pytest.mark.parametrize("text", ["{}", "[]", "null", "", '{"scripts": [], "dependencies": "x"}', "{"])
def test_another_shape_reads_as_empty(text: str) -> None:
    found = package(text)
    assert (dict(found.scripts), dict(found.dependencies)) == ({}, {})


@pytest.mark.parametrize(
    ("lockfile", "text"),
    [
        (
            "package-lock.json",
            '{"packages": {"": {}, "node_modules/wrangler": {\n "version": "4.50.0", "resolved": "x"}}}',
        ),
        ("pnpm-lock.yaml", "packages:\n\n  wrangler@4.50.0:\n    resolution: {}\n"),
        ("pnpm-lock.yaml", "packages:\n\n  /wrangler@4.50.0(supports-color@9):\n    resolution: {}\n"),
        ("yarn.lock", 'wrangler@^4.0.0:\n  version "4.50.0"\n  resolved "x"\n'),
        ("yarn.lock", '"wrangler@npm:^4.0.0":\n  version: 4.50.0\n  resolution: "x"\n'),
        ("bun.lock", '{\n  "packages": {\n    "wrangler": ["wrangler@4.50.0", "", {}],\n  }\n}\n'),
    ],
)
def test_the_version_that_a_lockfile_resolves_to(lockfile: str, text: str) -> None:
    (found,) = project({"package.json": "{}", lockfile: text}).packages
    assert found.wrangler_version == "4.50.0"


def test_no_lockfile_or_none_that_names_it() -> None:
    assert package("{}").wrangler_version is None
    (found,) = project({"package.json": "{}", "yarn.lock": "hono@^4:\n  version 4.0.0\n"}).packages
    assert found.wrangler_version is None


def test_a_lockfile_above_counts() -> None:
    files = {
        "api/package.json": "{}",
        "package.json": "{}",
        "yarn.lock": 'wrangler@^4.0.0:\n  version "4.50.0"\n',
    }
    assert [each.wrangler_version for each in project(files).packages] == ["4.50.0", "4.50.0"]
