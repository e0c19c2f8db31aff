"""Holds SARIF reports against the official schema and, where given, against the SARIF multitool's rules.

Neither is part of the project. Both come with npm's ``@microsoft/sarif-multitool-linux`` (5.7.0 was used):
the schema is its ``sarif-2.1.0.json``, the program its ``Sarif.Multitool``. Usage:

    sarif_conformance.py --schema sarif-2.1.0.json [--multitool Sarif.Multitool] FOLDER...

Each folder is checked as a repository of its own, under every rule. Notes and what the multitool calls
advice (a snippet, a home page) are counted, not judged; errors and GitHub's rules (GH…) must be none.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema

from cfguard.api import Request, check_request
from cfguard.report import render

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 22)
OURS = ROOT / "tests" / "report" / "sarif.schema.json"


def main() -> int:
    """Print a line a folder; exit code 1 where a schema or a rule for GitHub is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--schema", type=Path, required=True)
    parser.add_argument("--multitool", type=Path)
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    options = parser.parse_args()
    schemas = [json.loads(path.read_text("utf-8")) for path in (options.schema, OURS)]
    broken = False
    for folder in options.folders:
        report = check_request(Request((folder,), profile="all", today=TODAY))
        text = render(report, "sarif")
        log = json.loads(text)
        errors = [error for schema in schemas for error in _errors(schema, log)]
        ruled = _ruled(options.multitool, text) if options.multitool else Counter()
        serious = [name for name in ruled if name.startswith("GH") or name.endswith("error")]
        broken = broken or bool(errors or serious)
        results = log["runs"][0]["results"]
        hashed = sum("primaryLocationLineHash" in each["partialFingerprints"] for each in results)
        print(f"{folder}: {len(results)} results, {hashed} with GitHub's hash, {len(text.encode())} bytes")
        print(f"  {len(errors)} schema errors, {len(serious)} serious rules; multitool: {dict(ruled)}")
        for error in errors[:5]:
            print(f"  {error}")
    return int(broken)


def _errors(schema: dict[str, Any], log: Any) -> list[str]:
    validator = jsonschema.validators.validator_for(schema)
    found = validator(schema, format_checker=validator.FORMAT_CHECKER).iter_errors(log)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def _ruled(multitool: Path, text: str) -> Counter[str]:
    """How often each rule of the multitool speaks, as ``id level``."""
    with tempfile.TemporaryDirectory() as scratch:
        given, said = Path(scratch, "given.sarif"), Path(scratch, "said.sarif")
        given.write_text(text, "utf-8")
        command = [
            str(multitool.resolve()),
            "validate",
            str(given),
            "--rule-kind",
            "Sarif;Ghas",
            "--output",
            str(said),
        ]
        # Its exit code says whether it ran, not what it found.
        subprocess.run([*command, "--level", "Error;Warning;Note"], capture_output=True, check=True)
        results = json.loads(said.read_text("utf-8-sig"))["runs"][0]["results"]
    return Counter(f"{each['ruleId']} {each.get('level', 'warning')}" for each in results)


if __name__ == "__main__":
    sys.exit(main())
