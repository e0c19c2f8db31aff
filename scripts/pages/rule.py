"""The page of one rule: what it finds and why, an example of either kind, how to put it right."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping

from cfguard.explain import settings_lines
from cfguard.policy.advice import general_advice
from cfguard.policy.compile import compile_rule
from cfguard.policy.expression import Template
from cfguard.policy.load import RuleFile
from cfguard.policy.offer import CompiledFix
from cfguard.policy.rule import Rule
from cfguard.resources import policies_dir
from cfguard.testing import Case, cases_path, load_cases
from scripts.pages.markdown import fenced, table

_LANGUAGES = {
    ".toml": "toml",
    ".json": "jsonc",
    ".jsonc": "jsonc",
    ".sql": "sql",
    ".ts": "ts",
    ".yml": "yaml",
}
_LANGUAGES |= {".yaml": "yaml", ".md": "markdown", ".sh": "sh", ".js": "js"}
_UP = "../../.."
"""From a page to the root of the repository."""


def lines(rule: Rule) -> Iterator[str]:
    """The page of a bundled rule."""
    yield from (f"# {rule.id}", "", f"**{rule.title}.**", "", _standing(rule), "", rule.why, "")
    cases = load_cases(cases_path(RuleFile(rule.id, os.path.join(policies_dir(), f"{rule.id}.toml"))))
    failing = next(case for case in cases if case.fails)
    compiled = compile_rule(rule)
    yield from _example("An example that fails", failing)
    yield from _example("An example that passes", next(case for case in cases if not case.fails))
    yield from ("## How to put it right", "", f"{general_advice(rule.help)}.", "")
    yield from _fixes(compiled.fixes, next((case for case in cases if case.fixed), failing), failing)
    if rule.cannot_tell is not None:
        yield from ("Where the rule cannot judge it says so in a note instead of passing in silence.", "")
    yield from _settings(rule)
    if rule.references:
        yield from ("## References", "", *(f"* <{each}>" for each in rule.references), "")
    yield "## More"
    yield ""
    yield f"* [more cases]({_UP}/policies/{rule.id}.cases.md), those that stay silent included"
    yield f"* [the rule itself]({_UP}/policies/{rule.id}.toml)"
    yield "* [all rules](../../rules.md)"


def _standing(rule: Rule) -> str:
    parts = [f"Severity `{rule.severity}`", f"profile `{rule.profile}`"]
    if rule.clauses:
        noun = "clause" if len(rule.clauses) == 1 else "clauses"
        links = (f"[{clause}](../../rules.md#{clause.lower()})" for clause in rule.clauses)
        parts.append(f"{noun} {', '.join(links)} of the specification")
    if rule.security_severity is not None:
        parts.append(f"security severity {rule.security_severity}")
    if rule.upstream is not None:
        parts.append(f"{rule.upstream} says the same")
    return ", ".join(parts) + "."


def _example(title: str, case: Case) -> Iterator[str]:
    yield from (f"## {title}", "", f"{case.title[:1].upper()}{case.title[1:]}:", "")
    for path, text in case.files:
        encoding = f" in {case.encodings[path]}" if path in case.encodings else ""
        yield from (f"`{path}`{encoding}", "", *fenced(_language(path), text), "")
    if case.git is not None:
        tracked = ", ".join(f"`{line.partition(' ')[2]}`" for line in case.git if line.startswith("tracked"))
        yield from (f"Git tracks {tracked}." if tracked else "Git tracks none of them.", "")
    if case.options:
        yield from ("With the settings", "", *fenced("toml", "\n".join(_options(case.options))), "")
    if case.expected:
        yield from ("cfguard says", "", *fenced("text", "\n".join(case.expected)), "")


def _language(path: str) -> str:
    name = path.rpartition("/")[2]
    if name.startswith((".env", ".dev.vars")):
        return "dotenv"
    return "dockerfile" if "Dockerfile" in name else _LANGUAGES.get(os.path.splitext(name)[1], "text")


def _options(options: Mapping[str, object]) -> Iterator[str]:
    for name, value in options.items():
        if isinstance(value, dict):
            yield from (f"{name}.{key} = {json.dumps(inner)}" for key, inner in value.items())
        else:
            yield f"{name} = {json.dumps(value, default=str)}"


def _readable(message: Template) -> str:
    """A message, with `…` where a finding names what it found."""
    return "".join(part if isinstance(part, str) else "…" for part in message.parts)


def _fixes(fixes: tuple[CompiledFix, ...], example: Case, failing: Case) -> Iterator[str]:
    """What cfguard can do about it, with an example before (unless it is shown already) and after."""
    if not fixes:
        return
    yield from ("## What `--fix` does", "")
    for fix in fixes:
        how = "`cfguard check --fix`" if fix.safety == "safe" else "`cfguard check --fix --unsafe-fixes`"
        yield f"* {_readable(fix.title)} ({fix.safety}: {how})"
    yield ""
    if example is not failing:
        for path, text in example.files:
            yield from (f"`{path}` before", "", *fenced(_language(path), text), "")
    for path, text in example.fixed:
        yield from (f"`{path}` after", "", *fenced(_language(path), text), "")


def _settings(rule: Rule) -> Iterator[str]:
    yield from ("## Settings", "")
    if rule.params:
        head = ["parameter", "default", *(["under `strict`"] if rule.strict_params else [])]
        rows = []
        for name, value in rule.params.items():
            row = [f"`{name}`", f"`{json.dumps(value, ensure_ascii=False)}`"]
            if rule.strict_params:
                row.append(f"`{json.dumps(rule.strict_params.get(name, value), ensure_ascii=False)}`")
            rows.append(row)
        yield from (*table(head, rows), "")
    yield from (*fenced("toml", "\n".join(settings_lines(rule))), "")
    yield f"One place is accepted with `cfguard: ignore[{rule.id}] the reason` in a comment on the line above it."
    yield ""
