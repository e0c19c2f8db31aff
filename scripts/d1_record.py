"""Asks a real local D1 what it says about scripts, and writes the answers beside them.

    python scripts/d1_statements.py --seed 1 | python scripts/d1_record.py ORACLE > recorded.jsonl

ORACLE is the folder of ``oracle.mjs``: ``node oracle.mjs [--new] < scripts`` prints ``{id, ok, error}`` for
each. Both of its runtimes are asked; ``scripts/d1_parity.py`` reads the result.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from typing import Any

#: The runtimes of the oracle, by the option that chooses them.
RUNTIMES = {"workerd-2026-04-26": (), "workerd-2026-11-17": ("--new",)}


def ask(oracle: str, scripts: list[dict[str, Any]], *options: str) -> dict[str, dict[str, Any]]:
    """The answers of one runtime by the ids of the scripts."""
    text = "".join(json.dumps(script) + "\n" for script in scripts)
    command = ["node", "oracle.mjs", *options]
    # A file, because the oracle ends before a pipe has taken everything.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        subprocess.run(command, cwd=oracle, input=text, stdout=output, text=True, check=True)
        output.seek(0)
        answers = [json.loads(line) for line in output if line.startswith("{")]
    return {answer["id"]: answer for answer in answers}


def main() -> int:
    """Print every script with the answers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("oracle")
    options = parser.parse_args()
    scripts = [json.loads(line) for line in sys.stdin if line.strip()]
    answers = {
        name: ask(os.path.abspath(options.oracle), scripts, *words) for name, words in RUNTIMES.items()
    }
    for script in scripts:
        said = {name: given[script["id"]] for name, given in answers.items()}
        script["d1"] = {name: {"ok": each["ok"], "error": each["error"]} for name, each in said.items()}
        print(json.dumps(script))
    return 0


if __name__ == "__main__":
    sys.exit(main())
