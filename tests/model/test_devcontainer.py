from __future__ import annotations

import json

import pytest

from cfguard.model.devcontainer import DevContainer, opened_folder
from tests.model.projects import project


def container(
    config: object, scripts: dict[str, str] | None = None, wrangler: str = "", **packages: object
) -> DevContainer:
    package = {"scripts": scripts or {}, **packages}
    files = {
        ".devcontainer/devcontainer.json": json.dumps(config),
        "backend/wrangler.toml": wrangler,
        "backend/package.json": json.dumps(package),
    }
    (found,) = project(files).devcontainers
    return found


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        (".devcontainer.json", ""),
        (".devcontainer/devcontainer.json", ""),
        (".devcontainer/node/devcontainer.json", ""),
        ("apps/api/.devcontainer/devcontainer.json", "apps/api"),
        ("apps/api/.devcontainer.json", "apps/api"),
        ("my.devcontainer/.devcontainer/devcontainer.json", "my.devcontainer"),
    ],
)
def test_the_folder_that_it_opens(path: str, folder: str) -> None:
    assert opened_folder(path) == folder


@pytest.mark.parametrize(
    ("config", "unreachable"),
    [
        ({}, (8787,)),
        ({"forwardPorts": []}, (8787,)),
        ({"forwardPorts": [8787]}, ()),
        ({"forwardPorts": ["8787"]}, ()),
        ({"forwardPorts": ["localhost:8787"]}, ()),
        ({"forwardPorts": [True, None, 8787.5, {}, []]}, (8787,)),
        ({"forwardPorts": 8787}, (8787,)),
        ({"portsAttributes": {"8787": {}}}, ()),
        ({"portsAttributes": {"localhost:8787": {}}}, ()),
        ({"portsAttributes": {"8000-9000": {}}}, ()),
        ({"portsAttributes": {"8787": {"onAutoForward": "ignore"}}}, (8787,)),
        ({"portsAttributes": {".+server.js": {}}}, (8787,)),
        ({"appPort": 8787}, ()),
        ({"appPort": "9000:8787"}, ()),
        ({"appPort": "8787:9000"}, (8787,)),
        ({"appPort": ["127.0.0.1:8787:8787/tcp"]}, ()),
        ({"runArgs": ["-p", "8787:8787"]}, ()),
        ({"runArgs": ["-p8787:8787"]}, ()),
        ({"runArgs": ["--publish=8787:8787"]}, ()),
        ({"runArgs": ["-p"]}, (8787,)),
        ({"runArgs": ["--network=host"]}, ()),
        ({"runArgs": ["--network", "host"]}, ()),
        ({"runArgs": ["--network", "acme"]}, (8787,)),
        ({"dockerComposeFile": "compose.yml"}, ()),
        ([], (8787,)),
    ],
)
def test_ports_that_reach_the_host(config: object, unreachable: tuple[int, ...]) -> None:
    assert container(config).unreachable_ports == unreachable


@pytest.mark.parametrize(
    ("scripts", "wrangler", "unreachable"),
    [
        ({"dev": "wrangler dev --port 3000"}, "", (3000,)),
        ({"dev": "wrangler dev"}, "[dev]\nport = 3000", (3000,)),
        ({"dev": "wrangler dev --port 4000"}, "[dev]\nport = 3000", (4000,)),
        ({"dev": "wrangler dev --port $PORT"}, "", ()),
        ({"dev": "vite"}, "", ()),
        ({"test": "vitest"}, "", (8787,)),
        ({"dev": "wrangler dev -c ../other/wrangler.toml --port 3000"}, "", (8787,)),
        ({"dev": "wrangler dev -c wrangler.toml --port 3000"}, "", (3000,)),
        ({"dev": "wrangler dev -c $CONFIG --port 3000"}, "", (3000,)),
        ({}, "[dev]\nport = 0", ()),
    ],
)
def test_the_port_is_the_one_that_scripts_and_config_say(
    scripts: dict[str, str], wrangler: str, unreachable: tuple[int, ...]
) -> None:
    assert container({}, scripts, wrangler).unreachable_ports == unreachable


def test_one_of_several_ways_to_start_is_enough() -> None:
    scripts = {"dev": "wrangler dev", "dev:https": "wrangler dev --port 8443"}
    assert container({"forwardPorts": [8443]}, scripts).unreachable_ports == ()
    assert container({"forwardPorts": [1]}, scripts).unreachable_ports == (8443,)


