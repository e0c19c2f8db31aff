"""Secrets in every place that cfguard reads, and not a piece of one in anything that it writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cfguard.commands.check import ARGUMENTS
from cfguard.report import FORMATS
from cfguard.report.envs import FORMATS as MATRIX_FORMATS
from cfguard.report.migrations import FORMATS as PLAN_FORMATS
from tests.machine import git
from tests.secrets.samples import BASE64, Maker

#: A piece of a secret this long would be of use, and is in no output by accident.
PIECE = 10


class Secrets:
    """Makes secrets, and remembers every one."""

    def __init__(self) -> None:
        self._make = Maker(77)
        self.made: list[str] = []

    def named(self) -> str:
        """One that only its name gives away."""
        return self._kept(self._make.text(32))

    def password(self) -> str:
        """One that a person chose, short."""
        return self._kept("Kestrel" + self._make.text(6, "123456789") + "xq")

    def shaped(self) -> str:
        """One that its form gives away in any place."""
        return self._kept("sb" + "p_" + self._make.hex(40))

    def key(self) -> str:
        """A private key on one line."""
        self._kept(self._make.text(64, BASE64))
        return "-----BEGIN PRIVATE " + f"KEY-----\\n{self.made[-1]}\\n-----END PRIVATE " + "KEY-----"

    def _kept(self, secret: str) -> str:
        self.made.append(secret)
        return secret

    def pieces_in(self, text: str) -> list[str]:
        """The pieces of secrets that a text holds."""
        found = []
        for secret in self.made:
            starts = range(0, len(secret) - PIECE + 1)
            found += [secret[at : at + PIECE] for at in starts if secret[at : at + PIECE] in text][:1]
        return found


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def plant_env_files(root: Path, s: Secrets) -> None:
    write(root, ".gitignore", ".dev.vars\n")
    write(root, ".dev.vars", f"SESSION_SECRET={s.named()}\nTWITTER_CLIENT_SECRET='{s.named()}'\n")
    write(
        root,
        ".env.production",
        f"SESSION_SECRET={s.named()}\nSESSION_SECRET={s.named()}\nADMIN_PASSWORD={s.password()}#{s.named()}\n"
        f"DATABASE_URL=postgres://app:{s.named()}@db.acme.net/app\nAPI_TOKEN=$HOME{s.named()}\n"
        f'{s.shaped()}\nAPI KEY={s.named()}\nJWT_SECRET="{s.named()}\n# OLD_TOKEN={s.named()}\n'
        f"TWITTER_REDIRECT_URI=http://acme.dev/callback?code={s.shaped()}\nENVIRONMENT={s.shaped()}\n",
    )
    write(
        root,
        ".env.example",
        f"SESSION_SECRET={s.named()}\nSMTP_PASSWORD='{s.password()}'\nKEY=\"{s.key()}\"\n",
    )


def plant_configs(root: Path, s: Secrets) -> None:
    write(
        root,
        "wrangler.toml",
        f'name = "{s.shaped()}"\nmain = "src/{s.shaped()}.ts"\ncompatibility_date = "{s.shaped()}"\n'
        f'# API_TOKEN = "{s.named()}"\napi_token = "{s.named()}"\nroutes = ["{s.shaped()}/*"]\n'
        f'[vars]\nSESSION_SECRET = "{s.named()}"\nSMTP = {{ password = "{s.password()}", host = "x" }}\n'
        f'[env.production.vars]\nSESSION_SECRET = "{s.named()}"\nPLAIN = "{s.shaped()}"\n'
        f"[env.{s.shaped()}]\nname = 7\n"
        f'[[hyperdrive]]\nbinding = "H"\nid = "{s.shaped()}"\n'
        f'localConnectionString = "postgres://u:{s.named()}@h.acme.net/d"\n'
        '[[d1_databases]]\nbinding = "DB"\ndatabase_name = "app"\ndatabase_id = "x"\n',
    )
    write(
        root,
        "broken/wrangler.toml",
        f'name = "broken"\n[vars\nSESSION_SECRET = "{s.named()}"\nAPI_KEY = {s.named()}\n= "{s.shaped()}"\n',
    )
    write(
        root,
        "jsonc/wrangler.jsonc",
        f'{{ "name": "x", // token: {s.named()}\n "vars": {{ "A": {{ "apiKey": "{s.named()}" }}, '
        f'"B": ["{s.shaped()}"] }},\n "{s.shaped()}": 1, "password": {s.named()}\n "x" }}\n',
    )
    write(
        root,
        ".devcontainer/devcontainer.json",
        f'{{ "image": "x:{s.shaped()}", "containerEnv": {{ "API_TOKEN": "{s.named()}" }},\n'
        f' "remoteEnv": {{ "DB_PASSWORD": "{s.password()}" }}, "postCreateCommand": "login --token {s.named()}",\n'
        f' "build": {{ "args": {{ "NPM_TOKEN": "{s.named()}" }} }}, "{s.shaped()}": true }}\n',
    )
    write(
        root,
        "stack/.devcontainer/devcontainer.json",
        '{ "dockerComposeFile": "compose.yml", "service": "app" }\n',
    )
    write(
        root,
        "stack/.devcontainer/compose.yml",
        f"services:\n  app:\n    image: node:22\n    environment:\n      - DB_PASSWORD={s.password()}\n"
        f"      - API_TOKEN={s.named()}\n    command: run --token {s.named()}\n    {s.shaped()}: [\n",
    )
    write(
        root,
        "package.json",
        f'{{ "name": "x", "scripts": {{ "deploy": "API_TOKEN={s.named()} wrangler deploy --env {s.shaped()}",\n'
        f' "seed": "wrangler d1 execute app --command {s.shaped()}" }},\n'
        f' "dependencies": {{ "wrangler": "{s.shaped()}" }} }}\n',
    )


def plant_sources(root: Path, s: Secrets) -> None:
    half = s.named(), s.named()
    write(
        root,
        "src/index.ts",
        f"const apiKey = '{s.named()}';\nconst token = '{half[0]}' +\n  '{half[1]}';\n// password: {s.password()}\n"
        f"fetch('https://a.acme.net?api_key={s.named()}'); // cfguard: ignore[{s.shaped()}] {s.shaped()}\n"
        f"const url = 'postgres://a:{s.named()}@db.acme.net/x', other = '{s.shaped()}';\n",
    )
    write(root, "config.json", f'{{ "stripe": {{ "secretKey": "{s.named()}" }}, "x": "{s.shaped()}" }}\n')
    write(root, "deploy.yml", f"env:\n  API_TOKEN: {s.named()}\n  DB_PASSWORD: >-\n    {s.named()}\n")
    write(root, "Dockerfile", f"FROM node\nENV API_KEY={s.named()}\nARG TOKEN={s.named()}\n")
    write(root, "README.md", f"| `API_KEY` | `{s.named()}` |\n")
    write(root, "keys/app.pem", s.key().replace("\\n", "\n") + "\n")
    write(
        root,
        "migrations/0001_init.sql",
        f"CREATE TABLE settings (name TEXT, value TEXT, api_token TEXT DEFAULT '{s.named()}');\n"
        f"INSERT INTO settings (name, value) VALUES ('session_secret', '{s.named()}');\n"
        f"INSERT INTO settings (api_token) VALUES ('{s.named()}');\n",
    )
    write(
        root,
        "migrations/0002_broken.sql",
        f"INSERT INTO nowhere VALUES ('{s.shaped()}');\nSELECT {s.shaped()} FROM x;\n"
        f"UPDATE t SET password = '{s.password()}';\n",
    )


def plant_rules(root: Path, s: Secrets) -> None:
    write(root, "cfguard.toml", f'# token = "{s.named()}"\npolicies = ["rules"]\n')
    write(
        root,
        "rules/acme/told.toml",
        'title = "Told"\nwhy = "x"\nseverity = "warning"\neach = "variable"\nassert = "false"\n'
        'message = "{self.name} is {self.value} in {self.path}"\nhelp = "{self.value}"\n',
    )
    write(
        root,
        "rules/acme/told.cases.md",
        f"# acme/told\n\n## Fails: x\n\n```env .env\nAPI_TOKEN={s.named()}\n```\n",
    )
    write(root, "rules/acme/broken.toml", f'title = "x"\nseverity = "{s.shaped()}"\n{s.shaped()} = 1\n')


@pytest.fixture
def planted(tmp_path: Path) -> tuple[Path, Secrets]:
    root, secrets = tmp_path / "planted", Secrets()
    for plant in (plant_env_files, plant_configs, plant_sources, plant_rules):
        plant(root, secrets)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Everything")
    return root, secrets


def run(root: Path, *words: str) -> tuple[int, str, Path]:
    """The exit code and all that a command writes, with a fresh folder for its cache and temporary files."""
    scratch = root.parent / "scratch"
    for name in ("cache", "temporary", "out"):
        (scratch / name).mkdir(parents=True, exist_ok=True)
    environment = {key: value for key, value in os.environ.items() if key != "CFGUARD_DEBUG"} | {
        "CFGUARD_CACHE_DIR": str(scratch / "cache"),
        "TMPDIR": str(scratch / "temporary"),
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }
    done = subprocess.run(
        [sys.executable, "-m", "cfguard", *words], cwd=root, env=environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr, scratch


def left_behind(scratch: Path) -> str:
    files = [path for path in scratch.rglob("*") if path.is_file()]
    return "\n".join(f"{path.name}\n{path.read_bytes().decode('utf-8', 'replace')}" for path in files)


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_of_a_report_shows_one(planted: tuple[Path, Secrets], format: str) -> None:
    root, secrets = planted
    _, out, scratch = run(root, "check", ".", "--profile", "all", "--format", format)
    assert secrets.pieces_in(out) == []
    assert len(out) > 1_000
    assert secrets.pieces_in(left_behind(scratch)) == []


def test_what_is_planted_is_found(planted: tuple[Path, Secrets]) -> None:
    root, _ = planted
    _, out, _ = run(root, "check", ".", "--format", "json")
    told = {
        (each["path"], each["rule"])
        for each in json.loads(out)["findings"]
        if each["rule"].startswith("secrets/")
    }
    files = {path for path, _ in told}
    assert files >= {
        ".env.production", ".env.example", "wrangler.toml", "broken/wrangler.toml", "jsonc/wrangler.jsonc",
        ".devcontainer/devcontainer.json", "stack/.devcontainer/compose.yml", "package.json", "src/index.ts",
        "config.json", "deploy.yml", "Dockerfile", "README.md", "keys/app.pem", "migrations/0001_init.sql",
    }  # fmt: skip


FLAGS = [(flag,) for flag, about in ARGUMENTS.items() if about.get("action") == "store_true"]


@pytest.mark.parametrize("words", [*FLAGS, ("--color", "always")])
def test_no_manner_of_writing_shows_one(planted: tuple[Path, Secrets], words: tuple[str, ...]) -> None:
    root, secrets = planted
    assert secrets.pieces_in(run(root, "check", ".", "--profile", "all", *words)[1]) == []


def test_no_file_that_a_run_leaves_holds_one(planted: tuple[Path, Secrets]) -> None:
    root, secrets = planted
    outputs = [f"--output={format}=../scratch/out/{format}" for format in FORMATS]
    for _ in range(2):  # the second run reads the caches of the first
        code, out, scratch = run(root, "check", ".", "--profile", "all", *outputs)
        assert code in (1, 2)
        assert secrets.pieces_in(out + left_behind(scratch)) == []
    assert [*(scratch / "out").iterdir()]
    assert [*(scratch / "cache").rglob("*.json")]
    assert [*(scratch / "temporary").rglob("*")] == []


@pytest.mark.parametrize("format", MATRIX_FORMATS)
def test_the_environments_show_none(planted: tuple[Path, Secrets], format: str) -> None:
    root, secrets = planted
    _, out, scratch = run(root, "envs", ".", "--format", format)
    assert secrets.pieces_in(out + left_behind(scratch)) == []
    assert "SECRET" in out


@pytest.mark.parametrize("format", PLAN_FORMATS)
@pytest.mark.parametrize("words", [(".",), ("schema", ".")])
def test_the_migrations_show_none(planted: tuple[Path, Secrets], format: str, words: tuple[str, ...]) -> None:
    root, secrets = planted
    _, out, scratch = run(root, "migrations", *words, "--format", format)
    assert secrets.pieces_in(out + left_behind(scratch)) == []
    assert "settings" in out


@pytest.mark.parametrize("words", [("test", "rules"), ("rule", "acme/told"), ("rule",)])
def test_rules_and_their_cases_show_none(planted: tuple[Path, Secrets], words: tuple[str, ...]) -> None:
    root, secrets = planted
    assert secrets.pieces_in(run(root, *words)[1]) == []


@pytest.mark.parametrize(
    "settings",
    [
        'profile = "{}"',
        "{} = 1",
        'exclude = ["a"]\n[rules."{}"]\nseverity = "off"',
        "token = {}",
        "[rules\n{}",
    ],
)
def test_mistakes_in_settings_show_none(planted: tuple[Path, Secrets], settings: str) -> None:
    root, secrets = planted
    write(root, "cfguard.toml", settings.replace("{}", secrets.shaped()) + "\n")
    code, out, _ = run(root, "check", ".")
    assert code == 2
    assert secrets.pieces_in(out) == []


def test_a_bug_of_ours_shows_none(planted: tuple[Path, Secrets]) -> None:
    root, secrets = planted
    program = """
import sys
import cfguard.report.text as face
from cfguard.cli import main

def fail(report, **wishes):
    raise RuntimeError(next(iter(report.documents.values())).source.text)

face.render = fail
sys.exit(main(["check", "."]))
"""
    environment = {key: value for key, value in os.environ.items() if key != "CFGUARD_DEBUG"}
    environment["PYTHONPATH"] = str(Path(__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert secrets.pieces_in(done.stdout + done.stderr) == []
