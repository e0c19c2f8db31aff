"""What is committed, staged, untracked or ignored in one repository."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from cfguard.git.process import Git, GitFailure, find_executable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# Folders of generated or foreign content: cfguard never enters them, so git need not either.
_SKIPPED = ("node_modules/", ".wrangler/", "dist/", "build/", "vendor/", ".venv/")
_SUBMODULE = "160000"
_SYMLINK = "120000"
_ARGUMENT_BYTES = 24_000
_LITERAL = ":(literal)"
_BLOB_LIMIT = 4 * 1024 * 1024


class Entry(NamedTuple):
    """A path in the index: what the next commit holds.

    ``blob`` is the object id in hex, ``mode`` six octal digits, ``stage`` 0 or, during a merge
    conflict, 2 ("ours"), 3 ("theirs") or 1 (the base), the first of these that exists.
    """

    blob: str
    mode: str
    stage: int

    @property
    def submodule(self) -> bool:
        """Whether the path is another repository, recorded by commit id."""
        return self.mode == _SUBMODULE

    @property
    def symlink(self) -> bool:
        """Whether the blob holds the target of a symbolic link."""
        return self.mode == _SYMLINK


class IgnoreRule(NamedTuple):
    """The line that makes git ignore a path.

    ``shared`` is false when the line stands in ``core.excludesFile`` or ``.git/info/exclude``: it then
    protects one machine and not the team. ``source`` is relative to the root for a ``.gitignore``.
    """

    source: str
    line: int
    pattern: str
    shared: bool


class Unavailable(NamedTuple):
    """Why nothing can be known from git; whoever asks must say "cannot tell", never "fine"."""

    reason: str


def find_work_tree(path: str) -> str | None:
    """The nearest folder at or above ``path`` that holds ``.git`` (folder, or file of a linked work tree)."""
    folder = os.path.abspath(path)
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


class Repository:
    """Answers of git about the work tree at ``root``; paths are relative to it, with ``/``.

    Names that are no UTF-8 carry surrogate escapes, as :func:`os.fsdecode` makes them.
    """

    __slots__ = ("_files", "_git", "_untracked", "root")

    def __init__(self, root: str, git: Git, files: Mapping[str, Entry], untracked: tuple[str, ...]) -> None:
        self.root = root
        self._git = git
        self._files = files
        self._untracked = untracked

    @classmethod
    def open(cls, root: str) -> Repository | Unavailable:
        """Reads the index and the untracked files of the work tree whose top is ``root``."""
        if not os.path.exists(os.path.join(root, ".git")):
            return Unavailable("this is no git work tree")
        executable = find_executable(root)
        if executable is None:
            return Unavailable("there is no git program on this machine")
        git = Git(executable, root, own_index=_is_own_hook(root))
        try:
            # One process for both: the tag before each name (-t) tells them apart, whatever the name is.
            listed = git.run(
                "ls-files",
                *("-z", "-t", "-s", "-o", "--exclude-standard"),
                *(f"--exclude={name}" for name in _SKIPPED),
            )
        except GitFailure as failure:
            return Unavailable(str(failure))
        tagged = [(name[0] == "?", name[2:]) for name in _names(listed)]
        files = _entries(name for is_untracked, name in tagged if not is_untracked)
        # A nested repository is listed as a folder, with a slash: its files are its own affair.
        untracked = tuple(name for is_untracked, name in tagged if is_untracked and not name.endswith("/"))
        return cls(root, git, files, untracked)

    @property
    def git(self) -> Git:
        """The hardened command of this repository, for the other modules of this package."""
        return self._git

    def files(self) -> Mapping[str, Entry]:
        """Tracked and staged paths; submodules are one entry each."""
        return self._files

    def untracked(self) -> tuple[str, ...]:
        """Files that ``git add .`` would add; generated folders such as node_modules are left out."""
        return self._untracked

    def ignored(self, paths: Iterable[str]) -> Mapping[str, IgnoreRule | None]:
        """The rule that ignores each path, None where none does, whether or not the path is tracked.

        Paths that git cannot judge (inside submodules, behind symbolic links, outside the root) are left
        out of the answer. Raises GitFailure.
        """
        asked = [path for path in dict.fromkeys(paths) if self._judges(path)]
        if not asked:
            return {}
        # "./" keeps a name such as ":(top)x" from being read as pathspec magic.
        feed = b"".join(b"./" + os.fsencode(path) + b"\0" for path in asked)
        output = self._git.run(
            "check-ignore", "-z", "-v", "-n", "--no-index", "--stdin", feed=feed, accept=(0, 1)
        )
        fields = _names(output, keep_empty=True)
        rules = map(_ignore_rule, fields[0::4], fields[1::4], fields[2::4])
        return dict(zip(asked, rules, strict=True))

    def _judges(self, path: str) -> bool:
        steps = path.split("/")
        if any(step in ("", ".", "..") for step in steps) or "\0" in path:
            return False
        parent = ""
        for step in steps[:-1]:
            parent = f"{parent}/{step}" if parent else step
            entry = self._files.get(parent)
            if entry is not None and entry.submodule:
                return False
            if os.path.islink(os.path.join(self.root, parent)):
                return False
        return True

    def staged_differs(self, path: str, content: bytes) -> bool:
        """Whether the index holds other bytes for ``path`` than the work tree's ``content``.

        Line ends do not count, because git may convert them. A path without index entry does not differ.
        """
        entry = self._files.get(path)
        if entry is None or entry.submodule:
            return False
        return entry.blob not in (
            _blob_id(content, entry.blob),
            _blob_id(content.replace(b"\r\n", b"\n"), entry.blob),
        )

    def blob(self, path: str) -> bytes | None:
        """The bytes of one path as the index has them; see :meth:`blobs`."""
        return self.blobs((path,)).get(path)

    def blobs(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of paths as the index has them, so that a staged secret is seen after its file changed.

        Paths without a blob here (untracked, submodule, not fetched, over 4 MiB) are left out.
        Raises GitFailure.
        """
        wanted = {path: self._files[path].blob for path in paths if path in self._files}
        sizes = self._git.run("cat-file", "--batch-check", feed=_lines(wanted.values()))
        small = [
            line.split()[0]
            for line in sizes.decode("ascii", "replace").splitlines()
            if (fields := line.split())[1:2] == ["blob"] and int(fields[2]) <= _BLOB_LIMIT
        ]
        if not small:
            return {}
        contents = dict(batch_records(self._git.run("cat-file", "--batch", feed=_lines(small))))
        return {path: contents[blob] for path, blob in wanted.items() if blob in contents}

    def in_head(self, paths: Iterable[str]) -> Mapping[str, str]:
        """The blob id of each path in the last commit; a path that is not there is only staged or new.

        Before the first commit nothing is there. Raises GitFailure.
        """
        found: dict[str, str] = {}
        if self._git.run("cat-file", "--batch-check", feed=b"HEAD\n").endswith(b" missing\n"):
            return found
        for group in _groups(paths):
            output = self._git.run("ls-tree", "-r", "-z", "HEAD", "--", *(_LITERAL + path for path in group))
            for record in _names(output):
                facts, _, path = record.partition("\t")
                found[path] = facts.split(" ")[2]
        return found


