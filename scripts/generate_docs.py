"""Writes the pages of docs/ that are made from the code: the model, the rules, the settings, the commands;
and the table of the areas in the README.

``--check`` writes nothing and fails where a page is out of step, missing or left over.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cfguard.policy.load import load_bundled  # noqa: E402
from scripts.clause_table import clause_page  # noqa: E402
from scripts.pages import areas, commands, json_report, model, rule, rules, settings  # noqa: E402

DOCS = ROOT / "docs"
BANNER = "<!-- Made by scripts/generate_docs.py; edits here are lost. -->\n"
#: Around the generated part of a page that people write.
MARKS = ("<!-- made by scripts/generate_docs.py -->\n", "<!-- end -->\n")


def pages() -> dict[Path, str]:
    """The text of every generated page."""
    found = {
        DOCS / "model.md": whole(model.lines()),
        DOCS / "rules.md": whole(rules.lines()),
        DOCS / "json-report.md": whole(json_report.lines()),
        DOCS / "clauses.md": whole(clause_page()),
        DOCS / "commands.md": whole(commands.lines()),
        ROOT / "README.md": with_part(ROOT / "README.md", areas.lines()),
        DOCS / "settings.md": with_part(DOCS / "settings.md", settings.lines()),
    }
    return found | {DOCS / "rules" / f"{each.id}.md": whole(rule.lines(each)) for each in load_bundled()}


def whole(lines: Iterable[str]) -> str:
    """A page that is generated from its first line to its last."""
    return BANNER + "\n" + "\n".join(lines).rstrip("\n") + "\n"


def with_part(path: Path, lines: Iterable[str]) -> str:
    """A page as it is, with its generated part made anew."""
    before, start, rest = path.read_text(encoding="utf-8").partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    return before + start + "\n" + "\n".join(lines) + "\n\n" + end + after


def main() -> int:
    """Write or check the pages; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where a page is out of step")
    check = parser.parse_args().check
    fresh = pages()
    left_over = [path for path in sorted((DOCS / "rules").rglob("*.md")) if path not in fresh]
    stale = [path for path, text in fresh.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in [] if check else stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(fresh[path], encoding="utf-8")
    for path in [] if check else left_over:
        path.unlink()
    for path in (*stale, *left_over):
        print(f"{path.relative_to(ROOT)}: {'is out of step' if check else 'written or taken away'}")
    return 1 if check and (stale or left_over) else 0


if __name__ == "__main__":
    sys.exit(main())
