"""The parts of a dev container: wrangler by every way, ports, mounts, local data, commands, tables."""

from __future__ import annotations

from datetime import date

import pytest

from cfguard.model.devcontainer.dockerfile import read_dockerfile
from cfguard.model.devcontainer.hazards import downloads_into_shell, is_shell_line, is_unloaded_nvm
from cfguard.model.devcontainer.image import read_image, read_reference
from cfguard.model.devcontainer.mounts import parse_mount
from cfguard.model.devcontainer.shell import simple_commands
from cfguard.model.devcontainer.tables import (
    distribution,
    end_of_life,
    floor_of_wrangler,
    glibc_floor,
    node_from_name,
    tables,
)
from cfguard.model.devcontainer.variables import substitute, substitute_shell, uses
from cfguard.model.devcontainer.versions import either, exactly, line, lowest_allowed, parse, show_floor
from tests.model.devcontainer_projects import container


@pytest.mark.parametrize(
    ("version", "floor"),
    [
        ("1.21.0", None),
        ("2.0.6", "16.7"),
        ("2.0.28", "16.13"),
        ("3.114.17", "16.13"),
        ("4.0.0", "18"),
        ("4.17.0", "18"),
        ("4.18.0", "20"),
        ("4.86.0", "20"),
        ("4.87.0", "22"),
        ("4.158.0", "22"),
        ("4.160.0", "22.12"),
        ("5.0.0", "22.12"),
    ],
)
def test_the_floor_of_each_wrangler(version: str, floor: str | None) -> None:
    found = floor_of_wrangler(parse(version) or (0, 0, 0))
    assert (show_floor(found) if found is not None else None) == floor


@pytest.mark.parametrize(
    ("version", "glibc"),
    [("3.105.0", None), ("3.105.1", (2, 35, 0)), ("4.155.0", (2, 35, 0)), ("4.156.2", (2, 27, 0))],
)
def test_the_glibc_of_each_wrangler(version: str, glibc: object) -> None:
    assert glibc_floor(parse(version) or (0, 0, 0)) == glibc


def test_tables_are_dated_and_in_order() -> None:
    assert date.fromisoformat(tables()["checked"]) >= date(2026, 11, 22)
    for name in ("wrangler_floors", "workerd_glibc"):
        starts = [parse(row["from"]) for row in tables()[name]["rows"]]
        assert starts == sorted(starts)
    for name in ("node_lines", "wrangler_floors", "workerd_glibc", "distributions", "images"):
        assert tables()[name]["source"]
    assert end_of_life(22) == date(2027, 4, 30)
    assert end_of_life(99) is None


@pytest.mark.parametrize(
    ("text", "name", "libc"),
    [
        ("22-bookworm-slim", "bookworm", "glibc"),
        ("18-alpine3.20", "alpine3.19", "musl"),
        ("18-alpine3.99", "alpine", "musl"),
        ("ubuntu-22.04", "jammy", "glibc"),
        ("20.11.1-debian-12-r0", "bookworm", "glibc"),
        ("bullseye", "bullseye", "glibc"),
    ],
)
def test_distributions_in_tags(text: str, name: str, libc: str) -> None:
    found = distribution(text)
    assert found is not None
    assert (found.name, found.libc) == (name, libc)


def test_tags_without_a_distribution() -> None:
    assert distribution("22") is distribution("") is distribution("bookish") is None


@pytest.mark.parametrize(
    ("text", "repository", "tag"),
    [
        ("node", "node", None),
        ("localhost:5000/acme/x", "localhost:5000/acme/x", None),
        ("localhost:5000/acme/x:1", "localhost:5000/acme/x", "1"),
        ("docker.io/library/node:18", "node", "18"),
        ("GHCR.io/Acme/X:Y@sha256:0", "ghcr.io/acme/x", "Y"),
    ],
)
def test_image_references(text: str, repository: str, tag: str | None) -> None:
    found = read_reference(text)
    assert found is not None
    assert (found.repository, found.tag) == (repository, tag)


@pytest.mark.parametrize("text", ["", " ", "a b", "$IMAGE", "{x}", "@sha256:0", "x" * 600])
def test_texts_that_are_no_reference(text: str) -> None:
    assert read_reference(text) is read_image(text) is None


def test_ranges_of_versions() -> None:
    twenty, sixteen = line(20).because("an image"), line(16).because("a command")
    both = either(twenty, sixteen)
    assert both is not None
    assert (both.shown, both.reason) == ("16 to 20", "an image or a command")
    assert either(twenty, None) is either(node_from_name("none"), twenty) is None
    assert exactly("18.x") == exactly("18")
    assert exactly("100") is exactly("x") is exactly("") is None
    assert [lowest_allowed(each) for each in ("^4.1", ">=4 <5", "4 || 3", "~4.2.1", "4.x")] == [
        (4, 1, 0), (4, 0, 0), (3, 0, 0), (4, 2, 1), (4, 0, 0),
    ]  # fmt: skip
    assert (
        lowest_allowed("latest")
        is lowest_allowed("*")
        is lowest_allowed("<5")
        is lowest_allowed("workspace:*")
        is None
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("node:${localEnv:X:18}", "node:18"),
        ("${env:X:}y", "y"),
        ("${localEnv:X:https://a}", "https"),
        ("${localEnv:X}", None),
        ("${localWorkspaceFolder}", None),
        ("${other}", None),
        ("plain $HOME", "plain $HOME"),
    ],
)
def test_variables(text: str, expected: str | None) -> None:
    assert substitute(text) == expected


