"""Projects to measure on, made anew each time from nothing but numbers."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

#: The day that every measured run judges by.
TODAY = "2026-11-22"


def wrangler(number: int) -> str:
    """A Worker's config with two environments, each with its own database; nothing in it is wrong."""
    production, development = (f"{number:08x}-9d1a-4c2e-8f57-1b6a2d9e4c{stage}" for stage in ("10", "11"))
    return f"""\
name = "worker-{number}"
main = "src/index.ts"
compatibility_date = "2026-11-01"
compatibility_flags = ["nodejs_compat"]

[dev]
port = {8787 + number % 1000}

[env.development]
vars = {{ ENVIRONMENT = "development", PUBLIC_URL = "http://localhost:{8787 + number % 1000}" }}

[[env.development.d1_databases]]
binding = "DB"
database_name = "worker-{number}-development"
database_id = "{development}"
migrations_dir = "migrations"

[env.production]
vars = {{ ENVIRONMENT = "production", PUBLIC_URL = "https://worker-{number}.shop.test" }}
routes = [{{ pattern = "worker-{number}.shop.test", custom_domain = true }}]

[[env.production.d1_databases]]
binding = "DB"
database_name = "worker-{number}"
database_id = "{production}"
migrations_dir = "migrations"
"""


def ordinary(root: Path) -> None:
    """The specification's shape: a container, a Worker in ``backend/``, env files, 200 source files.

    Three things are wrong, as on an ordinary day: the date, the port, and a shared OAuth redirect.
    """
    config = wrangler(1).replace("2026-11-01", "2025-03-01")
    write(root, "backend/wrangler.toml", config)
    write(root, "backend/.dev.vars", "SESSION_SECRET=not-for-production\n")
    for number in range(1, 9):
        write(
            root,
            f"backend/migrations/{number:04}_step.sql",
            f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY);\n",
        )
    container = {
        "image": "mcr.microsoft.com/devcontainers/typescript-node:22",
        "forwardPorts": [5173],
        "postCreateCommand": "npm ci",
    }
    write(
        root, ".devcontainer/devcontainer.json", "// The team's container\n" + json.dumps(container, indent=2)
    )
    for stage in ("development", "production"):
        host = "localhost:8788" if stage == "development" else "worker-1.shop.test"
        text = f"ENVIRONMENT={stage}\nPUBLIC_URL=https://{host}\nGITHUB_REDIRECT_URI=https://worker-1.shop.test/cb\n"
        write(root, f".env.{stage}", text)
    manifest = {"scripts": {"dev": "wrangler dev"}, "devDependencies": {"wrangler": "^4.40.0"}}
    write(root, "package.json", json.dumps(manifest, indent=2))
    write(root, "package-lock.json", json.dumps(lockfile(800), indent=2))
    write(root, ".gitignore", "node_modules/\n.dev.vars\n.env.*\n")
    write(root, "backend/src/index.ts", "export default {};\n")
    for number in range(200):
        write(root, f"backend/src/part{number % 20}/module{number}.ts", f"export const n = {number};\n" * 40)
    commit(root)


def lockfile(packages: int) -> dict[str, object]:
    """An npm lockfile as long as that of a project of some size."""
    entries: dict[str, object] = {"": {"name": "shop"}, "node_modules/wrangler": {"version": "4.40.2"}}
    for number in range(packages):
        entries[f"node_modules/package-{number}"] = {
            "version": f"1.{number}.0",
            "integrity": "sha512-" + "A" * 86 + "==",
            "license": "MIT",
        }
    return {"name": "shop", "lockfileVersion": 3, "packages": entries}


def monorepo(root: Path, workers: int) -> None:
    """A tree of Workers, each in a folder of its own with an env file and a migration; nothing is wrong."""
    for number in range(workers):
        folder = f"apps/group{number % 20}/worker{number}"
        write(root, f"{folder}/wrangler.toml", wrangler(number))
        write(root, f"{folder}/.dev.vars.example", "SESSION_SECRET=\n")
        write(root, f"{folder}/package.json", json.dumps({"name": f"worker-{number}"}))
        write(root, f"{folder}/migrations/0001_start.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY);\n")
        write(root, f"{folder}/src/index.ts", "export default {};\n")
    write(root, ".gitignore", "node_modules/\n.dev.vars\n")
    commit(root)


def write(root: Path, path: str, text: str) -> None:
    """Write a file, with the folders that it needs."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def commit(root: Path) -> None:
    """Make a repository of a folder, everything in it committed."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    person = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@test.invalid")
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "Start")):
        subprocess.run(["git", "-C", str(root), *person, *arguments], check=True, env=environment)
