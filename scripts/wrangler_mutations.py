"""Writes many wrangler configs, right and wrong in every section, to compare validators with.

    python scripts/wrangler_mutations.py OUT --seed 1 --count 2000

The configs are made of small right sections, some environments, and up to three mutations: another type, a
missing or misspelt key, an unknown key, a repeated entry, a value out of range. The same seed gives the same
files. Half are TOML, half JSON.
"""

from __future__ import annotations

import argparse
import copy
import datetime
import json
import os
import random
import re
import sys
from collections.abc import Callable
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from scripts.wrangler_seeds import INTERESTING, SECTIONS, TOP_ONLY

Config = dict[str, Any]
Place = tuple[Any, str | int]

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")


def base(rng: random.Random) -> Config:
    """A right config of a few sections, sometimes with environments."""
    config: Config = {"name": "shop-api", "compatibility_date": "2026-03-01"}
    if rng.random() < 0.85:
        config["main"] = "src/index.ts"
    for section in rng.sample(sorted(SECTIONS), rng.randint(1, 7)):
        config[section] = copy.deepcopy(rng.choice(SECTIONS[section]))
    if rng.random() < 0.08:
        config["pages_build_output_dir"] = "dist"
        config.pop("main", None)
    if rng.random() < 0.6:
        names = rng.sample(["production", "staging", "preview", "dev"], rng.randint(1, 2))
        config["env"] = {name: environment(config, rng) for name in names}
    return config


def environment(config: Config, rng: random.Random) -> Config:
    """An environment that repeats some of the top level, drops some, and adds its own."""
    result: Config = {}
    for key, value in config.items():
        if key not in ("name", "env") and key not in TOP_ONLY and rng.random() < 0.6:
            result[key] = copy.deepcopy(value)
    if rng.random() < 0.4:
        section = rng.choice(sorted(set(SECTIONS) - TOP_ONLY))
        result[section] = copy.deepcopy(rng.choice(SECTIONS[section]))
    if rng.random() < 0.1:
        section = rng.choice(sorted(TOP_ONLY))
        result[section] = copy.deepcopy(rng.choice(SECTIONS[section]))
    return result


def places(value: Any) -> list[Place]:
    """Every member and item below a value, as its container and key."""
    found: list[Place] = []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        found.append((value, key))
        found += places(child)
    return found


def pick(config: Config, rng: random.Random) -> Place:
    """A random place; deep ones are as likely as shallow ones."""
    return rng.choice(places(config))


def other_type(config: Config, rng: random.Random, *, nulls: bool) -> None:
    """Put a value of any type in the place of another."""
    container, key = pick(config, rng)
    container[key] = copy.deepcopy(rng.choice(INTERESTING))
    if container[key] is None and not nulls:
        container[key] = datetime.date(2026, 1, 1)


def remove(config: Config, rng: random.Random, *, nulls: bool) -> None:
    """Take something away."""
    container, key = pick(config, rng)
    del container[key]


def misspell(config: Config, rng: random.Random, *, nulls: bool) -> None:
    """Write a key slightly wrong."""
    container, key = pick(config, rng)
    if isinstance(key, str) and len(key) > 2:
        at = rng.randrange(len(key) - 1)
        wrong = rng.choice(
            [key[:at] + key[at + 1] + key[at] + key[at + 2 :], key + "s", key[:-1], key.upper()]
        )
        container[wrong] = container.pop(key)


def invent(config: Config, rng: random.Random, *, nulls: bool) -> None:
    """Add a key that nothing knows, or one that belongs elsewhere."""
    tables = [config, *(c[k] for c, k in places(config) if isinstance(c[k], dict))]
    key = rng.choice(
        ["foo", "remote", "binding", "name", "site", "usage_model", "type", "legacy_env", "enabled"]
    )
    rng.choice(tables)[key] = copy.deepcopy(rng.choice([*INTERESTING[:8], "x", True]))


