"""Precision and recall of the secret detector on made-up values.

python -m benchmarks.secrets_accuracy [SEEDS]
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cfguard.secrets.detect import judge
from tests.secrets import samples

if TYPE_CHECKING:
    from collections.abc import Callable


def _called_live(
    make: Callable[[int], list[samples.Sample]], seeds: int
) -> tuple[int, dict[str, int], dict[str, int]]:
    total = 0
    live: dict[str, int] = {}
    quiet: dict[str, int] = {}
    for seed in range(seeds):
        for sample in make(seed):
            total += 1
            counts = live if judge(sample.name, sample.value) is not None else quiet
            counts[sample.label] = counts.get(sample.label, 0) + 1
    return total, live, quiet


def main(arguments: list[str]) -> int:
    """Prints the figures and what was missed; 0 always."""
    seeds = int(arguments[0]) if arguments else 20
    found = expected = 0
    for title, make in (("by form", samples.by_provider), ("by name", samples.by_name)):
        total, live, quiet = _called_live(make, seeds)
        found, expected = found + sum(live.values()), expected + total
        print(f"{title}: {sum(live.values())} of {total} found; missed {quiet}")
    total, alarms, _ = _called_live(samples.harmless, seeds)
    false = sum(alarms.values())
    print(f"harmless: {false} of {total} called live: {alarms}")
    print(f"precision {found / (found + false):.4f}  recall {found / expected:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
