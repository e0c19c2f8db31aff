"""Makes every fix in copies of projects, safe ones and then all, and looks at what came out.

python scripts/fix_corpus.py FOLDER...

Each folder is copied and fixed as one project. Every changed file must parse as before, a second run must change
nothing, and no fix may fail for a fault of ours; the count of fixes by rule is printed. Exit code 1 otherwise.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

from cfguard.api import Request
from cfguard.repair import Repair, repair
from cfguard.syntax import decode, parse

TODAY = date(2026, 11, 23)


def fixed(root: Path, *, unsafe: bool) -> Repair:
    return repair(Request((str(root),), profile="all", today=TODAY), unsafe=unsafe, write=True)


def faults(root: Path, done: Repair, again: Repair) -> list[str]:
    """What is wrong after a run and a second one."""
    found = [f"second run changes {file.path}" for file in again.files]
    found += [
        f"{problem.path}: {problem.message}" for problem in done.report.problems if problem.kind == "internal"
    ]
    for file in done.files:
        source = decode(file.path, (root / file.path).read_bytes())[0]
        kind = file.path.rpartition(".")[2]
        document = parse(
            source, "toml" if kind == "toml" else "jsonc" if kind.startswith("json") else "dotenv"
        )
        if document.recovered:
            found.append(f"{file.path} does not parse any more")
    return found


def main(folders: list[str]) -> int:
    """Prints figures and faults."""
    counts: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
    wrong: list[str] = []
    for folder in folders:
        for unsafe in (False, True):
            with tempfile.TemporaryDirectory() as scratch:
                root = Path(scratch) / "project"
                shutil.copytree(folder, root, symlinks=True)
                done = fixed(root, unsafe=unsafe)
                again = fixed(root, unsafe=unsafe)
                wrong += [f"{folder}: {fault}" for fault in faults(root, done, again)]
                counts[unsafe].update(finding.rule for finding in done.made)
                counts[unsafe].update(f"(not made) {reason}" for _, reason in done.skipped)
    for unsafe, count in counts.items():
        print(f"{'all' if unsafe else 'safe'} fixes: {sum(count.values())}")
        for rule, number in count.most_common():
            print(f"  {number:5} {rule}")
    print(f"{len(wrong)} faults", *wrong[:20], sep="\n  ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
