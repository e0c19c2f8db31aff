"""Measure the parsers against public suites and real files: ``syntax_conformance.py DIR [CORPUS]``.

DIR holds ``toml-test/``, ``json-suite/`` with ``json-suite-verdicts.jsonl``, and ``dotenv-cases.jsonl``.
CORPUS is any folder of configuration files. Prints one line a suite and the files that differ; exit 1 if any
does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import tomli

from cfguard.syntax import decode, parse
from cfguard.syntax.dotenv import expand
from cfguard.syntax.node import Diagnostic, Document, Format, Node
from cfguard.syntax.toml_scanner import SAFE_INTEGER

Check = Callable[[Path], str]  # what is wrong with a file, or ""


def main(arguments: list[str]) -> int:
    """Run every suite of the folder, and the corpus if one is given."""
    if not 1 <= len(arguments) <= 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    tests = folder / "toml-test"
    names = [name for name in (tests / "files-toml-1.1.0").read_text().split() if name.endswith(".toml")]
    valid = [tests / name for name in names if name.startswith("valid/")]
    invalid = [tests / name for name in names if name.startswith("invalid/")]
    failed = measure("toml-test valid: values, paths, spans", valid, toml_values)
    failed += measure("toml-test invalid: tomli's verdict", invalid, toml_verdict)
    failed += json_suite(folder)
    failed += dotenv_cases(folder / "dotenv-cases.jsonl")
    if len(arguments) == 2:
        failed += corpus(Path(arguments[1]))
    return 1 if failed else 0


def measure(title: str, files: list[Path], check: Check) -> int:
    """Print how many files pass, and why the others do not."""
    wrong = [(file, why) for file in files if (why := check(file))]
    print(f"{title}: {len(files) - len(wrong)} of {len(files)}")
    for file, why in wrong:
        print(f"  {file}: {why}")
    return len(wrong)


def load(file: Path, format: Format) -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document of a file, and what is wrong with its encoding."""
    source, encoding = decode(file.as_posix(), file.read_bytes())
    return parse(source, format), encoding


def toml_values(file: Path) -> str:
    """Our tree must be tomli's, and every place in it must read back to its value."""
    document, encoding = load(file, "toml")
    expected = tomli.loads(document.source.text)
    lossy = [node for node in document.root.walk() if is_lossy(node.value)]
    if encoding or document.recovered or len(document.diagnostics) != len(lossy):
        return f"refused: {[each.message for each in document.diagnostics]}"
    if not same(document.root.plain(), expected):
        return "other values"
    if {node.path for node in document.root.walk()} != set(paths(expected)):
        return "other paths"
    return places(document)


def toml_verdict(file: Path) -> str:
    """A file that tomli refuses must have a syntax error, any other none but for integers."""
    document, encoding = load(file, "toml")
    lossy = any(is_lossy(node.value) for node in document.root.walk())
    try:
        tomli.loads(document.source.text)
        refused = bool(encoding) or lossy
    except tomli.TOMLDecodeError:
        refused = True
    ours = bool(document.diagnostics or encoding)
    return "" if ours == refused else f"ours {ours}, tomli {refused}"


def places(document: Document) -> str:
    for node in document.root.walk():
        text = document.source.slice(node.span)
        headed = node.kind in ("table", "array") and (node.parent is None or not _bracketed(node, text))
        if not headed and not same(tomli.loads(f"x = {text}")["x"], node.plain()):
            return f"{node!r} reads back otherwise"
        if node.key_span is not None:
            key = document.source.slice(node.key_span)
            if list(tomli.loads(f"{key} = 1")) != [node.key]:
                return f"the key of {node!r} reads back otherwise"
    return ""


def _bracketed(node: Node, text: str) -> bool:
    """Whether a container is written as a value, not made by a header or a dotted key."""
    if node.kind == "table":
        return text[:1] == "{"
    return text[:1] == "[" and (node.key_span is None or node.pair_span != node.span)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every path of plain data, the empty one included."""
    yield path
    if isinstance(value, dict):
        for key, child in value.items():
            yield from paths(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from paths(child, (*path, index))


def is_lossy(value: object) -> bool:
    """Whether a value is an integer beyond those that wrangler reads."""
    return type(value) is int and not -SAFE_INTEGER <= value <= SAFE_INTEGER


def same(left: Any, right: Any) -> bool:
    """Equal in type and value; NaN equals itself."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right) or (left != left and right != right)


def json_suite(folder: Path) -> int:
    """The verdicts of jsonc-parser, which takes wrong UTF-8 for U+FFFD; ``decode`` reports that."""
    lines = (folder / "json-suite-verdicts.jsonl").read_text().splitlines()
    verdicts = {row["file"]: row["accepted"] for row in map(json.loads, lines)}
    encodings = 0

    def check(file: Path) -> str:
        nonlocal encodings
        document, encoding = load(file, "jsonc")
        accepted = not any(each.code == "syntax-error" for each in document.diagnostics)
        if file.read_bytes().startswith((b"\xff\xfe", b"\xfe\xff")):
            accepted = accepted and not encoding
        encodings += accepted and bool(encoding)
        return "" if accepted == verdicts[file.name] else f"ours {accepted}, theirs {verdicts[file.name]}"

    failed = measure(
        "json-suite: jsonc-parser's verdict", [folder / "json-suite" / name for name in verdicts], check
    )
    print(f"  (of these, {encodings} accepted texts are not UTF-8, which decode() reports)")
    return failed


def dotenv_cases(file: Path) -> int:
    """The values of wrangler's two readers."""
    cases = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
    wrong = []
    for case in cases:
        source, _ = decode("", case["text"].encode())
        values = {node.key: str(node.value) for node in parse(source, "dotenv").root.members.values()}
        plain = {str(key): value for key, value in values.items()}
        if plain != case["values"]["devvars"] or expand(plain) != case["values"]["wenv"]:
            wrong.append(case["id"])
    print(f"dotenv: {len(cases) - len(wrong)} of {len(cases)} {wrong or ''}")
    return len(wrong)


def corpus(folder: Path) -> int:
    """Every file of the corpus is read without an exception, TOML as tomli reads it."""
    files: dict[Format, list[Path]] = {"toml": [], "jsonc": [], "dotenv": []}
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        if file.suffix == ".toml":
            files["toml"].append(file)
        elif file.suffix in (".json", ".jsonc"):
            files["jsonc"].append(file)
        elif file.name.startswith((".env", ".dev.vars")):
            files["dotenv"].append(file)
    broken: list[str] = []

    def reads(format: Format) -> Check:
        def check(file: Path) -> str:
            document, encoding = load(file, format)
            broken.extend(f"{file}: {each.message}" for each in (*document.diagnostics, *encoding))
            if format == "toml":
                return toml_verdict(file) or ("" if document.recovered else toml_values(file))
            return ""

        return check

    failed = sum(measure(f"corpus {format}", files[format], reads(format)) for format in files)
    print(f"corpus: {len(broken)} diagnostics")
    for line in broken:
        print(f"  {line}")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
