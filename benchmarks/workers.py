"""How the time of a check grows with the number of Workers in one tree.

    python -m benchmarks.workers [WORKERS…]

Prints the best of three runs for each size, and how much a Worker more costs than in the size before:
1.0 is linear.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.program import Program
from benchmarks.project import TODAY, monorepo

SIZES = (100, 400, 1600)


def main(arguments: list[str]) -> int:
    """Measure and print."""
    sizes = [int(word) for word in arguments] or list(SIZES)
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        program = Program(base / "program")
        idle = min(program.seconds(program.command("--version"), base, base, 0) for _ in range(3))
        before: float | None = None
        for workers in sizes:
            root = base / f"tree{workers}"
            monorepo(root, workers)
            check = program.command("check", "--today", TODAY, "--quiet")
            best = min(program.seconds(check, root, base / "cache", 0) for _ in range(3))
            each = (best - idle) / workers
            growth = f"{each / before:4.2f} of the size before" if before else ""
            print(f"{workers:5} Workers {best:7.2f} s {each * 1000:6.2f} ms each   {growth}")
            before = each
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
