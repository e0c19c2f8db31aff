"""How long a whole `cfguard check` takes, against a Python that does nothing.

    python -m benchmarks.process [RUNS]

The runs are interleaved, so that whatever else the machine does meets all of them alike. A first run has
an empty cache; a later one has what the first left. Prints milliseconds and ratios, then the imports.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.program import Program
from benchmarks.project import TODAY, ordinary

#: Modules that the first finding must not wait for.
HEAVY = (
    "pydantic", "jsonschema", "detect_secrets", "dotenv", "dataclasses", "inspect", "pathlib", "logging",
    "urllib.parse", "subprocess", "argparse", "json", "tomli", "sqlite3", "asyncio", "importlib.metadata",
)  # fmt: skip


def main(arguments: list[str]) -> int:
    """Measure and print."""
    runs = int(arguments[0]) if arguments else 15
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        program = Program(base / "program")
        project = base / "shop"
        ordinary(project)
        measure(program, project, base, runs)
        imported(program, project, base / "later")
    return 0


def measure(program: Program, project: Path, base: Path, runs: int) -> None:
    """Print the time of each kind of run, the least and the median, and its ratio to doing nothing."""
    check = program.command("check", "--today", TODAY)
    later = base / "later"
    program.seconds(check, project, later, 1)
    kinds: dict[str, Callable[[int], float]] = {
        "python -c pass": lambda _: program.seconds([sys.executable, "-c", "pass"], project, later, 0),
        "cfguard --version": lambda _: program.seconds(program.command("--version"), project, later, 0),
        "first check": lambda run: program.seconds(check, project, base / f"fresh{run}", 1),
        "later check": lambda _: program.seconds(check, project, later, 1),
    }
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    for run in range(runs):
        for kind, timed in kinds.items():
            seconds[kind].append(timed(run))
    idle = seconds["python -c pass"]
    print(f"{'':20} {'least':>9} {'median':>9}   to `python -c pass`, {runs} runs each")
    for kind, taken in seconds.items():
        least, median = min(taken), statistics.median(taken)
        ratios = f"{least / min(idle):5.1f}x {median / statistics.median(idle):5.1f}x"
        print(f"{kind:20} {least * 1000:6.1f} ms {median * 1000:6.1f} ms   {ratios}")


def imported(program: Program, project: Path, cache: Path) -> None:
    """Print what a check imports beyond a bare interpreter, and the dearest of it."""
    check = program.command("check", "--today", TODAY)
    command = [check[0], "-X", "importtime", *check[1:]]
    lines = program.run(command, project, cache).stderr.splitlines()
    bare = program.run([sys.executable, "-X", "importtime", "-c", "pass"], project, cache).stderr.splitlines()
    idle = {name for name, _ in times(bare)}
    extra = [(name, cost) for name, cost in times(lines) if name not in idle]
    names = {name for name, _ in extra}
    own = {name for name in names if name.split(".")[0] == "cfguard"}
    own_cost = sum(cost for name, cost in extra if name in own) / 1000
    rest_cost = sum(cost for name, cost in extra if name not in own) / 1000
    print(f"\nimports beyond a bare start: {len(own)} of cfguard ({own_cost:.1f} ms under the profiler),")
    print(f"{len(names - own)} others ({rest_cost:.1f} ms)")
    print("of the heavy ones:", ", ".join(name for name in HEAVY if name in names) or "none")
    print("dearest, each without what it imports:")
    for name, cost in sorted(extra, key=lambda item: -item[1])[:15]:
        print(f"  {cost / 1000:5.2f} ms  {name}")


def times(lines: list[str]) -> list[tuple[str, int]]:
    """The modules of a `-X importtime` log with the microseconds that each took itself."""
    found = (re.match(r"import time:\s+(\d+) \|\s+\d+ \|\s*(\S+)", line) for line in lines)
    return [(match[2], int(match[1])) for match in found if match]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
