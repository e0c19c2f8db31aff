"""What a scan of a whole repository costs, in time and memory, as ratios to reading its bytes once.

    python benchmarks/scan.py [--files 20000] [--megabytes 200]

Generates a tree of source files (made at run time, nothing secret), commits nothing, and measures each
step in a process of its own: reading all bytes, a first scan with one process and with two, a second one
with the cache, and what the default check pays in an ordinary repository of 200 files. Two processes pay
only where a second core is idle: run it on a quiet machine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from random import Random

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_WORDS = (
    "const let return function export import from async await request response user session database query "
    "value index item result error message context handler config options string "
    "number boolean Promise undefined null true false if else for of while class extends public readonly"
).split() * 8 + ["token", "password", "secret", "key", "apiKey"]
_LINES = (
    "export async function {a}{n}({b}: string, {c}: number): Promise<void> {{",
    "  const {a} = await {b}.{c}({{ {a}: {b}, {c}: {n} }});",
    "  if ({a} === undefined) throw new Error(`{b} {c} is missing`);",
    '  return {{ {a}: "{b}-{c}", {b}: [{n}, {n}], {c}: {a}.{b} }};',
    "// {a} {b} {c}: see the {a} of the {b}",
    '  "{a}": {{ "{b}": "{c}", "version": "{n}.0.1" }},',
    "}}",
    "",
)
_EXTENSIONS = (".ts", ".ts", ".tsx", ".js", ".json", ".md", ".sql", ".yml")
_STEPS = {
    "read": "for p in paths:\n with open(os.path.join(root, p), 'rb') as f: f.read()",
    "alone": "from cfguard.secrets.scan import files\nfiles._TWO_PROCESSES = 1 << 60\n"
    "r = files.scan_files(root, paths, use_cache=False)",
    "scan": "from cfguard.secrets.scan.files import scan_files\nr = scan_files(root, paths)",
}
_PROGRAM = """
import os, resource, sys, time
sys.path.insert(0, {checkout!r})
root = {root!r}
paths = [os.path.relpath(os.path.join(d, n), root) for d, _, ns in sorted(os.walk(root)) for n in sorted(ns)]
start = time.perf_counter()
{step}
seconds = time.perf_counter() - start
usage = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(seconds, sum(usage) / 1024)
"""


def make_tree(root: str, files: int, size: int, random: Random) -> None:
    """Write source files of about ``size`` bytes in all, a hundred to a folder."""
    lines = [
        random.choice(_LINES).format(
            a=random.choice(_WORDS), b=random.choice(_WORDS), c=random.choice(_WORDS), n=random.randrange(999)
        )
        for _ in range(5_000)
    ]
    settings = [
        f"{'  ' * random.randrange(3)}{random.choice(_WORDS)}: {random.choice(_WORDS)}-{random.randrange(99)}"
        for _ in range(1_000)
    ]
    for number in range(files):
        folder = os.path.join(root, f"src{number // 100}")
        os.makedirs(folder, exist_ok=True)
        wanted = int(size / files * random.choice((0.2, 0.5, 0.8, 1, 1, 2.5)))
        name = f"file{number}{_EXTENSIONS[number % len(_EXTENSIONS)]}"
        text = [f"# file {number}"]
        length = 0
        while length < wanted:
            text.append(random.choice(settings if name.endswith(".yml") else lines))
            length += len(text[-1]) + 1
        with open(os.path.join(folder, name), "w", encoding="utf-8") as opened:
            opened.write("\n".join(text))


def measure(root: str, step: str, cache: str) -> tuple[float, float]:
    """Seconds and peak megabytes of one step in a process of its own."""
    program = _PROGRAM.format(checkout=ROOT, root=root, step=_STEPS[step])
    environment = {**os.environ, "CFGUARD_CACHE_DIR": cache}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True
    )
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def report(label: str, files: int, megabytes: float) -> None:
    """Make a tree, measure every step, print the ratios."""
    with tempfile.TemporaryDirectory(prefix="scan-bench-") as folder:
        root, cache = os.path.join(folder, "tree"), os.path.join(folder, "cache")
        make_tree(root, files, int(megabytes * 1e6), Random(1))
        measure(root, "read", cache)
        seconds, peak = measure(root, "read", cache)
        print(
            f"{label}: {files} files, {megabytes:g} MB; read once: {seconds * 1000:.0f} ms, peak {peak:.0f} MB"
        )
        for name in (
            "first scan, one process",
            "first scan",
            "second scan (times too young)",
            "third scan (cache)",
        ):
            if name.startswith("third"):
                import time

                time.sleep(2.1)
                measure(root, "scan", cache)
            spent, used = measure(root, "alone" if name.endswith("one process") else "scan", cache)
            print(
                f"  {name}: {spent * 1000:.0f} ms ({spent / seconds:.1f}x), peak {used:.0f} MB ({used / peak:.1f}x)"
            )


def main() -> None:
    """Measure the ordinary repository and the big one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--megabytes", type=float, default=200)
    options = parser.parse_args()
    report("ordinary", 200, 0.95)
    report("big", options.files, options.megabytes)


if __name__ == "__main__":
    main()
