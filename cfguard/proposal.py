"""What a project could begin with, by what is seen in it: settings, a hook, a workflow.

Nothing is written here, and nothing is proposed that would not work: where the address of cfguard's repository
is not known, what needs it is only shown.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from typing import Literal

from cfguard import __version__
from cfguard.model.project import Project
from cfguard.model.stages import DEFAULT_PATTERNS, DEVELOPMENT, PRODUCTION, Stages
from cfguard.named_tuple import NamedTuple
from cfguard.published import PLACEHOLDER
from cfguard.reading import Unreadable, read_bytes
from cfguard.settings import FILES, SettingsError, load_settings
from cfguard.syntax import decode

Part = Literal["settings", "hook", "workflow"]

#: The newest release of the action that the workflow needs (2026-11-23, tags of github.com/actions/checkout).
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"

HOOK = ".pre-commit-config.yaml"
WORKFLOW = ".github/workflows/cfguard.yml"
#: Other managers of git hooks, by what they leave in a repository.
_OTHER_HOOKS = (".husky", "lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml")

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\Z")
"""Names of environments that may stand in a file that is written; a checked repository can name them anything."""


class Proposed(NamedTuple):
    """A file that a project could have.

    ``about`` says what it is for, ``wanted`` whether it is written without asking (``--yes``), and ``only_shown``
    why it can just be shown; empty where it can be written.
    """

    part: Part
    path: str
    text: str
    about: str
    wanted: bool = True
    only_shown: str = ""


class Seen(NamedTuple):
    """What was seen in a project: its Workers, the names of their environments, and what shows its plan."""

    workers: tuple[str, ...]
    stages: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...]
    paid_by: str
    is_repository: bool


def look_at(project: Project, stages: Mapping[str, tuple[str, ...]] | None = None) -> Seen:
    """Look at a project; ``stages`` are the patterns in force."""
    names = dict.fromkeys(
        name for worker in project.workers for name in worker.environment_names if _NAME.match(name)
    )
    stage_of = Stages(stages).of
    added: dict[str, dict[str, None]] = {DEVELOPMENT: {}, PRODUCTION: {}}
    unknown = []
    for name in names:
        if not stage_of(name):
            stage, pattern = _guess(name)
            if stage:
                added[stage][pattern] = None
            else:
                unknown.append(name)
    paid = next((use.words for use in project.usages if use.free is not None and use.amount > use.free), "")
    return Seen(
        workers=tuple(worker.path for worker in project.workers),
        stages={stage: (*DEFAULT_PATTERNS[stage], *new) for stage, new in added.items() if new},
        unknown=tuple(unknown),
        paid_by=paid,
        is_repository=project.git_known,
    )


def _guess(name: str) -> tuple[str, str]:
    """The stage that a part of a name says, with a pattern for such names; nothing where two parts differ."""
    found = {
        (stage, word)
        for stage, words in DEFAULT_PATTERNS.items()
        for word in words
        if word in re.split(r"[-_.]", name.lower())
    }
    if len({stage for stage, _ in found}) != 1:
        return "", ""
    stage, word = sorted(found)[0]
    lower = name.lower()
    if lower.startswith(word):
        return stage, f"{word}{lower[len(word)]}*"
    return stage, f"*{lower[-len(word) - 1]}{word}" if lower.endswith(word) else lower


def proposals(root: str, seen: Seen, *, profile: str, repository: str) -> tuple[Proposed, ...]:
    """The files that a project could begin with; ``repository`` is cfguard's address, empty if unknown."""
    found = [_settings(root, seen, profile)]
    if seen.is_repository:
        found += [_hook(root, repository), _workflow(root, repository)]
    return tuple(found)


def _settings(root: str, seen: Seen, profile: str) -> Proposed:
    present = next((name for name in FILES if _has_settings(root, name)), "")
    why = f"`{present}` holds settings already" if present else ""
    about = "the settings, each with a comment"
    text = "" if present else settings_text(seen, profile)
    return Proposed("settings", "cfguard.toml", text, about, True, why)


def _has_settings(root: str, name: str) -> bool:
    """Whether settings stand in a file at the root, be they right or wrong."""
    if not os.path.lexists(os.path.join(root, name)):
        return False
    try:
        return load_settings(decode(name, read_bytes(root, name))[0]) is not None
    except (Unreadable, SettingsError):
        return True