def repeat(config: Config, rng: random.Random, *, nulls: bool) -> None:
    """Write an entry twice, or take another binding's name."""
    arrays = [c[k] for c, k in places(config) if isinstance(c[k], list) and c[k]]
    names = [(c, k) for c, k in places(config) if k == "binding" and isinstance(c, dict)]
    if arrays and rng.random() < 0.5:
        array = rng.choice(arrays)
        array.append(copy.deepcopy(rng.choice(array)))
    elif len(names) > 1:
        (left, left_key), (right, right_key) = rng.sample(names, 2)
        left[left_key] = copy.deepcopy(right[right_key])


def wrap(config: Config, rng: random.Random, *, nulls: bool) -> None:
    """Confuse a table with an array of tables, or a value with its text."""
    container, key = pick(config, rng)
    value = container[key]
    if isinstance(value, list) and value:
        container[key] = value[0]
    elif isinstance(value, bool | int | float):
        container[key] = str(value).lower()
    else:
        container[key] = [value]


def edge(config: Config, rng: random.Random, *, nulls: bool) -> None:
    """Change a number or a string a little."""
    container, key = pick(config, rng)
    value = container[key]
    if isinstance(value, bool):
        container[key] = not value
    elif isinstance(value, int | float):
        container[key] = rng.choice([0, -1, 1, 1.5, 5, 99, 101, 65536, 1e9, 0.0001])
    elif isinstance(value, str):
        container[key] = rng.choice(["", value.upper(), value + " ", value[:-1], "-" + value, value * 30])


MUTATIONS: tuple[Callable[..., None], ...] = (
    other_type,
    other_type,
    remove,
    misspell,
    invent,
    repeat,
    wrap,
    edge,
)


def mutated(rng: random.Random, *, nulls: bool) -> Config:
    """One config with up to three mutations."""
    config = base(rng)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        rng.choice(MUTATIONS)(config, rng, nulls=nulls)
        if not config:
            break
    return config


def toml(config: Config) -> str:
    """A config as TOML: headers for tables and arrays of tables of the first two levels, the rest inline."""
    plain, tables = _split(config)
    lines = [f"{_key(key)} = {_inline(value)}" for key, value in plain]
    for key, value in tables:
        lines += _section(_key(key), value, depth=0)
    return "\n".join(lines) + "\n"


def _split(table: Config) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    plain: list[tuple[str, Any]] = []
    tables: list[tuple[str, Any]] = []
    for key, value in table.items():
        is_array = isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
        (tables if isinstance(value, dict) or is_array else plain).append((key, value))
    return plain, tables


def _section(name: str, value: Any, depth: int) -> list[str]:
    lines: list[str] = []
    for table in value if isinstance(value, list) else [value]:
        lines.append(f"\n[[{name}]]" if isinstance(value, list) else f"\n[{name}]")
        plain, tables = _split(table) if depth < 2 else (list(table.items()), [])
        lines += [f"{_key(key)} = {_inline(item)}" for key, item in plain]
        for key, item in tables:
            lines += _section(f"{name}.{_key(key)}", item, depth + 1)
    return lines


def _key(key: str) -> str:
    return key if _BARE.match(key) else json.dumps(key)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return json.dumps(value) if value is not None else '""'


def main() -> int:
    """Write the files and a list of their names."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=2000)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    names = []
    for index in range(options.count):
        as_toml = index % 2 == 0
        config = mutated(rng, nulls=not as_toml)
        text = (
            toml(config) if as_toml else json.dumps(config, indent=rng.choice([None, 2, "\t"]), default=str)
        )
        folder = os.path.join(options.out, f"{index:05}")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(
            folder, "wrangler.toml" if as_toml else rng.choice(["wrangler.json", "wrangler.jsonc"])
        )
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        names.append(path)
    with open(os.path.join(options.out, "files.txt"), "w", encoding="utf-8") as file:
        file.write("\n".join(names) + "\n")
    print(f"{len(names)} configs in {options.out}; their names are in files.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
