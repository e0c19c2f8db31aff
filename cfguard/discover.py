"""Finds the files that matter in a repository and says what each is, without entering what is not the project's own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from cfguard.finding import Note, Problem
from cfguard.git import Repository, Unavailable, find_work_tree
from cfguard.named_tuple import NamedTuple
from cfguard.pattern import lazy

if TYPE_CHECKING:
    from cfguard.syntax.node import Format

#: A ``migration`` is no name but a place: the model finds those files through the bindings of the configs.
#: A ``record`` has the name or place of one; what it holds decides (:mod:`cfguard.model.records`).
Role = Literal["wrangler", "devcontainer", "env", "package", "lockfile", "migration", "record"]

#: Folders that hold what tools made or others wrote; cfguard never looks inside.
SKIPPED = frozenset(
    {".git", "node_modules", ".wrangler", "dist", "build", "vendor", ".venv", "venv", "__pycache__"}
)
#: Folders whose files are samples: what is wrong there is told, but never as an error.
LENIENT = frozenset({"examples", "templates", "tests", "test", "fixtures", "__fixtures__"})

#: With a hyphen only names of environments count: `wrangler-notes.json` may be anybody's.
_WRANGLER = lazy(
    r"wrangler(?:\.(?P<name>[\w.-]+?)|-(?P<stage>dev|development|local|test|qa|stag(?:e|ing)|preview|prod(?:uction)?|live))?"
    r"\.(?:toml|jsonc|json)\Z"
)
_ENV = lazy(r"(?:\.env|\.dev\.vars)(?:\.[\w.-]+)?\Z")
_DEVCONTAINER = lazy(r"(?:.*/)?(?:\.devcontainer\.json|\.devcontainer/(?:[^/]+/)?devcontainer\.json)\Z")
_DATA = (".json", ".jsonl", ".ndjson", ".toml", ".sql", ".txt")
_RECORD = lazy(
    r"wrangler-output[^/]*\.(?:jsonl?|ndjson)\Z"
    r"|[^/]*\.(?:health|dev-state|deployments?|versions|migrations?)\.(?:jsonl?|ndjson|toml)\Z"
    r"|(?:[^/]*\.)?d1_migrations\.(?:json|sql|txt)\Z"
    r"|[^/]*\.migrations\.(?:sql|txt)\Z"
)
_TEST_DEFINITION = lazy(r"(?s)(?P<above>(?:.*/)?)tests/(?P<kind>contract|integration)/.*\.(?:jsonl?|toml)\Z")
_LOCKFILES = frozenset(
    {"package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"}
)
#: Files above the path asked for that say how the ones below it are read.
_CONTEXT = frozenset({"env", "package", "lockfile"})
#: Names below ``wrangler.<name>.toml`` that are not wrangler's config but another tool's or a lock.
_NOT_CONFIGS = frozenset({"schema", "config-schema", "lock"})


_FORMATS: dict[str, Format] = {
    "toml": "toml",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "sql": "sql",
    "txt": "text",
}


class Located(NamedTuple):
    """A file that matters: its path relative to the root and what it is."""

    path: str
    role: Role


class Entry(NamedTuple):
    """Something in a folder, by its path relative to that folder."""

    path: str
    kind: Literal["file", "folder", "link"]


class Discovery(NamedTuple):
    """What a run has before it: the root, the files, and what could not be had.

    ``scopes`` are the paths that were asked for, relative to the root (``""`` is the root itself).
    ``repository`` is None where git cannot be asked; a note then says why. ``staged`` holds the contents of
    files that count in place of those in the work tree, where a run is about what is staged; else it is None.
    ``data`` are the files of no known
    name whose format records can have: those that settings name as records are among them.
    """

    root: str
    scopes: tuple[str, ...]
    files: tuple[Located, ...]
    repository: Repository | None
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]
    staged: Mapping[str, bytes] | None = None
    data: tuple[str, ...] = ()


class RootsDiffer(Exception):
    """The paths of one run lie in different repositories: a usage error (exit 2)."""


def role_of(path: str) -> Role | None:
    """What a file is, judged by its path alone; None for files that cfguard has no interest in."""
    name = path.rpartition("/")[2]
    if match := _WRANGLER.match(name):
        return None if match["name"] in _NOT_CONFIGS else "wrangler"
    if _ENV.match(name):
        return "env"
    if name.endswith("devcontainer.json") and _DEVCONTAINER.match(path):
        return "devcontainer"
    if name == "package.json":
        return "package"
    if name in _LOCKFILES:
        return "lockfile"
    if name.endswith(_DATA) and (_RECORD.match(name) or kind_of_test(path)):
        return "record"
    return None


def kind_of_test(path: str) -> str:
    """`contract` or `integration` for a file in the folder of such tests; empty for any other."""
    match = _TEST_DEFINITION.match(path) if "tests/" in path else None
    return match["kind"] if match is not None else ""


def format_of(file: Located) -> Format:
    """The format of a file, by its role and name."""
    if file.role == "env":
        return "dotenv"
    if file.role == "migration":
        return "sql"
    return _FORMATS.get(file.path.rpartition(".")[2], "jsonc")


def parsed_format(path: str) -> Format | None:
    """The format of a file whose pairs are read one by one; None for what is text to cfguard."""
    role = role_of(path)
    return format_of(Located(path, role)) if role in ("wrangler", "devcontainer", "env") else None


def environment_in_name(path: str) -> str:
    """The environment that ``wrangler.<name>.toml`` names; empty for the plain name."""
    match = _WRANGLER.match(path.rpartition("/")[2])
    return (match["name"] or match["stage"] or "") if match else ""


def discover(paths: Iterable[str]) -> Discovery:
    """Find the files of one run.

    Raises :class:`RootsDiffer` when the paths belong to different roots. A path that does not exist
    is a problem, not an exception.
    """
    problems: list[Problem] = []
    given: list[str] = []
    for path in paths:
        if os.path.lexists(path):
            given.append(os.path.abspath(path))
        else:
            problems.append(Problem("missing", _shown(path), "there is no such file or folder"))
    if not given:
        return Discovery(os.getcwd(), (), (), None, (), tuple(problems))
    root = _common_root(given)
    scopes = tuple(sorted({_relative(path, root) for path in given}))
    repository, notes = _open_repository(root)
    listed = _listed(root, repository)
    found, data = interesting(listed, scopes)
    files = {file for file in found if os.path.lexists(os.path.join(root, file.path))}
    files |= _env_files_beside(root, files)
    return Discovery(root, scopes, tuple(sorted(files)), repository, notes, tuple(problems), data=tuple(data))


def discover_around(paths: Iterable[str]) -> Discovery:
    """Find the files of the whole root in which paths lie, whether or not they exist; raises like :func:`discover`."""
    return discover([_common_root([os.path.abspath(path) for path in paths])])


def is_lenient(path: str, scopes: tuple[str, ...]) -> bool:
    """Whether a file lies in a folder of samples below the path that was asked for.

    The folder of contract or integration tests is none for their definitions, which are at home there.
    """
    definition = _TEST_DEFINITION.match(path) if "tests/" in path else None
    if definition is not None and role_of(path) == "record":
        path = definition["above"] + path.rpartition("/")[2]
    below = [inside for scope in scopes if (inside := _below(path, scope)) is not None]
    return bool(below) and not any(LENIENT.isdisjoint(inside.split("/")[:-1]) for inside in below)


def in_scope(path: str, scopes: tuple[str, ...]) -> bool:
    """Whether a path lies at or below one of the paths that were asked for."""
    return any(_below(path, scope) is not None for scope in scopes)


def _below(path: str, scope: str) -> str | None:
    if not scope:
        return path
    if scope == path:
        return path.rpartition("/")[2]
    return path[len(scope) + 1 :] if path.startswith(scope + "/") else None


def _shown(path: str) -> str:
    """A path that does not exist, as it may stand in a report: never absolute."""
    relative = os.path.relpath(path) if os.path.isabs(path) else path
    return (os.path.basename(path) if relative.startswith("..") else relative).replace(os.sep, "/")


def _relative(path: str, root: str) -> str:
    relative = os.path.relpath(path, root).replace(os.sep, "/")
    return "" if relative == "." else relative


def _common_root(paths: list[str]) -> str:
    roots = {_root_of(path) for path in paths}
    if len(roots) > 1:
        raise RootsDiffer("the paths given lie in different repositories: check them one by one")
    return roots.pop()


def _root_of(path: str) -> str:
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    work_tree = find_work_tree(folder)
    if work_tree is not None:
        return work_tree
    if folder == path:
        return folder
    ancestor = folder
    while True:
        if any(os.path.isfile(os.path.join(ancestor, name)) for name in ("cfguard.toml", "package.json")):
            return ancestor
        parent = os.path.dirname(ancestor)
        if parent == ancestor:
            return folder
        ancestor = parent


def _open_repository(root: str) -> tuple[Repository | None, tuple[Note, ...]]:
    if find_work_tree(root) is None:
        reason = "this is not a git repository"
    else:
        opened = Repository.open(root)
        if not isinstance(opened, Unavailable):
            return opened, ()
        reason = opened.reason
    return None, (Note(f"cannot tell what is committed or ignored: {reason}"),)


def _listed(root: str, repository: Repository | None) -> Iterator[str]:
    """Every file of the project by its relative path; git knows them without a walk."""
    if repository is not None:
        yield from repository.files()
        yield from repository.untracked()
    else:
        yield from _walk(root)


def _walk(root: str) -> Iterator[str]:
    pending = [""]
    while pending:
        folder = pending.pop()
        try:
            entries = sorted(os.scandir(os.path.join(root, folder)), key=lambda entry: entry.name)
        except OSError:
            continue
        if folder and any(entry.name == ".git" for entry in entries):
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if not entry.is_dir(follow_symlinks=False):
                yield path
            elif entry.name not in SKIPPED:
                pending.append(path)
                if role_of(path) is not None:
                    yield path


def interesting(listed: Iterable[str], scopes: tuple[str, ...]) -> tuple[set[Located], list[str]]:
    """The files with a role at or below the scopes, and those above them that say how they are read; then data."""
    found: set[Located] = set()
    data: list[str] = []
    folders: set[str] = set()
    for path in listed:
        role, folder = role_of(path), path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
        if role is None and path.endswith(_DATA) and _is_entered(path) and in_scope(path, scopes):
            data.append(path)
        if role is None or not _is_entered(path):
            continue
        if in_scope(path, scopes) or (role in _CONTEXT and _above(path, scopes)):
            found.add(Located(path, role))
    # Git lists no folders, but one under a known name has to be told.
    named = ((folder, role_of(folder)) for folder in folders if in_scope(folder, scopes))
    found |= {Located(folder, role) for folder, role in named if role is not None and _is_entered(folder)}
    return found, data


def _is_entered(path: str) -> bool:
    return SKIPPED.isdisjoint(path.split("/"))


def _above(path: str, scopes: tuple[str, ...]) -> bool:
    folder = path.rpartition("/")[0]
    return any(folder == "" or scope == folder or scope.startswith(folder + "/") for scope in scopes)


def _env_files_beside(root: str, files: set[Located]) -> set[Located]:
    """Env files that git ignores, beside a wrangler config or above it: wrangler reads them all the same."""
    folders: set[str] = set()
    for path, role in files:
        if role == "wrangler":
            folder = path.rpartition("/")[0]
            while folder not in folders:
                folders.add(folder)
                folder = folder.rpartition("/")[0]
    found: set[Located] = set()
    for folder in folders:
        try:
            names = os.listdir(os.path.join(root, folder))
        except OSError:
            continue
        prefix = f"{folder}/" if folder else ""
        found |= {Located(prefix + name, "env") for name in names if _ENV.match(name)}
    return found
