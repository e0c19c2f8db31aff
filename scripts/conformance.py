"""Measures the expression language against the CEL project's public conformance data.

    python scripts/conformance.py DIR        # a folder with cel-conformance.jsonl, or that file

Exit code 1 if a case of the subset fails. What is left out is decided here by rules that name the feature.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cfguard.policy.expression import (
    DYN,
    Budget,
    EvaluationError,
    ExpressionError,
    Scope,
    UInt,
    compile_expression,
)
from cfguard.policy.expression.values import TypeValue, kind_of

LEFT_OUT = (
    ("math.* functions", lambda case: case["file"] == "math_ext"),
    ("format()", lambda case: ".format(" in case["expr"]),
    (
        "strings.quote() and reverse()",
        lambda case: "strings.quote" in case["expr"] or ".reverse()" in case["expr"],
    ),
    (
        "qualified variable names and containers",
        lambda case: any("." in name for name in case.get("bindings", {})),
    ),
    ("time zones by name", lambda case: re.search(r"\('[A-Z]\w+/", case["expr"])),
    ("nanoseconds: times keep microseconds", lambda case: re.search(r"\d{9}(?:Z'|ns')|\b1ns'", case["expr"])),
)
REFUSED_EARLIER = "refused by the static check although CEL would not evaluate the faulty part"


def value_of(tagged: dict[str, Any]) -> object:
    """The Python value of a type-tagged one."""
    ((kind, value),) = tagged.items()
    if kind == "uint":
        return UInt(value)
    if kind == "double":
        return float(value)
    if kind == "bytes":
        return bytes.fromhex(value)
    if kind == "list":
        return [value_of(item) for item in value]
    if kind == "map":
        return {value_of(key): value_of(item) for key, item in value}
    return TypeValue(value) if kind == "type" else value


def same(found: object, expected: object) -> bool:
    """Equal in kind and value, all the way down."""
    if kind_of(found) != kind_of(expected):
        return False
    if isinstance(found, float) and isinstance(expected, float):
        return (math.isnan(found) and math.isnan(expected)) or repr(found) == repr(expected)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[key], expected[key]) for key in found)
    return found == expected


def outcome(case: dict[str, Any]) -> tuple[str, str]:
    """``passed``, ``failed`` or ``left out``, and what happened or which feature is left out."""
    for feature, applies in LEFT_OUT:
        if applies(case):
            return "left out", feature
    bindings = {name: value_of(value) for name, value in case.get("bindings", {}).items()}
    wants_error = "error" in case
    try:
        expression = compile_expression(case["expr"], Scope(dict.fromkeys(bindings, DYN)))
        found = expression.evaluate(bindings, Budget())
    except ExpressionError as error:
        if wants_error:
            return "passed", ""
        if re.search(r"unknown|takes a bool", error.message):
            return "left out", REFUSED_EARLIER
        return "failed", f"refused: {error.message}"
    except EvaluationError as error:
        return ("passed", "") if wants_error else ("failed", f"error: {error.message}")
    if wants_error:
        return "failed", f"gave {found!r}, expected an error"
    expected = value_of(case["value"])
    return ("passed", "") if same(found, expected) else ("failed", f"gave {found!r}, expected {expected!r}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder with cel-conformance.jsonl, or the file")
    arguments = parser.parse_args()
    data = arguments.data / "cel-conformance.jsonl" if arguments.data.is_dir() else arguments.data
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    features: dict[str, list[str]] = defaultdict(list)
    for line in data.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        verdict, detail = outcome(case)
        counts[case["file"]][verdict] += 1
        if verdict == "left out":
            features[detail].append(case["expr"])
        elif verdict == "failed":
            print(f"FAILED {case['file']}/{case['section']}/{case['name']}: {case['expr'][:120]!r}: {detail}")
    print(f"{'file':<14}{'passed':>8}{'failed':>8}{'left out':>10}{'rate':>8}")
    total: Counter[str] = Counter()
    for file, count in sorted(counts.items()):
        total += count
        print(row(file, count))
    print(row("all", total))
    for feature, expressions in features.items():
        print(f"left out: {len(expressions):4} {feature}; such as {expressions[0][:60]!r}")
    return 1 if total["failed"] else 0


def row(name: str, count: Counter[str]) -> str:
    """One line of the table."""
    judged = count["passed"] + count["failed"]
    rate = f"{100 * count['passed'] / judged:.1f} %" if judged else "-"
    return f"{name:<14}{count['passed']:>8}{count['failed']:>8}{count['left out']:>10}{rate:>8}"


if __name__ == "__main__":
    sys.exit(main())
