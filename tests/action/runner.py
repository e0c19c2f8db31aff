"""Runs a composite action as GitHub does, as far as ours goes: conditions, environments, files for outputs.

Steps that run a script are run by bash with the options that GitHub documents; steps that use another
action are not run, and what they would be given is kept.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Value = str | bool
_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|&&|\|\||==|!=|[!()]|[\w.-]+)")
_PLACEHOLDER = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


class Outcome(NamedTuple):
    """What became of a job: its exit code, and what the action gave, said and called."""

    code: int
    outputs: dict[str, str]
    summary: str
    log: str
    #: The steps that ran, by id, with their exit codes.
    ran: dict[str, int]
    #: What each step that uses an action was given, by id.
    called: dict[str, dict[str, str]]


class Action:
    """An action.yml, with the folder that it lies in and a workspace that it is run on."""

    def __init__(self, folder: Path, workspace: Path, temporary: Path) -> None:
        self.told = yaml.safe_load((folder / "action.yml").read_text("utf-8"))
        self._folder, self._workspace, self._temporary = folder, workspace, temporary
        temporary.mkdir(exist_ok=True)

    def run(
        self,
        inputs: Mapping[str, str],
        given: Mapping[str, Mapping[str, str]],
        environment: Mapping[str, str],
    ) -> Outcome:
        """Run the steps; those that ``given`` names by id are not run and have these outputs."""
        wrong = set(inputs) - set(self.told["inputs"])
        assert not wrong, f"no such inputs: {wrong}"
        names = {f"inputs.{name}": str(each["default"]) for name, each in self.told["inputs"].items()}
        names |= {f"inputs.{name}": value for name, value in inputs.items()}
        summary = self._temporary / "summary.md"
        summary.write_text("")
        log, code, ran, called = "", 0, dict[str, int](), dict[str, dict[str, str]]()
        for step in self.told["runs"]["steps"]:
            if not _wanted(step.get("if", "success()"), names, failed=code != 0):
                continue
            id = step["id"]
            if "uses" in step:
                called[id] = {name: fill(value, names) for name, value in step.get("with", {}).items()}
            if id in given:
                names |= {f"steps.{id}.outputs.{name}": value for name, value in given[id].items()}
            elif "run" in step:
                done, outputs = self._bash(step, names, environment, summary)
                names |= {f"steps.{id}.outputs.{name}": value for name, value in outputs.items()}
                ran[id] = done.returncode
                log += done.stdout
                code = code or done.returncode
        outputs = {name: fill(each["value"], names) for name, each in self.told["outputs"].items()}
        return Outcome(code, outputs, summary.read_text("utf-8"), log, ran, called)

    def _bash(
        self, step: dict[str, Any], names: Mapping[str, str], environment: Mapping[str, str], summary: Path
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
        script, output = self._temporary / "script.sh", self._temporary / "output"
        script.write_text(step["run"], "utf-8")
        output.write_text("")
        own = {name: fill(value, names) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self._workspace / fill(step.get("working-directory", "."), names),
            env={
                **environment,
                "GITHUB_ACTION_PATH": str(self._folder),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(summary),
                "RUNNER_TEMP": str(self._temporary),
                **own,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        lines = output.read_text("utf-8").splitlines()
        return done, dict(line.split("=", 1) for line in lines)


def _wanted(condition: str, names: Mapping[str, str], *, failed: bool) -> bool:
    """Whether a step runs; without a word about it, a step does not run after one that failed."""
    states = {"always()": True, "success()": not failed, "failure()": failed}
    wanted = evaluate(condition, {**names, **states}) not in (False, "")
    return wanted and (not failed or any(f"{state}()" in condition for state in ("always", "failure")))


def fill(text: str, names: Mapping[str, str]) -> str:
    """A text with its ``${{ }}`` replaced."""
    return _PLACEHOLDER.sub(lambda match: str(evaluate(match[1], names)), str(text))


def evaluate(text: str, names: Mapping[str, Value]) -> Value:
    """The value of an expression of names, texts, ``! == != && ||`` and parentheses; unknown names are empty."""
    tokens: list[str] = _TOKEN.findall(text)
    assert re.sub(r"\s", "", "".join(tokens)) == re.sub(r"\s", "", text), f"cannot read {text!r}"
    value, rest = _or(tokens, names)
    assert not rest, f"cannot read {text!r}"
    return value


def _or(tokens: list[str], names: Mapping[str, Value]) -> tuple[Value, list[str]]:
    value, tokens = _and(tokens, names)
    if tokens[:1] != ["||"]:
        return value, tokens
    right, tokens = _or(tokens[1:], names)
    return value or right, tokens


def _and(tokens: list[str], names: Mapping[str, Value]) -> tuple[Value, list[str]]:
    value, tokens = _equal(tokens, names)
    while tokens[:1] == ["&&"]:
        right, tokens = _equal(tokens[1:], names)
        value = value and right
    return value, tokens


def _equal(tokens: list[str], names: Mapping[str, Value]) -> tuple[Value, list[str]]:
    value, tokens = _one(tokens, names)
    if tokens[:1] in (["=="], ["!="]):
        right, rest = _one(tokens[1:], names)
        return (value == right) is (tokens[0] == "=="), rest
    return value, tokens


def _one(tokens: list[str], names: Mapping[str, Value]) -> tuple[Value, list[str]]:
    first, *rest = tokens
    if first == "!":
        value, rest = _one(rest, names)
        return not value, rest
    if first == "(":
        value, rest = _or(rest, names)
        assert rest[0] == ")"
        return value, rest[1:]
    if first.startswith("'"):
        return first[1:-1].replace("''", "'"), rest
    if rest[:2] == ["(", ")"]:
        return names[f"{first}()"], rest[2:]
    return names.get(first, ""), rest


def plain_environment() -> dict[str, str]:
    """What a job has of the machine: where programs are."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}
