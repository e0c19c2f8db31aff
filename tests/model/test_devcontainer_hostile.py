"""Dev containers made to cost time, memory or the stack: they end soon, and what was not read is told."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from cfguard.api import Request, check_request
from cfguard.model.devcontainer import DevContainer
from cfguard.model.devcontainer.yaml_tree import Unreadable, read_yaml
from cfguard.model.entity import Entity, fields_of
from tests.model.devcontainer_projects import container

COMPOSE = {"dockerComposeFile": "c.yml", "service": "app", "workspaceFolder": "/w"}
DOCKERFILE = {"build": {"dockerfile": "D"}}
SERVICE = "services:\n  app:\n    image: node:18\n"


def ask_everything(found: DevContainer) -> list[str]:
    """Every field of a dev container and its parts, and the codes of what is wrong with it."""
    for name in fields_of(type(found)):
        value = getattr(found, name)
        for part in value if isinstance(value, tuple) else [value]:
            if isinstance(part, Entity):
                for inner in fields_of(type(part)):
                    getattr(part, inner)
    return [diagnostic.code for diagnostic in found.diagnostics()]


HOSTILE: dict[str, tuple[object, dict[str, str]]] = {
    "variables without an end": ('{"image": "%s"}' % ("${localEnv:" * 20_000), {}),
    "variables without a number": (
        {
            "image": "node:18",
            "workspaceFolder": "${containerWorkspaceFolder}" * 4_000,
            "mounts": ["target=${a}"],
        },
        {},
    ),
    "a command without an end": (
        {"image": "node:18", "postCreateCommand": "nvm install 20 && " * 10_000},
        {},
    ),
    "quotes without an end": ({"image": "node:18", "postCreateCommand": "'\"\\" * 10_000}, {}),
    "shells in shells": ({"image": "node:18", "postCreateCommand": "bash -c \"sh -c 'su x'\" ;" * 2_000}, {}),
    "many commands": ({"postCreateCommand": {f"s{i}": "npx wrangler" for i in range(3_000)}}, {}),
    "many mounts": ({"image": "node:18", "mounts": [f"source=s,target=/w/{i}" for i in range(4_000)]}, {}),
    "many ports": (
        {"forwardPorts": list(range(6_000)), "portsAttributes": {str(i): {} for i in range(6_000)}},
        {},
    ),
    "many features": ({"features": {f"ghcr.io/a/b/f{i}": {} for i in range(6_000)}}, {}),
    "many mistyped keys": ({f"forwardPort{i}": 1 for i in range(6_000)}, {}),
    "a continued line": (DOCKERFILE, {"D": "FROM node:18\nRUN a" + "\\\n b" * 40_000}),
    "heredocs in heredocs": (DOCKERFILE, {"D": "FROM node:18\nRUN " + "<<A " * 5_000 + "\nx" * 5_000}),
    "stages in a circle": (DOCKERFILE, {"D": "FROM b AS a\nFROM a AS b\nFROM a AS a\nFROM b"}),
    "a service that extends itself": (COMPOSE, {"c.yml": "services:\n  app:\n    extends: app\n"}),
    "an image of many parts": ({"image": "a/" * 50_000}, {}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_soon(name: str) -> None:
    config, files = HOSTILE[name]
    found = container(config, {f".devcontainer/{path}": text for path, text in files.items()})
    start = time.process_time()
    ask_everything(found)
    assert time.process_time() - start < 5


def exploding(start: str, layer: str, layers: int) -> str:
    return start + "".join(layer.format(i=i, aliases=",".join([f"*a{i - 1}"] * 10)) for i in range(1, layers))


UNREAD: dict[str, tuple[object, dict[str, str]]] = {
    "10,000 stages": (DOCKERFILE, {"D": "\n".join(f"FROM s{i} AS s{i + 1}" for i in range(10_000))}),
    "300 stages": (DOCKERFILE, {"D": "\n".join(f"FROM s{i} AS s{i + 1}" for i in range(300))}),
    "endless instructions": (DOCKERFILE, {"D": "FROM node:18\n" + "RUN true\n" * 10_000}),
    "aliases of aliases": (COMPOSE, {"c.yml": exploding("a0: &a0 x\n", "a{i}: &a{i} [{aliases}]\n", 120) + SERVICE}),
    "merged keys": (
        COMPOSE,
        {
            "c.yml": "a0: &a0 {" + ", ".join(f"k{i}: v" for i in range(60)) + "}\n"
            + exploding("", "a{i}: &a{i}\n  <<: [{aliases}]\n", 60)
            + SERVICE
        },
    ),
    "depth": (COMPOSE, {"c.yml": "[" * 50_000}),
    "length": (COMPOSE, {"c.yml": "x: " + "y" * 500_000}),
    "no YAML": (COMPOSE, {"c.yml": "a: [b\nc: }"}),
    "a tag that would make an object": (COMPOSE, {"c.yml": "a: !!python/object/apply:os.system [x]\nb: ]"}),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREAD)
def test_what_is_not_read_is_told(name: str) -> None:
    config, files = UNREAD[name]
    found = container(config, {f".devcontainer/{path}": text for path, text in files.items()})
    start = time.process_time()
    assert ask_everything(found) == ["file-unreadable"]
    assert time.process_time() - start < 5
    assert found.node_version is None
    assert found.unreachable_ports == () or found.kind != "compose"


def test_yaml_becomes_text_whatever_its_type() -> None:
    text = "a: 8080:80\nb: yes\nc: 1.10\nd: ~\ne: ''\nf: !!int 3\ng: &x [1, {h: *x}]\n? [1]\n: 2\n"
    assert read_yaml(text) == {
        "a": "8080:80", "b": "yes", "c": "1.10", "d": None, "e": "", "f": "3", "g": ["1", {"h": None}],
    }  # fmt: skip
    assert read_yaml("") is None
    assert read_yaml("a: 1\n---\nb: 2") == {"a": "1"}
    with pytest.raises(Unreadable, match="line 2"):
        read_yaml("a: 1\n\tb: 2")


def test_ten_megabytes_are_a_problem_and_not_read(tmp_path: Path) -> None:
    folder = tmp_path / ".devcontainer"
    folder.mkdir()
    folder.joinpath("devcontainer.json").write_text(json.dumps({"image": "x" * 10_000_000}))
    start = time.process_time()
    report = check_request(Request(paths=(str(tmp_path),)))
    assert time.process_time() - start < 5
    assert [(problem.kind, problem.path) for problem in report.problems] == [
        ("too-large", ".devcontainer/devcontainer.json")
    ]


@pytest.mark.parametrize("link", ["Dockerfile", "compose.yml", "setup.sh"])
def test_no_link_out_of_the_repository_is_followed(tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.write_text("FROM node:14\n")
    root = tmp_path / "repository"
    root.joinpath(".devcontainer").mkdir(parents=True)
    root.joinpath(".devcontainer", link).symlink_to(outside)
    root.joinpath("wrangler.toml").write_text('name = "acme"\n')
    configs = {
        "Dockerfile": {"build": {"dockerfile": "Dockerfile"}},
        "compose.yml": {"dockerComposeFile": "compose.yml", "service": "app"},
        "setup.sh": {"image": "node:14", "postCreateCommand": "bash .devcontainer/setup.sh"},
    }
    root.joinpath(".devcontainer/devcontainer.json").write_text(json.dumps(configs[link]))
    report = check_request(
        Request(paths=(str(root),), select=("devcontainer/node-unsupported", "devcontainer/node-end-of-life"))
    )
    assert report.findings == ()


@pytest.mark.parametrize("value", [None, True, 1, 1.5, "", "x", [], [None], {}, {"a": None}, {"a": [{}]}])
def test_values_of_any_shape_are_no_trouble(value: object) -> None:
    keys = (
        "image", "build", "dockerFile", "dockerComposeFile", "service", "features", "mounts", "runArgs", "appPort",
        "forwardPorts", "portsAttributes", "containerEnv", "remoteEnv", "workspaceFolder", "workspaceMount",
        "postCreateCommand", "initializeCommand", "customizations", "extensions", "remoteUser", "capAdd", "securityOpt",
    )  # fmt: skip
    for key in keys:
        ask_everything(container({key: value}))
        ask_everything(
            container({"image": "node:20", "service": "app", "dockerComposeFile": "c.yml", key: value})
        )
    ask_everything(container(dict.fromkeys(keys, value)))


def test_of_very_many_variables_a_part_is_told() -> None:
    many = {"A": "${localEnv:A:b:c}" * 5_000}
    codes = [each.code for each in container({"image": "node:22", "containerEnv": many}).diagnostics()]
    assert codes.count("variable-default-cut") == 200
