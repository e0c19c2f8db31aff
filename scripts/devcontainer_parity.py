"""Compares the shape verdicts on devcontainer.json files with those of the published schema.

Reads lines of JSON with ``file``, ``parse_ok`` and ``schema_ok``, as a validator of the schema wrote them, and
prints every file on which the two differ with what was said about it. Differences that are meant are
those of ``cfguard/model/devcontainer/shape.py``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from cfguard.model.devcontainer.shape import shape_diagnostics
from cfguard.syntax import decode, parse

#: The published schema refuses these keys, which the tools still read.
STILL_READ = frozenset({"extensions", "settings", "devPort", "codespaces"})


def main() -> int:
    """Compare; the exit code is 1 below the agreement asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verdicts", type=Path, help="lines of JSON, one for each file")
    parser.add_argument("--least", type=float, default=0.99, help="the share that has to agree")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.verdicts.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["parse_ok"]]
    same = 0
    for row in rows:
        said = verdict(row)
        if said is None:
            same += 1
        else:
            sys.stdout.write(f"{row['file']}: {said}\n")
    sys.stdout.write(f"{same} of {len(rows)} agree ({same / max(len(rows), 1):.2%})\n")
    return 0 if same >= arguments.least * len(rows) else 1


def verdict(row: dict[str, object]) -> str | None:
    """What differs for one file; None where both say the same."""
    path = str(row["file"])
    text = row.get("text")
    data = str(text).encode() if text is not None else Path(path).read_bytes()
    found = list(shape_diagnostics(parse(decode(path, data)[0], "jsonc")))
    refused = any(
        each.code in ("invalid", "unknown-key", "ignored-key")
        or (each.code == "deprecated-key" and each.key[0] in STILL_READ)
        for each in found
    )
    if refused == (not row["schema_ok"]):
        return None
    ours = "; ".join(f"{each.code}: {each.message}" for each in found) or "nothing"
    return f"the schema says {'yes' if row['schema_ok'] else 'no'}, here {ours}"


if __name__ == "__main__":
    raise SystemExit(main())
