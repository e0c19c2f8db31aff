"""Reads the files of a run: bounded, never through a link that leaves the root, and never stopping at one bad file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from cfguard.discover import SKIPPED, Entry, Located, format_of
from cfguard.finding import Note, Problem
from cfguard.named_tuple import NamedTuple
from cfguard.paths import below, upwards
from cfguard.pattern import lazy
from cfguard.syntax import decode, parse
from cfguard.syntax.node import Document
from cfguard.text import Source

#: Configuration files above this many bytes are not read: real ones are a hundred times smaller.
MAX_BYTES = 1_000_000
#: The same bound for lockfiles, of which only one line matters.
MAX_LOCKFILE_BYTES = 50_000_000
#: The same for D1 migrations, of which some fill tables; `wrangler d1 execute` is for what is larger.
MAX_MIGRATION_BYTES = 32_000_000
#: The same for files that a checked file refers to: Dockerfiles, Compose files, scripts.
MAX_REFERRED_BYTES = 1_000_000
#: How many entries of folders are looked at to know whether there is any source file.
_MOST_ENTRIES = 2_000
_CODE = (".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".py", ".rs", ".go", ".vue", ".svelte")


_TEMPLATE = lazy(r"\{\{[-~#/^&>!]?\s*[\w.$ |()'\"-]{1,200}\s*[-~]?\}\}|<%[=\-_#]?.{0,200}?%>|\{%.{0,200}?%\}")


class Library(NamedTuple):
    """The parsed files of a run, and what became of the others."""

    documents: dict[str, Document]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]


class Unreadable(Exception):
    """A file that cannot be read; ``told`` says it to people."""

    def __init__(self, told: Problem | Note) -> None:
        super().__init__(told.message)
        self.told = told


Progress = Callable[[str, int, int], None]
"""Told what is being done (with ``{}`` for the numbers), how much of it is done, and how much there is."""


def read_documents(
    root: str,
    files: Sequence[Located],
    instead: Mapping[str, bytes] | None = None,
    progress: Progress | None = None,
) -> Library:
    """Read and parse files; what cannot be read becomes a problem or a note, and all others are read.

    ``instead`` holds contents that count in place of a file's.
    """
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    notes: list[Note] = []
    for number, file in enumerate(files):
        if progress is not None:
            progress("reading, {} files", number, len(files))
        try:
            document = read_document(root, file, instead)
        except Unreadable as error:
            (problems if isinstance(error.told, Problem) else notes).append(error.told)  # type: ignore[arg-type]
            continue
        if file.role in ("wrangler", "devcontainer") and is_template(document):
            notes.append(
                Note("this is a template (`{{…}}`) that another tool fills in; it is not checked", file.path)
            )
        else:
            documents[file.path] = document
    return Library(documents, tuple(problems), tuple(notes))


def read_document(root: str, file: Located, instead: Mapping[str, bytes] | None = None) -> Document:
    """Read and parse one file; raises :class:`Unreadable`."""
    data = instead.get(file.path) if instead else None
    limit = MAX_MIGRATION_BYTES if file.role == "migration" else MAX_BYTES
    source, diagnostics = decode(file.path, read_bytes(root, file.path, limit) if data is None else data)
    format = format_of(file)
    if format == "jsonc" and file.role == "record" and _is_lines(source.text):
        format = "jsonl"
    document = parse(source, format)
    if diagnostics:
        wrong = (each._replace(code="wrong-encoding") for each in diagnostics)
        found = (*wrong, *document.diagnostics)
        return Document(
            source,
            document.format,
            document.root,
            comments=document.comments,
            diagnostics=found,
            recovered=True,
        )
    return document


def _is_lines(text: str) -> bool:
    """Whether a text is a table on its first line and another one after it, as wrangler writes its output."""
    first, _, rest = text.lstrip().partition("\n")
    return first.startswith("{") and first.rstrip().endswith("}") and rest.lstrip().startswith("{")


def read_bytes(root: str, path: str, limit: int = MAX_BYTES) -> bytes:
    """The contents of a file below the root, at most ``limit`` bytes; raises :class:`Unreadable` with what to tell."""
    full = os.path.join(root, path)
    try:
        _refuse_foreign_link(root, path, full)
        # Non-blocking, so that a named pipe under a known name cannot hang the run.
        descriptor = os.open(full, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as opened:
            status = os.fstat(opened.fileno())
            if stat.S_ISDIR(status.st_mode):
                raise Unreadable(Note("this is a folder, not a file; it is not checked", path))
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable(Note("this is not a regular file; it is not checked", path))
            data = opened.read(limit + 1)
    except IsADirectoryError:
        raise Unreadable(Note("this is a folder, not a file; it is not checked", path)) from None
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise Unreadable(Problem("unreadable", path, f"cannot read the file: {reason}")) from None
    except ValueError:
        raise Unreadable(
            Problem("unreadable", path, "cannot read the file: no file can have this name")
        ) from None
    if len(data) > limit:
        shown = f"{limit // 1_000_000} MB"
        raise Unreadable(Problem("too-large", path, f"the file is larger than {shown}; it is not checked"))
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")) and not _looks_utf16(data):
        raise Unreadable(Note("this is a binary file; it is not checked", path))
    return data


def read_head(root: str, path: str, size: int) -> bytes:
    """The first bytes of a listed file, in a few microseconds; nothing where it is a link or cannot be read."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(os.path.join(root, path), flags | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError):
        return b""
    try:
        return os.read(descriptor, size)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


