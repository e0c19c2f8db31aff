"""What a project asks of Node, wherever it says so."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfguard.model.devcontainer.pins import allowed
from tests.model.devcontainer_projects import container

ANY = 1_000_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">=18", ((18, 0, 0), None)),
        (">= 18.17", ((18, 17, 0), None)),
        (">18", ((19, 0, 0), None)),
        (">18.2.0", ((18, 2, 0), None)),
        ("^20.1", ((20, 1, 0), (20, ANY, ANY))),
        ("~20.1.2", ((20, 1, 2), (20, 1, ANY))),
        ("~20", ((20, 0, 0), (20, ANY, ANY))),
        ("22", ((22, 0, 0), (22, ANY, ANY))),
        ("22.x", ((22, 0, 0), (22, ANY, ANY))),
        ("=22.1.0", ((22, 1, 0), (22, 1, 0))),
        (">=18 <23", ((18, 0, 0), (22, ANY, ANY))),
        (">=18.0.0 <22.5.0", ((18, 0, 0), (22, 4, ANY))),
        (">=18.0.0 <22.5.1", ((18, 0, 0), (22, 5, 0))),
        (">=18 <=22", ((18, 0, 0), (22, ANY, ANY))),
        ("18 - 20", ((18, 0, 0), (20, ANY, ANY))),
        ("18 || 20 || >=22", ((18, 0, 0), None)),
        ("^18.0.0 || ^20.0.0", ((18, 0, 0), (20, ANY, ANY))),
        ("<20", ((0, 0, 0), (19, ANY, ANY))),
    ],
)
def test_ranges_of_npm(text: str, expected: object) -> None:
    found = allowed(text)
    assert found is not None
    assert (found.lowest, found.highest) == expected


@pytest.mark.parametrize(
    "text", ["", "*", "lts", "latest", ">=", "|| 18", ">=x", "18 -", "https://a", "22 and up"]
)
def test_what_is_no_range(text: str) -> None:
    assert allowed(text) is None


@settings(max_examples=200)
@given(st.text("0123456789.<>=^~| -x*v", max_size=300))
def test_no_text_is_trouble(text: str) -> None:
    allowed(text)


@pytest.mark.parametrize(
    ("files", "pin", "place"),
    [
        ({".nvmrc": "# ours\nv22.1.0\n"}, "v22.1.0", ".nvmrc"),
        ({".node-version": "20", "package.json": '{"engines": {"node": "22"}}'}, "20", ".node-version"),
        ({".tool-versions": "python 3\nnodejs 20.1.0\n"}, "20.1.0", ".tool-versions"),
        ({"mise.toml": '[env]\nnode = "1"\n[tools]\n"node" = ["22", "20"]\n'}, "22", "mise.toml"),
        ({".mise.toml": "[tools]\nnode = { version = '20' }\n"}, "20", ".mise.toml"),
        ({"package.json": '{"volta": {"node": "20.1.0"}}'}, "20.1.0", "`volta.node` of package.json"),
        ({".nvmrc": "lts/*", "package.json": '{"engines": {"node": "22"}}'}, None, ""),
        ({"mise.toml": '[env]\nnode = "1"\n'}, None, ""),
        ({"package.json": '{"engines": {"node": 22}, "devEngines": {"runtime": [7]}}'}, None, ""),
        ({"web/package.json": '{"engines": {"node": "22"}}'}, None, ""),
    ],
)
def test_where_a_project_says_it(files: dict[str, str], pin: str | None, place: str) -> None:
    found = container({"image": "node:18"}, files).node_version
    assert found is not None
    assert (found.pin, found.pin_place) == (pin, place)


@pytest.mark.parametrize(
    ("wanted", "floor", "moving"),
    [
        ("latest", "22.12", True),
        ("*", "22.12", True),
        ("^4.0.0", "18", False),
        ("4.90.0", "22", False),
        ("workspace:*", "18", False),
    ],
)
def test_the_floor_and_whether_it_moves(wanted: str, floor: str, moving: bool) -> None:
    files = {"package.json": json.dumps({"devDependencies": {"wrangler": wanted}})}
    found = container({"image": "node:18"}, files).node_version
    assert found is not None
    assert (found.floor, found.floor_is_moving) == (floor, moving)
