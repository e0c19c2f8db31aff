"""Runs the three tools over a repository; each answers with the places (path, line) that it reports."""

from __future__ import annotations

import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
Places = set[tuple[str, int]]

_DETECT_SECRETS = """
import json, sys
from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings
found = SecretsCollection()
with default_settings():
    for path in json.load(sys.stdin):
        found.scan_file(path)
print(json.dumps([[path, secret.line_number] for path, secret in found]))
"""


def cfguard(root: str, paths: list[str], cache: str) -> Places:
    """What ``cfguard check`` says of secrets, by its whole program with its default profile."""
    program = [sys.executable, "-m", "cfguard", "check", ".", "--format", "json", "--no-ignores"]
    environment = {**os.environ, "PYTHONPATH": ROOT, "CFGUARD_CACHE_DIR": cache}
    done = subprocess.run(program, cwd=root, env=environment, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    if report["problems"]:
        raise RuntimeError(f"cfguard failed: {report['problems'][0]['message']}")
    told = [each for each in report["findings"] if each["rule"].startswith("secrets/") and each["start"]]
    # That a file is not ignored, or that two stages share a secret, is said of what is found already.
    own = ("secrets/committed", "secrets/in-vars", "secrets/in-devcontainer")
    return {(each["path"], each["start"]["line"]) for each in told if each["rule"] in own}


def detect_secrets(root: str, paths: list[str]) -> Places:
    """What detect-secrets reports with its default settings."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _DETECT_SECRETS],
        cwd=root, input=json.dumps(paths), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {(path, line) for path, line in json.loads(done.stdout)}


def secretlint(root: str, paths: list[str], folder: str) -> Places:
    """What secretlint's recommended rules report; ``folder`` is where npm installed it."""
    rules = os.path.join(root, ".secretlintrc.json")
    with open(rules, "w", encoding="utf-8") as opened:
        json.dump({"rules": [{"id": "@secretlint/secretlint-rule-preset-recommend"}]}, opened)
    program = os.path.join(folder, "node_modules", ".bin", "secretlint")
    report = os.path.join(root, ".secretlint.json")  # what it writes to a pipe is cut off at 64 KiB
    arguments = ["--format", "json", "--secretlintrc", rules, "--no-glob", "--output", report]
    done = subprocess.run(
        [program, *arguments, *paths], cwd=root, capture_output=True, text=True, check=False,
        env={**os.environ, "NODE_PATH": os.path.join(folder, "node_modules")},
    )  # fmt: skip
    os.remove(rules)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"secretlint failed: {done.stderr[:500]}")
    with open(report, encoding="utf-8") as opened:
        files = json.load(opened)
    os.remove(report)
    found: Places = set()
    for file in files:
        path = os.path.relpath(os.path.realpath(file["filePath"]), os.path.realpath(root))
        found |= {(path, message["loc"]["start"]["line"]) for message in file["messages"]}
    return found