#: Entries below one folder that are looked at.
MAX_ENTRIES = 20_000


def list_folder(root: str, path: str, depth: int) -> tuple[Entry, ...]:
    """What lies in a folder below the root and in its folders, ``depth`` levels down; links are not followed."""
    if path_kind(root, path) != "folder":
        return ()
    found: list[Entry] = []
    pending = [("", depth)]
    while pending and len(found) < MAX_ENTRIES:
        inside, left = pending.pop()
        try:
            entries = sorted(os.scandir(os.path.join(root, path, inside)), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries[:MAX_ENTRIES]:
            name = f"{inside}/{entry.name}" if inside else entry.name
            if entry.is_symlink():
                found.append(Entry(name, "link"))
            elif entry.is_dir(follow_symlinks=False):
                found.append(Entry(name, "folder"))
                if left and entry.name not in SKIPPED:
                    pending.append((name, left - 1))
            elif entry.is_file(follow_symlinks=False):
                found.append(Entry(name, "file"))
    return tuple(found)


def exists(root: str, path: str) -> bool:
    """Whether there is a file at a path below the root."""
    return os.path.isfile(os.path.join(root, path))


def nearest(root: str, folder: str, name: str) -> str | None:
    """The path of the nearest file of a name, from a folder below the root up to the root."""
    paths = (below(each, name) for each in upwards(folder))
    return next((path for path in paths if os.path.lexists(os.path.join(root, path))), None)


def is_folder(root: str, path: str) -> bool:
    """Whether a path below the root is a folder."""
    return os.path.isdir(os.path.join(root, path))


def path_kind(root: str, path: str) -> Literal["file", "folder"] | None:
    """What lies at a path below the root; nothing is said of paths and links that leave it."""
    try:
        full = os.path.realpath(os.path.join(root, path))
    except ValueError:
        # A NUL or half a surrogate pair, which JSON can spell and no file can be named with.
        return None
    real_root = os.path.realpath(root)
    if full != real_root and not full.startswith(real_root.rstrip(os.sep) + os.sep):
        return None
    return "folder" if os.path.isdir(full) else "file" if os.path.isfile(full) else None


def has_code(root: str, folder: str) -> bool:
    """Whether source files lie at or below a folder, as far as its first two thousand entries tell."""
    left = _MOST_ENTRIES
    pending = [os.path.join(root, folder)]
    while pending and left > 0:
        try:
            entries = sorted(os.scandir(pending.pop()), key=lambda entry: entry.name)
        except (OSError, ValueError):
            continue
        left -= len(entries)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                pending += [entry.path] if entry.name not in SKIPPED else []
            elif entry.name.endswith(_CODE) and ".config." not in entry.name:
                return True
    return False


def read_named_file(path: str, what: str, limit: int = MAX_BYTES) -> bytes:
    """The contents of a file that the command line names; it may lie anywhere.

    ``what`` it holds is told in :class:`Unreadable`, where it has more than ``limit`` bytes or cannot be read.
    """
    try:
        with open(path, "rb") as opened:
            data = opened.read(limit + 1)
        reason = f"the file is larger than {limit // 1_000_000} MB" if len(data) > limit else ""
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
    if reason:
        raise Unreadable(Problem("settings", path.replace(os.sep, "/"), f"cannot read the {what}: {reason}"))
    return data


def read_settings_file(path: str) -> Source:
    """Read a settings file that the command line names; raises :class:`Unreadable`."""
    return decode(path.replace(os.sep, "/"), read_named_file(path, "settings"))[0]


def _looks_utf16(data: bytes) -> bool:
    """Text in UTF-16 without a mark has a NUL in nearly every second byte, and nowhere else."""
    head = data[:200]
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    return half > 0 and max(even, odd) >= 0.9 * half and min(even, odd) <= 0.1 * half


def _refuse_foreign_link(root: str, path: str, full: str) -> None:
    real_root = os.path.realpath(root)
    target = os.path.realpath(full)
    if target != real_root and not target.startswith(real_root.rstrip(os.sep) + os.sep):
        message = "this is a link to a file outside the project; it is not followed"
        raise Unreadable(Problem("outside-root", path, message))


def is_template(document: Document) -> bool:
    """Whether a file is filled in by another tool before anybody reads it as configuration."""
    text = document.source.text
    if "{{" not in text and "<%" not in text and "{%" not in text:
        return False
    comments = document.comments
    return any(
        not any(comment.span.start <= match.start() < comment.span.end for comment in comments)
        for match in _TEMPLATE.finditer(text)
    )
