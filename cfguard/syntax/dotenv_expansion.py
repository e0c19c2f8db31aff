"""How wrangler puts the values of env files into one another: the rules of dotenv-expand 12."""

from __future__ import annotations

from collections.abc import Mapping

from cfguard.pattern import lazy

_REFERENCE = lazy(r"(?<!\\)\$\{([^{}]+)\}|(?<!\\)\$([A-Za-z_][A-Za-z0-9_]*)")
_OPERATOR = lazy(r":\+|\+|:-|-")
_REPLACEMENT = lazy(r"\$([$&`'])")
_ARRAY_INDEX = lazy(r"(?:0|[1-9][0-9]{0,9})\Z")
_MAX_INDEX = 2**32 - 2
_BUDGET = 20_000_000  # characters read or written; values may refer to each other without end
_STEP = 100  # what the smallest step costs


def expand(values: Mapping[str, str]) -> dict[str, str]:
    """The values of ``.env*`` files, merged in wrangler's order, after expansion; ``.dev.vars`` has none.

    ``$NAME``, ``${NAME}``, ``${NAME:-default}``, ``${NAME-default}``, ``${NAME:+other}`` and
    ``${NAME+other}`` refer to values further up; ``\\$`` is a dollar sign. The oddities of dotenv-expand
    12.0.2 are kept, its endless loops are not: past a budget of work, values stay as they are.
    """
    done: dict[str, str] = {}
    budget = _BUDGET
    for key in _javascript_order(values):
        expanded, budget = _expand_value(values[key], done, budget)
        done[key] = expanded.replace("\\$", "$")
    return {key: done[key] for key in values}


def _javascript_order(values: Mapping[str, str]) -> list[str]:
    """Keys that are array indices come first in a JavaScript object, by number."""
    indices = [key for key in values if _ARRAY_INDEX.match(key) and int(key) <= _MAX_INDEX]
    chosen = set(indices)
    return sorted(indices, key=int) + [key for key in values if key not in chosen]


def _expand_value(text: str, done: Mapping[str, str], budget: int) -> tuple[str, int]:
    """One value with its references replaced, and what is left of the budget."""
    seen: set[str] = set()
    while budget > 0 and (match := _REFERENCE.search(text)) is not None:
        seen.add(text)
        name, inserted = _inserted(match[1] or match[2], done, seen)
        budget -= len(text) + len(inserted) + _STEP
        if budget <= 0:
            break
        text = _replace_first(text, match[0], inserted)
        if text == done.get(name):  # what a reference gave as a whole is not expanded once more
            break
    return text, budget


def _inserted(expression: str, done: Mapping[str, str], seen: set[str]) -> tuple[str, str]:
    """The name that a reference means, and what takes its place."""
    operator = _OPERATOR.search(expression)
    # dotenv-expand splits by null where there is no operator, which JavaScript reads as "null".
    splitter = operator[0] if operator is not None else "null"
    name, _, rest = expression.partition(splitter)
    value = done.get(name, "")
    if splitter in (":+", "+"):
        return name, rest if value else ""
    return name, rest if not value or value in seen else value


def _replace_first(text: str, reference: str, inserted: str) -> str:
    """JavaScript's ``replace`` with a string: ``$$``, ``$&`` and the like in the new text have a meaning."""
    start = text.index(reference)
    before, after = text[:start], text[start + len(reference) :]
    meanings = {"$": "$", "&": reference, "`": before, "'": after}
    return before + _REPLACEMENT.sub(lambda found: meanings[found[1]], inserted) + after
