from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.model.lockfile import Lockfiles
from cfguard.model.resolutions import READERS

NPM = """{"packages": {
  "": {"name": "root"},
  "auth/node_modules/wrangler": {
    "version": "3.100.0"
  },
  "node_modules/other/node_modules/wrangler": {"version": "2.0.0"},
  "node_modules/wrangler": {"version": "4.60.0", "dependencies": {}}
}}"""
NPM_6 = """{
  "lockfileVersion": 1,
  "dependencies": {
    "other": {
      "dependencies": {
        "wrangler": {
          "version": "2.0.0"
        }
      }
    },
    "wrangler": {
      "version": "4.60.0"
    }
  }
}"""
PNPM = """lockfileVersion: '9.0'

importers:

  .: {}

  api:
    devDependencies:
      typescript:
        specifier: ^5
        version: 5.9.0
      wrangler:
        specifier: ^4.0.0
        version: 4.60.0(@cloudflare/workers-types@4.2)

  'auth':
    dependencies:
      wrangler:
        specifier: 3.x
        version: 3.100.0

packages:

  wrangler@3.100.0:
    resolution: {}

  wrangler@4.60.0:
    resolution: {}
"""
PNPM_7 = """lockfileVersion: 5.4

importers:

  api:
    specifiers:
      wrangler: ^4.0.0
    devDependencies:
      wrangler: 4.60.0_abc

  auth:
    specifiers:
      wrangler: 3.x
    dependencies:
      wrangler: 3.100.0

packages:

  /wrangler/3.100.0:
    dev: true
"""
YARN = """# yarn lockfile v1

wrangler@3.x:
  version "3.100.0"
  resolved "https://registry"

wrangler@^4.0.0, wrangler@^4.1.0:
  version "4.60.0"
"""
BERRY = """"wrangler@npm:3.x":
  version: 3.100.0
  resolution: "wrangler@npm:3.100.0"

"wrangler@npm:^4.0.0, wrangler@npm:^4.1.0":
  version: 4.60.0
"""
BUN = """{
  "workspaces": {
    "": {
      "name": "root",
    },
    "auth": {
      "name": "@acme/auth",
    },
  },
  "packages": {
    "wrangler": ["wrangler@4.60.0", "", {}, "sha512-x"],

    "@acme/auth/wrangler": ["wrangler@3.100.0", "", {}, "sha512-x"],

    "other/wrangler": ["wrangler@2.0.0", "", {}, "sha512-x"],
  }
}"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package-lock.json", NPM),
        ("npm-shrinkwrap.json", NPM),
        ("pnpm-lock.yaml", PNPM),
        ("pnpm-lock.yaml", PNPM_7),
        ("yarn.lock", YARN),
        ("yarn.lock", BERRY),
        ("bun.lock", BUN),
    ],
)
def test_each_package_of_a_workspace_has_its_own(name: str, text: str) -> None:
    locked = Lockfiles({name: text}.get)
    assert locked.wrangler("api", "^4.0.0") == "4.60.0"
    assert locked.wrangler("auth", "3.x") == "3.100.0"


def test_a_single_package() -> None:
    for name, text in (
        ("package-lock.json", NPM_6),
        (
            "pnpm-lock.yaml",
            "devDependencies:\n  wrangler:\n    specifier: ^4\n    version: 4.60.0\n\npackages:\n",
        ),
        ("pnpm-lock.yaml", "specifiers:\n  wrangler: ^4\n\ndependencies:\n  wrangler: 4.60.0\n\npackages:\n"),
        ("pnpm-lock.yaml", "packages:\n\n  wrangler@4.60.0(x@1):\n    resolution: {}\n"),
    ):
        assert Lockfiles({name: text}.get).wrangler("", "^4") == "4.60.0"


def test_where_it_is_unclear_the_lowest_counts() -> None:
    """So that "too old for it" stays true, whichever it is."""
    assert Lockfiles({"yarn.lock": YARN}.get).wrangler("web", "workspace:*") == "3.100.0"
    assert Lockfiles({"yarn.lock": YARN.replace("3.100.0", "10.0.0")}.get).wrangler("web") == "4.60.0"


def test_a_lockfile_without_it_passes_the_question_on() -> None:
    files = {"api/yarn.lock": "typescript@^5:\n  version 5.9.0\n", "package-lock.json": NPM}
    assert Lockfiles(files.get).wrangler("api", "^4") == "4.60.0"
    assert Lockfiles({}.get).wrangler("api") is None


@settings(max_examples=60)
@given(st.text('wrangler@^4.: \n"node_modules/{}[]version', max_size=400))
def test_no_text_is_trouble(text: str) -> None:
    for _, read in READERS:
        read(text).of("a/b", "^4")
