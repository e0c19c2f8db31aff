"""Which Node a dev container has: images by tag, features, Dockerfiles, Compose files, commands."""

from __future__ import annotations

import pytest

from tests.model.devcontainer_projects import versions

MCR = "mcr.microsoft.com/devcontainers"
OLD = "mcr.microsoft.com/vscode/devcontainers"

IMAGES = {
    "node:18": "18",
    "node:18-alpine": "18",
    "node:18.20": "18.20",
    "node:18.20.4": "18.20.4",
    "node:20.11.1-bookworm-slim": "20.11.1",
    "node:20-bullseye": "20",
    "node:22.12.0-alpine3.20": "22.12.0",
    "node:hydrogen": "18",
    "node:hydrogen-bullseye": "18",
    "node:iron-slim": "20",
    "node:jod": "22",
    "node:krypton-alpine": "24",
    "node:gallium": "16",
    "node:fermium-buster": "14",
    "node": "24 or later",
    "node:latest": "24 or later",
    "node:current-slim": "24 or later",
    "node:lts": "24 or later",
    "node:lts-alpine3.20": "24 or later",
    "node:alpine": "24 or later",
    "node:slim": "24 or later",
    "node:bookworm": "24 or later",
    "node:v18": "unknown",
    "node:chakracore": "unknown",
    "node:18@sha256:0123": "18",
    "node@sha256:0123": "unknown",
    "docker.io/library/node:16": "16",
    "library/node:16": "16",
    "docker.io/node:21-slim": "21",
    "public.ecr.aws/docker/library/node:20": "20",
    "mirror.acme.dev:5000/library/node:20": "20",
    "NODE:20": "20",
    "mirror.acme.dev:5000/node": "unknown",
    f"{MCR}/javascript-node:20": "20",
    f"{MCR}/javascript-node:22-bookworm": "22",
    f"{MCR}/javascript-node:1-22-bookworm": "22",
    f"{MCR}/javascript-node:1.0-18": "18",
    f"{MCR}/javascript-node:1.0.3-16-bullseye": "16",
    f"{MCR}/javascript-node:0-18": "18",
    f"{MCR}/javascript-node:0-16-bullseye": "16",
    f"{MCR}/javascript-node:3-22": "22",
    f"{MCR}/javascript-node:4-24-trixie": "24",
    f"{MCR}/javascript-node:4-bookworm": "24",
    f"{MCR}/javascript-node:2-bookworm": "22",
    f"{MCR}/javascript-node:1-bookworm": "20 to 22",
    f"{MCR}/javascript-node:dev-22": "22",
    f"{MCR}/javascript-node:1": "unknown",
    f"{MCR}/javascript-node:9-bookworm": "unknown",
    f"{MCR}/javascript-node:latest": "22 or later",
    f"{MCR}/javascript-node": "22 or later",
    f"{MCR}/javascript-node:bookworm": "22 or later",
    f"{MCR}/typescript-node:1-20-bookworm": "20",
    f"{MCR}/typescript-node:18": "18",
    f"{MCR}/typescript-node:5-bookworm": "24",
    f"{MCR}/typescript-node:5-22-trixie": "22",
    f"{OLD}/javascript-node:0-18": "18",
    f"{OLD}/javascript-node:0-16-bullseye": "16",
    f"{OLD}/javascript-node:0.203.10-14": "14",
    f"{OLD}/typescript-node:16-bullseye": "16",
    f"{OLD}/typescript-node:18": "18",
    f"{OLD}/typescript-node:latest": "14 to 20",
    f"{OLD}/typescript-node": "14 to 20",
    f"{MCR}/universal": "22 or later",
    f"{MCR}/universal:linux": "22 or later",
    f"{MCR}/universal:2": "20",
    f"{MCR}/universal:2-linux": "20",
    f"{MCR}/universal:2-focal": "20",
    f"{MCR}/universal:2.0-focal": "16",
    f"{MCR}/universal:2.1.3": "16",
    f"{MCR}/universal:2.3-focal": "19",
    f"{MCR}/universal:2.4.0-linux": "20",
    f"{MCR}/universal:3": "22",
    f"{MCR}/universal:4.0.1-noble": "22",
    f"{MCR}/universal:5-linux": "24",
    f"{MCR}/universal:6": "24",
    f"{MCR}/universal:9": "unknown",
    f"{MCR}/universal:1": "14",
    f"{OLD}/universal:1-focal": "14",
    f"{OLD}/universal:2-linux": "16",
    f"{MCR}/base:ubuntu": "none",
    f"{MCR}/base:0-alpine-3.16": "none",
    f"{MCR}/python:1-3.11-bullseye": "none",
    f"{MCR}/go:1.22": "none",
    f"{MCR}/rust": "none",
    f"{OLD}/python:0-3.10": "none",
    "ubuntu:22.04": "none",
    "debian": "none",
    "alpine:3.19": "none",
    "python:3.12-slim": "none",
    "buildpack-deps:jammy": "none",
    "cimg/node:20.11": "20.11",
    "cimg/node:20.11.1-browsers": "20.11.1",
    "cimg/node:lts": "24 or later",
    "cimg/python:3.12-node": "unknown",
    "circleci/node:14-browsers": "14",
    "bitnami/node:20.11.1-debian-12-r0": "20.11.1",
    "bitnamilegacy/node:18": "18",
    "cypress/base:20.11.0": "20.11.0",
    "cypress/browsers:node-20.11.0-chrome-121": "20.11.0",
    "cypress/browsers:latest": "unknown",
    "registry.access.redhat.com/ubi8/nodejs-18": "18",
    "registry.access.redhat.com/ubi9/nodejs-20:latest": "20",
    "gcr.io/distroless/nodejs18-debian12": "18",
    "acme/nodejs-18": "unknown",
    "ghcr.io/devcontainers/images/javascript-node:20": "unknown",
    "gitpod/workspace-node": "unknown",
    "oven/bun:1": "unknown",
    "denoland/deno:2.0.0": "unknown",
    "mcr.microsoft.com/playwright:v1.50.0-noble": "unknown",
    "ghcr.io/acme/workspace:20": "unknown",
    "localhost:5000/x": "unknown",
    "node:${localEnv:NODE:20}": "20",
    "${localEnv:IMAGE:node:18}": "24 or later",
    "node:${localEnv:NODE}": "unknown",
    "node:${templateOption:variant}": "unknown",
    "": "unknown",
    "node :18": "unknown",
}


