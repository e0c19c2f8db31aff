"""Takes the facts (keys, types, enumerations; no prose) out of a wrangler package and compares them.

    npm pack wrangler@latest && tar xzf wrangler-*.tgz
    python scripts/wrangler_facts.py package            # what changed upstream, what our table lacks
    python scripts/wrangler_facts.py package --write    # record the new facts

The package's ``config-schema.json`` is stricter than its validator (unknown keys) and looser elsewhere
(bounds, patterns, combinations), so the table in ``schemas/`` is never made from it: it shows where to look.
What the validator does with a new key is then read off its behaviour, and the parity script judges it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(_HERE, "wrangler_facts.json")
TABLE = os.path.join(os.path.dirname(_HERE), "schemas", "wrangler.schema.json")

Facts = dict[str, str]

# Where the published schema and the validator disagree (wrangler 4.164.0), by the beginning of the path:
# the table follows the validator.
ON_PURPOSE = {
    "ai.staging": "known to the schema, passed over by the validator",
    "previews.ai.staging": "known to the schema, passed over by the validator",
    "previews.agent_memory": "the validator calls it unexpected",
    "previews.cloudchamber": "the validator calls it unexpected",
    "previews.connect": "the validator calls it unexpected",
    "previews.secrets": "the validator calls it unexpected",
    "previews.vpc_networks": "the validator calls it unexpected",
    "rules[].type": "the validator refuses PythonModule and PythonRequirement",
    "services[].props": "known to the schema, passed over by the validator",
    "previews.services[].props": "known to the schema, passed over by the validator",
    "unsafe.bindings[].": "passed over by the validator",
    "previews.unsafe.bindings[].": "passed over by the validator",
}
# Below these the published schema refers to the wrong definition (workers-sdk#15793).
_WRONG = ("previews.cache.", "previews.limits.", "previews.observability.", "previews.placement.")
_DEEPEST = 12


def published(schema: Mapping[str, Any]) -> Facts:
    """The facts of a package's schema: path to type words, for the top level and the keys of environments."""
    definitions = schema["definitions"]
    facts: Facts = {}
    _collect(facts, "", definitions["RawConfig"], definitions, "#/definitions/", ())
    for key in definitions["RawEnvironment"]["properties"]:
        facts[f"env.*.{key}"] = "key"
    return facts


def tabled(table: Mapping[str, Any]) -> Facts:
    """The facts of our own table, in the same form."""
    facts: Facts = {}
    _collect(facts, "", table, table["$defs"], "#/$defs/", (), table["properties"])
    for key, section in table["properties"].items():
        if section["x-inheritance"] != "top-only":
            facts[f"env.*.{key}"] = "key"
    return facts


def _collect(
    facts: Facts,
    path: str,
    schema: Mapping[str, Any],
    definitions: Mapping[str, Any],
    prefix: str,
    seen: tuple[str, ...],
    sections: Mapping[str, Any] | None = None,
) -> None:
    """Walk a schema through references and unions; a definition inside itself is not entered again."""
    if path.startswith("env.") or path == "env" or path.startswith(_WRONG) or path.count(".") > _DEEPEST:
        return
    reference = schema.get("$ref")
    if reference is not None:
        if reference not in seen:
            name = reference.rsplit("/", 1)[1]
            target = definitions[name] if reference.startswith(prefix) else (sections or {})[name]
            _collect(facts, path, target, definitions, prefix, (*seen, reference), sections)
        return
    if path:
        _note(facts, path, schema)
    for step, child in _children(schema):
        joined = f"{path}{step}" if step == "[]" or not path else f"{path}.{step}".replace("..", ".")
        _collect(facts, joined.rstrip("."), child, definitions, prefix, seen, sections)


def _children(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from schema.get("properties", {}).items()
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield "", branch
    switch = schema.get("x-switch", {})
    if switch:
        yield switch["on"], {"enum": list(switch["cases"])}
    for branch in (*switch.get("cases", {}).values(), *([switch["else"]] if "else" in switch else ())):
        yield "", branch
    if isinstance(schema.get("items"), dict):
        yield "[]", schema["items"]
    if isinstance(schema.get("additionalProperties"), dict):
        yield "*", schema["additionalProperties"]


def _note(facts: Facts, path: str, schema: Mapping[str, Any]) -> None:
    words = set(filter(None, facts.get(path, "").split(" ")))
    types = schema.get("type", ())
    words.update([types] if isinstance(types, str) else types)
    values = [
        *schema.get("enum", ()),
        *schema.get("x-also", ()),
        *([schema["const"]] if "const" in schema else []),
    ]
    words.update(f"={value}" for value in values if isinstance(value, str | int | float))
    facts[path] = " ".join(sorted(words))


def differences(old: Facts, new: Facts) -> list[str]:
    """What ``new`` has and ``old`` has not, and the reverse, and changed enumerations."""
    lines = [f"+ {path}: {new[path]}" for path in sorted(new.keys() - old.keys())]
    lines += [f"- {path}: {old[path]}" for path in sorted(old.keys() - new.keys())]
    for path in sorted(old.keys() & new.keys()):
        before, after = (set(facts[path].split()) for facts in (old, new))
        lines += [f"~ {path}: {word} added" for word in sorted(after - before) if word]
        lines += [f"~ {path}: {word} removed" for word in sorted(before - after) if word]
    return lines


def lacking(facts: Facts, table: Facts) -> list[str]:
    """Keys and enumerated values of the published schema that the table does not know."""
    lines = []
    for path, words in sorted(facts.items()):
        if path.startswith(tuple(ON_PURPOSE)) or _under_open(path, table):
            continue
        if path not in table:
            lines.append(f"{path}: {words}")
            continue
        values = {word for word in words.split() if word.startswith("=")}
        known = {word for word in table[path].split() if word.startswith("=")}
        if known and values - known:
            lines.append(f"{path}: {' '.join(sorted(values - known))}")
    return lines


def _under_open(path: str, table: Facts) -> bool:
    """Whether the table stops above a path, at a value of any shape, as the validator does."""
    parent = path
    while "." in parent or parent.endswith("[]"):
        parent = parent.removesuffix("[]") if parent.endswith("[]") else parent.rpartition(".")[0]
        if parent in table:
            return not any(other.startswith((f"{parent}.", f"{parent}[")) for other in table)
    return False


def _load(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        loaded: dict[str, Any] = json.load(file)
    return loaded


def main() -> int:
    """Print the differences; exit 1 if the package has something that the table lacks."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("package", help="folder of an unpacked wrangler npm package")
    parser.add_argument(
        "--write", action="store_true", help=f"record the facts in {os.path.basename(RECORDED)}"
    )
    options = parser.parse_args()
    facts = published(_load(os.path.join(options.package, "config-schema.json")))
    version = _load(os.path.join(options.package, "package.json"))["version"]
    table = _load(TABLE)
    if options.write:
        with open(RECORDED, "w", encoding="utf-8") as file:
            json.dump({"version": version, "facts": facts}, file, indent=0, sort_keys=True)
            file.write("\n")
    recorded = _load(RECORDED)
    changed = differences(recorded["facts"], facts)
    print(f"upstream, {recorded['version']} to {version}: {len(changed)} changes", *changed, sep="\n  ")
    missing = lacking(facts, tabled(table))
    print(f"not in our table of {table['x-wrangler']['version']}: {len(missing)}", *missing, sep="\n  ")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
