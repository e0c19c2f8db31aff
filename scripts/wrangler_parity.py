"""Compares what cfguard says about config files with what wrangler's own validator says.

    python scripts/wrangler_parity.py ORACLE_JSONL FILES...

ORACLE_JSONL has one line per file: ``{file, parse_error, results: [{env, errors: [{message}], warnings,
crash}]}``. FILES may be ``@LIST``, a file of names. Verdict: an error or none. Warnings: compared where both
accept. Same field: the share of wrangler's errors that some finding of ours names, by the last name of its
key or by a name in its message. ``--record OUT`` writes the verdicts of small, different files as facts for
the tests: text, verdicts and the names in errors.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from cfguard.syntax import decode, parse
from cfguard.syntax.node import Format
from cfguard.wrangler import WranglerDiagnostic, validate

_QUOTED = re.compile(r'"([^"\n]{1,200})"|`([^`\n]{1,200})`|\'([^\'\n]{1,200})\'')
_NAME = re.compile(r"[A-Za-z0-9_$-]+")
_ASSIGNED = re.compile(r"(\S+) assigned to ")
_SUMMARY = "Bindings must have unique names"


class Comparison:
    """Counts over all files, and the first disagreements of each sort."""

    def __init__(self, shown: int) -> None:
        self.counts: Counter[str] = Counter()
        self.shown = shown
        self.examples: Counter[str] = Counter()

    def show(self, sort: str, file: str, *lines: str) -> None:
        """Print one disagreement, up to the limit of its sort."""
        self.examples[sort] += 1
        if self.examples[sort] <= self.shown:
            print(f"{sort}: {file}", *(f"    {line}" for line in lines), sep="\n")

    def share(self, part: str, whole: str) -> str:
        """A share in words: 99.50 % (398 of 400)."""
        right, total = self.counts[part], self.counts[whole]
        return f"{100 * right / total if total else 100:.2f} % ({right} of {total})"


def path_kind(folder: str, path: str) -> str | None:
    """What lies at a path beside a config, as the validator is told."""
    full = os.path.normpath(os.path.join(folder, path)) if "\0" not in path else ""
    return "folder" if os.path.isdir(full) else "file" if os.path.isfile(full) else None


def ours(file: str) -> tuple[bool, tuple[WranglerDiagnostic, ...]]:
    """Whether the file does not parse, and what the validator says of it."""
    with open(file, "rb") as opened:
        source, problems = decode(file, opened.read())
    format: Format = "toml" if file.endswith(".toml") else "jsonc"
    document = parse(source, format)
    broken = any(diagnostic.code == "syntax-error" for diagnostic in (*problems, *document.diagnostics))
    folder = os.path.dirname(os.path.abspath(file))
    return broken, validate(document, path_kind=lambda path: path_kind(folder, path))


def names_in(message: str) -> set[str]:
    """The names that a message of either side puts in quotes."""
    found: set[str] = set()
    for match in _QUOTED.finditer(message):
        found.update(_NAME.findall(next(group for group in match.groups() if group is not None)))
    found.update(match.group(1) for match in _ASSIGNED.finditer(message))
    return found


def wanted_names(message: str) -> set[str]:
    """The field that an error of wrangler is about: names before the value it prints."""
    head = re.split(r"\bbut got\b|\bweren't valid\b", message, maxsplit=1)[0]
    return names_in(head) or names_in(message) or set(_NAME.findall(head))


def named(error: str, findings: tuple[WranglerDiagnostic, ...], broken: bool) -> bool:
    """Whether one of our errors is about the field of wrangler's."""
    wanted = wanted_names(error)
    for finding in findings:
        if finding.severity == "error":
            last = next((step for step in reversed(finding.key) if isinstance(step, str)), "")
            if last in wanted or names_in(finding.message) & wanted:
                return True
    return broken


def compare(row: dict[str, Any], file: str, total: Comparison) -> None:
    """Add one file to the counts."""
    results = row.get("results", [])
    errors = [error["message"] for result in results for error in result["errors"]]
    crashes = [result["crash"] for result in results if result["crash"]]
    parse_error = row.get("parse_error") or row.get("crash")
    broken, findings = ours(file)
    refused = broken or any(finding.severity == "error" for finding in findings)
    expected = bool(errors or crashes or parse_error)
    total.counts["files"] += 1
    total.counts["verdict"] += refused == expected
    total.counts["refused by wrangler"] += expected
    if refused != expected:
        said = [*map(str, errors[:3]), *crashes[:2], str(parse_error or "")]
        mine = [f"{f.severity} {f.code} {f.message}" for f in findings if f.severity == "error"]
        total.show(
            "MISSED" if expected else "INVENTED", file, *(said if expected else [*mine, f"broken={broken}"])
        )
    if not refused and not expected:
        compare_warnings(results, findings, file, total)
    for error in dict.fromkeys(errors):
        if not error.startswith(_SUMMARY):
            compare_field(error, findings, broken, file, total)


