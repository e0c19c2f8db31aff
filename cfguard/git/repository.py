"""What is committed, staged, untracked or ignored in one repository."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cfguard.git.objects import contents
from cfguard.git.process import Git, GitFailure, find_executable
from cfguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Folders of generated or foreign content: cfguard never enters them, so git need not either.
_SKIPPED = ("node_modules/", ".wrangler/", "dist/", "build/", "vendor/", ".venv/")
_SUBMODULE = "160000"
_SYMLINK = "120000"
_BLOB_LIMIT = 4 * 1024 * 1024
#: Commits that two branches share, of which the newest is looked for; they come newest first.
_PARTINGS = 500
_NO_COMMIT_YET = b"HEAD missing\n"


class Entry(NamedTuple):
    """A path in the index: what the next commit holds.

    ``blob`` is the object id in hex, ``mode`` six octal digits, ``stage`` 0 or, during a merge
    conflict, 2 ("ours"), 3 ("theirs") or 1 (the base), the first of these that exists. ``sparse`` says
    that the work tree need not have it: a sparse checkout leaves it out.
    """

    blob: str
    mode: str
    stage: int
    sparse: bool = False

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

    ``shared`` is false when the line stands in ``core.excludesFile``, in ``.git/info/exclude``, or in a
    ``.gitignore`` that is ignored itself (and no other lies above it): it then protects one machine and not
    the team. ``source`` is relative to the root for a ``.gitignore``.
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
            # One process for both: the tag before each name (-v) tells them apart, whatever the name is.
            listed = git.run(
                "ls-files",
                *("-z", "-v", "-s", "-o", "--exclude-standard"),
                *(f"--exclude={name}" for name in _SKIPPED),
            )
        except GitFailure as failure:
            return Unavailable(str(failure))
        tagged = [(name[0], name[2:]) for name in _names(listed)]
        files = _entries(each for each in tagged if each[0] != "?")
        # A nested repository is listed as a folder, with a slash: its files are its own affair.
        untracked = tuple(name for tag, name in tagged if tag == "?" and not name.endswith("/"))
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

    @property
    def algorithm(self) -> str:
        """The hash that makes the ids of this repository, by its name in ``hashlib``."""
        return "sha256" if any(len(entry.blob) == 64 for entry in self._files.values()) else "sha1"

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
        # A pattern in other letters counts where files do (macOS, Windows), and protects nobody elsewhere.
        exact = "core.ignorecase=false"
        options = ("-z", "-v", "-n", "--no-index", "--stdin")
        output = self._git.run("check-ignore", *options, feed=feed, accept=(0, 1), setting=exact)
        fields = _names(output, keep_empty=True)
        rules = map(self._ignore_rule, fields[0::4], fields[1::4], fields[2::4])
        return dict(zip(asked, rules, strict=True))

    def _ignore_rule(self, source: str, line: str, pattern: str) -> IgnoreRule | None:
        if not source or pattern.startswith("!"):
            return None
        is_inside = os.path.basename(source) == ".gitignore" and not os.path.isabs(source)
        shared = is_inside and self._reaches_others(source)
        return IgnoreRule(source, int(line), pattern, shared)

    def _reaches_others(self, source: str) -> bool:
        """Whether others get this .gitignore, or one further up that may say the same.

        They do if git tracks it, or would with the next `git add`. One that hides itself (`*`) also hides what
        those above it say, and git names the nearest alone.
        """
        folder = os.path.dirname(source)
        while source not in self._files and source not in self._untracked:
            if not folder:
                return False
            folder = os.path.dirname(folder)
            source = f"{folder}/.gitignore" if folder else ".gitignore"
        return True

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

    def differs(self, path: str, content: bytes) -> bool:
        """Whether the index holds other bytes for ``path`` than the work tree's ``content``.

        Line ends do not count, because git may convert them. A path without index entry does not differ.
        """
        entry = self._files.get(path)
        if entry is None or entry.submodule:
            return False
        if entry.blob == blob_id(content, self.algorithm):
            return False
        return entry.blob != blob_id(content.replace(b"\r\n", b"\n"), self.algorithm)

    def blobs(self, paths: Iterable[str], limit: int = _BLOB_LIMIT) -> Mapping[str, bytes]:
        """The bytes of paths as the index has them, so that a staged secret is seen after its file changed.

        Paths without a blob here (untracked, submodule, not fetched, over ``limit`` bytes) are left out.
        Raises GitFailure.
        """
        wanted = {path: self._files[path].blob for path in paths if path in self._files}
        found = dict(contents(self._git, wanted.values(), limit))
        return {path: found[blob] for path, blob in wanted.items() if blob in found}

    def tree(self, commit: str = "HEAD") -> Mapping[str, str]:
        """The blob id of each path in a commit; before the first one there is none. Raises GitFailure."""
        try:
            output = self._git.run("ls-tree", "-r", "-z", "--full-tree", commit)
        except GitFailure:
            if commit == "HEAD" and self._has_no_commit():
                return {}
            raise
        pairs = (record.partition("\t") for record in _names(output))
        return {path: facts.split(" ")[2] for facts, _, path in pairs}

    def _has_no_commit(self) -> bool:
        return self._git.run("cat-file", "--batch-check", feed=b"HEAD\n") == _NO_COMMIT_YET

    def parting(self, revision: str) -> str:
        """The commit where this branch and a revision parted; the revision itself where none is known.

        Raises GitFailure, also where git knows no such revision.
        """
        if revision.startswith("-") or ".." in revision:
            raise GitFailure(f"`{revision}` is no revision")
        tip = self._git.run("rev-list", "--max-count=1", revision, "--").decode("ascii").strip()
        both = self._git.run("rev-list", "--boundary", f"HEAD...{tip}", "--").decode("ascii").split()
        shared = [commit[1:] for commit in both if commit.startswith("-")]
        if not shared:  # the same commit, or histories that have none in common
            return tip
        newest = self._git.run("rev-list", "--topo-order", "--max-count=1", *shared[:_PARTINGS], "--")
        return newest.decode("ascii").strip()


def _is_own_hook(root: str) -> bool:
    here = find_work_tree(os.getcwd())
    return here is not None and os.path.realpath(here) == os.path.realpath(root)


def _names(output: bytes, *, keep_empty: bool = False) -> list[str]:
    names = os.fsdecode(output).split("\0")
    return names[:-1] if keep_empty else [name for name in names if name]


def _entries(tagged: Iterable[tuple[str, str]]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for tag, record in tagged:
        facts, _, path = record.partition("\t")
        mode, blob, stage = facts.split(" ")
        entry = Entry(blob, mode, int(stage), sparse=tag in "Ss")
        before = entries.get(path)
        # Stages come as 1, 2, 3: the later replaces the base, and "theirs" never replaces "ours".
        if before is None or before.stage == 1:
            entries[path] = entry
    return entries


def blob_id(content: bytes, algorithm: str) -> str:
    """The id that git gives to contents, by a hash's name in ``hashlib``."""
    import hashlib

    return hashlib.new(algorithm, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
