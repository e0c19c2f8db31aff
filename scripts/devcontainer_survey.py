"""Runs every rule over the devcontainer.json files of a folder, one by one, and says what it finds.

Each file is taken out of its repository into a folder of its own, by itself or (``--worker``) beside a Worker
with a D1 database, so that the rules about Workers speak as well. Prints the findings of each rule and which
Node the files give, and with ``--sample`` some findings to be read by hand.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from cfguard.api import Request, check_request
from cfguard.model.devcontainer.container import DevContainer
from cfguard.model.devcontainer.files import Files
from cfguard.model.devcontainer.opened import Opened
from cfguard.syntax import decode, parse

#: Files that a definition names are not collected with the files that name them.
_NOT_COLLECTED = "devcontainer/file-missing"
_OFFICIAL = re.compile(r"(?:^|/)(\.devcontainer\.json|\.devcontainer/(?:[^/]+/)?devcontainer\.json)\Z")
_WORKER = {
    "wrangler.toml": 'name = "acme"\nmain = "src/index.ts"\ncompatibility_date = "2026-11-01"\n\n'
    '[[d1_databases]]\nbinding = "DB"\ndatabase_name = "acme"\ndatabase_id = "4c2f1a90-6b1e-4c8e-9a1d-3f5e7b2a9d10"\n',
    "src/index.ts": "export default { fetch: () => new Response() }\n",
    "package.json": '{"scripts": {"dev": "wrangler dev"}, "devDependencies": {"wrangler": "4.90.0"}}\n',
}


class Told(NamedTuple):
    """A finding as a line: the rule, the file, the line in it, and what it says."""

    rule: str
    file: str
    line: int
    message: str


def main() -> int:
    """Survey; the exit code is always 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--worker", action="store_true", help="put a Worker with D1 beside each file")
    parser.add_argument("--profile", default="all")
    parser.add_argument("--today", type=date.fromisoformat, default=date(2026, 11, 22))
    parser.add_argument("--sample", type=int, default=0, help="so many findings to read")
    parser.add_argument("--rule", default="", help="every finding of this rule")
    parser.add_argument("--node", action="store_true", help="the Node of every file")
    arguments = parser.parse_args()
    paths = sorted(
        path for path in arguments.folder.rglob("*.json") if path.name.endswith("devcontainer.json")
    )
    paths = [path for path in paths if path.is_file()]
    told = [each for path in paths for each in findings(path, arguments)]
    for rule, count in Counter(each.rule for each in told).most_common():
        sys.stdout.write(f"{count:5} {rule}\n")
    sys.stdout.write(f"{len(told):5} findings in {len(paths)} files\n")
    known = [(path, *node_of(path)) for path in paths]
    stated = sum(versions != "unknown" for _, versions, _ in known)
    sys.stdout.write(f"Node known in {stated} of {len(known)}\n")
    if arguments.node:
        for path, versions, reason in known:
            sys.stdout.write(f"{path.relative_to(arguments.folder)}: {versions} ({reason})\n")
    chosen = [each for each in told if each.rule == arguments.rule]
    if arguments.sample:
        chosen = random.Random(20261123).sample(told, min(arguments.sample, len(told)))
    for each in sorted(chosen):
        sys.stdout.write(f"{each.rule} {each.file}:{each.line} {each.message}\n")
    return 0


def findings(path: Path, arguments: argparse.Namespace) -> Iterator[Told]:
    """What a run says of one file in a folder of its own."""
    match = _OFFICIAL.search(path.as_posix())
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / (match[1] if match else ".devcontainer/devcontainer.json")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
        for name, text in (_WORKER if arguments.worker else {}).items():
            (Path(scratch) / name).parent.mkdir(exist_ok=True)
            (Path(scratch) / name).write_text(text)
        report = check_request(
            Request(
                paths=(scratch,), profile=arguments.profile, today=arguments.today, ignore=(_NOT_COLLECTED,)
            )
        )
        for each in report.findings:
            if each.path.endswith("devcontainer.json"):
                line = each.start.line if each.start is not None else 1
                yield Told(each.rule, path.relative_to(arguments.folder).as_posix(), line, each.message)


def node_of(path: Path) -> tuple[str, str]:
    """The Node that a file gives, in words, and where that comes from."""
    document = parse(decode(".devcontainer/devcontainer.json", path.read_bytes())[0], "jsonc")
    if document.root.kind != "table":
        return "unknown", "no table"
    files = Files(lambda path: None, lambda path: False)
    found = DevContainer(document, Opened("", (), (), files)).node_version
    return (found.versions, found.reason) if found is not None else ("unknown", "")


if __name__ == "__main__":
    raise SystemExit(main())