def compare_warnings(
    results: list[dict[str, Any]], findings: tuple[WranglerDiagnostic, ...], file: str, total: Comparison
) -> None:
    """Whether both sides warn of an accepted file, or neither."""
    warnings = [warning["message"] for result in results for warning in result["warnings"]]
    total.counts["accepted by both"] += 1
    total.counts["warning"] += bool(warnings) == bool(findings)
    if bool(warnings) != bool(findings):
        total.show("WARNING", file, *warnings[:3], *(f"ours: {f.code} {f.message}" for f in findings[:3]))


def compare_field(
    error: str, findings: tuple[WranglerDiagnostic, ...], broken: bool, file: str, total: Comparison
) -> None:
    """Whether an error of wrangler is named by one of ours."""
    total.counts["errors"] += 1
    if named(error, findings, broken):
        total.counts["field"] += 1
    else:
        total.show(
            "FIELD", file, error[:300], *(f"ours: {f.message}" for f in findings if f.severity == "error")
        )


def recorded(row: dict[str, Any]) -> dict[str, Any]:
    """The facts of one file that tests need, without a sentence of wrangler's."""
    file = row["file"]
    with open(file, encoding="utf-8") as opened:
        text = opened.read()
    messages = [error["message"] for result in row["results"] for error in result["errors"]]
    own = [message for message in dict.fromkeys(messages) if not message.startswith(_SUMMARY)]
    return {
        "format": "toml" if file.endswith(".toml") else "jsonc",
        "text": text,
        "refused": bool(messages or any(result["crash"] for result in row["results"])),
        "warned": any(result["warnings"] for result in row["results"]),
        "fields": [sorted(wanted_names(message)) for message in own],
    }


def shapes(row: dict[str, Any]) -> set[str]:
    """The sorts of messages that a file draws, without the names that the file itself made up."""
    found = set()
    for result in row.get("results", ()):
        for sort in ("errors", "warnings"):
            for diagnostic in result[sort]:
                head = re.split(
                    r"but got|weren't valid|field:|assigned to", diagnostic["message"], maxsplit=1
                )
                text = _ASSIGNED.sub("", diagnostic["message"][:60]) if len(head) < 2 else head[0]
                fields = (group.rsplit(".", 1)[-1] for group in re.findall(r'"([^"]{1,80})"', text)[:2])
                words = re.sub(r'"[^"]*"|[0-9]+|- .*', "", text)[:70]
                found.add(f"{sort} {words} {' '.join(re.sub('[^a-z_]', '', field) for field in fields)}")
    return found or {"silent"}


def is_refused(row: dict[str, Any]) -> bool:
    """Whether wrangler stops on a file, in any environment."""
    return any(result["errors"] or result["crash"] for result in row["results"])


def record(oracle: str, path: str, limit: int) -> int:
    """Write the facts of files that together draw many sorts of messages, the densest first.

    Half of the files are refused by wrangler, half are accepted.
    """
    candidates = [row for row in rows(oracle) if not row.get("parse_error") and not row.get("crash")]
    candidates.sort(key=lambda row: os.path.getsize(row["file"]) / len(shapes(row)))
    seen: Counter[str] = Counter()
    chosen: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for row in candidates:
        rows_of_sort = chosen[is_refused(row)]
        found = {f"{is_refused(row)} {shape}" for shape in shapes(row)}
        enough = 20 if "silent" in shapes(row) else 1
        if len(rows_of_sort) < limit // 2 and any(seen[shape] < enough for shape in found):
            seen.update(found)
            rows_of_sort.append(recorded(row))
    with open(path, "w", encoding="utf-8") as file:
        for facts in (*chosen[True], *chosen[False]):
            file.write(json.dumps(facts, ensure_ascii=False) + "\n")
    print(f"{len(chosen[True])} refused and {len(chosen[False])} accepted files recorded in {path}")
    return 0


def rows(path: str) -> Iterator[dict[str, Any]]:
    """The lines of the oracle's answer."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def main() -> int:
    """Compare and print; exit 1 below the bars."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("oracle")
    parser.add_argument("files", nargs="*", help="file names or @LIST; all files of the oracle if none")
    parser.add_argument("--show", type=int, default=10, help="disagreements to print of each sort")
    parser.add_argument("--record", metavar="OUT", help="write facts for the tests instead of comparing")
    parser.add_argument("--limit", type=int, default=320, help="how many files to record")
    options = parser.parse_args()
    if options.record:
        return record(options.oracle, options.record, options.limit)
    wanted: set[str] = set()
    for name in options.files:
        if name.startswith("@"):
            with open(name[1:], encoding="utf-8") as file:
                wanted.update(file.read().split("\n"))
        else:
            wanted.add(name)
    total = Comparison(options.show)
    for row in rows(options.oracle):
        if not wanted or row["file"] in wanted:
            compare(row, row["file"], total)
    refused = total.counts["refused by wrangler"]
    print(f"verdict    {total.share('verdict', 'files')}, {refused} refused by wrangler")
    print(f"warnings   {total.share('warning', 'accepted by both')}")
    print(f"same field {total.share('field', 'errors')}")
    bars = (("verdict", "files", 0.995), ("warning", "accepted by both", 0.98), ("field", "errors", 0.95))
    return int(any(total.counts[part] < bar * total.counts[whole] for part, whole, bar in bars))


if __name__ == "__main__":
    sys.exit(main())
