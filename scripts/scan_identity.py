"""Holds the scanner against plain detect-secrets on whole trees: the same findings, and how much faster.

    python scripts/scan_identity.py TREE... [--keep FOLDER]

Prints for every tree its size, both times (of the processor, so that other programs do not count), their ratio, and what differs as a multiset of (file, line,
type, hash of the secret). Exit code 1 where anything differs. ``--keep`` stores what detect-secrets found
(hashes only), because it takes minutes; with the same tree it is read back.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from hashlib import blake2b, sha1

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from cfguard.secrets.scan.scope import skipped_by_detect_secrets
from cfguard.secrets.scan.text import find

Finding = tuple[str, int, str, str]


def files_of(tree: str) -> list[str]:
    """Every regular file below a tree, relative to it, in a stable order."""
    found = []
    for folder, folders, names in os.walk(tree):
        folders.sort()
        for name in sorted(names):
            full = os.path.join(folder, name)
            if os.path.isfile(full) and not os.path.islink(full):
                found.append(os.path.relpath(full, tree))
    return found


def plain(tree: str, paths: list[str]) -> tuple[float, Counter[Finding], list[str]]:
    """What detect-secrets finds, with its time in seconds and the files on which it fails."""
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    before = os.getcwd()
    os.chdir(tree)
    found: Counter[Finding] = Counter()
    failed: list[str] = []
    try:
        with default_settings():
            start = time.process_time()
            for path in paths:
                try:
                    for secret in scan_file(path):
                        found[path, secret.line_number, secret.type, secret.secret_hash] += 1
                except Exception:
                    failed.append(path)
            return time.process_time() - start, found, failed
    finally:
        os.chdir(before)


def ours(tree: str, paths: list[str]) -> tuple[float, Counter[Finding], int]:
    """What the scanner finds, its time in seconds, and how many bytes it read."""
    found: Counter[Finding] = Counter()
    size = 0
    start = time.process_time()
    for path in paths:
        if skipped_by_detect_secrets(path):
            continue
        with open(os.path.join(tree, path), "rb") as opened:
            content = opened.read()
        size += len(content)
        try:
            results = find(path, content)
        except UnicodeDecodeError:
            continue
        for each in results:
            found[path, each.line, each.kind, sha1(each.secret.encode()).hexdigest()] += 1
    return time.process_time() - start, found, size


def kept(folder: str | None, tree: str, paths: list[str]) -> tuple[float, Counter[Finding], list[str]]:
    """As :func:`plain`, from the folder of earlier runs where it has this tree."""
    if folder is None:
        return plain(tree, paths)
    state = blake2b(os.path.abspath(tree).encode(), digest_size=8)
    for path in paths:
        state.update(
            f"{path}\0{os.path.getsize(os.path.join(tree, path))}\n".encode("utf-8", "surrogateescape")
        )
    file = os.path.join(folder, f"{state.hexdigest()}.json")
    if os.path.exists(file):
        with open(file, encoding="utf-8") as opened:
            seconds, rows, failed = json.load(opened)
        return seconds, Counter({tuple(key): count for key, count in rows}), failed
    seconds, found, failed = plain(tree, paths)
    os.makedirs(folder, exist_ok=True)
    with open(file, "w", encoding="utf-8") as opened:
        json.dump([seconds, [[list(key), count] for key, count in found.items()], failed], opened)
    return seconds, found, failed


def compare(tree: str, folder: str | None) -> bool:
    """Compare one tree and print the outcome; true where nothing differs."""
    paths = files_of(tree)
    seconds, found, size = ours(tree, paths)
    theirs, expected, failed = kept(folder, tree, paths)
    for key in [key for key in found if key[0] in failed]:
        del found[key]
    missed, extra = expected - found, found - expected
    print(f"{tree}: {len(paths)} files, {size / 1e6:.2f} MB read")
    print(f"  detect-secrets {theirs:.2f} s of CPU, cfguard {seconds:.2f} s: {theirs / seconds:.1f}x")
    print(f"  findings {sum(expected.values())}; missed {sum(missed.values())}, extra {sum(extra.values())}")
    if failed:
        print(f"  detect-secrets fails on {len(failed)} files: {', '.join(failed[:3])}")
    for label, difference in (("missed", missed), ("extra", extra)):
        for path, line, kind, _ in sorted(difference)[:10]:
            print(f"  {label}: {path}:{line} {kind}")
    return not missed and not extra


def main() -> int:
    """Compare the trees of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("trees", nargs="+", metavar="TREE")
    parser.add_argument("--keep", metavar="FOLDER")
    options = parser.parse_args()
    return 0 if all(compare(tree, options.keep) for tree in options.trees) else 1


if __name__ == "__main__":
    sys.exit(main())
