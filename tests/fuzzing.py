"""Files gone wrong: seeds from the rules' own cases, and ways to damage them.

Also a script, for long runs: ``python -m tests.fuzzing ITERATIONS [SEED]``.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from functools import cache

from cfguard.api import Request, check_request
from cfguard.finding import Report
from cfguard.policy.load import rule_files
from cfguard.resources import policies_dir
from cfguard.testing import cases_path, load_cases

TODAY = date(2026, 11, 22)
Files = dict[str, bytes]

_ODD_VALUES = (
    "null", "true", "0", "-1", "8787", "99999999999999999999", "1e400", '""', '"x"', "[]", "{}", "[[[[1]]]]",
    "2026-11-01", "2026-11-01T00:00:00Z", "[{}]", '{"a" = 1}', '{"a": 1}', "nan", "inf", '"\\u0000"', '"\\ud800"',
    '"https://[::1"', '"http://*:99999/#"', '"' + "A" * 3000 + '"', "[1, [2, [3, {}]]]", "'''\n'''", '"{{x}}"',
)  # fmt: skip
_ODD_KEYS = (
    "env", "vars", "d1_databases", "database_id", "binding", "name", "compatibility_date", "dev", "port", "routes",
    "route", "pattern", "zone_name", "forwardPorts", "portsAttributes", "appPort", "runArgs", "features", "image",
    "postCreateCommand", "scripts", "dependencies", "devDependencies", "ENVIRONMENT", "TWITTER_CLIENT_ID",
    "TWITTER_REDIRECT_URI", "SESSION_SECRET", "DATABASE_URL", "APP_URL", "DB_PATH", "production", "development",
    "", "*", "a.b", "__proto__", "ключ", "\U0001f511",
)  # fmt: skip
_VALUE = re.compile(
    rb'"(?:[^"\\\n]|\\.)*"|\b(?:true|false|null)\b|-?\b\d[\d.:TZ-]*|\[[^\[\]\n]*\]|\{[^{}\n]*\}'
)
_WORD = re.compile(rb"[A-Za-z_][A-Za-z_]{2,}")


@cache
def seeds() -> tuple[Files, ...]:
    """The files of every case of the bundled rules and of the example projects."""
    found: list[Files] = []
    for file in rule_files(policies_dir()):
        found += [{path: text.encode() for path, text in case.files} for case in load_cases(cases_path(file))]
    examples = os.path.join(os.path.dirname(policies_dir()), "examples")
    for name in sorted(os.listdir(examples)):
        files: Files = {}
        for folder, _, names in os.walk(os.path.join(examples, name)):
            for each in sorted(names):
                full = os.path.join(folder, each)
                with open(full, "rb") as opened:
                    files[os.path.relpath(full, os.path.join(examples, name))] = opened.read()
        found.append({path: data for path, data in files.items() if not path.endswith("cfguard.toml")})
    return tuple(found)


def mutate(files: Files, chance: random.Random) -> Files:
    """The files with one to six things damaged."""
    changed = dict(files)
    if chance.random() < 0.3:  # two projects in one: entities meet that never met
        changed = {**chance.choice(seeds()), **changed}
    for _ in range(chance.randint(1, 6)):
        path = chance.choice(sorted(changed))
        changed[path] = chance.choice(_MUTATIONS)(changed[path], chance)
    if chance.random() < 0.1:
        path = chance.choice(sorted(changed))
        changed[chance.choice(_NAMES)] = changed[path]
    return changed


_NAMES = (
    "wrangler.toml", "wrangler.json", "wrangler.jsonc", "wrangler.production.toml", ".env", ".env.production.local",
    ".dev.vars", ".dev.vars.production", ".devcontainer/devcontainer.json", "package.json", "a/b/wrangler.toml",
    ".env.", ".env.example", "package-lock.json", ".devcontainer.json", "pnpm-lock.yaml",
)  # fmt: skip


def _replace_value(data: bytes, chance: random.Random) -> bytes:
    return _splice(data, _VALUE, chance, chance.choice(_ODD_VALUES).encode("utf-8", "replace"))


def _replace_word(data: bytes, chance: random.Random) -> bytes:
    return _splice(data, _WORD, chance, chance.choice(_ODD_KEYS).encode())


def _swap_values(data: bytes, chance: random.Random) -> bytes:
    found = [match.group() for match in _VALUE.finditer(data)]
    return _splice(data, _VALUE, chance, chance.choice(found)) if found else data


def _splice(data: bytes, pattern: re.Pattern[bytes], chance: random.Random, by: bytes) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return data + by
    start, end = chance.choice(found).span()
    return data[:start] + by + data[end:]


def _lines(change: Callable[[list[bytes], random.Random], None]) -> Callable[[bytes, random.Random], bytes]:
    def mutation(data: bytes, chance: random.Random) -> bytes:
        lines = data.split(b"\n")
        change(lines, chance)
        return b"\n".join(lines)

    return mutation


def _delete_line(lines: list[bytes], chance: random.Random) -> None:
    del lines[chance.randrange(len(lines))]


def _double_line(lines: list[bytes], chance: random.Random) -> None:
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))


def _swap_lines(lines: list[bytes], chance: random.Random) -> None:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _add_pair(lines: list[bytes], chance: random.Random) -> None:
    key, value = json.dumps(chance.choice(_ODD_KEYS)), chance.choice(_ODD_VALUES)
    form = (
        chance.choice(("{} = {}", "{}: {},", "[{}]", "[[{}]]", "{}={}"))
        .replace("{}", key, 1)
        .replace("{}", value, 1)
    )
    lines.insert(chance.randrange(len(lines) + 1), form.encode("utf-8", "replace"))


def _truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _random_bytes(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.randbytes(chance.randint(1, 8)) + data[at:]


def _nest(data: bytes, chance: random.Random) -> bytes:
    depth = chance.choice((3, 60, 400, 3000))
    opening, closing = chance.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"{a=", b"}")))
    return _splice(data, _VALUE, chance, opening * depth + b"1" + closing * depth)


def _repeat(data: bytes, chance: random.Random) -> bytes:
    return data * chance.randint(2, 4)


def _encode(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp1252")), "replace")


_MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _replace_value, _replace_value, _replace_value, _replace_value, _replace_word, _replace_word, _swap_values,
    _swap_values, _lines(_delete_line), _lines(_double_line), _lines(_swap_lines), _lines(_add_pair),
    _lines(_add_pair), _truncate, _random_bytes, _nest, _repeat, _encode,
)  # fmt: skip


def check_files(files: Files, folder: str) -> Report:
    """Check a project with these files under all rules; the folder is left empty."""
    for path, data in files.items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if not os.path.isdir(full):
            with open(full, "wb") as opened:
                opened.write(data)
    try:
        return check_request(Request(paths=(folder,), profile="all", today=TODAY, settings=os.devnull))
    finally:
        for name in os.listdir(folder):
            full = os.path.join(folder, name)
            shutil.rmtree(full) if os.path.isdir(full) else os.unlink(full)


def failures(report: Report) -> list[str]:
    """What no content of a file may bring about."""
    ours = ("rule-failed", "internal", "policy")
    return [f"{each.kind}: {each.message}" for each in report.problems if each.kind in ours]


def main(iterations: int, seed: int) -> int:
    """Run many iterations and keep what fails as files in a new folder; returns how many failed."""
    chance = random.Random(seed)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(iterations):
            files = mutate(chance.choice(seeds()), chance)
            try:
                wrong = failures(check_files(files, folder))
            except Exception as error:
                wrong = [f"{type(error).__name__}: {error}"]
            if wrong:
                failed += 1
                kept = tempfile.mkdtemp(prefix=f"cfguard-fuzz-{number}-")
                for path, data in files.items():
                    full = os.path.join(kept, path)
                    os.makedirs(os.path.dirname(full), exist_ok=True)
                    with open(full, "wb") as opened:
                        opened.write(data)
                print(f"{number}: {wrong} ({kept})", flush=True)
    print(f"{iterations} iterations, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(min(1, main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)))
