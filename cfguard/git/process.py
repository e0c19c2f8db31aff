"""Git as a hardened subprocess: a checked repository is hostile, its configuration included.

A ``.git/config`` can name programs for git to run (``core.fsmonitor``, filters, ``core.sshCommand`` and
more). The five subcommands here, with these options and this environment, ran none of them when every
one was planted (git 2.39, tests/git/test_hostile.py). Others do, ``status`` and ``diff`` among them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from cfguard.git import child

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Subcommand = Literal["ls-files", "check-ignore", "ls-tree", "cat-file", "rev-list"]

TIMEOUT = 20.0
"""Seconds that one git process may take; 20,000 files take about 0.02."""

_OPTIONS = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "core.pager=cat",
    "-c",
    "log.showSignature=false",
    "-c",
    "safe.directory=*",
    "-c",
    "safe.bareRepository=explicit",
    "--no-optional-locks",
)

_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}

# Files that the user's own environment names are as trustworthy as the home folder; single settings
# (GIT_CONFIG_COUNT, GIT_CONFIG_PARAMETERS), programs and other repositories are not taken over.
_KEPT = frozenset({"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"})


class GitFailure(Exception):
    """Git could not answer: the reason in one sentence, never "there is nothing"."""


def find_executable(root: str, search: str | None = None) -> str | None:
    """The path of git, from absolute entries of PATH that lie outside the repository at ``root``."""
    search = os.environ.get("PATH", os.defpath) if search is None else search
    forbidden = os.path.realpath(root)
    name = "git.exe" if os.name == "nt" else "git"
    for folder in search.split(os.pathsep):
        if not os.path.isabs(folder):
            continue
        candidate = os.path.join(folder, name)
        if not (os.path.isfile(candidate) and os.access(candidate, os.X_OK)):
            continue
        if not (
            _inside(os.path.realpath(folder), forbidden) or _inside(os.path.realpath(candidate), forbidden)
        ):
            return candidate
    return None


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def hardened_environment(root: str, environ: Mapping[str, str], *, own_index: bool) -> dict[str, str]:
    """The environment of a git process: the user's, without what redirects git or makes it run programs.

    ``own_index`` keeps ``GIT_INDEX_FILE``, in which a commit hook finds what is about to be committed;
    it must be true only when that hook belongs to the repository at ``root``.
    """
    kept = {key: value for key, value in environ.items() if not key.startswith("GIT_") or key in _KEPT}
    if own_index and environ.get("GIT_INDEX_FILE"):
        kept["GIT_INDEX_FILE"] = os.path.abspath(environ["GIT_INDEX_FILE"])
    # A broken .git must not make git look further up and answer for the repository around this one.
    kept["GIT_CEILING_DIRECTORIES"] = os.path.dirname(os.path.realpath(root))
    return kept | _ENVIRONMENT


class Git:
    """The hardened git command of one repository."""

    __slots__ = ("_command", "_environment")

    def __init__(self, executable: str, root: str, *, own_index: bool = False) -> None:
        root = os.path.realpath(root)
        self._command = (executable, "-C", root, *_OPTIONS, f"--work-tree={root}")
        self._environment = hardened_environment(root, os.environ, own_index=own_index)

    def run(
        self,
        subcommand: Subcommand,
        *arguments: str,
        feed: bytes = b"",
        accept: Iterable[int] = (0,),
        setting: str = "",
    ) -> bytes:
        """The output of a command; raises GitFailure on other exit codes and after :data:`TIMEOUT`.

        ``setting`` is one of git's (``key=value``) that counts in place of the repository's own.
        """
        settings = ("-c", setting) if setting else ()
        command = (*self._command, *settings, subcommand, *arguments)
        try:
            done = child.run(command, self._environment, feed, TIMEOUT)
        except OSError as error:
            raise GitFailure(f"git cannot be started: {error.strerror}") from error
        except child.TimedOut:
            raise GitFailure(f"git did not answer within {TIMEOUT:g} seconds") from None
        if done.code not in accept:
            raise GitFailure(_reason(done.errors, done.code))
        return done.output


def _reason(errors: bytes, code: int) -> str:
    """Git's own last words as one sentence; they may quote the repository, so callers escape them."""
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    said = lines[-1].removeprefix("fatal: ").strip() if lines else ""
    return f"git says: {said[:200]}" if said else f"git ended with code {code}"
