"""The table in docs/architecture.md is true, and modules stay small enough to read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "cfguard"
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
WAREHOUSES = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "misc"})


class Module(NamedTuple):
    """A module by its name below the package (`syntax.toml`), and what it imports from the package."""

    name: str
    imports: frozenset[str]


def files(package: Path) -> dict[str, Path]:
    """The source files of a package by module name; the package itself is the empty name."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(tree: ast.AST, module: str, *, is_package: bool, known: frozenset[str]) -> Iterator[str]:
    """The modules of the package that a module names in imports of any kind, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from below_package(alias.name)
        elif isinstance(node, ast.ImportFrom):
            origin = absolute(node, module, is_package=is_package)
            for base in below_package(origin):
                for alias in node.names:
                    inner = f"{base}.{alias.name}" if base else alias.name
                    yield inner if inner in known else base


def below_package(name: str) -> Iterator[str]:
    head, _, rest = name.partition(".")
    if head == PACKAGE:
        yield rest


def absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    here = [PACKAGE, *filter(None, module.split("."))]
    ups = node.level - 1 if is_package else node.level
    return ".".join([*here[: len(here) - ups], *filter(None, [node.module])])


def read(package: Path) -> dict[str, Module]:
    found = files(package)
    known = frozenset(found)
    modules = {}
    for name, path in found.items():
        tree = ast.parse(path.read_text("utf-8"))
        named = frozenset(imports(tree, name, is_package=path.name == "__init__.py", known=known))
        modules[name] = Module(name, named - {name})
    return modules


def table(page: str) -> dict[str, int]:
    """The rows of the table of layers: name of a module or package to its row."""
    rows: dict[str, int] = {}
    for match in re.finditer(r"^\| (\d+) \| (`[^|]+) \|", page, re.MULTILINE):
        for name in re.findall(r"`([\w.]+)`", match[2]):
            assert name not in rows, f"`{name}` stands in two rows"
            rows[name] = int(match[1])
    return rows


def entry(module: str, rows: dict[str, int]) -> str | None:
    """The longest name of the table that is the module or a package around it; also `toml` for `toml_errors`."""
    fits = [name for name in rows if module == name or module.startswith((f"{name}.", f"{name}_"))]
    return max(fits, key=len, default=None)


def wrong_imports(modules: dict[str, Module], rows: dict[str, int]) -> list[str]:
    wrong = []
    for module in modules.values():
        own = entry(module.name, rows)
        for target in sorted(module.imports - {""}):
            other = entry(target, rows)
            if own and other and own != other and rows[other] >= rows[own]:
                wrong.append(f"{module.name} (row {rows[own]}) imports {target} (row {rows[other]})")
    return wrong


def circles(modules: dict[str, Module]) -> list[list[str]]:
    """Groups of modules that reach each other through imports; the package itself is only a door."""
    reach: dict[str, set[str]] = {}
    for name in filter(None, modules):
        seen: set[str] = {""}
        pending = [*modules[name].imports]
        while pending:
            target = pending.pop()
            if target not in seen:
                seen.add(target)
                pending += modules[target].imports if target in modules else ()
        reach[name] = seen
    groups = {tuple(sorted(other for other in reach[name] if name in reach.get(other, ()))) for name in reach}
    return [list(group) for group in sorted(groups) if group]


MODULES = read(ROOT / PACKAGE)
ROWS = table((ROOT / "docs" / "architecture.md").read_text("utf-8"))


def test_every_module_has_a_row() -> None:
    packages = {name for name, path in files(ROOT / PACKAGE).items() if path.name == "__init__.py"}
    assert [name for name in MODULES if name and entry(name, ROWS) is None and name not in packages] == []


def test_every_name_of_the_table_is_a_module() -> None:
    assert [name for name in ROWS if name not in MODULES] == []


def test_imports_point_up_in_the_table() -> None:
    assert wrong_imports(MODULES, ROWS) == []


def test_modules_do_not_import_in_circles() -> None:
    assert circles(MODULES) == []


def test_package_itself_is_a_door_that_modules_do_not_use() -> None:
    """It loads the public names when they are asked for; inside, only the version is taken from it."""
    assert MODULES[""].imports == {"api", "finding"}
    taken = {name for path in files(ROOT / PACKAGE).values() for name in taken_from_door(path)}
    assert taken == {"__version__"}


def taken_from_door(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module, node.level) == (PACKAGE, 0):
            yield from (alias.name for alias in node.names if alias.name not in MODULES)


@pytest.mark.parametrize("folder", [PACKAGE, "scripts", "benchmarks"])
def test_files_and_functions_are_short(folder: str) -> None:
    long = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        text = path.read_text("utf-8")
        lines = text.count("\n")
        if lines > LONGEST_FILE:
            long.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}: {node.name} has {size} lines")
    assert long == []


def test_no_module_is_a_warehouse() -> None:
    assert [name for name in MODULES if name.rpartition(".")[2] in WAREHOUSES] == []


def make(tmp_path: Path, **sources: str) -> dict[str, Module]:
    package = tmp_path / PACKAGE
    for name, text in {"__init__": "", **sources}.items():
        path = package / f"{name.replace('__', '/') if not name.startswith('__') else name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return read(package)


def test_imports_of_every_kind_are_seen(tmp_path: Path) -> None:
    text = (
        "import cfguard.a\n"
        "from cfguard import b\n"
        "from . import c\n"
        "from .d import thing\n"
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from cfguard.e import thing\n"
        "def late():\n    from cfguard import __version__\n    import json.decoder\n"
    )
    modules = make(tmp_path, top=text, a="", b="", c="", d="", e="")
    assert modules["top"].imports == {"a", "b", "c", "d", "e", ""}


def test_wrong_direction_and_circles_are_seen(tmp_path: Path) -> None:
    modules = make(
        tmp_path, a="from cfguard import c", b="from cfguard import a", c="from cfguard import b", d=""
    )
    assert wrong_imports(modules, {"a": 1, "b": 2, "c": 2, "d": 3}) == [
        "a (row 1) imports c (row 2)",
        "c (row 2) imports b (row 2)",
    ]
    assert circles(modules) == [["a", "b", "c"]]


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_patterns_mean_the_same_in_every_python() -> None:
    """A possessive repeat of a group matches wrongly in Python 3.11.2, which Debian 12 has; `(?>…)` does not."""
    possessive = re.compile(r"\(\?.*\)(?:[*+?]|\{[\d,]+\})\+|^\)(?:[*+?]|\{[\d,]+\})\+", re.DOTALL)
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in files(ROOT / PACKAGE).values()
        for line, text in texts(ast.parse(path.read_text("utf-8")))
        if possessive.search(text)
    ]
    assert found == []


def test_records_are_made_the_quick_way() -> None:
    slow = re.compile(r"^ *from typing import [^\n]*\bNamedTuple\b|\btyping\.NamedTuple\b(?!`)", re.MULTILINE)
    modules = files(ROOT / PACKAGE)
    quick = modules.pop("named_tuple")
    found = [name for name, path in modules.items() if slow.search(path.read_text("utf-8"))]
    assert slow.search(quick.read_text("utf-8")), "the pattern does not find what it looks for"
    assert not found, f"take NamedTuple from `cfguard.named_tuple`: {found}"