def test_what_a_default_loses() -> None:
    (use,) = uses("x ${localEnv:URL:https://a:80} y")
    assert (use.kind, use.name, use.default, use.cut, use.offset) == ("localEnv", "URL", "https", "//a:80", 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${A}", "1"), ("$A-x", "1-x"), ("${B:-2}", "2"), ("${E:-2}", "2"), ("${E-2}", "2"), ("${A:+3}", "3"),
        ("${B:+3}", ""), ("$$A", "$A"), ("${B}", None), ("${B:?no}", None), ("${unclosed", None), ("plain", "plain"),
    ],
)  # fmt: skip
def test_variables_of_compose_and_dockerfiles(text: str, expected: str | None) -> None:
    assert substitute_shell(text, {"A": "1", "E": ""}) == expected


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("sudo -u node npm ci && X=1 npm test", [["npm", "ci"], ["npm", "test"]]),
        ("if [ -f x ]; then npm ci; fi", [["[", "-f", "x", "]"], ["npm", "ci"]]),
        ("bash -lc 'npm ci'", [["npm", "ci"], ["bash", "-lc", "npm ci"]]),
        ("npm ci # and npm test", [["npm", "ci"]]),
        ("npm \\\n ci", [["npm", "ci"]]),
        ("(cd a && npm ci)", [["cd", "a"], ["npm", "ci"]]),
        ("", []),
    ],
)
def test_simple_commands(text: str, commands: list[list[str]]) -> None:
    assert list(simple_commands(text)) == commands


def test_instructions_keep_their_lines() -> None:
    file = read_dockerfile("# x\nARG A=1\n\nFROM a\nRUN b \\\n  # c\n  d\nCOPY <<E /x\nFROM y\nE\nUSER z")
    assert file.arguments == {"A": "1"}
    assert [(step.name, step.text, step.line) for step in file.stages[0].steps] == [
        ("RUN", "b  d", 5),
        ("COPY", "<<E /x\nFROM y", 8),
        ("USER", "z", 11),
    ]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("npm install -g wrangler", "yes"),
        ("npm i --location=global wrangler@4", "yes"),
        ("pnpm add -g wrangler", "yes"),
        ("yarn global add wrangler", "yes"),
        ("bun add -g wrangler", "yes"),
        ("volta install wrangler", "yes"),
        ("mise use -g npm:wrangler", "yes"),
        ("corepack pnpm add wrangler", "yes"),
        ("su node -c 'npm i -g wrangler'", "yes"),
        ("pnpm dlx wrangler types", "yes"),
        ("npx --yes wrangler@4 types", "yes"),
        ("npm i -g @cloudflare/wrangler", "no"),
        ("npm i -g create-cloudflare", "no"),
        ("echo npm i -g wrangler", "no"),
        ("python -m tools", "unknown"),
        ("make tools", "unknown"),
        ("wget -qO- https://x | sh -s --", "unknown"),
    ],
)
def test_ways_to_install_wrangler(command: str, answer: str) -> None:
    assert container({"image": "node:22", "postCreateCommand": command}).wrangler == answer


def test_wrangler_in_other_files() -> None:
    build = {"build": {"dockerfile": "D"}}
    for text, answer in (
        ("FROM node:22\nRUN npm i -g wrangler", "yes"),
        ("FROM node:22\nRUN npm i -g npm", "no"),
        ("FROM node:22\nCOPY x .\nRUN ./x", "unknown"),
        ("FROM ghcr.io/acme/x", "unknown"),
        ("FROM node:22 AS a\nRUN npm i -g wrangler\nFROM node:22", "no"),
    ):
        assert container(build, {".devcontainer/D": text}).wrangler == answer, text
    script = {"image": "node:22", "postCreateCommand": "bash .devcontainer/x.sh"}
    assert container(script, {".devcontainer/x.sh": "#!/bin/sh\nnpm i -g wrangler\n"}).wrangler == "yes"
    assert container(script, {".devcontainer/x.sh": "git pull\n"}).wrangler == "no"
    mise = {"image": "node:22", "features": {"ghcr.io/devcontainers-extra/features/mise:1": {}}}
    assert container(mise, {"mise.toml": '[tools]\n"npm:wrangler" = "latest"'}).wrangler == "yes"


COMPOSE = {"dockerComposeFile": "c.yml", "service": "app", "workspaceFolder": "/w"}


