"""What cfguard checks, by area, with the number of rules: the table of the README."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cfguard.policy.load import load_bundled
from scripts.pages.markdown import table

#: Areas that are told in one row: who reads the README asks what is found, not what it is called.
_ROWS = {
    (
        "wrangler",
        "limits",
    ): "what wrangler's own validator says, for every environment at once and with the place; what it keeps "
    "silent about: settings lost below `[vars]`, configs nobody reads, old compatibility dates, limits of the plan",
    (
        "d1",
    ): "a database that two stages share, a binding that one of them lacks, development on deployed data",
    (
        "migrations",
        "schema",
    ): "migrations played through in memory: what D1 refuses, rows that a rebuild deletes, rollbacks that "
    "fail or lose rows, files that were renamed, edited or never applied",
    (
        "secrets",
    ): "credentials in every tracked file, in `vars`, in git's index and history; env files that git does not ignore; "
    "secrets that stages share, that nothing declares, that were never changed",
    (
        "env",
    ): "files that wrangler passes over, lines it reads differently from what they say, variables a stage lacks",
    (
        "oauth",
    ): "redirects without TLS, to another stage's host, or that the provider refuses; one application for two stages",
    (
        "devcontainer",
    ): "a port that is not forwarded, a Node too old for wrangler, a local database lost on rebuild, commands "
    "that cannot work, in devcontainer.json, Dockerfile and Compose",
    (
        "health",
        "deployment",
        "dev-state",
        "tests",
    ): "records of health checks, deployments and dev servers, definitions of "
    "contract and integration tests: shape, order of events, budgets",
    (
        "config",
    ): "syntax errors, several in one run; keys set twice; ignore comments that hide nothing any more",
}


def lines() -> Iterator[str]:
    """The table; raises ValueError where an area has no row, or a row no area."""
    rules = load_bundled()
    counts = Counter(rule.area for rule in rules)
    told = [area for areas in _ROWS for area in areas]
    if sorted(told) != sorted(counts):
        raise ValueError(f"the README tells of {sorted(told)}, and there is {sorted(counts)}")
    usual = sum(rule.profile == "recommended" for rule in rules)
    yield f"{len(rules)} rules, {usual} of them without any settings (the profile `recommended`):"
    yield ""
    yield from table(
        ("area", "rules", "finds"), (_row(areas, about, counts) for areas, about in _ROWS.items())
    )


def _row(areas: tuple[str, ...], about: str, counts: Counter[str]) -> tuple[str, str, str]:
    named = ", ".join(f"[{area}](docs/rules.md#{area})" for area in areas)
    return named, str(sum(counts[area] for area in areas)), about
