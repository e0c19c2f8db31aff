"""Makes the repository, runs the tools, prints precision and recall side by side."""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import NamedTuple

from benchmarks.accuracy import tools
from benchmarks.accuracy.harmless import harmless
from benchmarks.accuracy.live import credentials
from benchmarks.accuracy.places import HARD, ORDINARY, Line, lay

_EACH = 16


class Score(NamedTuple):
    """Credentials found, harmless values reported, and credentials there were."""

    found: int
    alarms: int
    live: int

    def __str__(self) -> str:
        precision = f"{self.found / (self.found + self.alarms):.3f}" if self.found + self.alarms else "  -  "
        return f"{precision} {self.found / self.live if self.live else 1:.3f}"


def make_repository(root: str, seed: int, projects: int) -> tuple[list[str], list[Line]]:
    """Write and stage projects with every place in each; answers with the files and the labels."""
    paths: list[str] = []
    labels: list[Line] = []
    for project in range(projects):
        random = Random(f"{seed}-{project}")
        for place in (*ORDINARY, *HARD):
            live = random.sample(credentials(random.randrange(10**9)), _EACH)
            quiet = random.sample(harmless(random.randrange(10**9)), _EACH)
            pairs = [(each.kind, each.words, each.value, True) for each in live]
            pairs += [(each.kind, each.words, each.value, False) for each in quiet]
            path, lines, labelled = lay(place, f"project{project}", pairs, random)
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as opened:
                opened.write("\n".join(lines) + "\n")
            paths.append(path)
            labels += labelled
    for arguments in (["init", "-q"], ["add", "-Af", "."]):
        subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)
    return paths, labels


def score(labels: Iterable[Line], places: tools.Places) -> tuple[Score, list[Line]]:
    """How well reported places fit labels, and the labels that do not fit."""
    found = alarms = live = 0
    wrong: list[Line] = []
    for label in labels:
        told = any((label.path, line) in places for line in range(label.first, label.last + 1))
        live += label.live
        found += label.live and told
        alarms += told and not label.live
        if told != label.live:
            wrong.append(label)
    return Score(found, alarms, live), wrong


def strays(labels: Iterable[Line], places: tools.Places) -> int:
    """How many reported places hold no pair at all."""
    covered = {(label.path, line) for label in labels for line in range(label.first, label.last + 1)}
    return len(places - covered)


def _print(labels: list[Line], reported: dict[str, tools.Places], *, show: bool) -> None:
    print(
        f"{'precision and recall':34}" + "".join(f"{name:>18}" for name in reported) + "     live  harmless"
    )
    groups = [
        (place.label, [each for each in labels if each.place == place.label]) for place in (*ORDINARY, *HARD)
    ]
    groups += [
        (f"ALL {tier}", [each for each in labels if each.hard == hard])
        for tier, hard in (("ordinary", False), ("hard", True))
    ]
    for title, group in groups:
        row = "".join(f"{score(group, places)[0]!s:>18}" for places in reported.values())
        live = sum(each.live for each in group)
        print(f"{title:34}{row}{live:9}{len(group) - live:10}")
    for name, places in reported.items():
        print(f"{name}: {strays(labels, places)} findings on lines without a pair")
    if show:
        for title, hard in (("ordinary", False), ("hard", True)):
            _, wrong = score([each for each in labels if each.hard == hard], reported["cfguard"])
            counted = Counter(("missed" if each.live else "alarm", each.kind) for each in wrong)
            print(
                f"{title}: "
                + "; ".join(f"{what} {kind} {count}" for (what, kind), count in counted.most_common())
            )


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--projects", type=int, default=4)
    parser.add_argument(
        "--secretlint", metavar="FOLDER", help="where npm installed secretlint and its preset"
    )
    parser.add_argument("--show", action="store_true", help="which kinds cfguard gets wrong")
    parser.add_argument("--only-cfguard", action="store_true")
    parser.add_argument("--keep", metavar="FOLDER", help="make the repository here instead, and leave it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="accuracy-") as folder:
        root = options.keep or os.path.join(folder, "repository")
        os.makedirs(root)
        paths, labels = make_repository(root, options.seed, options.projects)
        reported = {"cfguard": tools.cfguard(root, paths, os.path.join(folder, "cache"))}
        if not options.only_cfguard:
            reported["detect-secrets"] = tools.detect_secrets(root, paths)
        if options.secretlint:
            reported["secretlint"] = tools.secretlint(root, paths, os.path.abspath(options.secretlint))
        else:
            print("secretlint is not measured: no --secretlint FOLDER is given")
        _print(labels, reported, show=options.show)


if __name__ == "__main__":
    main()
