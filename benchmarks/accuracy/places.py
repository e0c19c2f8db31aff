"""The files in which values stand: for each place how one pair is written, and what stands around it."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

#: Writes a name (in words) and a value as lines; lines that begin with NUL are written only once.
Writer = "Callable[[str, str], list[str]]"


class Place(NamedTuple):
    """A kind of file: its path in a project, whether it is hard, how a pair is written, and the frame."""

    label: str
    path: str
    write: Callable[[str, str], list[str]]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    hard: bool = False


def upper(words: str) -> str:
    """``stripe secret key`` as STRIPE_SECRET_KEY."""
    return words.upper().replace(" ", "_")


def camel(words: str) -> str:
    """``stripe secret key`` as stripeSecretKey."""
    first, *rest = words.split()
    return first + "".join(word.capitalize() for word in rest)


def snake(words: str) -> str:
    """``stripe secret key`` as stripe_secret_key."""
    return words.replace(" ", "_")


def kebab(words: str) -> str:
    """``stripe secret key`` as stripe-secret-key."""
    return words.replace(" ", "-")


def double(value: str) -> str:
    """A value in double quotes; an escaped line feed stays one."""
    return json.dumps(value).replace("\\\\n", "\\n")


def single(value: str) -> str:
    """A value in single quotes, as JavaScript and SQL both read most values."""
    return "'" + value.replace("'", "''") + "'"


def _bare(value: str) -> str:
    return value if re.fullmatch(r"[\w./:@%+=,~-]+", value) else double(value)


def _pieces(value: str) -> list[str]:
    third = max(4, len(value) // 3)
    return [value[:third], value[third : 2 * third], value[2 * third :]]


def _encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def _header(words: str, value: str) -> list[str]:
    return [f'await fetch(url, {{ headers: {{ "X-{kebab(words).title()}": {double(value)} }} }});']


def _curl(words: str, value: str) -> list[str]:
    return [f"curl -sS -H {single('X-' + kebab(words).title() + ': ' + value)} https://api.acme.net/v1/jobs"]


def _folded(words: str, value: str) -> list[str]:
    return [f"  {upper(words)}: >-", f"    {value}"]


def _named_value(words: str, value: str) -> list[str]:
    return [f"        - name: {upper(words)}", f"          value: {double(value)}"]


def _several_lines(words: str, value: str) -> list[str]:
    first, *rest = [double(piece) for piece in _pieces(value)]
    return [
        f"const {camel(words)} =",
        f"  {first} +",
        *(f"  {piece} +" for piece in rest[:-1]),
        f"  {rest[-1]};",
    ]


_TOML = ('name = "acme"', 'main = "src/index.ts"', 'compatibility_date = "2026-10-01"', "")
_CI = ("name: deploy", "on: push", "jobs:", "  deploy:", "    runs-on: ubuntu-latest", "    env:")

ORDINARY: tuple[Place, ...] = (
    Place("env", ".env.production", lambda n, v: [f"{upper(n)}={_bare(v)}"]),
    Place("env, quoted", ".dev.vars", lambda n, v: [f"{upper(n)}={double(v)}"]),
    Place("env example", ".env.example", lambda n, v: [f"export {upper(n)}={_bare(v)}"]),
    Place("toml vars", "api/wrangler.toml", lambda n, v: [f"{upper(n)} = {double(v)}"], (*_TOML, "[vars]")),
    Place("toml vars of an environment", "web/wrangler.toml", lambda n, v: [f"{snake(n)} = {double(v)}"],
          (*_TOML, "[env.production.vars]")),
    Place("jsonc vars", "jobs/wrangler.jsonc", lambda n, v: [f"    {json.dumps(upper(n))}: {double(v)},"],
          ("{", "  // settings", '  "name": "jobs",', '  "vars": {'), ('    "LOG_LEVEL": "info"', "  }", "}")),
    Place("jsonc vars, nested", "mail/wrangler.jsonc", lambda n, v: [f"      {json.dumps(camel(n))}: {double(v)},"],
          ("{", '  "name": "mail",', '  "vars": {', '    "SETTINGS": {'), ('      "level": "info"', "    }", "  }", "}")),
    Place("devcontainer", ".devcontainer/devcontainer.json", lambda n, v: [f"    {json.dumps(upper(n))}: {double(v)},"],
          ("{", '  "image": "mcr.microsoft.com/devcontainers/typescript-node:22",', '  "containerEnv": {'),
          ('    "TZ": "UTC"', "  }", "}")),
    Place("json", "config/settings.json", lambda n, v: [f"  {json.dumps(camel(n))}: {double(v)},"],
          ("{",), ('  "level": "info"', "}")),
    Place("yaml, ci", ".github/workflows/deploy.yml", lambda n, v: [f"      {upper(n)}: {double(v)}"], _CI,
          ("    steps:", "      - run: npx wrangler deploy")),
    Place("yaml, plain", "deploy/values.yaml", lambda n, v: [f"  {camel(n)}: {_bare(v)}"], ("app:",)),
    Place("compose", "docker-compose.yml", lambda n, v: [f"      - {upper(n)}={v}"],
          ("services:", "  app:", "    image: node:22", "    environment:")),
    Place("typescript, constant", "src/config.ts", lambda n, v: [f"export const {upper(n)} = {double(v)};"],
          ('import { env } from "./env";', "")),
    Place("typescript, object", "src/settings.ts", lambda n, v: [f"  {camel(n)}: {double(v)},"],
          ("export const settings = {",), ("};",)),
    Place("typescript, fallback", "src/env.ts",
          lambda n, v: [f"export const {camel(n)} = process.env.{upper(n)} ?? {double(v)};"]),
    Place("javascript", "scripts/seed.mjs", lambda n, v: [f"let {camel(n)} = {single(v)}"]),
    Place("sql, key and value", "seed/settings.sql",
          lambda n, v: [f"INSERT INTO settings (name, value) VALUES ('{snake(n)}', {single(v)});"]),
    Place("sql, column", "seed/tenants.sql",
          lambda n, v: [f"INSERT INTO tenants (id, label, {snake(n)}) VALUES (7, 'Acme', {single(v)});"]),
    Place("sql, update", "seed/update.sql", lambda n, v: [f"UPDATE tenants SET {snake(n)} = {single(v)} WHERE id = 7;"]),
    Place("shell", "scripts/deploy.sh", lambda n, v: [f"export {upper(n)}={_bare(v)}"], ("#!/bin/sh", "set -eu")),
    Place("dockerfile", "Dockerfile", lambda n, v: [f"ENV {upper(n)}={_bare(v)}"], ("FROM node:22-slim",)),
    Place("terraform", "infra/main.tf", lambda n, v: [f"  {snake(n)} = {double(v)}"], ('module "app" {',), ("}",)),
    Place("go", "cmd/main.go", lambda n, v: [f"\t{camel(n)} := {double(v)}"], ("package main", "", "func main() {"), ("}",)),
    Place("ini", "settings.ini", lambda n, v: [f"{snake(n)} = {v}"], ("[app]",)),
    Place("python", "tools/load.py", lambda n, v: [f"{upper(n)} = {double(v)}"], ("import os", "")),
)  # fmt: skip

HARD: tuple[Place, ...] = (
    Place("markdown, code", "docs/setup.md", lambda n, v: [f"{upper(n)}={_bare(v)}"], ("# Setup", "", "```sh"), ("```",), True),
    Place("markdown, table", "docs/values.md", lambda n, v: [f"| `{upper(n)}` | `{v}` |"],
          ("| name | value |", "| --- | --- |"), (), True),
    Place("markdown, prose", "docs/notes.md", lambda n, v: [f"- The {n} of staging is `{v}`, ask before you change it."],
          ("# Notes",), (), True),
    Place("comment, typescript", "src/legacy.ts", lambda n, v: [f"// {upper(n)}={v}"], ("export {};",), (), True),
    Place("comment, toml", "edge/wrangler.toml", lambda n, v: [f"# {upper(n)} = {double(v)}"], _TOML, (), True),
    Place("comment, env", ".env.staging", lambda n, v: [f"# {upper(n)}={_bare(v)}"], ("LOG_LEVEL=info",), (), True),
    Place("comment, sql", "seed/notes.sql", lambda n, v: [f"-- {snake(n)}: {v}"], ("SELECT 1;",), (), True),
    Place("comment, yaml", "deploy/old.yaml", lambda n, v: [f"# {camel(n)}: {_bare(v)}"], ("app: {}",), (), True),
    Place("concatenation", "src/joined.ts",
          lambda n, v: [f"const {camel(n)} = " + " + ".join(map(double, _pieces(v))) + ";"], (), (), True),
    Place("concatenation, lines", "src/lines.ts", _several_lines, (), (), True),
    Place("joined array", "src/array.ts",
          lambda n, v: [f"const {camel(n)} = [" + ", ".join(map(double, _pieces(v))) + '].join("");'], (), (), True),
    Place("base64 literal", "src/encoded.ts",
          lambda n, v: [f'const {camel(n)} = atob("{_encoded(v)}");'], (), (), True),
    Place("base64, kubernetes", "deploy/secret.yaml", lambda n, v: [f"  {upper(n)}: {_encoded(v)}"],
          ("apiVersion: v1", "kind: Secret", "metadata:", "  name: app", "data:"), (), True),
    Place("yaml, folded", "deploy/folded.yaml", _folded, ("env:",), (), True),
    Place("yaml, name and value", "deploy/pod.yaml", _named_value, ("spec:", "  containers:", "    - env:"), (), True),
    Place("json, name and value", "config/secrets.json",
          lambda n, v: [f'  {{ "name": "{upper(n)}", "value": {double(v)} }},'], ("[",), ("  {}", "]"), True),
    Place("json, script", "tools/package.json",
          lambda n, v: [f'    "run{crc32(n.encode()) % 997}:{kebab(n)}": {json.dumps(f"{upper(n)}={_bare(v)} node run.mjs")},'],
          ("{", '  "name": "tools",', '  "scripts": {'), ('    "test": "vitest"', "  }", "}"), True),
    Place("http header", "src/client.ts", _header, (), (), True),
    Place("curl header", "scripts/call.sh", _curl, ("#!/bin/sh",), (), True),
    Place("map entry", "src/map.ts", lambda n, v: [f"  [{double(upper(n))}, {double(v)}],"],
          ("export const values = new Map([",), ("]);",), True),
    Place("argument", "src/call.ts", lambda n, v: [f"setSecret({double(upper(n))}, {double(v)});"], (), (), True),
    Place("template literal", "src/template.ts", lambda n, v: [f"const {camel(n)}: string = `{v}`;"], (), (), True),
    Place("xml", "config/app.xml", lambda n, v: [f"  <{camel(n)}>{v}</{camel(n)}>"], ("<config>",), ("</config>",), True),
    Place("xml attribute", "config/web.config", lambda n, v: [f'  <add key="{camel(n)}" value="{v}" />'], ("<appSettings>",), ("</appSettings>",), True),
    Place("docker, old form", "old/Dockerfile", lambda n, v: [f"ENV {upper(n)} {_bare(v)}"], ("FROM node:22",), (), True),
    Place("php define", "legacy/config.php", lambda n, v: [f"define('{upper(n)}', {single(v)});"], ("<?php",), (), True),
    Place("rust", "src/main.rs", lambda n, v: [f"const {upper(n)}: &str = {double(v)};"], (), (), True),
    Place("terraform variable", "infra/variables.tf",
          lambda n, v: [f'variable "{snake(n)}" {{', f"  default = {double(v)}", "}"], (), (), True),
    Place("nested table", "src/stages.ts",
          lambda n, v: [f"  {camel(n)}: {{", f"    production: {double(v)},", "  },"], ("export const stages = {",), ("};",), True),
    Place("unit test", "src/session.test.ts", lambda n, v: [f"const {camel(n)} = {double(v)};"], (), (), True),
)  # fmt: skip


class Line(NamedTuple):
    """A stretch of lines of one file that holds one pair: live or not, and what kind."""

    path: str
    first: int
    last: int
    place: str
    hard: bool
    live: bool
    kind: str


def lay(
    place: Place, folder: str, pairs: Iterable[tuple[str, str, str, bool]], random: Random
) -> tuple[str, list[str], list[Line]]:
    """A file of one place: its path, its lines, and the label of every pair in it.

    Pairs are (kind, words, value, live). A name is used once in a file; a second one gets a number.
    """
    path = f"{folder}/{place.path}"
    lines = list(place.before)
    labels: list[Line] = []
    used: set[str] = set()
    shuffled = list(pairs)
    random.shuffle(shuffled)
    for kind, words, value, live in shuffled:
        if words in used:
            continue
        used.add(words)
        written = place.write(words, value)
        labels.append(
            Line(path, len(lines) + 1, len(lines) + len(written), place.label, place.hard, live, kind)
        )
        lines += written
    return path, [*lines, *place.after], labels
