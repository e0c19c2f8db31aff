"""Which known name a mistyped one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 64


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None; case, ``-``/``_`` and a plural s count for little."""
    if not word or len(word) > _LONGEST:
        return None
    plain = _plain(word)
    best: str | None = None
    best_distance = max(1, len(plain) // 3) + 1
    for candidate in known:
        if candidate == word:
            continue
        other = _plain(candidate)
        if abs(len(other) - len(plain)) >= best_distance:
            continue
        distance = 0 if other == plain else _distance(plain, other, best_distance)
        if distance < best_distance:
            best, best_distance = candidate, distance
    return best


def _plain(word: str) -> str:
    """A word without the differences that people overlook."""
    folded = word.lower().replace("-", "").replace("_", "")
    return folded[:-1] if len(folded) > 3 and folded.endswith("s") else folded


def _distance(left: str, right: str, bound: int) -> int:
    """Edits (insert, delete, replace, swap of neighbours) between two words; ``bound`` when not fewer."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) >= bound:
            return bound
    return min(row[-1], bound)