@pytest.mark.parametrize(
    ("config", "verdict"),
    [
        ({"image": "node:22"}, "no"),
        ({"image": "mcr.microsoft.com/devcontainers/typescript-node:1-22-bookworm"}, "no"),
        ({"image": "docker.io/library/ubuntu"}, "no"),
        ({"image": "ghcr.io/acme/node:22"}, "unknown"),
        ({"image": "node-with-wrangler:22"}, "unknown"),
        ({}, "unknown"),
        ({"image": 7}, "unknown"),
        ({"build": {"dockerfile": "Dockerfile"}}, "unknown"),
        ({"image": "node:22", "features": {"ghcr.io/devcontainers/features/docker-in-docker:2": {}}}, "no"),
        ({"image": "node:22", "features": {"ghcr.io/acme/features/x:1": {}}}, "unknown"),
        ({"image": "node:22", "features": {"ghcr.io/devcontainers-contrib/features/wrangler:1": {}}}, "yes"),
        ({"image": "node:22", "postCreateCommand": "npm i -g wrangler"}, "yes"),
        ({"image": "node:22", "postCreateCommand": ["npm", "i", "-g", "wrangler@4"]}, "yes"),
        (
            {
                "image": "node:22",
                "postCreateCommand": {"a": "ls", "b": ["yarn", "global", "add", "wrangler"]},
            },
            "yes",
        ),
        ({"image": "node:22", "postCreateCommand": "volta install wrangler"}, "yes"),
        ({"image": "node:22", "postCreateCommand": "npx wrangler types"}, "yes"),
        ({"image": "node:22", "postCreateCommand": "pnpm dlx wrangler --version"}, "yes"),
        ({"image": "node:22", "postCreateCommand": "echo wrangler"}, "no"),
        ({"image": "node:22", "postCreateCommand": "npm i -g wrangler-tools"}, "no"),
        ({"image": "node:22", "postCreateCommand": "make setup"}, "unknown"),
        ({"image": "node:22", "postCreateCommand": "npm run setup"}, "unknown"),
        ({"image": "node:22", "postCreateCommand": "./setup.sh"}, "unknown"),
        ({"image": "node:22", "initializeCommand": "npm i -g wrangler"}, "no"),
        ({"image": "node:22", "postCreateCommand": [7, None]}, "no"),
    ],
)
def test_whether_it_brings_wrangler(config: object, verdict: str) -> None:
    assert container(config).wrangler == verdict


def test_dependencies_and_scripts_bring_it_too() -> None:
    plain = {"image": "node:22"}
    assert container(plain, devDependencies={"wrangler": "^4"}).wrangler == "yes"
    assert container(plain, dependencies={"@cloudflare/vitest-pool-workers": "*"}).wrangler == "yes"
    assert container(plain, {"deploy": "bunx wrangler deploy"}).wrangler == "yes"
    assert container(plain, dependencies={"wrangler-action": "^4"}).wrangler == "no"


def test_only_workers_inside_the_folder_count() -> None:
    files = {"web/.devcontainer.json": "{}", "api/wrangler.toml": "", "web2/wrangler.toml": ""}
    (found,) = project(files).devcontainers
    assert not found.serves_workers
    assert found.unreachable_ports == ()


def test_a_broken_package_json_makes_it_not_whole() -> None:
    files = {".devcontainer.json": "{}", "wrangler.toml": "", "package.json": '{"scripts": {'}
    (found,) = project(files).devcontainers
    assert not found.is_whole()


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"image": "node:22"}, "nothing installs it"),
        ({"image": "node:22", "features": {"ghcr.io/a/b/wrangler:1": {}}}, "feature `ghcr.io/a/b/wrangler:1`"),
        ({"image": "node:22", "features": {"ghcr.io/a/b/c:1": {}}}, "feature `ghcr.io/a/b/c:1` may bring anything"),
        ({"image": "node:22", "postCreateCommand": "npm i -g wrangler"}, "a command that installs it"),
        ({"image": "node:22", "postCreateCommand": "npx wrangler types"}, "a command that fetches it when it runs"),
        ({"image": "node:22", "postCreateCommand": "./x.sh"}, "a command runs what is not read"),
        ({"image": "ghcr.io/acme/x:1"}, "image `ghcr.io/acme/x:1` may hold anything"),
        ({}, "the definition is not read whole"),
    ],
)  # fmt: skip
def test_by_what_it_brings_wrangler(config: object, reason: str) -> None:
    assert container(config).wrangler_reason == reason


def test_ports_that_are_expected_and_those_that_editors_ignore() -> None:
    config = {"otherPortsAttributes": {"onAutoForward": "ignore"}}
    found = container(config, {"dev": "wrangler dev --port 3000"})
    assert (found.expected_ports, found.unreachable_ports, found.silenced_ports) == ((3000,),) * 3
    unknown = container(config, {"dev": "wrangler dev --port $PORT"})
    assert unknown.expected_ports == unknown.silenced_ports == ()
