"""Holds the D1 emulator against recorded verdicts of a real local D1.

    python scripts/d1_parity.py RECORDED.jsonl [--show] [--splitter complete]

Each line of the file is a statement that ran alone on a database of its own: ``{"id", "sql", "setup"?, "d1":
{"workerd-<date>": {"ok", "error"}}}``. The default splitter is that of the wrangler that recorded them. A
statement that the local SQLite cannot judge counts as accepted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from cfguard.d1.backends import open_database
from cfguard.d1.profile import PROFILES
from cfguard.d1.script import judge


def main() -> int:
    """Print the agreement of each backend with each runtime; 1 where one falls below 97 %."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recorded")
    parser.add_argument("--show", action="store_true", help="every statement that is judged otherwise")
    parser.add_argument("--splitter", choices=("scanner", "complete"), default="scanner")
    options = parser.parse_args()
    with open(options.recorded, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    worst = 1.0
    for backend in _backends():
        for date in sorted(PROFILES):
            worst = min(worst, _measure(rows, backend, date, options.splitter, show=options.show))
    return int(worst < 0.97)


def _backends() -> list[str]:
    found = ["sqlite3"]
    try:
        open_database(backend="apsw").close()
    except ImportError:
        return found
    return [*found, "apsw"]


def _measure(rows: list[dict[str, object]], backend: str, date: str, splitter: str, *, show: bool) -> float:
    judged = agreed = unverified = 0
    start = time.monotonic()
    for row in rows:
        wanted = row["d1"].get(f"workerd-{date}")  # type: ignore[attr-defined]
        if wanted is None:
            continue
        verdict = judge(
            str(row["sql"]),
            str(row.get("setup") or ""),
            profile=PROFILES[date],
            backend=backend,
            splitter="complete" if splitter == "complete" else "scanner",
        )
        judged += 1
        unverified += verdict.unverified
        agreed += verdict.accepted == wanted["ok"]
        if show and verdict.accepted != wanted["ok"]:
            print(f"  {row['id']}: {wanted['error'] or 'accepted'} | {verdict.message or 'accepted'}")
    each = 1000 * (time.monotonic() - start) / max(judged, 1)
    share = agreed / max(judged, 1)
    print(f"{backend:8} {date}  {agreed}/{judged} = {share:.2%}  not judged {unverified}  {each:.1f} ms each")
    return share


if __name__ == "__main__":
    sys.exit(main())