@pytest.mark.parametrize(("image", "expected"), IMAGES.items())
def test_images_by_their_tags(image: str, expected: str) -> None:
    assert versions({"image": image}) == expected


NODE = "ghcr.io/devcontainers/features/node"
FEATURES: list[tuple[str, dict[str, object], str]] = [
    ("debian", {f"{NODE}:1": {}}, "24 or later"),
    ("debian", {f"{NODE}:1": True}, "24 or later"),
    ("debian", {NODE: {"version": "lts"}}, "24 or later"),
    ("debian", {f"{NODE}:1": {"version": "lts/*"}}, "24 or later"),
    ("debian", {f"{NODE}:1": {"version": "latest"}}, "24 or later"),
    ("debian", {f"{NODE}:1": {"version": "18"}}, "18"),
    ("debian", {f"{NODE}:1": {"version": 18}}, "18"),
    ("debian", {f"{NODE}:1": "18.20"}, "18.20"),
    ("debian", {f"{NODE}@sha256:00": {"version": "v18.20.4"}}, "18.20.4"),
    ("debian", {f"{NODE}:1": {"version": "lts/hydrogen"}}, "18"),
    ("debian", {f"{NODE}:1": {"version": "Iron"}}, "20"),
    ("debian", {f"{NODE}:1": {"version": "lts/-1"}}, "22 to 26"),
    ("debian", {f"{NODE}:1": {"version": "none"}}, "none"),
    ("node:20", {f"{NODE}:1": {"version": "none"}}, "20"),
    ("node:20", {f"{NODE}:1": {"version": "18"}}, "18"),
    ("ghcr.io/acme/x:1", {f"{NODE}:1": {"version": "22"}}, "22"),
    ("debian", {f"{NODE}:1": {"version": "${templateOption:nodeVersion}"}}, "unknown"),
    ("debian", {f"{NODE}:1": {"version": "${localEnv:NODE:22}"}}, "22"),
    ("debian", {f"{NODE}:1": {"version": "banana"}}, "unknown"),
    ("debian", {"ghcr.io/acme/features/node:2": {"version": "22"}}, "22"),
    ("debian", {"node": "16"}, "16"),
    ("debian", {"ghcr.io/devcontainers-extra/features/node-asdf:0": {}}, "24 or later"),
    ("debian", {"ghcr.io/devcontainers-contrib/features/node-asdf:0": {"version": "20"}}, "20"),
    ("debian", {f"{NODE}:1": {"version": "20"}, f"{NODE}:2": {"version": "22"}}, "unknown"),
    ("debian", {"ghcr.io/devcontainers-extra/features/mise:1": {}}, "unknown"),
    ("node:20", {"ghcr.io/devcontainers-extra/features/volta:1": {}}, "unknown"),
    ("node:20", {"ghcr.io/devcontainers/features/docker-in-docker:2": {}}, "20"),
    ("node:20", {"ghcr.io/acme/features/postgres:1": {}}, "20"),
    ("debian", {"ghcr.io/acme/features/everything:1": {}}, "unknown"),
    ("debian", {"ghcr.io/devcontainers-extra/features/npm-package:1": {"package": "x"}}, "unknown"),
    ("debian", {"./own": {}}, "unknown"),
]


