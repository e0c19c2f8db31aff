"""The script of everyday verbs: what it says on machines that lack something, and that it sets itself up."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = ("sh", "dirname", "cat", "cksum")

OLD = """\
case "$2" in
*version_info*) exit 1 ;;
*python_version*) echo 3.9.2 ;;
esac
"""
WITHOUT_VENV = """\
case "$2" in
*ensurepip*) exit 1 ;;
esac
"""


def run(script: Path, verb: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [str(script), verb]
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def machine(folder: Path, checkout: Path, python: str | None) -> subprocess.CompletedProcess[str]:
    """What `./dev try` does on a machine with nothing but a shell and this ``python3``."""
    programs = folder / "bin"
    programs.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (programs / tool).symlink_to(found)
    if python is not None:
        (programs / "python3").write_text(f"#!/bin/sh\n{python}", "utf-8")
        (programs / "python3").chmod(0o755)
    shutil.copy2(checkout / "dev", folder / "dev")
    return run(folder / "dev", "try", {"PATH": str(programs)})


@pytest.mark.parametrize(
    ("python", "message"),
    [
        (OLD, "cfguard: Python 3.11 or newer is needed, and python3 here is 3.9.2\n"),
        (
            None,
            "cfguard: Python 3.11 or newer is needed, and there is no python3 here: "
            "apt install python3 python3-venv\n",
        ),
        (WITHOUT_VENV, "cfguard: python3 cannot make virtual environments: apt install python3-venv\n"),
    ],
    ids=["old", "none", "without venv"],
)
def test_machine_that_lacks_something(
    tmp_path: Path, checkout: Path, python: str | None, message: str
) -> None:
    done = machine(tmp_path, checkout, python)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)
    assert not (tmp_path / ".venv").exists()


def test_unknown_verb_is_refused(checkout: Path) -> None:
    done = run(checkout / "dev", "tests", dict(os.environ))
    assert done.returncode == 2
    assert done.stderr.endswith("cfguard: there is no verb `tests`\n")


def test_try_sets_up_and_checks_the_example(snapshot: Path, outside: dict[str, str], tmp_path: Path) -> None:
    """Needs a package index the first time, and only then."""
    clone = tmp_path / "a folder" / "cfguard"
    shutil.copytree(snapshot, clone)
    first = run(clone / "dev", "try", outside)
    assert first.returncode == 0, f"the set-up needs a package index:\n{first.stdout}{first.stderr}"
    assert " --> examples/shop/wrangler.jsonc:" in first.stdout
    assert f"{clone}/.venv/bin/cfguard check" in first.stdout
    again = run(clone / "dev", "try", {**outside, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)})
    assert (again.returncode, again.stdout) == (0, first.stdout)
    assert again.stderr == ""