def _is_own_hook(root: str) -> bool:
    here = find_work_tree(os.getcwd())
    return here is not None and os.path.realpath(here) == os.path.realpath(root)


def _names(output: bytes, *, keep_empty: bool = False) -> list[str]:
    names = os.fsdecode(output).split("\0")
    return names[:-1] if keep_empty else [name for name in names if name]


def _entries(records: Iterable[str]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for record in records:
        facts, _, path = record.partition("\t")
        mode, blob, stage = facts.split(" ")
        entry = Entry(blob, mode, int(stage))
        before = entries.get(path)
        # Stages come as 1, 2, 3: the later replaces the base, and "theirs" never replaces "ours".
        if before is None or before.stage == 1:
            entries[path] = entry
    return entries


def _ignore_rule(source: str, line: str, pattern: str) -> IgnoreRule | None:
    if not source or pattern.startswith("!"):
        return None
    shared = os.path.basename(source) == ".gitignore" and not os.path.isabs(source)
    return IgnoreRule(source, int(line), pattern, shared)


def _blob_id(content: bytes, like: str) -> str:
    import hashlib

    algorithm = "sha256" if len(like) == 64 else "sha1"
    return hashlib.new(algorithm, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _lines(blobs: Iterable[str]) -> bytes:
    return "".join(f"{blob}\n" for blob in dict.fromkeys(blobs)).encode("ascii")


def batch_records(output: bytes) -> Iterator[tuple[str, bytes]]:
    """The records of ``cat-file --batch``: a header line, the content, a line end."""
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        fields = output[at:end].decode("ascii", "replace").split()
        at = end + 1
        if fields[1:2] != ["blob"]:
            continue
        size = int(fields[2])
        yield fields[0], output[at : at + size]
        at += size + 1


def _groups(paths: Iterable[str]) -> Iterator[Sequence[str]]:
    """Paths in groups that fit into one command line of any system."""
    group: list[str] = []
    length = 0
    for path in dict.fromkeys(paths):
        size = len(os.fsencode(path)) + len(_LITERAL) + 1
        if group and length + size > _ARGUMENT_BYTES:
            yield group
            group, length = [], 0
        group.append(path)
        length += size
    if group:
        yield group