@pytest.mark.parametrize(("image", "features", "expected"), FEATURES)
def test_features(image: str, features: dict[str, object], expected: str) -> None:
    assert versions({"image": image, "features": features}) == expected


SOURCE = "https://deb.nodesource.com"
ARGUMENT = "ARG V=18\nFROM node:$V"
TARGETS = "FROM node:18 AS a\nFROM node:20"
BASE = "services:\n  base:\n    image: node:18"
VARIANT = f'ARG VARIANT="16-bullseye"\nFROM {OLD}/javascript-node:0-${{VARIANT}}\n'
TEMPLATE = (
    f"FROM {OLD}/python:0-3.10\n"
    'ARG NODE_VERSION="none"\n'
    'RUN if [ "${NODE_VERSION}" != "none" ]; then su vscode -c "umask 0002 && . /usr/local/share/nvm/nvm.sh'
    ' && nvm install ${NODE_VERSION} 2>&1"; fi\n'
)
DOCKERFILES: list[tuple[str, dict[str, object], str]] = [
    ("FROM node:18", {}, "18"),
    ("from node:18 as base\nFROM base", {}, "18"),
    ("FROM --platform=linux/amd64 node:18", {}, "18"),
    ("FROM node:18 AS a\nFROM node:20 AS b\nFROM a", {}, "18"),
    ("FROM node:18 AS a\nFROM node:20 AS b", {"target": "a"}, "18"),
    ("FROM node:18 AS a\nFROM node:20 AS b", {"target": "A"}, "18"),
    ("FROM node:18 AS a\nFROM node:20 AS b", {"target": "nowhere"}, "unknown"),
    ("ARG V=18\nFROM node:${V}", {}, "18"),
    ("ARG V=18\nFROM node:$V-bookworm", {"args": {"V": "20"}}, "20"),
    ("ARG V\nFROM node:${V:-22}", {}, "22"),
    ("ARG V\nFROM node:${V}", {}, "unknown"),
    ("ARG V=18\nFROM node:${V}", {"args": {"V": "${localEnv:V}"}}, "unknown"),
    ("ARG V=18\nFROM node:${V}", {"options": ["--build-arg", "V=20"]}, "20"),
    ("ARG V=18\nFROM node:${V}", {"options": ["--build-arg=V=21"]}, "21"),
    ("FROM node:${V}\nARG V=18", {}, "unknown"),
    (VARIANT, {}, "16"),
    (VARIANT, {"args": {"VARIANT": "18"}}, "18"),
    (TEMPLATE, {}, "none"),
    (TEMPLATE, {"args": {"NODE_VERSION": "lts/*"}}, "24 or later"),
    (TEMPLATE, {"args": {"NODE_VERSION": "16"}}, "16"),
    ("FROM scratch", {}, "unknown"),
    ("FROM ghcr.io/acme/base", {}, "unknown"),
    ("# escape=`\nFROM `\nnode:18", {}, "18"),
    ("# FROM node:16\nFROM \\\n  # inside\n  node:18", {}, "18"),
    ("FROM node:18\nRUN <<EOF\nFROM node:20\nEOF", {}, "18"),
    (f"FROM debian:12\nRUN curl -fsSL {SOURCE}/setup_22.x | bash - && apt-get install -y nodejs", {}, "22"),
    (f"FROM debian:12\nRUN curl -sL {SOURCE}/setup_lts.x | bash\nRUN apt-get install nodejs", {}, "24 or later"),
    ("FROM debian:12\nCOPY setup.sh .\nRUN bash setup.sh", {}, "unknown"),
    ("FROM node:18\nRUN /tmp/library-scripts/node-debian.sh /usr/local/nvm 22", {}, "unknown"),
    ("FROM node:18\nRUN curl -fsSL https://bun.sh/install | bash", {}, "18"),
    ("FROM debian:12\nRUN curl -fsSL https://acme.dev/tools | bash", {}, "unknown"),
    ("FROM debian:12\nRUN apt-get update && apt-get install -y nodejs npm", {}, "18"),
    ("FROM ubuntu:22.04\nRUN apt install -y nodejs", {}, "12"),
    ("FROM alpine:3.21\nRUN apk add --no-cache nodejs npm", {}, "22"),
    ("FROM alpine\nRUN apk add nodejs", {}, "unknown"),
    ("FROM ubi8\nRUN dnf module install -y nodejs:18", {}, "unknown"),
    ("FROM debian:12\nENV NODE_VERSION=20\nRUN nvm install $NODE_VERSION", {}, "20"),
    ("FROM node:18\nRUN n 22", {}, "22"),
    ("FROM node:18\nRUN npx n lts", {}, "24 or later"),
    ("FROM node:18\nRUN nvm install 22", {}, "18 to 22"),
    ("FROM node:18\nRUN nvm install 22 && nvm alias default 22", {}, "22"),
    ("FROM debian:12\nRUN volta install node@20.1.0", {}, "20.1.0"),
    ("FROM debian:12\nRUN fnm install 20 && fnm default 20", {}, "20"),
    ("FROM debian:12\nRUN curl -O https://nodejs.org/dist/v20.9.0/node-v20.9.0-linux-x64.tar.xz", {}, "20.9.0"),
    ("FROM debian:12\nCOPY --from=node:20 /usr/local /usr/local", {}, "20"),
    ("FROM node:22-slim AS node\nFROM debian:12\nCOPY --from=node /usr/local/bin /usr/local/bin", {}, "22"),
    ("FROM debian:12\nCOPY --from=ghcr.io/acme/x /usr/local /usr/local", {}, "unknown"),
    ("FROM debian:12\nCOPY --from=node:20 /etc/passwd /etc/passwd2", {}, "none"),
    ('FROM debian:12\nRUN ["apt-get", "install", "-y", "nodejs"]', {}, "18"),
    ("FROM debian:12\nRUN --mount=type=cache,target=/x apt-get install -y nodejs", {}, "18"),
    ("FROM continuumio/miniconda3\nRUN conda install nodejs=18", {}, "18"),
    (f"FROM {MCR}/miniconda\nRUN conda install -y nodejs=18", {}, "18"),
    ("FROM debian:12\nRUN if ! command -v node; then apt-get install -y nodejs; fi", {}, "unknown"),
    ("FROM node:18\nRUN echo nvm install 22", {}, "18"),
    ("ARG A=18\nARG B=node:$A\nFROM ${B}-alpine", {}, "18"),
    ("ARG A=18\nARG B=node:$A\nFROM $B", {"args": {"A": "22"}}, "22"),
    ("ARG A=18\nARG B=node:$A\nFROM $B", {"args": {"A": "${localEnv:A}"}}, "unknown"),
    ("ARG B=node:$A\nARG A=18\nFROM $B", {}, "unknown"),
    ("# syntax=docker/dockerfile:1\n# escape=`\nFROM debian:12\nRUN echo C:\\\nRUN n `\n  22", {}, "22"),
    ("FROM node:18\r\nRUN true \\\r\n  && n 22\r\n", {}, "22"),
    ("FROM debian:12\nRUN <<EOF\napt-get update\napt-get install -y nodejs\nEOF", {}, "18"),
    ("FROM debian:12\nRUN bash -e <<-'EOF'\n\tapt-get install -y nodejs\n\tEOF\nUSER node", {}, "18"),
    ("FROM node:18\nRUN cat <<EOF > /usr/share/help\nn 22\nEOF", {}, "18"),
    ("FROM node:18\nCOPY <<EOF /usr/share/help\nRUN n 22\nFROM node:22\nEOF", {}, "18"),
    ("FROM node:22 AS a\nFROM debian:12\nCOPY --from=0 /usr/local /usr/local", {}, "22"),
    ("FROM debian:12 AS base\nARG NODE_MAJOR=20\nRUN curl -sL https://deb.nodesource.com/setup_${NODE_MAJOR}.x | bash\n"
     "RUN apt-get install -y nodejs\nFROM base AS dev\nRUN npm i -g wrangler", {"args": {"NODE_MAJOR": "22"}}, "22"),
    ("FROM debian:12\nRUN xargs apt-get install -y < packages.txt", {}, "unknown"),
    ("FROM debian:12\nRUN apt-get install -y $PACKAGES", {}, "unknown"),
    ("FROM debian:12\nARG PACKAGES=git\nRUN apt-get install -y $PACKAGES", {}, "none"),
    ("FROM node:20\nRUN apt-get install -y $(cat packages.txt)", {}, "20"),
    ("", {}, "unknown"),
    ("RUN true", {}, "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "build", "expected"), DOCKERFILES)
def test_dockerfiles(text: str, build: dict[str, object], expected: str) -> None:
    config = {"build": {"dockerfile": "Dockerfile", **build}}
    assert versions(config, {".devcontainer/Dockerfile": text}) == expected


def test_dockerfiles_by_the_old_name_and_elsewhere() -> None:
    assert versions({"dockerFile": "../Dockerfile", "context": ".."}, {"Dockerfile": "FROM node:20"}) == "20"
    assert (
        versions({"build": {"dockerfile": "../../Dockerfile"}}, {"Dockerfile": "FROM node:20"}) == "unknown"
    )
    assert versions({"build": {"dockerfile": "Dockerfile"}}) == "unknown"


SERVICE = "services:\n  app:\n    "
COMPOSE: list[tuple[dict[str, str], str]] = [
    ({"c.yml": SERVICE + "image: node:18"}, "18"),
    ({"c.yml": SERVICE + "image: node:${NODE:-18}"}, "18"),
    ({"c.yml": SERVICE + "image: node:${NODE-18}", ".env": "NODE=22"}, "22"),
    ({"c.yml": SERVICE + "image: node:${NODE}"}, "unknown"),
    ({"c.yml": SERVICE + "build: .", "Dockerfile": "FROM node:18"}, "18"),
    ({"c.yml": SERVICE + "build: {context: .., dockerfile: .devcontainer/D}", "D": "FROM node:18"}, "18"),
    ({"c.yml": SERVICE + "build:\n      context: .\n      args: {V: '20'}", "Dockerfile": ARGUMENT}, "20"),
    ({"c.yml": SERVICE + "build:\n      context: .\n      args: [V=20]", "Dockerfile": ARGUMENT}, "20"),
    ({"c.yml": SERVICE + "build:\n      context: .\n      target: a", "Dockerfile": TARGETS}, "18"),
    ({"c.yml": SERVICE + "build:\n      dockerfile_inline: |\n        FROM node:18\n        RUN true"}, "18"),
    ({"c.yml": SERVICE + "extends: base\n  base:\n    image: node:18"}, "18"),
    ({"c.yml": SERVICE + "extends:\n      file: b.yml\n      service: base", "b.yml": BASE}, "18"),
    ({"c.yml": SERVICE + "extends: base"}, "unknown"),
    ({"c.yml": SERVICE + "extends: {file: sub/b.yml, service: base}",
      "sub/b.yml": "services:\n  base:\n    build: .", "sub/Dockerfile": "FROM node:18"}, "18"),
    ({"c.yml": SERVICE + "extends: {file: sub/b.yml, service: base}",
      "sub/b.yml": "services:\n  base:\n    build: {context: .., dockerfile: sub/D}", "sub/D": "FROM node:20"}, "20"),
    ({"c.yml": SERVICE + "extends: {file: sub/b.yml, service: base}",
      "sub/b.yml": "services:\n  base:\n    extends: {file: deep/c.yml, service: x}",
      "sub/deep/c.yml": "services:\n  x:\n    build: {context: .}", "sub/deep/Dockerfile": "FROM node:16"}, "16"),
    ({"c.yml": SERVICE + "image: node:18\n    build: !reset null"}, "unknown"),
    ({"c.yml": "include: [other.yml]\n" + SERVICE + "image: node:18"}, "18"),
    ({"c.yml": "x-base: &b\n  image: node:18\nservices:\n  app:\n    <<: *b"}, "18"),
    ({"c.yml": "services:\n  db:\n    image: postgres"}, "unknown"),
    ({"c.yml": "services: [app]"}, "unknown"),
    ({"c.yml": "services:\n  app: node:18"}, "unknown"),
    ({"c.yml": ""}, "unknown"),
    ({}, "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), COMPOSE)
def test_compose_services(files: dict[str, str], expected: str) -> None:
    config = {"dockerComposeFile": "c.yml", "service": "app", "workspaceFolder": "/w"}
    assert versions(config, {f".devcontainer/{name}": text for name, text in files.items()}) == expected


def test_a_later_compose_file_changes_a_part_of_the_build() -> None:
    config = {"dockerComposeFile": ["a.yml", "b.yml"], "service": "app"}
    files = {
        "a.yml": SERVICE + "build: .",
        "b.yml": SERVICE + "build:\n      args: {V: '22'}\n    ports: ['3000:8787']",
        "Dockerfile": ARGUMENT,
    }
    assert versions(config, {f".devcontainer/{name}": text for name, text in files.items()}) == "22"


def test_later_compose_files_override() -> None:
    config = {"dockerComposeFile": ["a.yml", "b.yml"], "service": "app"}
    files = {"a.yml": SERVICE + "image: node:18", "b.yml": SERVICE + "image: node:22"}
    assert versions(config, {f".devcontainer/{name}": text for name, text in files.items()}) == "22"


COMMANDS = [
    ("debian", "nvm install 20", {}, "20"),
    ("node:18", "nvm install 20", {}, "18 to 20"),
    ("node:18", "sudo n 22", {}, "22"),
    ("node:18", "bash -lc 'nvm alias default 20'", {}, "20"),
    ("debian", "nvm install", {".nvmrc": "v20.1.0"}, "20.1.0"),
    ("debian", "nvm install", {}, "unknown"),
    ("debian", "fnm use", {".node-version": "22"}, "22"),
    ("debian", "mise use -g node@22", {}, "22"),
    ("debian", "mise install", {}, "unknown"),
    ("debian", "asdf global nodejs 18.1.0", {}, "18.1.0"),
    ("node:18", "pnpm env use --global 22", {}, "22"),
    ("node:18", "npm ci && npm test", {}, "18"),
    ("node:18", "./setup.sh", {"setup.sh": "set -e\nnpm ci\n"}, "18"),
    ("node:18", "bash .devcontainer/x.sh", {".devcontainer/x.sh": "n 22"}, "22"),
    ("node:18", "bash .devcontainer/x.sh", {".devcontainer/x.sh": "./more.sh"}, "unknown"),
    ("node:18", "bash .devcontainer/x.sh", {}, "unknown"),
    ("node:18", "bash ../x.sh", {"x.sh": "true"}, "unknown"),
    ("debian", "command -v node || nvm install 20", {}, "unknown"),
]


@pytest.mark.parametrize(("image", "command", "files", "expected"), COMMANDS)
def test_commands(image: str, command: str, files: dict[str, str], expected: str) -> None:
    assert versions({"image": image, "postCreateCommand": command}, files) == expected


def test_a_definition_is_needed() -> None:
    assert versions({}) == "unknown"
    assert versions({"image": "node:18", "build": {"dockerfile": "Dockerfile"}}) == "unknown"
    assert versions([]) == "unknown"


def test_the_table_is_as_large_as_promised() -> None:
    assert len(IMAGES) + len(FEATURES) + len(DOCKERFILES) + len(COMPOSE) + len(COMMANDS) >= 120
