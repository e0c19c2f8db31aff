"""Runs the cases of policies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cfguard.commands.shared_arguments import listed_words
from cfguard.terminal import EMPTY, FINDINGS, OK, Usage, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import SimpleNamespace


ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "folder": {
        "nargs": "?",
        "metavar": "DIR",
        "help": "a policy folder; the bundled policies without it",
    },
    "--select": {
        "action": "append",
        "default": [],
        "metavar": "RULE",
        "help": "only the cases of these rules or areas (`d1/*`)",
    },
}


def run(options: SimpleNamespace) -> int:
    """Run the cases and count them."""
    from cfguard.resources import policies_dir
    from cfguard.secrets.masking import mask_text
    from cfguard.testing import run_folder

    bundled = options.folder is None
    folder = policies_dir() if bundled else options.folder
    if not os.path.isdir(folder):
        raise Usage(f"there is no folder `{folder}`")
    bundled = bundled or os.path.realpath(folder) == os.path.realpath(policies_dir())
    failed = passed = 0
    selected = frozenset(listed_words(options.select))
    for result in run_folder(folder, bundled=bundled, selected=selected):
        passed += not result.wrong
        failed += bool(result.wrong)
        if result.wrong:
            lines = [f"FAILED {result.rule}: {result.case}", *(f"  {line}" for line in result.wrong)]
            write("".join(f"{mask_text(line)}\n" for line in lines))
    write(f"{passed} passed, {failed} failed\n")
    if not passed and not failed:
        return EMPTY
    return FINDINGS if failed else OK
