"""Differential fuzz of env files: generated folders must give exactly the values that wrangler takes from them.

    python scripts/dotenv_fuzz.py ORACLE --count 5000 --seed 1

ORACLE is a folder with ``envfile.mjs``, which prints what wrangler takes from each folder that it is given, and
with wrangler installed beside it. A folder holds any of the files that wrangler reads, and some that it does
not; each is read for an environment or for none, and some with ``secrets.required``. Values are made of all
that decides something: quotes of three kinds that close, do not close or close too early, ``#``, ``$`` in
every form, backslashes, line ends and blanks of every kind. Prints each folder that differs, and exits with 1
then.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cfguard.model.env_reading import read_for, values_read
from cfguard.model.stages import Stages
from cfguard.model.variable import EnvFile
from cfguard.syntax import decode, parse

ENVIRONMENTS = ("", "production", "staging", "dev.eu")
REQUIRED = ("A", "SECRET", "x.y")
FILES = (
    *[".env", ".env.local", ".env.production", ".env.staging"] * 4, ".env.production.local", ".env.dev.eu",
    ".env.development", ".dev.vars.production", ".dev.vars.dev.eu", ".env.example", ".dev.vars.example",
    ".dev.vars.local", ".env.production.example", ".env.sample",
)  # fmt: skip
NAMES = (
    "A",
    "B",
    "C",
    "SECRET",
    "URL",
    "x.y",
    "x-y",
    "1A",
    "10",
    "2",
    "é",
    "A B",
    "",
    "export",
    "_",
    "__proto__",
)
GAPS = ("", "", "", "", " ", "  ", "\t", "\u00a0", "\v", "\ufeff", "\u2028")
DELIMITERS = ("=", "=", "=", "=", "=", "=", ": ", ":", ":\t", "==", "", " ")
ENDS = ("\n", "\n", "\n", "\n", "\r\n", "\r\n", "\r", "\n\n", "\u2028", "")
PIECES = (
    "a", "b c", "hunter", "#", " #", "# x", "$", "$A", "${A}", "${B:-d}", "${B-d}", "${C:+y}", "${C+y}", "${NO}",
    "$NO", "$$", "\\$", "\\", "\\n", "\\r", "\\t", '\\"', "\\'", "\\`", '"', "'", "`", "=", ":", "{", "}", "${",
    "$1", "\n", "\r\n", "\t", " ", "\u00a0", "\u2028", "é", "😀", "https://acme.dev/x?y=z#part", "${A:-${B}}",
    "$2b$12$abcdefghijkl", "-----BEGIN", "\x00", "\ufeff", "'\n", '"\n', "null", "${A:?no}", "${A B}", "$$A", "$&",
)  # fmt: skip
JUNK = ("???", "KEY", "export", "export A", "# a comment", "#", "{", '"a": 1,', "  ", "A B=1", "=x", "'A'=1")
BATCH, PATIENCE = 100, 8


def value(random: Random) -> str:
    """The text behind a delimiter."""
    body = "".join(random.choice(PIECES) for _ in range(random.choice((0, 1, 1, 2, 2, 3, 5))))
    if random.random() < 0.4:
        return body
    quote = random.choice("\"'`")
    return quote + body + random.choice((*[quote] * 8, quote + "x", quote + " # c", ""))


def line(random: Random) -> str:
    """A line of an env file, mostly an assignment."""
    if random.random() < 0.12:
        return random.choice(JUNK)
    exported = random.choice((*[""] * 12, "export ", "export\t", "export\n"))
    name = random.choice(NAMES)
    gaps = [random.choice(GAPS) for _ in range(4)]
    return gaps[0] + exported + name + gaps[1] + random.choice(DELIMITERS) + gaps[2] + value(random) + gaps[3]


def content(random: Random) -> str:
    """A whole env file."""
    begin = random.choice(("", "", "", "\ufeff", "\n"))
    return begin + "".join(line(random) + random.choice(ENDS) for _ in range(random.randint(0, 12)))


def make(folder: Path, random: Random) -> None:
    """Write the env files of one folder."""
    folder.mkdir(parents=True)
    names = random.sample(FILES, random.randint(2, 7))
    if random.random() < 0.25:
        names.append(".dev.vars")
    for name in sorted(set(names)):
        (folder / name).write_bytes(content(random).encode())


def ours(folder: Path, environment: str) -> dict[str, str]:
    """The values that cfguard says wrangler takes."""
    files = []
    for path in sorted(folder.iterdir()):
        source, _ = decode(path.name, path.read_bytes())
        files.append(EnvFile(parse(source, "dotenv"), Stages(), ()))
    return values_read(read_for(tuple(files), environment))


def theirs(
    oracle: Path, folders: list[Path], environment: str, required: bool
) -> Iterator[dict[str, str] | None]:
    """The values that wrangler takes from each folder; None where it fails or does not come to an end."""
    words = ["node", "envfile.mjs"]
    words += ["--env", environment] if environment else []
    words += ["--secrets", ",".join(REQUIRED)] if required else []
    try:
        ended = subprocess.run(
            [*words, *map(str, folders)],
            cwd=oracle,
            timeout=PATIENCE,
            capture_output=True,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        # A value that wrangler expands without end takes the others of its batch along.
        middle = len(folders) // 2
        for half in (folders[:middle], folders[middle:]) if middle else ():
            yield from theirs(oracle, half, environment, required)
        if not middle:
            yield None
        return
    for row in ended.stdout.decode().rstrip("\n").split("\n"):
        found = json.loads(row)["values"]
        yield {name: str(each["value"]) for name, each in found.items()} if found is not None else None


def main() -> int:
    """Generate, ask both, compare."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("oracle", type=Path)
    options.add_argument("--count", type=int, default=5000, help="how many folders (default: 5000)")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    counts: Counter[str] = Counter()
    for start in range(0, chosen.count, BATCH):
        random = Random(f"{chosen.seed} {start}")
        environment, required = random.choice(ENVIRONMENTS), random.random() < 0.25
        with tempfile.TemporaryDirectory() as scratch:
            folders = [
                Path(scratch) / str(start + number) for number in range(min(BATCH, chosen.count - start))
            ]
            for folder in folders:
                make(folder, random)
            counts += compare(chosen.oracle, folders, environment, required)
        print(f"{start + len(folders)} folders", file=sys.stderr, flush=True)
    print(
        f"\n{counts['folders']} folders with {counts['files']} files and {counts['values']} values read: "
        f"{counts['differ']} differ, {counts['unanswered']} without an answer"
    )
    return 1 if counts["differ"] else 0


def compare(oracle: Path, folders: list[Path], environment: str, required: bool) -> Counter[str]:
    """Count what is equal and what is not, and show the latter."""
    counts: Counter[str] = Counter()
    for folder, expected in zip(folders, theirs(oracle, folders, environment, required), strict=True):
        counts["folders"] += 1
        counts["files"] += sum(1 for _ in folder.iterdir())
        if expected is None:
            counts["unanswered"] += 1
            continue
        found = ours(folder, environment)
        if required:
            found = {name: text for name, text in found.items() if name in REQUIRED}
        counts["values"] += len(expected)
        if found != expected:
            counts["differ"] += 1
            print(f"\n{folder.name}, environment {environment!r}: {found!r} and not {expected!r}")
            for path in sorted(folder.iterdir()):
                print(f"  {path.name}: {path.read_bytes()!r}")
    return counts


if __name__ == "__main__":
    sys.exit(main())