@pytest.mark.parametrize(
    ("service", "unreachable"),
    [
        ("ports: ['8787:8787']", ()),
        ("ports: ['127.0.0.1:80:8780-8790/tcp']", ()),
        ("ports: [{target: 8787, published: 80}]", ()),
        ("network_mode: host", ()),
        ("network_mode: service:db", ()),
        ("ports: ['8787:80']", (8787,)),
        ("ports: ['${PORT}']", ()),
        ("command: wrangler dev --port 9000", (9000,)),
        ("image: node:22", (8787,)),
    ],
)
def test_ports_of_a_compose_service(service: str, unreachable: tuple[int, ...]) -> None:
    text = f"services:\n  app:\n    {service}\n"
    assert container(COMPOSE, {".devcontainer/c.yml": text}).unreachable_ports == unreachable


PLUGIN = '{"scripts": {"dev": "%s"}, "devDependencies": {"@cloudflare/vite-plugin": "1"}}'


@pytest.mark.parametrize(
    ("script", "config", "unreachable"),
    [
        ("vite", None, (5173,)),
        ("vite dev --port 4000", None, (4000,)),
        ("vite --port $PORT", None, ()),
        ("vite", "export default { server: { port: 3000 } }", (3000,)),
        ("vite", "export default { server: { port: Number(process.env.PORT) } }", ()),
        ("vite", "// port: 1\nexport default {}", (5173,)),
        ("vite", "server: { port: 3000 }, preview: { port: 3001 }", ()),
        ("node dev.js", None, ()),
    ],
)
def test_the_port_of_vite_where_it_runs_the_worker(
    script: str, config: str | None, unreachable: object
) -> None:
    files = {"package.json": PLUGIN % script, **({"vite.config.ts": config} if config is not None else {})}
    assert container({"image": "node:22"}, files).unreachable_ports == unreachable


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("source=a,target=/b,type=volume", {"source": "a", "target": "/b", "type": "volume"}),
        ("src=a,dst=/b,readonly", {"source": "a", "target": "/b", "readonly": "true"}),
        ("type=bind, destination=/b", {"type": "bind", "target": "/b"}),
        ("source=a", None),
        ("", None),
    ],
)
def test_mounts_as_text(text: str, fields: dict[str, str] | None) -> None:
    assert parse_mount(text) == fields


def mounted(config: object, files: dict[str, str] | None = None) -> list[tuple[object, ...]]:
    found = container(config, files).mounts
    return [(each.type, each.source, each.target, each.readonly) for each in found]


def test_mounts_in_all_places() -> None:
    listed = {"mounts": ["source=a,target=/a", {"type": "bind", "source": "b", "target": "/b"}]}
    options = [
        "-v",
        "c:/c:ro",
        "--volume=${localEnv:HOME:x}/d:/d",
        "--mount",
        "dst=/e,type=tmpfs",
        "--tmpfs",
        "/f",
    ]
    both = [("volume", "a", "/a", False), ("bind", "b", "/b", False)]
    assert mounted({"image": "node:22", **listed, "runArgs": options}) == [
        *both,
        ("volume", "c", "/c", True),
        ("bind", "${localEnv:HOME:x}/d", "/d", False),
        ("tmpfs", None, "/e", False),
        ("tmpfs", None, "/f", False),
    ]
    volumes = (
        "services:\n  app:\n    volumes: ['./x:/g', v:/h, /i, {type: tmpfs, target: /j}]\n    tmpfs: [/k]\n"
    )
    assert mounted({**COMPOSE, **listed, "runArgs": options}, {".devcontainer/c.yml": volumes}) == [
        *both,
        ("bind", "./x", "/g", False),
        ("volume", "v", "/h", False),
        ("volume", None, "/i", False),
        ("tmpfs", None, "/j", False),
        ("tmpfs", None, "/k", False),
    ]


def test_hazards_of_commands() -> None:
    assert is_shell_line(["npm ci && x"])
    assert is_shell_line(["npm", "ci", "&&", "x"])
    assert not is_shell_line(["npm", "ci"])
    assert not is_shell_line(["bash", "-c", "npm ci && x"])
    assert not is_shell_line([])
    assert is_unloaded_nvm("nvm use 20")
    assert not is_unloaded_nvm('. "$NVM_DIR/nvm.sh" && nvm use 20')
    assert downloads_into_shell("wget -qO- https://x.dev | sudo bash")
    assert downloads_into_shell("bash <(curl -s https://x.dev)")
    assert not downloads_into_shell("curl -o x https://x.dev && tar xf x")


def test_extensions_and_users() -> None:
    config = {
        "image": "node:22",
        "customizations": {"vscode": {"extensions": ["A.b@1.2", "-c.d", "c.d", 1]}},
        "extensions": ["E.f"],
    }
    found = container(config)
    assert found.extensions == ("a.b", "e.f")
    assert found.runs_as == "root"
    assert container({**config, "remoteUser": "${localEnv:USER}"}).runs_as is None
    assert container({"image": "mcr.microsoft.com/devcontainers/base:debian"}).runs_as == "vscode"


def test_secrets_in_commands_are_masked() -> None:
    found = container(
        {"postCreateCommand": "curl -H 'Authorization: Bearer sk_live_4eC39HqLyjWDarjtT1zdp7dc' x"}
    )
    assert "4eC39" not in f"{found.lifecycle_commands[0].text}"