def settings_text(seen: Seen, profile: str) -> str:
    """The text of a first ``cfguard.toml``: what is seen is set, everything else is a comment."""
    return "\n".join(
        [
            "# Settings of cfguard. Without this file the defaults hold; what is commented out is an example.",
            "# `cfguard rule` lists the rules, `cfguard rule ID` explains one.",
            "",
            "# recommended: what breaks, leaks or will bite. strict: what the specification demands beyond that.",
            "# all: opinions, too.",
            f"profile = {json.dumps(profile)}",
            "",
            "# What is not checked: patterns as in .gitignore, relative to this file.",
            '# exclude = ["legacy/"]',
            "",
            *_plan_lines(seen),
            "",
            *_stage_lines(seen),
            "",
            "# A rule, or an area (`d1/*`), with another severity (`off` turns it off) or other parameters.",
            '# [rules."wrangler/compatibility-date-stale"]',
            "# params.max_age_months = 12",
            "",
            "# A rule for some files only.",
            "# [[override]]",
            '# files = ["apps/legacy/**"]',
            '# rules."d1/database-reused".severity = "off"',
            "",
        ]
    )


def _plan_lines(seen: Seen) -> list[str]:
    if seen.paid_by:
        return [f"# Cloudflare's plan: the free one does not take the {seen.paid_by} here.", 'plan = "paid"']
    return [
        "# Cloudflare's plan, `free` or `paid`: limits are judged by it. Without it the free plan's are told as info.",
        '# plan = "paid"',
    ]


def _stage_lines(seen: Seen) -> list[str]:
    lines = [
        "# Which environment names are which stage. Rules about stages keep production apart from development."
    ]
    if seen.unknown:
        lines.append(f"# Taken for neither: {', '.join(seen.unknown[:10])}.")
    mark = "" if seen.stages else "# "
    lines.append(f"{mark}[stages]")
    shown = seen.stages or DEFAULT_PATTERNS
    return lines + [f"{mark}{stage} = {json.dumps(list(names))}" for stage, names in shown.items()]


def _hook(root: str, repository: str) -> Proposed:
    other = next((name for name in _OTHER_HOOKS if os.path.lexists(os.path.join(root, name))), "")
    about = "checks before each commit (https://pre-commit.com); `pre-commit install` turns it on"
    if other:
        text = f"uvx --from {json.dumps(_spec(repository))} cfguard check --allow-empty\n"
        about = "a command for the pre-commit hook that this repository has already"
        return Proposed("hook", other, text, about, False, f"`{other}` is there; add the command to its hook")
    text = (
        "repos:\n"
        f"  - repo: {repository or PLACEHOLDER}\n"
        f"    rev: v{__version__}\n"
        "    hooks:\n"
        "      - id: cfguard\n"
    )
    why = _unknown(repository)
    if os.path.lexists(os.path.join(root, HOOK)):
        why = f"`{HOOK}` is there; add this below its `repos:`"
        if _holds(root, HOOK, "id: cfguard"):
            text, why = "", f"`{HOOK}` has it already"
    return Proposed("hook", HOOK, text, about, True, why)


def _workflow(root: str, repository: str) -> Proposed:
    text = f"""\
name: cfguard

on:
  pull_request:
  push:
    branches: [main, master]

permissions: {{}}

jobs:
  check:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - run: pipx run --spec {json.dumps(_spec(repository))} cfguard check
"""
    why = _unknown(repository)
    if os.path.lexists(os.path.join(root, WORKFLOW)):
        text, why = "", f"`{WORKFLOW}` exists and stays as it is"
    uses_github = os.path.isdir(os.path.join(root, ".github"))
    return Proposed("workflow", WORKFLOW, text, "checks every pull request on GitHub", uses_github, why)


def _spec(repository: str) -> str:
    return f"git+{repository or PLACEHOLDER}@v{__version__}"


def _unknown(repository: str) -> str:
    return (
        ""
        if repository
        else "the address of cfguard's repository is not known here; `--repository URL` says it"
    )


def _holds(root: str, name: str, words: str) -> bool:
    """Whether a file at the root mentions something; what cannot be read does not."""
    try:
        with open(os.path.join(root, name), encoding="utf-8", errors="replace") as opened:
            return words in opened.read(1_000_000)
    except OSError:
        return False


def shown(files: Iterable[Proposed]) -> str:
    """Proposed files as they would be written, for people."""
    parts = []
    for file in files:
        why = f" — {file.only_shown}" if file.only_shown else ""
        body = "".join(f"  | {line}\n" for line in file.text.splitlines())
        parts.append(f"{file.path}: {file.about}{why}\n{body}")
    return "\n".join(parts) + "\n"
